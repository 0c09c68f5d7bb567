import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce } from '../bundles.ts'
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
  for await (const text of gateway.stdout!) if ((printed += String(text)).includes('Where is it?')) break
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What starts something that goes on: `beforeAll` has done it. */
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

describe('documents', () => {
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
    // Beside the packages that it imports.
    const folder = mkdtempSync(join(root, '.build/program-'))
    // Something has to happen while a program listens.
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
      const { stdout } = await run(process.execPath, [join(folder, 'program.ts')], { env })
      expect(stdout).toMatch(printed)
    } finally {
      clearInterval(happening)
      rmSync(folder, { recursive: true })
    }
  })

  it('API.md: the program that lists what another server was heard to send runs', async () => {
    const program = blocksOf('lambdas/api/API.md', 'ts').find((one) => one.includes('Heard from'))
    const env = { URL: url, KEY: readKey() }
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module-typescript', '--eval', program ?? ''],
      { env },
    )
    expect(stdout).toBe('Heard from the other server: nothing\n')
  })

  it('README.md: fits on a few screens', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(200)
  })
})
