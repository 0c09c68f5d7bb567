import dns from 'node:dns'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { hostname } from 'node:os'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startHttpListeners, type HttpOptions } from '../../cdk/local/http-listeners.ts'
import { findTakenByNpm, readOptions, type LocalOptions } from '../../cdk/local/options.ts'
import { toRefusalAnswer } from '../../cdk/local/stand-ins/http-refusal.ts'
import { refuseOtherServer, type ServerNames } from '../../cdk/local/stand-ins/server-names.ts'
import { runFolder } from '../run-folder.ts'

type Asked = { readonly cert?: string; readonly headers?: Record<string, string> }
type LookedUp = (error: Error | null, address: string, family: number) => void

const pem = (file: string): string => join(import.meta.dirname, 'data/tls', file)
const tls = { certFile: pem('one.crt'), keyFile: pem('one.key') }

const names: ServerNames = {
  port: 8080,
  address: '127.0.0.1',
  scheme: 'http',
  alsoOrigins: [],
  isOpen: false,
  machine: hostname(),
  ownName: null,
  cert: null,
}
const open: ServerNames = { ...names, isOpen: true }

describe('the check of who may use the HTTP port', () => {
  const proxied: ServerNames = { ...names, alsoOrigins: ['https://gps.example.com'] }
  const named: ServerNames = { ...open, ownName: 'NAS.lan' }
  const withTls: ServerNames = { ...open, scheme: 'https', cert: readFileSync(tls.certFile, 'utf8') }
  it.each<[string, ServerNames, { host?: string; origin?: string }, number | undefined]>([
    ['this machine', names, { host: '127.0.0.1:8080' }, undefined],
    ['its console', names, { host: 'localhost:8080', origin: 'http://127.0.0.1:8080' }, undefined],
    ['an address where only this machine may', names, { host: '192.168.1.5:8080' }, 421],
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
    [
      'the name that it listens on',
      named,
      { host: 'nas.lan:8080', origin: 'http://nas.lan:8080' },
      undefined,
    ],
    ['that name at a published port', named, { host: 'Nas.lan' }, undefined],
    ['that name where only this machine may', { ...named, isOpen: false }, { host: 'nas.lan:8080' }, 421],
    ['a page of another name', named, { host: 'nas.lan:8080', origin: 'http://evil.example' }, 403],
    ['a name rebound to a server with a name', named, { host: 'evil.example:8080' }, 421],
    ['a name below its name', named, { host: 'nas.lan.evil.example:8080' }, 421],
    ['a loopback address that the client did not connect to', names, { host: '127.0.0.2:8080' }, 421],
    ['a name that was rebound to this machine', open, { host: 'evil.example.com:8080' }, 421],
    ['a name that looks like an address', open, { host: '192.168.1.5.evil.example:8080' }, 421],
    [
      'a name of the certificate',
      withTls,
      { host: 'gps.test:8080', origin: 'https://gps.test:8080' },
      undefined,
    ],
    ['no name of the certificate', withTls, { host: 'gps.other:8080' }, 421],
  ])('%s', (_, at, sender, status) => expect(refuseOtherServer(sender, at)?.status).toBe(status))
})

describe('the page for a wrong name', () => {
  const pageOf = (languages: string): string => {
    const refusal = refuseOtherServer({ host: 'evil.example:8080' }, open)!
    const { body } = toRefusalAnswer(refusal, { accept: 'text/html', 'accept-language': languages })
    return typeof body === 'string' ? body : ''
  }
  it.each(['de', 'de-AT,de;q=0.9,en;q=0.8', 'DE'])('is German for %s', (languages) => {
    expect(pageOf(languages)).toContain('<html lang="de">')
    expect(pageOf(languages)).toContain(
      '<p>Dieser Server antwortet nicht unter dem Namen evil.example:8080.</p>',
    )
    expect(pageOf(languages)).toContain(', seiner IP-Adresse.</p>')
    expect(pageOf(languages)).not.toMatch(/This server|Open it/)
  })
  it.each(['en-GB,de;q=0.9', '', 'den'])('is English for %j', (languages) => {
    expect(pageOf(languages)).toContain('<h1>Not under this address</h1>')
    expect(pageOf(languages)).toContain(
      '<p>This server does not answer under the name evil.example:8080.</p>',
    )
  })
})

describe('options of the HTTP port', () => {
  it('never serve the network in clear text without an explicit option', () => {
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
  ])('refuse %j', (args, text) =>
    expect(readOptions(args)).toEqual({ problem: expect.stringContaining(text) }),
  )

  it('explain what to type when npm has kept the options for itself', () => {
    const npm = { npm_lifecycle_event: 'start', npm_config_demo: 'true', npm_config_tcp_port: 'true' }
    expect(findTakenByNpm(npm)).toContain('npm start -- --tcp-port … --demo')
    expect(findTakenByNpm({ ...npm, npm_lifecycle_event: 'test' })).toBeNull()
    expect(findTakenByNpm({ npm_lifecycle_event: 'start', npm_config_registry: 'https://x' })).toBeNull()
  })
})

describe('the HTTP listeners', () => {
  let closing: (() => Promise<void>)[]
  let folder: string
  beforeEach(() => {
    closing = []
    folder = mkdtempSync(join(runFolder(), 'tls-'))
  })
  afterEach(async () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
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
  const ask = async (url: string, { cert, headers = {} }: Asked = {}): Promise<IncomingMessage> => {
    const send = url.startsWith('https:') ? tlsRequest : plainRequest
    const asked = send(url.replace(/0\.0\.0\.0|gps\.test/, '127.0.0.1'), {
      ...(cert !== undefined && { ca: readFileSync(pem(cert)) }),
      headers,
      agent: false,
    })
    asked.end()
    return (await once(asked, 'response'))[0]
  }
  const get = async (url: string, { host, headers, ...asked }: Asked & { host?: string } = {}) => {
    const response = await ask(url, {
      ...asked,
      headers: { ...headers, ...(host !== undefined && { host }) },
    })
    response.resume()
    return response.statusCode
  }
  /** The status of a WebSocket's request. */
  const upgrade = async (url: string, path: string, origin = url): Promise<string> => {
    const { host, hostname, port } = new URL(url)
    const socket = createConnection(Number(port), hostname.replace(/^\[|\]$/g, ''))
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\norigin: ${origin}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return answer.toString().split(' ')[1]!
  }

  it('listen only on this machine by default', async () => {
    const { insideUrl, consoleUrl } = await start({})
    expect(insideUrl).toBe(consoleUrl)
    expect(await get(insideUrl)).toBe(200)
    expect(await get(insideUrl, { host: '192.168.1.5' })).toBe(421)
  })

  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])(
    'on %s answer the console and tools, and no other name',
    async (httpHost) => {
      const { insideUrl, consoleUrl } = await start({ httpHost })
      const { host } = new URL(consoleUrl)
      for (const url of [insideUrl, consoleUrl]) {
        expect(await get(url)).toBe(200)
        expect(await get(url, { headers: { origin: url } })).toBe(200)
        expect(await upgrade(url, '/mqtt')).toBe('101')
      }
      for (const stranger of ['evil.example', `${host}.evil.example`, '192.168.1.5', `evil.${host}`])
        expect([stranger, await get(consoleUrl, { host: stranger })]).toEqual([stranger, 421])
      expect(await get(consoleUrl, { headers: { origin: 'http://evil.example' } })).toBe(403)
    },
  )

  it('answer under the name that the owner gave, but under no name that was rebound', async () => {
    const lookup = (_name: string, _options: unknown, done: LookedUp): void => done(null, '127.0.0.1', 4)
    vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup)
    const { consoleUrl } = await start({ httpHost: 'nas.lan', plainHttp: true })
    expect(await get(consoleUrl, { host: `nas.lan:${new URL(consoleUrl).port}` })).toBe(200)
    expect(await get(consoleUrl, { host: 'nas.lan' })).toBe(200)
    expect(await get(consoleUrl, { host: 'evil.example' })).toBe(421)
    expect(await get(consoleUrl, { host: 'nas.lan.evil.example' })).toBe(421)
  })

  it('explain how to add a name: as a page to people, as JSON to programs', async () => {
    const { consoleUrl } = await start({ httpHost: '0.0.0.0', plainHttp: true })
    const read = async (headers: Record<string, string>) => {
      const answer = await ask(consoleUrl, { headers })
      return { type: answer.headers['content-type'], body: await text(answer) }
    }
    const host = 'pi.fritz.box:8080'
    const page = await read({ host, accept: 'text/html,*/*' })
    expect(page).toEqual({ type: 'text/html;charset=UTF-8', body: expect.stringMatching(/^<!doctype html>/) })
    expect(page.body).toContain(`--http-origin http://${host}`)
    const [, added] = /--http-origin (\S+?)</.exec(page.body)!
    const { httpOrigins } = readOptions(['--http-origin', added!]) as LocalOptions
    const { consoleUrl: other } = await start({
      httpHost: '0.0.0.0',
      plainHttp: true,
      httpOrigins: httpOrigins!,
    })
    expect(await get(other, { host, headers: { origin: added! } })).toBe(200)
    expect((await read({ host, accept: 'text/html', 'x-forwarded-proto': 'https' })).body).toContain(
      `--http-origin https://${host}`,
    )
    expect((await read({ host: '<b>.example', accept: 'text/html' })).body).not.toContain('<b>')
    const { type, body } = await read({ host })
    expect(type).toBe('application/json')
    expect(JSON.parse(body).message).toContain(`--http-origin http://${host}`)
  })

  it('use TLS, and plain HTTP for tools on this machine only', async () => {
    const { insideUrl, consoleUrl } = await start({ httpHost: '0.0.0.0', tls })
    // A browser accepts the certificate under its name only.
    expect(consoleUrl).toMatch(/^https:\/\/gps\.test:/)
    expect(await get(consoleUrl, { cert: 'one.crt' })).toBe(200)
    expect(lastEvent.headers['x-forwarded-proto']).toBe('https')
    expect(insideUrl).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(await get(insideUrl)).toBe(200)
    expect(await get(insideUrl, { host: '192.168.1.5' })).toBe(421)
  })

  it('answer under the host name of a proxy, and report TLS to the function', async () => {
    const { insideUrl, consoleUrl } = await start({ publicUrl: 'https://gps.example.com' })
    expect(consoleUrl).toBe('https://gps.example.com')
    expect(await get(insideUrl, { host: 'gps.example.com' })).toBe(200)
    expect(lastEvent.headers['x-forwarded-proto']).toBe('https')
  })

  it('behind a proxy do not answer the network under any address', async () => {
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

  it('load a renewed certificate, and keep the old one while its files do not match', async () => {
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
  ])('explain what is wrong when %s', async (_, files, problem) =>
    expect(start({ tls: files })).rejects.toThrow(problem),
  )

  it('forward WebSockets by their path, but none from a page of another origin', async () => {
    const { insideUrl } = await start({})
    expect(await upgrade(insideUrl, '/mqtt?X-Amz-Signature=1')).toBe('101')
    expect(await upgrade(insideUrl, '/other')).toBe('404')
    expect(await upgrade(insideUrl, '/constructor')).toBe('404')
    expect(await upgrade(insideUrl, '/mqtt', 'http://evil.example')).toBe('403')
  })

  it('close at once although a WebSocket is open', async () => {
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
