import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Verdict } from '#shared/domain/verdict.ts'
import { writeRunning } from '../../cdk/local/running.ts'
import { makeItem } from '../api/command-fakes.ts'
import { adminKey, startApi } from '../api/fakes.ts'

const program = fileURLToPath(new URL('../../cdk/tools/command.ts', import.meta.url))
const deviceId = '9170000000'
const dataDir = mkdtempSync(join(tmpdir(), 'h02-cli-'))
let api: Awaited<ReturnType<typeof startApi>>
let server: Server
let url: string

/** The app behind a socket, as a program reaches it. */
beforeAll(async () => {
  api = await startApi()
  await api.call('POST', '/v1/devices', { body: { deviceId, model: 'ST-906L' } })
  server = createServer((request, response) => {
    void (async () => {
      const body = await text(request)
      const answer = await api.app.request(request.url!, {
        method: request.method!,
        headers: request.headers as Record<string, string>,
        ...(body !== '' && { body }),
      })
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  writeRunning(dataDir, {
    dynamoEndpoint: '',
    telemetryTable: '',
    fleetTable: '',
    httpUrl: url,
    tcpPort: 0,
  })
  writeFileSync(join(dataDir, 'admin-key'), `${adminKey}\n`)
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await api.close()
  rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(() => {
  api.fakes.made.clear()
  api.fakes.orders.length = 0
})

const start = (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number }),
  )
  return { child, ended }
}
const run = (...args: string[]) => start(['--data', dataDir, ...args]).ended
const hex = (words: string): string => Buffer.from(words).toString('hex')

/** Ends the command that the program asked for. */
async function conclude(verdict: Verdict): Promise<void> {
  await expect.poll(() => api.fakes.made.size, { timeout: 30_000 }).toBe(1)
  api.fakes.conclude([...api.fakes.made.keys()][0]!, verdict, {
    reply: { text: 'ST906\nUT:20,300,300\u001b[2J', facts: {} },
    timeline: [
      makeItem({ id: '1', at: 1_000, kind: 'created', text: 'Asked for.' }),
      makeItem({ id: '2', at: 2_000, kind: 'written', text: 'Written.', raw: hex('CXZT') }),
      makeItem({
        id: '3',
        at: 3_000,
        kind: 'reply',
        text: 'It answered.',
        raw: hex('*HQ,9170000000,SMS,ST906\nUT:20,300,300#'),
        frame: { sessionId: 's1', receivedAt: 3_000 },
      }),
      makeItem({ id: '4', at: 4_000, kind: 'concluded', text: 'Answered.' }),
    ],
  })
}

describe('npm run command', () => {
  it('finds the running gateway, prints the timeline, and ends with 0 when it was answered', async () => {
    const ended = run(deviceId, 'CXZT')
    await conclude('answered')
    const { stdout, stderr, code } = await ended
    expect([stderr, code]).toEqual(['', 0])
    expect(stdout).toContain('00:00:02.000 → Written.')
    expect(stdout).toContain('CXZT')
    expect(stdout).toContain(`\n${' '.repeat(15)}UT:20,300,300#\n`)
    expect(stdout).toContain('\nST906\nUT:20,300,300\\u001b[2J\n')
    expect(stdout).toMatch(/answered: it answered\n/)
    expect(api.fakes.orders[0]!.order).toMatchObject({ raw: hex('CXZT'), intent: 'read-status' })
  })

  it('takes an intent with its parameters, dialect and wishes', async () => {
    const wishes = '--param seconds=20 --dialect text --replace --expires 90 --wait 0'.split(' ')
    const { stdout, code } = await run(deviceId, 'interval-on', ...wishes)
    expect([code, stdout]).toEqual([1, expect.stringContaining('It waits for the device')])
    const [{ order, replace } = { order: null, replace: null }] = api.fakes.orders
    expect(order).toMatchObject({ intent: 'interval-on', params: { seconds: 20 }, dialect: 'text' })
    expect([replace, order!.expiresAt - order!.createdAt]).toEqual([true, 90_000])
  })

  it.each(['unanswered', 'rejected', 'unconfirmed'] as const)(
    'ends with 1 when it was %s',
    async (verdict) => {
      const ended = run(deviceId, 'read-status', '--json')
      await conclude(verdict)
      const { stdout, code } = await ended
      expect([code, JSON.parse(stdout).verdict]).toEqual([1, verdict])
    },
  )

  it('lists what a device can be asked', async () => {
    const { stdout, code } = await run(deviceId, '--list')
    expect(code).toBe(0)
    expect(stdout).toContain('ST-906L')
    expect(stdout).toMatch(/interval-on +Report interval, ignition on {2}seconds=… s\n +\*text 805/)
    expect(stdout).toMatch(/engine-cut .*!dangerous/)
  })

  it('sends a dangerous command only when somebody said yes', async () => {
    const careful = await run(deviceId, 'engine-cut')
    expect([careful.code, careful.stderr]).toEqual([1, expect.stringContaining('--yes')])
    expect(careful.stderr).toContain('20 km/h or less')
    expect(api.fakes.orders).toEqual([])
    const bold = run(deviceId, 'engine-cut', '--yes')
    await conclude('confirmed')
    expect((await bold).code).toBe(0)
    expect(api.fakes.orders[0]!.order.danger).toBe('dangerous')
  })

  it.each<[string, string[], string]>([
    ['what needs a confirm', [deviceId, '7000000'], '"confirm": true'],
    ['a value out of range', [deviceId, 'interval-on', '--param', 'seconds=5'], '10 to 18000 s'],
    ['a device that nobody knows', ['42', 'CXZT'], 'no device 42'],
    ['parameters of text', [deviceId, 'CXZT', '--param', 'a=1'], 'raw text has no parameters'],
    ['a parameter that is none', [deviceId, 'interval-on', '--param', 'seconds'], 'NAME=VALUE'],
  ])('says what would be accepted instead of %s', async (_, args, words) => {
    const { stdout, stderr, code } = await run(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('    at ')
  })

  it('takes another API by name, with a key from the environment', async () => {
    const nobody = await start(['--url', url, deviceId, '--list']).ended
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('--key')])
    const wrong = await start(['--url', url, '--key', 'x', deviceId, '--list']).ended
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('nobody knows this key')])
    expect((await start(['--url', `${url}/`, deviceId, '--list'], { ADMIN_KEY: adminKey }).ended).code).toBe(
      0,
    )
  })

  it('says how to begin where nothing runs', async () => {
    const nothing = await start(['--data', join(dataDir, 'none'), deviceId, 'CXZT']).ended
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('npm start')])
    const gone = await start(['--url', 'http://127.0.0.1:1', '--key', 'x', deviceId, 'CXZT']).ended
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('does not answer')])
    expect((await start([]).ended).code).toBe(2)
    expect(await start(['--help']).ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--param'),
    })
    expect((await start(['--colour', 'x']).ended).code).toBe(2)
  })
})
