import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { buildAll } from '../../cdk/build/bundle.ts'
import { embeddedEntry } from '../../cdk/build/entries.ts'
import { buildOnce } from '../bundles.ts'
import { isSkipped } from '../skip.ts'
import { createBuildah, findBelow, missingBuildah } from './buildah.ts'

const root = join(import.meta.dirname, '../..')
const IMAGE = 'h02-home'
/** About what node:24-bookworm-slim has, unpacked; this machine has no registry to measure it. */
const BASE_BYTES = 220_000_000
const MAX_BYTES = 250_000_000

describe.skipIf(isSkipped('the image for home', missingBuildah()))('the image for home', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h02-home-'))
  const buildah = createBuildah(join(folder, 'store'))
  beforeAll(async () => {
    await buildOnce()
    await buildAll(undefined, [embeddedEntry])
    const base = 'localhost/node:24-bookworm-slim'
    const dockerfile = readFileSync(join(root, 'container/home/Dockerfile'), 'utf8')
    const onBase = join(folder, 'Dockerfile')
    writeFileSync(onBase, dockerfile.replace(/^FROM .*$/m, `FROM ${base}`))
    buildah.makeBase(base, process.execPath)
    buildah.build(onBase, root, IMAGE)
  })
  afterAll(() => {
    buildah.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The output of the container up to the welcome, and a function that ends it. */
  const start = async (...options: string[]) => {
    const { Entrypoint } = buildah.configOf(IMAGE)
    const command = [...Entrypoint, '--tcp-port', '0', '--http-port', '0', ...options]
    const child = buildah.start(IMAGE, {}, command)
    let said = ''
    child.stderr!.on('data', (text) => (said += text))
    const ended = once(child, 'exit')
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)))
      child.stdout!.on('data', (text) => {
        said += text
        if (said.includes('curl -H')) resolve()
      })
    })
    const own = findBelow(child.pid!, command)
    if (own === null) throw new Error('it runs, and is no process below its builder')
    onTestFailed(() => void process.kill(own.pid, 'SIGKILL'))
    return { said: () => said, own, ended }
  }
  const find = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? ''

  it('has the same base as the gateway, and at most 250 MB', () => {
    const baseOf = (file: string): string => find(readFileSync(join(root, file), 'utf8'), /^FROM (.*)$/m)
    expect(baseOf('container/home/Dockerfile')).toBe(baseOf('container/Dockerfile'))
    expect(BASE_BYTES + buildah.bytesOf(IMAGE, 'app')).toBeLessThanOrEqual(MAX_BYTES)
    expect(Object.keys(buildah.configOf(IMAGE).ExposedPorts)).toEqual(['5013/tcp', '8080/tcp'])
  })

  it('serves no network in clear text without an explicit option', async () => {
    const { Entrypoint } = buildah.configOf(IMAGE)
    const child = buildah.start(IMAGE, {}, Entrypoint)
    let said = ''
    child.stderr!.on('data', (text) => (said += text))
    expect((await once(child, 'exit'))[0]).toBe(2)
    expect(said).toContain('--plain-http')
  })

  it('does not run as root, accepts a tracker, shows the console, and ends on its signal', async () => {
    const { said, own, ended } = await start('--plain-http', '--registration', 'open')
    expect(own.uid).toBe(1000)
    const port = Number(find(said(), /trackers +0\.0\.0\.0:(\d+)/))
    const url = find(said(), /console +(http\S+)/).replace(/\/\/[^:]+:/, '//127.0.0.1:')
    const socket = createConnection(port, '127.0.0.1')
    socket.write('*HQ,9170000602,V1,120000,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFFBFF#')
    const [ack] = (await once(socket, 'data')) as [Buffer]
    expect(ack.toString()).toMatch(/^\*HQ,9170000602,R12,\d{6}#$/)
    expect(await (await fetch(url)).text()).toContain('<html')
    const headers = { authorization: `Bearer ${find(said(), /admin key +(\S+)/)}` }
    const answer = await fetch(`${url}/v1/devices/9170000602`, { headers })
    expect(answer.status).toBe(200)
    process.kill(own.pid, buildah.configOf(IMAGE).StopSignal)
    expect((await ended)[0]).toBe(0)
    socket.destroy()
  })
})
