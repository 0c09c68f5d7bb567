import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue, commandsPage } from '#h02/catalogue/index.ts'
import { HELP as localHelp, readOptions as readLocalOptions } from '../../cdk/local/options.ts'
import { writeRunning } from '../../cdk/local/running.ts'
import { openApi } from '../../cdk/tools/api-client.ts'
import { HELP as mcpHelp, readMcpOptions } from '../../cdk/tools/mcp/options.ts'
import { HELP as importHelp, readImport } from '../../cdk/tools/import/options.ts'
import { HELP as migrateHelp, readAction } from '../../cdk/tools/migrate/options.ts'
import { HELP as commandHelp, orderOf, readCommandLine } from '../../cdk/tools/command-line.ts'
import { orderSchema } from '../../lambdas/api/commands/order-schema.ts'
import { planOrder } from '../../lambdas/api/commands/plan.ts'
import { toCatalogueEntry } from '../../lambdas/api/commands/to-catalogue.ts'
import { ADMIN_KEY, startApi, startFleet } from '../api/fakes.ts'
import { serveApp } from '../api/serve-app.ts'
import { HELP as trackerHelp, readOptions as readTrackerOptions } from '../simulator/options.ts'
import { commandExamples, optionExamples, toArgs } from './help-examples.ts'

const root = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'h02-help-'))
let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
  writeRunning(dir, {
    dynamoEndpoint: fleet.endpoint,
    telemetryTable: 'telemetry',
    fleetTable: 'fleet',
    // Nothing is parked, so nothing is published.
    publishEnv: { EVENT_BUS: 'h02-local', WEBHOOK_QUEUE: 'http://127.0.0.1:0/1/webhooks.fifo' },
    httpUrl: 'http://127.0.0.1:0',
    tcpPort: 0,
  })
})
afterAll(async () => {
  await fleet.close()
  rmSync(dir, { recursive: true })
})

type Outcome = { readonly code: number; readonly out: string; readonly err: string }

const run = (file: string, ...args: readonly string[]): Promise<Outcome> =>
  promisify(execFile)(process.execPath, [join(root, file), ...args], { cwd: dir }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  )
const helpOf = async (file: string): Promise<string> => {
  const { code, out } = await run(file, '--help')
  expect(code).toBe(0)
  return out
}

describe('examples of --help', () => {
  const device = { deviceId: '9170000000', model: 'ST-906L' }
  const items = catalogue.map((entry) => toCatalogueEntry(entry, { ...device, firmware: null }, []))

  it.each(commandExamples(commandHelp))('command: %s', (_, args) => {
    const line = readCommandLine(args)
    expect(line).toMatchObject({ deviceId: device.deviceId })
    if (line.kind !== 'send') return expect(['list', 'watch', 'cancel']).toContain(line.kind)
    const order = orderOf(line.command, { items })
    if (!order.ok) throw new Error(order.problem)
    const plan = planOrder(orderSchema.parse(order.body), device, Date.now())
    expect([plan.danger === 'harmless' || line.command.confirm, plan.title]).toEqual([
      true,
      expect.any(String),
    ])
  })

  it('command: has examples, and every option in its text exists', () => {
    expect(commandExamples(commandHelp).length).toBeGreaterThanOrEqual(6)
    const values = {
      NAME: 'x',
      SECONDS: '90',
      ID: 'last',
      '--param': 'seconds=20',
      URL: 'http://127.0.0.1:1',
      KEY: 'k',
    }
    for (const [name, value] of optionExamples(commandHelp, values)) {
      const action = ['--list', '--watch', '--cancel'].includes(name) ? [] : ['interval-on']
      const { kind } = readCommandLine(['9170000000', ...action, ...toArgs([[name, value]])])
      expect([name, kind]).not.toEqual([name, 'problem'])
    }
  })

  it.each(['', 'äöü', '1234567890123456', 'Van 3'])('command: refuses the device id %j', (deviceId) => {
    expect(readCommandLine([deviceId, 'CXZT'])).toEqual({
      kind: 'problem',
      problem: `The device id must be 1 to 15 digits, as the tracker sends it, not "${deviceId}".`,
    })
  })

  it.each(['foo', 'localhost:8080', 'api.example.com', 'http://', 'ftp://api.example.com'])(
    'refuses %s as the URL of an API',
    (url) =>
      expect(() => openApi({ data: dir, url, key: 'k' })).toThrow(
        `--url must be like https://api.example.com, not "${url}"`,
      ),
  )

  it.each(commandExamples(migrateHelp))('migrate: %s', (_, args) => {
    const list = join(dir, 'trackers.csv')
    writeFileSync(list, 'deviceId\n9170000000\n')
    const given = args.map((arg) => (arg === 'trackers.csv' ? list : arg))
    expect(['traccar', 'csv', 'back']).toContain(readAction(given, { TRACCAR_TOKEN: 't' }).kind)
  })

  it('migrate: documents every option, and explains wrong ones', () => {
    const values = {
      TOKEN: 't',
      FILE: 'no-such-file',
      '--old-server': 'gps.example.com:5013',
      URL: 'http://x',
    }
    const given = optionExamples(migrateHelp, { ...values, KEY: 'k' })
    expect(readAction(toArgs(given, ['--from-csv', '--back']))).toMatchObject({
      kind: 'traccar',
      to: { host: '203.0.113.10', port: 5013 },
      ids: ['1', '2'],
      oldServer: { host: 'gps.example.com', port: 5013 },
      waitMs: 300_000,
      dryRun: true,
    })
    const traccar = ['--from-traccar', 'http://x', '--token', 't', '--ids', '1']
    for (const [args, problem] of [
      [[], 'Use exactly one of'],
      [['--back', ...traccar], 'Use exactly one of'],
      [traccar, '--to HOST:PORT'],
      [[...traccar, '--to', '1.2.3:5013'], '--to HOST:PORT'],
      [[...traccar, '--to', 'a.example.com:5013', '--old-server', 'x'], '--old-server'],
      [['--back', '--ids', '12a'], 'not a device id'],
      [['--from-traccar', 'http://x', '--to', 'a.example.com:1', '--token', 't'], '--ids is missing'],
      [['--from-traccar', 'http://x', '--to', 'a.example.com:1', '--ids', '1'], '--token is missing'],
      [['--from-csv', 'no-such-file', '--to', 'a.example.com:1'], 'no-such-file'],
      [['--back', '--password', 'abcd'], '--password'],
      [['--back', '--wait', 'x'], '--wait'],
    ] as const)
      expect(readAction(args, {})).toMatchObject({ problem: expect.stringContaining(problem) })
  })

  it.each(commandExamples(importHelp))('import: %s', (_, args) => {
    expect(readImport(args, { TRACCAR_TOKEN: 't' }).kind).toBe('import')
  })

  it('import: documents every option', () => {
    const values = { TOKEN: 't', FILE: 'x', URL: 'http://127.0.0.1:1', KEY: 'k', NAME: 'telemetry' }
    const given = optionExamples(importHelp, values)
    const sources = ['--traccar', '--traccar-log', '--gpx', '--csv']
    for (const source of sources) {
      const others = sources.filter((other) => other !== source)
      expect(readImport(toArgs(given, others))).toMatchObject({
        kind: 'import',
        source: { kind: source.slice(2) },
        utcOffsetMinutes: 480,
        retentionDays: 365,
        dryRun: true,
      })
    }
  })

  it('mcp: documents every option', () => {
    const given = optionExamples(mcpHelp, { URL: 'http://127.0.0.1:1', KEY: 'k' })
    const api = { url: 'http://127.0.0.1:1', key: 'k' }
    expect(readMcpOptions(toArgs(given), {})).toMatchObject({ kind: 'serve', allowSensitive: true, api })
    const env = { H02_API_URL: api.url, H02_API_KEY: api.key }
    expect(readMcpOptions([], env)).toMatchObject({ kind: 'serve', allowSensitive: false, api })
    for (const danger of ['dangerous', 'disruptive', 'all'])
      expect(readMcpOptions(['--allow', danger], {})).toMatchObject({ kind: 'problem' })
  })

  it('npm start: documents every option', () => {
    const options = optionExamples(localHelp, { FILE: 'some.pem' })
    expect(options.length).toBeGreaterThan(8)
    expect(readLocalOptions(toArgs(options))).toMatchObject({
      tcpPort: 5013,
      httpOrigins: ['http://localhost:9000'],
      traccarApi: true,
      publicAddress: 'gps.example.com:5013',
    })
    expect(readLocalOptions(['--public-address', '203.0.113.9', '--tcp-port', '6000'])).toMatchObject({
      publicAddress: '203.0.113.9:6000',
    })
    for (const address of ['', 'a b', 'a:b', 'a:70000', 'http://a:1'])
      expect(readLocalOptions(['--public-address', address])).toHaveProperty('problem')
    expect(readLocalOptions(toArgs(options))).toMatchObject({
      publicUrl: 'https://gps.example.com',
      tls: { certFile: 'some.pem', keyFile: 'some.pem' },
    })
    expect(readLocalOptions(['--help'])).toBe('help')
  })

  it('npm run tracker: documents every option', () => {
    const options = optionExamples(trackerHelp, { N: '3' })
    expect(options.length).toBeGreaterThan(10)
    expect(readTrackerOptions(['127.0.0.1:5013', ...toArgs(options)])).toMatchObject({
      id: '9170000000',
      count: 3,
    })
    expect(readTrackerOptions(['--help'])).toBe('help')
  })

  it('npm run cost: documents every option', async () => {
    const options = optionExamples(await helpOf('cdk/cost/main.ts'))
    const { code, out, err } = await run('cdk/cost/main.ts', ...toArgs(options))
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('write units a frame')
  })

  it.each([
    ['history', { code: 0, err: expect.stringContaining('has no history') }],
    ['reindex', { code: 1, err: expect.stringContaining('has no history') }],
    ['redrive', { code: 0, err: '' }],
  ])('npm run %s: documents every option', async (tool, outcome) => {
    const file = `cdk/tools/${tool}.ts`
    const options = optionExamples(await helpOf(file), { NAME: 'x', TIME: '2026-11-28T10:00:00Z' })
    // Tables and stacks on AWS are other places than the data folder; a file of positions comes from an API.
    const args = toArgs(options, ['--data', '--table', '--stage', '--format'])
    expect(await run(file, '9170000000', '--data', dir, ...args)).toMatchObject(outcome)
  })

  it('npm run evidence: documents every option', async () => {
    const file = 'cdk/tools/evidence.ts'
    const { app } = await startApi({ fleet })
    const server = await serveApp(app)
    const options = optionExamples(await helpOf(file), { URL: server.url, KEY: ADMIN_KEY })
    const { code, out, err } = await run(file, ...toArgs(options))
    server.close()
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('| firmware |')
  })

  it('npm run dashboard: documents every option', async () => {
    const options = optionExamples(await helpOf('cdk/tools/dashboard.ts'))
    expect(options.map(([name]) => name)).toEqual(['--template', '--out', '--help'])
    const template = join(dir, 'template.json')
    const widgets = [
      { type: 'text', x: 0, y: 0, width: 24, height: 1, properties: { markdown: '# Trackers' } },
    ]
    const DashboardBody = { 'Fn::Join': ['', [JSON.stringify({ widgets })]] }
    const Properties = { DashboardName: 'h02-test', DashboardBody }
    writeFileSync(
      template,
      JSON.stringify({ Resources: { D: { Type: 'AWS::CloudWatch::Dashboard', Properties } } }),
    )
    const page = join(dir, 'dashboard.html')
    expect(await run('cdk/tools/dashboard.ts', '--template', template, '--out', page)).toMatchObject({
      code: 0,
    })
    expect(readFileSync(page, 'utf8')).toContain('Trackers')
  })

  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const tools = Object.values(scripts).flatMap(
    (script) => /^node (cdk\/(?:tools|cost|local)\/\S+\.ts)$/.exec(script)?.[1] ?? [],
  )
  it.each(tools)('%s: explains an unknown option with its help', async (file) => {
    expect(await run(file, '--no-such-option')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^Unknown option '--no-such-option'[^]*\n\nnpm run /),
    })
  })

  it('npm run catalogue: prints the list of commands', async () => {
    expect(optionExamples(await helpOf('cdk/tools/catalogue.ts'))).toEqual([['--write', null]])
    expect((await run('cdk/tools/catalogue.ts')).out).toBe(commandsPage())
  })

  it.each([
    [[], '2a48512c 3931373030303030303030 2c5631\n'],
    [
      ['--text'],
      '*HQ,9170000000,V4,S26,101010,101011,A,4221.2102,N,00752.5961,W,0,0,230526,FFFFBBFF#\\n\\xff\n',
    ],
  ])('npm run decode %j', async (args, line) => {
    const help = await helpOf('cdk/local/decode.ts')
    for (const arg of args) expect(help).toContain(arg)
    const child = spawn(process.execPath, [join(root, 'cdk/local/decode.ts'), ...args])
    child.stdin.end(line)
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toBeInstanceOf(Array)
  })
})
