import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOptions } from '../../cdk/local/options.ts'
import { buildOnce } from '../bundles.ts'
import { freePort } from '../free-port.ts'
import { createAedes, observe } from '../mqtt/brokers.ts'
import { makeDataDir, removeDataDir, until } from './harness.ts'

const root = join(import.meta.dirname, '../..')
const dataDir = makeDataDir()
const run = promisify(execFile)
const children: ChildProcess[] = []
let url = ''
const readKey = (): string => readFileSync(join(dataDir, 'admin-key'), 'utf8').trim()

const start = (file: string, ...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [join(root, file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

/** `npm start` and `npm run tracker`, as the documents ask for, on ports that are free. */
beforeAll(async () => {
  await buildOnce()
  const ports = ['--tcp-port', '0', '--http-port', '0', '--webhook-private']
  const gateway = start('cdk/local/main.ts', '--data', dataDir, '--relay', 'public', ...ports)
  let printed = ''
  // Read on to its end: it says later that the broker is connected.
  gateway.stdout!.on('data', (text) => (printed += String(text)))
  await until(
    async () => printed,
    (text) => text.includes('Where is it?') || gateway.exitCode !== null,
  )
  const [, port] = /trackers +127\.0\.0\.1:(\d+)/.exec(printed)!
  url = /console +(http\S+)/.exec(printed)![1]!
  start('test/simulator/main.ts', `127.0.0.1:${port}`).stdout!.resume()
  const headers = { authorization: `Bearer ${readKey()}` }
  await until(
    async () => (await fetch(`${url}/v1/positions`, { headers })).json() as Promise<{ items?: unknown[] }>,
    ({ items }) => items?.length === 1,
  )
})
afterAll(async () => {
  for (const child of children.toReversed()) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  removeDataDir(dataDir)
})

/** Commands that start a long-running program: `beforeAll` has started it already. */
const longRunning = /^npm (ci|start|run tracker)/m

/** Fenced blocks in the order of the page; those of one page share the variables that they export. */
function blocksOf(file: string, language: string): readonly string[] {
  const page = readFileSync(join(root, file), 'utf8')
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))]
    .map(([, block = '']) => block)
    .filter((block) => !longRunning.test(block))
}

const toThisSystem = (script: string): string =>
  script
    .replaceAll('http://127.0.0.1:8080', url)
    .replaceAll('.data/', `${dataDir}/`)
    .replaceAll('npm run -s command -- ', `npm run -s command -- --data ${dataDir} `)

/** An error status is a failure, as it is for a reader. Files that an example writes go to the data folder. */
const preamble = `set -euo pipefail
curl() { (cd ${dataDir} && command curl --silent --show-error --fail-with-body "$@"); }
`

describe('the commands and programs in the documents', () => {
  it.each([
    ['README.md', 1],
    ['lambdas/api/API.md', 8],
    ['cdk/README.md', 1],
  ])('%s: the commands work', async (file, min) => {
    const blocks = blocksOf(file, 'sh')
    expect(blocks.length).toBeGreaterThanOrEqual(min)
    const { stdout } = await run('bash', ['-c', preamble + toThisSystem(blocks.join('\n'))], { cwd: root })
    expect(stdout).toContain('9170000000')
  })

  it('HOME.md: the command sets the broker, which then gets the data of the tracker', async () => {
    const broker = await createAedes()
    await broker.start()
    const blocks = blocksOf('cdk/local/HOME.md', 'sh')
    expect(blocks.length).toBeGreaterThanOrEqual(1)
    const script = toThisSystem(blocks.join('\n')).replaceAll(
      'mqtt://gateway:password@homeassistant.local',
      broker.url,
    )
    const { stdout } = await run('bash', ['-c', preamble + script], { cwd: root })
    expect(JSON.parse(stdout)).toMatchObject({ setBy: 'api', broker: { topic: 'h02' } })
    const watcher = await observe(broker.url)
    await until(
      async () => watcher.kept,
      (kept) => kept.has('h02/9170000000/position'),
    )
    await watcher.client.endAsync(true)
    const headers = { authorization: `Bearer ${readKey()}` }
    await fetch(`${url}/local/mqtt`, { method: 'DELETE', headers })
    await broker.stop()
  })

  it('HOME.md: npm start accepts the options that it names', () => {
    const page = readFileSync(join(root, 'cdk/local/HOME.md'), 'utf8')
    const lines = [...page.matchAll(/npm start -- ([^`\n…]+)/g)].map(([, options = '']) => options.trim())
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) {
      // What is left out behind an option is an address.
      const args = line.endsWith('--mqtt') ? `${line} mqtt://broker` : line
      expect([line, readOptions(args.split(' '), {})]).not.toEqual([line, { problem: expect.anything() }])
    }
  })

  it.each([
    ['the verdict and the reply of a command', 'raw: ', /^answered ST906.*\nID:9170000000\n/],
    [
      'desired settings, and the supply voltage that was read',
      '/desired',
      /^intervalOnSeconds: 20 desired, [^]*T\S+Z 1\d(?:\.\d)? V\n/,
    ],
    ['how a campaign ended', '/v1/campaigns', /^finished \{"answered":1\} \n$/],
    [
      'a test event that was delivered',
      'standardwebhooks',
      /^received webhook.test null\ntest delivered 204\n/,
    ],
    ['what happened', 'for (const { time, type, deviceId }', /^\S+Z device\.online 9170000000$/m],
    ['what happens', '/v1/stream', /^device\.(added|moved)$/m],
    ['how many frames it sees live', '/v1/live', /^9170000000 \d+$/m],
  ])('API.md: the program compiles, and prints %s', async (_, about, printed) => {
    const program = blocksOf('lambdas/api/API.md', 'ts').find((block) => block.includes(about))!
    // Placed beside the packages that it imports.
    const folder = mkdtempSync(join(root, '.build/program-'))
    // Causes an event while a program is listening.
    let added = 0
    const headers = { authorization: `Bearer ${readKey()}`, 'content-type': 'application/json' }
    const happening = setInterval(() => {
      const body = JSON.stringify({ deviceId: String(9_170_000_100 + added++) })
      void fetch(`${url}/v1/devices`, { method: 'POST', headers, body }).catch(() => {})
    }, 500)
    try {
      writeFileSync(join(folder, 'program.ts'), program)
      copyFileSync(join(root, 'lambdas/api/openapi-types.ts'), join(folder, 'openapi.ts'))
      const settings = { extends: '../../tsconfig.json', include: ['.'], exclude: [] }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
      await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])
      const env = { URL: url, KEY: readKey(), RECEIVER_PORT: String(await freePort()) }
      // A program that listens for a few seconds may hear nothing on a busy machine.
      const { stdout } = await until(
        () => run(process.execPath, [join(folder, 'program.ts')], { env }),
        (result) => result.stdout !== '',
      )
      expect(stdout).toMatch(printed)
    } finally {
      clearInterval(happening)
      rmSync(folder, { recursive: true })
    }
  })

  it('API.md: the program that lists texts of a relay server runs', async () => {
    const program = blocksOf('lambdas/api/API.md', 'ts').find((one) => one.includes('Heard from'))
    const env = { URL: url, KEY: readKey() }
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module-typescript', '--eval', program ?? ''],
      { env },
    )
    expect(stdout).toBe('Heard from the other server: nothing\n')
  })

  it('README.md: stays short enough for a few screens', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(200)
  })
})
