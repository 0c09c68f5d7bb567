import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startHttpListeners, type HttpOptions } from '../../cdk/local/http-listeners.ts'
import { findTakenByNpm, readOptions } from '../../cdk/local/options.ts'
import { refuseStranger, type Door } from '../../cdk/local/stand-ins/http-door.ts'
import { runFolder } from '../run-folder.ts'

const pem = (file: string): string => join(import.meta.dirname, 'data/tls', file)
const tls = { certFile: pem('one.crt'), keyFile: pem('one.key') }

describe('who may use the HTTP port', () => {
  const door: Door = { port: 8080, scheme: 'http', alsoOrigins: [], isOpen: false, cert: null }
  const proxied: Door = { ...door, alsoOrigins: ['https://gps.example.com'] }
  const open: Door = { ...door, isOpen: true }
  const withTls: Door = { ...open, scheme: 'https', cert: readFileSync(tls.certFile, 'utf8') }
  it.each<[string, Door, { host?: string; origin?: string }, number | undefined]>([
    ['this machine', door, { host: '127.0.0.1:8080' }, undefined],
    ['its console', door, { host: 'localhost:8080', origin: 'http://127.0.0.1:8080' }, undefined],
    ['an address where only this machine may', door, { host: '192.168.1.5:8080' }, 421],
    ['no host', open, {}, 421],
    ['a proxy', proxied, { host: 'gps.example.com', origin: 'https://gps.example.com' }, undefined],
    [
      'a proxy that changes the host',
      proxied,
      { host: '127.0.0.1:8080', origin: 'https://gps.example.com' },
      undefined,
    ],
    ['a name beside the proxy', proxied, { host: 'evil.example.com' }, 421],
    ['an address', open, { host: '192.168.1.5:8080', origin: 'http://192.168.1.5:8080' }, undefined],
    ['an address of a published port', open, { host: '192.168.1.5' }, undefined],
    ['an IPv6 address', open, { host: '[fd00::5]:8080' }, undefined],
    ['a page of another machine', open, { host: '192.168.1.5:8080', origin: 'http://192.168.1.6:8080' }, 403],
    [
      'a page of another scheme',
      withTls,
      { host: '192.168.1.5:8080', origin: 'http://192.168.1.5:8080' },
      403,
    ],
    ['a name that was rebound to this machine', open, { host: 'evil.example.com:8080' }, 421],
    ['a name that looks like an address', open, { host: '192.168.1.5.evil.example:8080' }, 421],
    [
      'a name of the certificate',
      withTls,
      { host: 'gps.test:8080', origin: 'https://gps.test:8080' },
      undefined,
    ],
    ['no name of the certificate', withTls, { host: 'gps.other:8080' }, 421],
  ])('%s', (_, at, sender, status) => expect(refuseStranger(sender, at)?.status).toBe(status))
})

describe('options of the HTTP port', () => {
  it('never serves the network in clear text without a word for it', () => {
    const problem = readOptions(['--http-host', '0.0.0.0'])
    expect(problem).toHaveProperty('problem')
    for (const wayOut of ['--tls-cert FILE --tls-key FILE', '--public-url https://', '--plain-http'])
      expect((problem as { problem: string }).problem).toContain(wayOut)
    expect(readOptions(['--http-host', '0.0.0.0', '--public-url', 'http://gps.example.com'])).toHaveProperty(
      'problem',
    )
  })
  it.each([
    [['--http-host', '0.0.0.0', '--plain-http'], { httpHost: '0.0.0.0', plainHttp: true }],
    [['--http-host', '::', '--tls-cert', 'a', '--tls-key', 'b'], { tls: { certFile: 'a', keyFile: 'b' } }],
    [['--http-host', '::', '--public-url', 'https://a.example/'], { publicUrl: 'https://a.example' }],
    [['--http-host', 'localhost'], { httpHost: 'localhost', plainHttp: false }],
  ])('%j', (args, expected) => expect(readOptions(args)).toMatchObject(expected))
  it.each([
    [['--tls-cert', 'a'], 'go together'],
    [['--tls-key', 'a'], 'go together'],
    [['--public-url', 'gps.example.com'], '--public-url must be like https://gps.example.com'],
    [['--public-url', 'https://example.com/gps'], 'without a path'],
  ])('%j is refused', (args, text) =>
    expect(readOptions(args)).toEqual({ problem: expect.stringContaining(text) }),
  )

  it('says what to type when npm has kept the options for itself', () => {
    const npm = { npm_lifecycle_event: 'start', npm_config_demo: 'true', npm_config_tcp_port: 'true' }
    expect(findTakenByNpm(npm)).toContain('npm start -- --tcp-port … --demo')
    expect(findTakenByNpm({ ...npm, npm_lifecycle_event: 'test' })).toBeNull()
    expect(findTakenByNpm({ npm_lifecycle_event: 'start', npm_config_registry: 'https://x' })).toBeNull()
  })
})

describe('the listeners', () => {
  let closing: (() => Promise<void>)[]
  let folder: string
  beforeEach(() => {
    closing = []
    folder = mkdtempSync(join(runFolder(), 'tls-'))
  })
  afterEach(async () => {
    vi.useRealTimers()
    for (const close of closing) await close()
    rmSync(folder, { recursive: true })
  })
  let lastEvent: { headers: Record<string, string> }
  const start = async (
    options: Partial<HttpOptions>,
    onError = (_: string, cause: unknown): void => void cause,
  ) => {
    const listeners = await startHttpListeners(
      { httpPort: 0, ...options },
      {
        invoke: async (event) => {
          lastEvent = event as typeof lastEvent
          return { statusCode: 200, body: 'from the function' }
        },
        upgrades: { '/mqtt': (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n') },
        onError,
      },
    )
    closing.push(listeners.close)
    return listeners
  }
  /** Trusts `cert`, whatever host the URL has. */
  const get = async (url: string, { cert, host }: { cert?: string; host?: string } = {}): Promise<number> => {
    const ask = url.startsWith('https:') ? tlsRequest : plainRequest
    const asked = ask(url.replace('0.0.0.0', '127.0.0.1'), {
      ...(cert !== undefined && { ca: readFileSync(pem(cert)) }),
      ...(host !== undefined && { headers: { host } }),
      agent: false,
    })
    asked.end()
    const [response] = await once(asked, 'response')
    response.resume()
    return response.statusCode
  }

  it('is one for this machine by default', async () => {
    const { insideUrl, consoleUrl } = await start({})
    expect(insideUrl).toBe(consoleUrl)
    expect(await get(insideUrl)).toBe(200)
    expect(await get(insideUrl, { host: '192.168.1.5' })).toBe(421)
  })

  it('speaks TLS, and plain HTTP to tools on this machine alone', async () => {
    const { insideUrl, consoleUrl } = await start({ httpHost: '0.0.0.0', tls })
    expect(consoleUrl).toMatch(/^https:\/\/0\.0\.0\.0:/)
    expect(await get(consoleUrl, { cert: 'one.crt' })).toBe(200)
    expect(lastEvent.headers['x-forwarded-proto']).toBe('https')
    expect(insideUrl).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(await get(insideUrl)).toBe(200)
    expect(await get(insideUrl, { host: '192.168.1.5' })).toBe(421)
  })

  it('answers under the name of a proxy, and reports TLS to the function', async () => {
    const { insideUrl, consoleUrl } = await start({ publicUrl: 'https://gps.example.com' })
    expect(consoleUrl).toBe('https://gps.example.com')
    expect(await get(insideUrl, { host: 'gps.example.com' })).toBe(200)
    expect(lastEvent.headers['x-forwarded-proto']).toBe('https')
  })

  it('behind a proxy answers the network by no address', async () => {
    const httpHost = '0.0.0.0'
    const { close } = await start({ httpHost, publicUrl: 'https://gps.example.com', httpPort: 0 })
    await close()
    closing.pop()
    const { consoleUrl } = await start({
      httpHost,
      httpOrigins: ['https://gps.example.com'],
      plainHttp: false,
    })
    expect(await get(consoleUrl, { host: '192.168.1.5' })).toBe(421)
    expect(await get(consoleUrl, { host: 'gps.example.com' })).toBe(200)
  })

  it('takes up a renewed certificate, and keeps the old one while its files do not fit', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const files = { certFile: join(folder, 'a.crt'), keyFile: join(folder, 'a.key') }
    copyFileSync(tls.certFile, files.certFile)
    copyFileSync(tls.keyFile, files.keyFile)
    const problems: string[] = []
    const { consoleUrl } = await start({ tls: files }, (problem) => void problems.push(problem))
    expect(await get(consoleUrl, { cert: 'one.crt' })).toBe(200)
    copyFileSync(pem('two.crt'), files.certFile)
    vi.advanceTimersByTime(3_600_000)
    expect(problems).toEqual(['the certificate was not renewed'])
    expect(await get(consoleUrl, { cert: 'one.crt' })).toBe(200)
    copyFileSync(pem('two.key'), files.keyFile)
    vi.advanceTimersByTime(3_600_000)
    expect(problems).toHaveLength(1)
    expect(await get(consoleUrl, { cert: 'two.crt' })).toBe(200)
  })

  it.each([
    [
      'a file is missing',
      { certFile: pem('none.crt'), keyFile: pem('one.key') },
      /--tls-cert .*none\.crt cannot be read/,
    ],
    [
      'they are of two pairs',
      { certFile: pem('one.crt'), keyFile: pem('two.key') },
      /no certificate with its key/,
    ],
    [
      'they are swapped',
      { certFile: pem('one.key'), keyFile: pem('one.crt') },
      /no certificate with its key/,
    ],
  ])('says what is wrong when %s', async (_, files, problem) =>
    expect(start({ tls: files })).rejects.toThrow(problem),
  )

  it('passes WebSockets on by their path, and none of a page of another origin', async () => {
    const { insideUrl } = await start({})
    const upgrade = async (path: string, origin = insideUrl): Promise<string> => {
      const socket = createConnection(Number(new URL(insideUrl).port), '127.0.0.1')
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: ${new URL(insideUrl).host}\r\norigin: ${origin}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
      )
      const [answer] = (await once(socket, 'data')) as [Buffer]
      socket.destroy()
      return answer.toString().split(' ')[1]!
    }
    expect(await upgrade('/mqtt?X-Amz-Signature=1')).toBe('101')
    expect(await upgrade('/other')).toBe('404')
    expect(await upgrade('/constructor')).toBe('404')
    expect(await upgrade('/mqtt', 'http://evil.example')).toBe('403')
  })

  it('ends at once although a WebSocket is open', async () => {
    const { insideUrl, close } = await startHttpListeners(
      { httpPort: 0 },
      { invoke: async () => null, upgrades: { '/mqtt': () => {} }, onError: () => {} },
    )
    const socket = createConnection(Number(new URL(insideUrl).port), '127.0.0.1')
    socket.write(
      `GET /mqtt HTTP/1.1\r\nhost: ${new URL(insideUrl).host}\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`,
    )
    // Answered on another connection after the first one was: the upgrade has been seen.
    await get(insideUrl)
    await close()
    socket.destroy()
  })
})
