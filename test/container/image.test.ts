import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildOnce } from '../bundles.ts'
import { gatewayNodeArgs } from '../../container/node-args.ts'

/*
 * What can be proved of the image without a container engine: its recipe, and that what it copies starts alone.
 */
const root = join(import.meta.dirname, '../..')
const steps = readFileSync(join(root, 'container/Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', ...words] = line.split(' ')
    return { name, words, text: words.join(' ') }
  })
const only = (wanted: string) => {
  const found = steps.filter(({ name }) => name === wanted)
  expect(found, wanted).toHaveLength(1)
  return found[0]!
}
const copied = () => only('COPY').words.slice(0, -1)

let app: string
beforeAll(async () => {
  await buildOnce()
  app = mkdtempSync(join(tmpdir(), 'h02-image-'))
})
afterAll(() => rmSync(app, { recursive: true }))

it('runs nothing while it is built, so that any machine builds it for any processor', () => {
  expect(steps.map(({ name }) => name)).not.toContain('RUN')
  expect(steps.map(({ name }) => name)).not.toContain('ADD')
})

it('stands on the Node that everything is tested with', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: { node: string }
  }
  const major = devDependencies.node.split('.')[0]
  expect(only('FROM').text).toMatch(
    new RegExp(`^public\\.ecr\\.aws/docker/library/node:${major}-bookworm-slim@sha256:[0-9a-f]{64}$`),
  )
})

it('does not run as root, and says so in numbers', () => {
  expect(only('USER').text).toMatch(/^[1-9]\d*:[1-9]\d*$/)
})

it('is stopped by the signal that it drains on, and shows both ports', () => {
  expect(only('STOPSIGNAL').text).toBe('SIGTERM')
  expect(only('EXPOSE').text).toBe('5013 8080')
})

it('runs Node as embedded mode and the benches do', () => {
  expect(JSON.parse(only('ENTRYPOINT').text)).toEqual(['node', ...gatewayNodeArgs, 'index.mjs'])
})

it('copies what the build made', () => {
  for (const file of copied()) expect(existsSync(join(root, file)), file).toBe(true)
})

it('starts from what it copied and nothing else, is healthy, and leaves on its signal with nothing left behind', async () => {
  for (const file of copied()) cpSync(join(root, file), join(app, basename(file)))
  const [program, ...args] = JSON.parse(only('ENTRYPOINT').text) as [string, ...string[]]
  expect(program).toBe('node')
  const child = spawn(process.execPath, args, {
    cwd: app,
    env: {
      STAGE: 'test',
      LOG_STREAM: 'log',
      FLEET_TABLE: 'fleet',
      REGISTRATION: 'registered',
      BATCH_WINDOW_SECONDS: '5',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      TCP_HOST: '127.0.0.1',
      TCP_PORT: '0',
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: '0',
      DRAIN_ACCEPT_SECONDS: '0',
      DRAIN_CLOSED_BY_SECONDS: '0',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let healthPort = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"listening"')) continue
    healthPort = (JSON.parse(line) as { healthPort: number }).healthPort
    break
  }
  child.stdout.resume()
  expect((await fetch(`http://127.0.0.1:${healthPort}/`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
