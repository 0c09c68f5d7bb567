import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '#shared/domain/command.ts'
import type { Verdict } from '#shared/domain/verdict.ts'
import { writeRunning } from '../../cdk/local/running.ts'
import { HELP } from '../../cdk/tools/command-line.ts'
import { makeItem } from '../api/command-fakes.ts'
import { ADMIN_KEY, startApi } from '../api/fakes.ts'
import { serveApp } from '../api/serve-app.ts'
import { commandExamples } from '../tools/help-examples.ts'

const program = fileURLToPath(new URL('../../cdk/tools/command.ts', import.meta.url))
const DEVICE_ID = '9170000000'
const dataDir = mkdtempSync(join(tmpdir(), 'h02-cli-'))
let api: Awaited<ReturnType<typeof startApi>>
let server: Awaited<ReturnType<typeof serveApp>>
let url: string

/** The app behind a socket, as a program reaches it. */
beforeAll(async () => {
  api = await startApi()
  await api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, model: 'ST-906L' } })
  server = await serveApp(api.app)
  url = server.url
  writeRunning(dataDir, {
    dynamoEndpoint: '',
    telemetryTable: '',
    fleetTable: '',
    httpUrl: url,
    tcpPort: 0,
  })
  writeFileSync(join(dataDir, 'admin-key'), `${ADMIN_KEY}\n`)
})
afterAll(async () => {
  server.close()
  await api.close()
  rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(() => {
  api.fakes.made.clear()
  api.fakes.orders.length = 0
})

const start = (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
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
  await expect.poll(() => api.fakes.made.size).toBe(1)
  api.fakes.conclude([...api.fakes.made.keys()][0]!, verdict, {
    reply: { text: 'ST906\nUT:20,300,300\u001b[2J', facts: {} },
    timeline: [
      makeItem({ id: '1', at: 1_000, kind: 'created', text: 'Requested.' }),
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

/** A command that waits for the device, sent by someone else. */
async function waitingCommand(): Promise<{ command: Command }> {
  await api.call('POST', `/v1/devices/${DEVICE_ID}/commands`, { body: { raw: 'CXZT' } })
  return { command: [...api.fakes.made.values()].at(-1)! }
}

describe('npm run command', () => {
  it('finds the running gateway, prints the timeline, and exits with 0 when the command was answered', async () => {
    const ended = run(DEVICE_ID, 'CXZT')
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

  it('accepts an intent with its parameters, dialect and options', async () => {
    const wishes = '--param seconds=20 --dialect text --replace --expires 90 --wait 0'.split(' ')
    const { stdout, code } = await run(DEVICE_ID, 'interval-on', ...wishes)
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('It waits for the device to be online, at most until'),
    ])
    const [{ order, replace } = { order: null, replace: null }] = api.fakes.orders
    expect(order).toMatchObject({ intent: 'interval-on', params: { seconds: 20 }, dialect: 'text' })
    expect([replace, order!.expiresAt - order!.createdAt]).toEqual([true, 90_000])
  })

  it.each(['unanswered', 'rejected', 'unconfirmed'] as const)(
    'exits with 1 when the command was %s',
    async (verdict) => {
      const ended = run(DEVICE_ID, 'read-status', '--json')
      await conclude(verdict)
      const { stdout, code } = await ended
      expect([code, JSON.parse(stdout).verdict]).toEqual([1, verdict])
    },
  )

  it('lists the commands of a device', async () => {
    const { stdout, code } = await run(DEVICE_ID, '--list')
    expect(code).toBe(0)
    expect(stdout).toContain('ST-906L')
    expect(stdout).toMatch(/interval-on +Report interval, ignition on {2}seconds=… s\n +\*text 805/)
    expect(stdout.indexOf('\nReports\n')).toBeGreaterThan(stdout.indexOf('\nStatus and settings\n'))
    expect(stdout).toMatch(/disarm .*!sensitive \(--confirm\)/)
    expect(stdout).toMatch(/engine-cut .*!dangerous/)
  })

  it('sends a dangerous command only after the answer yes', async () => {
    const careful = await run(DEVICE_ID, 'engine-cut')
    expect([careful.code, careful.stderr]).toEqual([1, expect.stringContaining('--yes')])
    expect(careful.stderr).toContain('20 km/h or less')
    expect(api.fakes.orders).toEqual([])
    const bold = run(DEVICE_ID, 'engine-cut', '--yes')
    await conclude('confirmed')
    expect((await bold).code).toBe(0)
    expect(api.fakes.orders[0]!.order.danger).toBe('dangerous')
  })

  it.each<[string, string[], string]>([
    [
      'a disruptive text',
      [DEVICE_ID, '7000000'],
      'over the network, or lose its settings; send it with --confirm',
    ],
    ['a sensitive intent', [DEVICE_ID, 'disarm'], 'silence its alarms; send it with --confirm'],
    [
      'a value out of range',
      [DEVICE_ID, 'interval-on', '--param', 'seconds=5'],
      '--param seconds: must be a whole number of 10 to 18000 s',
    ],
    ['a mistyped parameter', [DEVICE_ID, 'interval-on', '--param', 'second=20'], '--param second'],
    ['a dialect of raw text', [DEVICE_ID, 'CXZT', '--dialect', 'h02'], '--dialect: goes with an intent'],
    ['a wait that is no number', [DEVICE_ID, 'CXZT', '--wait', 'long'], '--wait must be seconds'],
    ['an expiry that is too long', [DEVICE_ID, 'CXZT', '--expires', '99999999'], '--expires: '],
    ['two actions', [DEVICE_ID, 'CXZT', '--list'], 'do not go together'],
    ['an unknown command', [DEVICE_ID, '--watch', '0mfhq3k2v0a1b2c3'], 'no command 0mfhq3k2v0a1b2c3'],
    ['a last command where there is none', [DEVICE_ID, '--cancel', 'last'], 'No command was ever sent'],
    ['a device that no one knows', ['42', 'CXZT'], 'no device 42'],
    ['parameters of text', [DEVICE_ID, 'CXZT', '--param', 'a=1'], 'raw text, which has no --param'],
    ['a parameter that is none', [DEVICE_ID, 'interval-on', '--param', 'seconds'], 'NAME=VALUE'],
  ])('suggests what would be accepted instead of %s', async (_, args, words) => {
    const { stdout, stderr, code } = await run(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('    at ')
    expect(stderr).not.toMatch(/": true|\/params|DELETE/)
  })

  it.each([
    ['interval-onn', 'interval-on'],
    ['status', 'read-status'],
    ['Interval-On', 'interval-on'],
    ['CXTZ', 'read-status'],
    ['interval-on 20', '--param seconds='],
  ])('sends nothing for %s, and names %s', async (typed, name) => {
    const { stdout, stderr, code } = await run(DEVICE_ID, ...typed.split(' '))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`"${typed}" is not a command. Nearest: `)
    expect(stderr).toContain(name)
    expect(stderr).toContain('--raw sends the text as it is')
    expect(api.fakes.orders).toEqual([])
  })

  it('sends text that looks like an intent with --raw', async () => {
    const { code } = await run(DEVICE_ID, 'status', '--raw', '--confirm', '--wait', '0')
    expect(code).toBe(1)
    expect(api.fakes.orders[0]!.order).toMatchObject({ raw: hex('status'), intent: 'raw' })
  })

  it('suggests --replace and --cancel for a command that is already queued', async () => {
    const { command } = await waitingCommand()
    api.fakes.answers.push({ outcome: 'identical', command })
    const { stderr, code } = await run(DEVICE_ID, 'CXZT')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`--replace sends this one instead, --cancel ${command.commandId}`),
    ])
  })

  it('prints the reply at once, and continues until the effect is known', async () => {
    const { child, ended } = start(['--data', dataDir, DEVICE_ID, 'interval-on', '--param', 'seconds=20'])
    let seen = ''
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
    await expect.poll(() => api.fakes.made.size).toBe(1)
    const [[commandId, command]] = [...api.fakes.made] as [[string, Command]]
    api.fakes.made.set(commandId, {
      ...command,
      state: 'sent',
      waitingFor: { what: 'effect', until: Date.UTC(2038, 0, 1, 8, 9, 10) },
      reply: { text: 'SET OK', facts: {} },
    })
    await expect
      .poll(() => seen)
      .toMatch(/\nSET OK\n[^]*It waits for its effect, at most until 2038-01-01 08:09 UTC/)
    expect(child.exitCode).toBeNull()
    api.fakes.conclude(commandId, 'confirmed', { waitingFor: null })
    const { stdout, code } = await ended
    expect(code).toBe(0)
    expect(stdout.match(/SET OK/g)).toHaveLength(1)
    expect(stdout).toMatch(/\nconfirmed: it did what was asked/)
  })

  it('watches the last command, and cancels it', async () => {
    const { command } = await waitingCommand()
    const watched = await run(DEVICE_ID, '--watch', 'last', '--wait', '0')
    expect([watched.code, watched.stdout]).toEqual([
      1,
      expect.stringContaining(`--cancel ${command.commandId}`),
    ])
    const cancelled = await run(DEVICE_ID, '--cancel', 'last')
    expect([cancelled.code, cancelled.stdout]).toEqual([0, expect.stringContaining('undelivered')])
    expect(await run(DEVICE_ID, '--watch', command.commandId, '--json')).toMatchObject({ code: 1 })
    const all = await run(DEVICE_ID, '--cancel', 'all')
    expect([all.code, all.stdout]).toEqual([0, '0 waiting commands cancelled\n'])
  })

  it.each(commandExamples(HELP))('runs the example of its help: %s', async (_, args) => {
    if (args.includes('last')) await waitingCommand()
    const known = api.fakes.orders.length
    const withEnd = args.includes('--list') || args.includes('--cancel') ? args : [...args, '--wait', '0']
    const { code, stderr } = await run(...withEnd)
    const sends = !args.some((arg) => ['--list', '--watch', '--cancel'].includes(arg))
    expect([stderr, code]).toEqual(['', sends || args.includes('--watch') ? 1 : 0])
    expect(api.fakes.orders.length - known).toBe(sends ? 1 : 0)
  })

  it('uses another API by its URL, with a key from the environment', async () => {
    const withoutKey = await start(['--url', url, DEVICE_ID, '--list']).ended
    expect([withoutKey.code, withoutKey.stderr]).toEqual([2, expect.stringContaining('--key')])
    const wrong = await start(['--url', url, '--key', 'x', DEVICE_ID, '--list']).ended
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('this key is unknown')])
    expect(
      (await start(['--url', `${url}/`, DEVICE_ID, '--list'], { ADMIN_KEY: ADMIN_KEY }).ended).code,
    ).toBe(0)
  })

  it('explains how to start a gateway where none runs', async () => {
    const nothing = await start(['--data', join(dataDir, 'none'), DEVICE_ID, 'CXZT']).ended
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('npm start')])
    const gone = await start(['--url', 'http://127.0.0.1:1', '--key', 'x', DEVICE_ID, 'CXZT']).ended
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('does not answer')])
    expect((await start([]).ended).code).toBe(2)
    expect(await start(['--help']).ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--param'),
    })
    expect((await start(['--color', 'x']).ended).code).toBe(2)
  })
})
