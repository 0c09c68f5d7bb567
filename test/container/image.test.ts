import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildOnce } from '../bundles.ts'
import { gatewayNodeArgs } from '../../container/node-args.ts'

/* Tests of the image without a container engine: its Dockerfile, and that the copied files start alone. */
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

it('image: runs nothing while it is built, so that any machine builds it for any processor', () => {
  expect(steps.map(({ name }) => name)).not.toContain('RUN')
  expect(steps.map(({ name }) => name)).not.toContain('ADD')
})

it('image: uses the Node version that everything is tested with', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: { node: string }
  }
  const major = devDependencies.node.split('.')[0]
  expect(only('FROM').text).toMatch(
    new RegExp(`^public\\.ecr\\.aws/docker/library/node:${major}-bookworm-slim@sha256:[0-9a-f]{64}$`),
  )
})

it('image: does not run as root, and names its user by number', () => {
  expect(only('USER').text).toMatch(/^[1-9]\d*:[1-9]\d*$/)
})

it('image: is stopped by the signal that it drains on, and exposes both ports', () => {
  expect(only('STOPSIGNAL').text).toBe('SIGTERM')
  expect(only('EXPOSE').text).toBe('5013 8080')
})

it('image: runs Node with the same options as embedded mode and the benches', () => {
  expect(JSON.parse(only('ENTRYPOINT').text)).toEqual(['node', ...gatewayNodeArgs, 'index.mjs'])
})

it('image: copies the output of the build', () => {
  for (const file of copied()) expect(existsSync(join(root, file)), file).toBe(true)
})

it('image: starts from the copied files, is healthy, and exits cleanly', async () => {
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
