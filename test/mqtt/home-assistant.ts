import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { runFolder } from '../run-folder.ts'

/** A Python that has Home Assistant, and the clients that its integrations ask for. */
const python = process.env.HOME_ASSISTANT_PYTHON ?? 'python3'

export function missingHomeAssistant(): string | null {
  try {
    execFileSync(python, ['-c', 'import homeassistant, paho.mqtt, pytraccar'], { stdio: 'ignore' })
    return null
  } catch {
    return (
      'With Python 3.13: python3.13 -m venv ha && ha/bin/pip install homeassistant==2025.4.4 paho-mqtt==2.1.0 ' +
      'pytraccar==2.1.1, then set HOME_ASSISTANT_PYTHON to ha/bin/python.'
    )
  }
}

/** An entity as `/api/states` has it. */
export type EntityState = {
  readonly entity_id: string
  readonly state: string
  readonly attributes: Readonly<Record<string, any>>
}
export type HomeAssistant = Awaited<ReturnType<typeof startHomeAssistant>>

const configuration = (port: number): string => `homeassistant:
  latitude: 45
  longitude: 7
  time_zone: UTC
http:
  server_host: 127.0.0.1
  server_port: ${port}
api:
config:
onboarding:
logger:
  default: warning
`

/** Home Assistant without a screen and without integrations, with its first user. It takes about 15 s. */
export async function startHomeAssistant() {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(runFolder(), 'home-assistant-'))
  writeFileSync(join(folder, 'configuration.yaml'), configuration(port))
  const child = spawn(python, ['-m', 'homeassistant', '--config', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  let log = ''
  child.stderr.on('data', (text) => (log += text))

  let token = ''
  const ask = async (method: 'GET' | 'POST', path: string, body?: object | URLSearchParams): Promise<any> => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined &&
          !(body instanceof URLSearchParams) && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  const isUp = (): Promise<boolean> =>
    ask('GET', '/api/onboarding').then(
      () => true,
      () => false,
    )
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`Home Assistant ended: ${log}`)
    await sleep(200)
  }
  const client = { client_id: `${url}/` }
  const user = { name: 'me', username: 'me', password: 'a password', language: 'en' }
  const { auth_code: code } = await ask('POST', '/api/onboarding/users', { ...client, ...user })
  const grant = new URLSearchParams({ ...client, grant_type: 'authorization_code', code })
  token = (await ask('POST', '/auth/token', grant)).access_token

  return {
    states: (): Promise<EntityState[]> => ask('GET', '/api/states'),
    /** As the dashboard calls it: `button.press`. */
    act: (service: string, data: object): Promise<unknown> =>
      ask('POST', `/api/services/${service.replace('.', '/')}`, data),
    /** Adds an integration as a person does in *Settings, Devices & services*; resolves to the last step. */
    addIntegration: async (handler: string, fields: object): Promise<any> => {
      const flows = '/api/config/config_entries/flow'
      const { flow_id: flow } = await ask('POST', flows, { handler })
      return ask('POST', `${flows}/${flow}`, fields)
    },
    /** Its log lines of these integrations: warnings and errors. */
    complaints: (...integrations: readonly string[]): string[] =>
      log
        .split('\n')
        .filter((line) =>
          integrations.some(
            (name) => line.includes(`[homeassistant.components.${name}`) || line.includes(`'${name}'`),
          ),
        ),
    close: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}
