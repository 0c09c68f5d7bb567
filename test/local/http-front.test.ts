import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeServer, createWholeServer, listen } from '../../cdk/local/stand-ins/http.ts'
import { TOO_MANY_REQUESTS } from '../../cdk/local/stand-ins/lambda.ts'
import { startHttpFront, type HttpFront } from '../../cdk/local/stand-ins/http-front.ts'

type Event = {
  rawPath: string
  headers: Record<string, string>
  body?: string
  isBase64Encoded: boolean
  requestContext: Record<string, unknown>
}

let front: HttpFront
let last: Event
let errors: unknown[]
let invoke: (event: Event) => Promise<unknown>

beforeAll(async () => {
  front = await startHttpFront({
    host: '127.0.0.1',
    port: 0,
    timeoutMs: 100_000,
    onError: (error) => errors.push(error),
    invoke: (event) => {
      last = event as Event
      return invoke(last)
    },
  })
})
beforeEach(() => {
  errors = []
  invoke = async () => ({ statusCode: 204 })
})
afterAll(() => front.close())

/** Node's own client: fetch would tidy up the path and the headers. */
async function ask(
  path: string,
  headers: Record<string, string | string[]> = {},
  method = 'GET',
  body?: Buffer,
) {
  const { hostname, port } = new URL(front.url)
  const asked = request({ hostname, port, path, method, headers })
  asked.end(body)
  const [response] = await once(asked, 'response')
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part as Buffer)
  return { status: response.statusCode as number, headers: response.headers, body: Buffer.concat(parts) }
}

describe('the event for a function of an HTTP API', () => {
  it('has the payload format 2.0', async () => {
    await ask('/v1/devices/a%20b/x?limit=5&type=V1&type=V4&q=a%2Bb+c', {
      'X-Many': ['one', 'two'],
      Cookie: 'a=1; b=2',
      'User-Agent': 'test',
      Host: 'api.example.org:80',
    })
    expect(last).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/devices/a b/x',
      rawQueryString: 'limit=5&type=V1&type=V4&q=a%2Bb+c',
      cookies: ['a=1', 'b=2'],
      headers: {
        'x-many': 'one,two',
        'user-agent': 'test',
        host: 'api.example.org:80',
        connection: expect.any(String),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': new URL(front.url).port,
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { limit: '5', type: 'V1,V4', q: 'a+b c' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'api.example.org:80',
        domainPrefix: 'api',
        http: {
          method: 'GET',
          path: '/v1/devices/a b/x',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.any(String),
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    })
  })

  it('leaves encoded separators in the path as they are, so that the function can refuse them', async () => {
    await ask('/v1/devices/..%2f..%5Cv1%3fa%23b%20%252f')
    expect(last.rawPath).toBe('/v1/devices/..%2f..%5Cv1%3fa%23b %2f')
  })

  it.each([
    ['application/json', '{"a":"ü"}', false],
    ['application/json; charset=utf-8', '{}', false],
    ['application/problem+json', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['application/octet-stream', '\u0000\u0001', true],
  ])('contains a body of type %s as text or in base64', async (type, text, isBase64Encoded) => {
    await ask('/', { 'content-type': type }, 'POST', Buffer.from(text))
    expect(last).toMatchObject({
      isBase64Encoded,
      body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
    })
  })
})

describe('the answer of an HTTP API', () => {
  it('has the status, headers and cookies of the function', async () => {
    invoke = async () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'application/problem+json', 'X-Number': 7, connection: 'x' },
      cookies: ['a=1; Secure', 'b=2'],
      body: '{"ü":1}',
    })
    const { status, headers, body } = await ask('/')
    expect(status).toBe(201)
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-number': '7',
      'set-cookie': ['a=1; Secure', 'b=2'],
      'content-length': '8',
    })
    expect(body.toString()).toBe('{"ü":1}')
  })

  it.each<[unknown, number, string, string]>([
    [
      { statusCode: 200, body: 'AAEC', isBase64Encoded: true },
      200,
      'text/plain;charset=UTF-8',
      '\u0000\u0001\u0002',
    ],
    [{ statusCode: '404' }, 404, 'text/plain;charset=UTF-8', ''],
    [{ hello: 'you' }, 200, 'application/json', '{"hello":"you"}'],
    ['Hello', 200, 'application/json', 'Hello'],
    [null, 200, 'application/json', 'null'],
    [{ statusCode: 'many' }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    [{ statusCode: 200, body: { a: 1 } }, 500, 'application/json', '{"message":"Internal Server Error"}'],
  ])('of %j is as API Gateway makes it', async (result, status, type, body) => {
    invoke = async () => result
    const answer = await ask('/')
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe(type)
    expect(answer.body.toString()).toBe(body)
    expect(errors).toHaveLength(status === 500 ? 1 : 0)
  })

  it('is streamed while the function writes it', async () => {
    const body = new PassThrough()
    invoke = async () => ({ statusCode: 200, headers: { 'transfer-encoding': 'chunked' }, body })
    body.write('one')
    const answer = await fetch(front.url)
    const pieces = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await pieces.read()).value).toBe('one')
    body.end('two')
    expect(await pieces.read()).toEqual({ done: false, value: 'two' })
    expect((await pieces.read()).done).toBe(true)
    expect(answer.headers.get('content-length')).toBeNull()
  })

  it('breaks off where the function fails in the middle', async () => {
    const body = new PassThrough()
    invoke = async () => ({ statusCode: 200, body })
    body.write('one')
    const answer = await fetch(front.url)
    body.destroy(new Error('no more'))
    await expect(answer.text()).rejects.toThrow('terminated')
  })

  it('ends when the client disconnects', async () => {
    const body = new PassThrough()
    invoke = async () => ({ statusCode: 200, body })
    body.write('one')
    const answer = await fetch(front.url)
    const closed = new Promise((resolve) => body.once('close', resolve))
    await answer.body!.cancel()
    await closed
  })

  it('delays the stop of the server only briefly when its client does not read', async () => {
    const endless = new Readable({ read: () => endless.push('x'.repeat(65_536)) })
    const server = createWholeServer({
      limit: 1,
      tooLarge: { status: 413, headers: {}, body: '' },
      answer: async () => ({ status: 200, headers: {}, body: endless }),
      failed: () => ({ status: 500, headers: {}, body: '' }),
    })
    const url = await listen(server, { host: '127.0.0.1', port: 0, what: 'test' })
    const answer = await fetch(url)
    await closeServer(server, 50)
    await expect(answer.text()).rejects.toThrow('terminated')
    expect(endless.destroyed).toBe(true)
  })

  it('to HEAD has no body', async () => {
    invoke = async () => ({ statusCode: 200, body: 'four' })
    const { headers, body } = await ask('/', {}, 'HEAD')
    expect(headers['content-length']).toBe('4')
    expect(body).toHaveLength(0)
  })

  it('hides the error when the function fails, and reports it to the log', async () => {
    invoke = async () => {
      throw new Error('secret')
    }
    const { status, body } = await ask('/')
    expect([status, body.toString()]).toEqual([500, '{"message":"Internal Server Error"}'])
    expect(errors).toMatchObject([{ message: 'secret' }])
  })

  it('is 503 when no instance was free, without a log entry', async () => {
    invoke = async () => {
      throw Object.assign(new Error('no instance was free'), { name: TOO_MANY_REQUESTS })
    }
    const { status, body } = await ask('/v1/devices')
    expect([status, body.toString(), errors]).toEqual([503, '{"message":"Service Unavailable"}', []])
  })

  it('is 503 when the function takes too long', async () => {
    const never = Promise.withResolvers<unknown>()
    const body = new PassThrough()
    const hasty = await startHttpFront({
      host: '127.0.0.1',
      port: 0,
      timeoutMs: 50,
      onError: () => {},
      invoke: () => never.promise,
    })
    const answer = await fetch(hasty.url)
    expect([answer.status, await answer.text()]).toEqual([503, '{"message":"Service Unavailable"}'])
    const closed = new Promise((resolve) => body.once('close', resolve))
    never.resolve({ statusCode: 200, body })
    await closed
    await hasty.close()
  })

  it('is 413, 400 or 431 for a large body, broken path or endless headers', async () => {
    const large = await ask('/', {}, 'POST', Buffer.alloc(10 * 1024 * 1024 + 1))
    expect([large.status, large.body.toString()]).toEqual([413, '{"message":"Request Entity Too Large"}'])
    expect((await ask('/', {}, 'POST', Buffer.alloc(10 * 1024 * 1024))).status).toBe(204)
    expect((await ask('/%zz')).status).toBe(400)
    await expect(ask('/', { long: 'x'.repeat(20_000) })).rejects.toThrow()
  })
})

describe('the server of an HTTP API', () => {
  it('survives requests that end in mid-body', async () => {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n{')
    socket.resetAndDestroy()
    await once(socket, 'close')
    expect((await ask('/')).status).toBe(204)
  })

  it('reports that a port is in use, or an address that is not here', async () => {
    const port = Number(new URL(front.url).port)
    await expect(startHttpFront({ host: '127.0.0.1', port, invoke: async () => null })).rejects.toThrow(
      `The HTTP API cannot start: port ${port} on 127.0.0.1 is in use`,
    )
    await expect(startHttpFront({ host: '192.0.2.1', port: 0, invoke: async () => null })).rejects.toThrow(
      'The HTTP API cannot start: 192.0.2.1 is not an address of this machine',
    )
  })
})
