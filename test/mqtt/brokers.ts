import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { connectAsync, type MqttClient } from 'mqtt'
import { freePort } from '../free-port.ts'
import { runFolder } from '../run-folder.ts'

export const USER = 'home'
export const PASSWORD = 'p@ss:word/'

/** A broker that accepts one user only, and that forgets everything when it ends. */
export type Broker = {
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** With the user's name and password. */
  readonly url: string
}

const urlAt = (port: number): string => `mqtt://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`

/** A broker in this process, which knows how many clients it has. */
export async function createAedes(): Promise<Broker & { readonly clients: () => number }> {
  const port = await freePort()
  let close = async (): Promise<void> => {}
  let clients = (): number => 0
  return {
    url: urlAt(port),
    start: async () => {
      const broker = await Aedes.createBroker({
        authenticate: (_, user, password, done) =>
          done(null, user === USER && password?.toString() === PASSWORD),
      })
      clients = () => broker.connectedClients
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        broker.handle(socket)
      })
      await once(server.listen(port, '127.0.0.1'), 'listening')
      close = async () => {
        const closed = once(server, 'close')
        server.close()
        for (const socket of sockets) socket.destroy()
        await closed
        await new Promise<void>((resolve) => broker.close(resolve))
      }
    },
    stop: () => close(),
    clients: () => clients(),
  }
}

/** Debian puts it where the path of a user does not lead. */
const MOSQUITTO_PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`

export function missingMosquitto(): string | null {
  try {
    execFileSync('mosquitto_passwd', ['-h'], { stdio: 'ignore', env: { PATH: MOSQUITTO_PATH } })
  } catch (error) {
    // Its help has exit code 1.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return 'There is no Mosquitto: install it (Debian: apt-get install mosquitto).'
  }
  return null
}

export async function createMosquitto(): Promise<Broker> {
  const port = await freePort()
  const folder = mkdtempSync(join(runFolder(), 'mosquitto-'))
  const [config, passwords] = [join(folder, 'conf'), join(folder, 'passwords')]
  execFileSync('mosquitto_passwd', ['-b', '-c', passwords, USER, PASSWORD], { env: { PATH: MOSQUITTO_PATH } })
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  writeFileSync(
    config,
    `${user}listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\n`,
  )
  let stop = async (): Promise<void> => {}
  return {
    url: urlAt(port),
    start: async () => {
      const child = spawn('mosquitto', ['-c', config, '-v'], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: MOSQUITTO_PATH },
      })
      let said = ''
      await new Promise<void>((resolve, reject) => {
        child.stderr.on('data', (text) => {
          said += text
          if (said.includes('running')) resolve()
        })
        child.once('exit', () => reject(new Error(said)))
      })
      stop = async () => {
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      }
    },
    stop: () => stop(),
  }
}

/** Another client, such as Home Assistant: it gets the retained messages and all new ones. */
export async function observe(url: string) {
  const client: MqttClient = await connectAsync({
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    username: USER,
    password: PASSWORD,
    reconnectPeriod: 100,
  })
  const kept = new Map<string, string>()
  const seen: [topic: string, payload: string][] = []
  client.on('message', (topic, payload) => {
    const text = payload.toString()
    seen.push([topic, text])
    if (text === '') kept.delete(topic)
    else kept.set(topic, text)
  })
  await client.subscribeAsync('#', { qos: 1 })
  return {
    client,
    seen,
    kept,
    json: (topic: string): any => JSON.parse(kept.get(topic) ?? 'null'),
  }
}
