import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { emptyState } from '#shared/history/state.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { startHttpFront, type HttpFront } from '../../cdk/local/stand-ins/http-front.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { driveFrames, inRecords, makeEvent as makeIngestEvent } from '../ingest/events.ts'
import { ADMIN_KEY, startFleet } from './fakes.ts'

type Handler = (
  event: object,
) => Promise<{ statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded: boolean }>

let fleet: Awaited<ReturnType<typeof startFleet>>
let handler: Handler
let front: HttpFront
beforeAll(async () => {
  fleet = await startFleet()
  // Its metrics go to the log of the function.
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  vi.stubEnv('STAGE', 'test')
  vi.stubEnv('TELEMETRY_TABLE', 'telemetry')
  vi.stubEnv('FLEET_TABLE', 'fleet')
  vi.stubEnv('ADMIN_KEY', ADMIN_KEY)
  vi.stubEnv('IOT_ENDPOINT', 'ws://127.0.0.1:1')
  vi.stubEnv('COMMAND_DELIVERY', 'direct')
  vi.stubEnv('EVENT_BUS', 'events')
  vi.stubEnv('RETENTION_DAYS', '30')
  vi.stubEnv('WEBHOOK_QUEUE', 'http://127.0.0.1:1/queue.fifo')
  vi.stubEnv('LIVE_ROLE_ARN', 'arn:aws:iam::000000000000:role/live')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', fleet.endpoint)
  // No event bus: changes go on without it.
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', 'http://127.0.0.1:1')
  handler = (await import('../../lambdas/api/handler.ts')).handler as unknown as Handler
  front = await startHttpFront({
    host: '127.0.0.1',
    port: 0,
    invoke: (event) => handler(event as object),
  })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await front.close()
  await fleet.close()
})

const csvBody = { 'content-type': 'text/csv' }

/** An event of an HTTP API, payload 2.0. */
const makeEvent = (
  method: string,
  rawPath: string,
  {
    query = '',
    body,
    headers = {},
  }: { query?: string; body?: string; headers?: Record<string, string> } = {},
) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: query,
  headers: {
    host: 'x.execute-api.us-east-1.amazonaws.com',
    authorization: `Bearer ${ADMIN_KEY}`,
    ...headers,
  },
  requestContext: {
    accountId: '1',
    apiId: 'x',
    domainName: 'x.execute-api.us-east-1.amazonaws.com',
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'r1',
    routeKey: '$default',
    stage: '$default',
    time: '10/Jan/2026:12:00:00 +0000',
    timeEpoch: 0,
  },
  ...(body !== undefined && { body: Buffer.from(body).toString('base64') }),
  isBase64Encoded: body !== undefined,
})

describe('the handler of the API function', () => {
  it('answers events of an HTTP API from the tables', async () => {
    const made = await handler(
      makeEvent('POST', '/v1/devices', {
        body: 'deviceId,name\n42,Van\n43,Söhne',
        headers: csvBody,
      }),
    )
    expect([made.statusCode, JSON.parse(made.body).created]).toEqual([201, ['42', '43']])

    const first = await handler(makeEvent('GET', '/v1/devices', { query: 'limit=1' }))
    const { items, next } = JSON.parse(first.body)
    expect([first.statusCode, items[0].deviceId, items[0].lastPosition]).toEqual([200, '42', null])
    expect(first.headers.link).toBe(`<${next}>; rel="next"`)
    const [rawPath, query] = next.split('?')
    const second = await handler(makeEvent('GET', rawPath, { query }))
    expect(JSON.parse(second.body).items[0].name).toBe('Söhne')

    for (const what of ['positions', 'frames']) {
      const { statusCode, body } = await handler(makeEvent('GET', `/v1/devices/42/${what}`))
      expect([statusCode, JSON.parse(body).items]).toEqual([200, []])
    }
  })

  it.each([
    '/v1/devices/../../v1/keys',
    '/v1/devices/..%2f..%2fv1%2fkeys',
    '/v1/devices/%2e%2e/keys',
    '/v1/devices/%252e%252e/keys',
    '/v1//keys',
    '/v1/devices/42\\positions',
    '/v1/devices/42%2Fpositions',
    '/v1/devices/42\u0000',
    '/v1/devices?limit=1',
    '/v1/devices ',
  ])('refuses the path %j before routing', async (rawPath) => {
    const { statusCode, headers, body } = await handler(makeEvent('GET', rawPath))
    expect([statusCode, headers['content-type']]).toEqual([400, 'application/problem+json'])
    const { type, requestId } = JSON.parse(body)
    expect([type, requestId]).toEqual(['urn:h02:problem:invalid-path', headers['x-request-id']])
  })

  it('refuses every path with an encoded dot segment, separator or control character', async () => {
    const encodeAll = (text: string): string =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
    const spell = (text: string, times: number): string => {
      let spelt = times === 0 ? text : encodeAll(text)
      for (let n = 1; n < times; n++) spelt = spelt.replaceAll('%', '%25')
      return spelt
    }
    const attack = fc.constantFrom('/../', '/./', '//', '\\', '\u0000', '\n', '\u001b', '?', '#')
    const prefix = fc.constantFrom('/v1/devices/42', '/v1/keys', '/v1', '/openapi.json')
    await fc.assert(
      fc.asyncProperty(prefix, attack, fc.nat(3), async (before, bad, times) => {
        const { statusCode, body } = await handler(makeEvent('GET', `${before}${spell(bad, times)}keys`))
        expect([statusCode, JSON.parse(body).type]).toEqual([400, 'urn:h02:problem:invalid-path'])
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    '/v1/devices/..%2f..%2fv1%2fkeys',
    '/v1/devices/%2e%2e/keys',
    '/v1/devices/../keys',
    '/v1/devices/%252e%252e%252fkeys',
    '/v1/devices/42%2Fpositions',
    '/v1/devices/42%5cpositions',
    '/v1/devices/42%00',
    '/v1/devices%3flimit=1',
    '/v1//keys',
    '//v1/keys',
  ])('refuses the path %j as the HTTP server of embedded mode delivers it', async (path) => {
    const { hostname, port } = new URL(front.url)
    const headers = { authorization: `Bearer ${ADMIN_KEY}` }
    // Node's own client: fetch would normalize the path.
    const asked = request({ hostname, port, path, headers }).end()
    const [response] = await once(asked, 'response')
    const body = await text(response)
    expect([response.statusCode, JSON.parse(body).type]).toEqual([400, 'urn:h02:problem:invalid-path'])
  })

  it('returns a drive that ingest has stored', async () => {
    const deviceId = '1234567890'
    await handler(makeEvent('POST', '/v1/devices', { body: `deviceId\n${deviceId}`, headers: csvBody }))
    const drive = driveFrames()
    const events = drive.map((frame, i) => makeIngestEvent({ ...frame, deviceId, seq: i + 1 }))
    const telemetry = createTelemetryStore({ client: fleet.client, table: 'telemetry' })
    const folded = fold(emptyState(deviceId), inRecords(events), { retentionDays: 3650 })
    for (const chunk of folded.chunks) await telemetry.putChunk(chunk, 0)
    expect(await telemetry.saveState(folded.state, folded)).toBe(true)

    const walk = async (what: string, limit: number): Promise<any[]> => {
      const items: any[] = []
      let next: string | null = `/v1/devices/${deviceId}/${what}?limit=${limit}`
      while (next) {
        const [rawPath = '', query = ''] = next.split('?')
        const { body } = await handler(makeEvent('GET', rawPath, { query }))
        items.push(...JSON.parse(body).items)
        next = JSON.parse(body).next
      }
      return items
    }
    const hexOf = (raw: Uint8Array) => Buffer.from(raw).toString('hex')
    const frames = await walk('frames', 50)
    expect(frames).toHaveLength(drive.length)
    expect(new Set(frames.map((frame) => frame.hex))).toEqual(new Set(drive.map(({ raw }) => hexOf(raw))))
    const valid = new Set(frames.filter((frame) => frame.message.position.valid).map((frame) => frame.hex))
    const positions = await walk('positions', 7)
    expect(positions).toHaveLength(valid.size)
    const times = positions.map((position) => position.fixTime)
    expect(times).toEqual(times.toSorted((a, b) => b.localeCompare(a)))

    const { body } = await handler(makeEvent('GET', `/v1/devices/${deviceId}`))
    expect(JSON.parse(body).lastPosition).toMatchObject({
      fixTime: times[0],
      latitude: positions[0].latitude,
    })
  })

  it('queues a command for a device that is not connected, and cancels it', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k1' }
    const order = { body: JSON.stringify({ intent: 'read-status' }), headers }
    const made = await handler(makeEvent('POST', '/v1/devices/42/commands', order))
    const { commandId, state, timeline } = JSON.parse(made.body)
    expect([made.statusCode, state, timeline.length > 0]).toEqual([202, 'queued', true])
    const again = await handler(makeEvent('POST', '/v1/devices/42/commands', order))
    expect([again.statusCode, JSON.parse(again.body)]).toEqual([202, JSON.parse(made.body)])
    const atOnce = { ...order, headers: { ...headers, 'idempotency-key': 'k2' } }
    const other = { ...atOnce, body: JSON.stringify({ intent: 'read-firmware' }) }
    const several = await Promise.all(
      Array.from({ length: 4 }, () => handler(makeEvent('POST', '/v1/devices/42/commands', other))),
    )
    expect(several.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202])
    const [{ commandId: otherId }] = several.map(({ body }) => JSON.parse(body))
    expect(several.map(({ body }) => JSON.parse(body).commandId)).toEqual(several.map(() => otherId))
    await handler(makeEvent('DELETE', `/v1/devices/42/commands/${otherId}`))
    const second = await handler(
      makeEvent('POST', '/v1/devices/42/commands', {
        ...order,
        headers: { 'content-type': 'application/json' },
      }),
    )
    expect([second.statusCode, JSON.parse(second.body).commandId]).toEqual([409, commandId])

    const cut = JSON.stringify({ intent: 'engine-cut' })
    const refused = await handler(
      makeEvent('POST', '/v1/devices/42/commands', {
        body: cut,
        headers: { 'content-type': 'application/json' },
      }),
    )
    expect([refused.statusCode, JSON.parse(refused.body).type]).toEqual([
      403,
      'urn:h02:problem:engine-commands-off',
    ])

    const listed = await handler(makeEvent('GET', '/v1/devices/42/commands'))
    expect(JSON.parse(listed.body).items).toMatchObject([
      { commandId: otherId, state: 'concluded' },
      { commandId, state: 'queued' },
    ])
    const device = await handler(makeEvent('GET', '/v1/devices/42'))
    expect(JSON.parse(device.body).commands.queued).toBe(1)
    const cancelled = await handler(makeEvent('DELETE', `/v1/devices/42/commands/${commandId}`))
    expect(JSON.parse(cancelled.body)).toMatchObject({ verdict: 'undelivered', state: 'concluded' })
    const gone = await handler(makeEvent('GET', '/v1/devices/404/catalogue'))
    expect(gone.statusCode).toBe(404)
  })

  it('probes a device through its queue', async () => {
    const started = await handler(makeEvent('POST', '/v1/devices/43/probe'))
    const { probeId, asked } = JSON.parse(started.body)
    expect([started.statusCode, asked > 4]).toEqual([202, true])
    const device = await handler(makeEvent('GET', '/v1/devices/43'))
    expect(JSON.parse(device.body).commands.queued).toBe(asked)
    const flushed = await handler(makeEvent('DELETE', '/v1/devices/43/commands'))
    expect(JSON.parse(flushed.body).cancelled).toHaveLength(asked)
    const probe = await handler(makeEvent('GET', `/v1/devices/43/probe/${probeId}`))
    expect(JSON.parse(probe.body)).toMatchObject({ state: 'done', concluded: asked, answered: 0 })
  })

  it('returns every format as text, not as base64', async () => {
    for (const format of ['json', 'geojson', 'csv', 'gpx', 'ndjson']) {
      const answer = await handler(
        makeEvent('GET', '/v1/devices/42/positions', { query: `format=${format}` }),
      )
      expect([format, answer.statusCode, answer.isBase64Encoded]).toEqual([format, 200, false])
    }
  })

  it('returns compressed answers as base64, and API Gateway sends their bytes', async () => {
    const event = makeEvent('GET', '/openapi.json', { headers: { 'accept-encoding': 'br' } })
    const { statusCode, headers, body, isBase64Encoded } = await handler(event)
    expect([statusCode, headers['content-encoding'], isBase64Encoded]).toEqual([200, 'br', true])
    const document = brotliDecompressSync(Buffer.from(body, 'base64')).toString()
    expect(JSON.parse(document).openapi).toBe('3.1.0')
    const sent = await fetch(`${front.url}/openapi.json`, { headers: { 'accept-encoding': 'gzip' } })
    expect(sent.headers.get('content-encoding')).toBe('gzip')
    expect(await sent.text()).toBe(document)
  })

  it('returns errors as problem details', async () => {
    const answer = await handler(makeEvent('GET', '/v1/devices', { headers: { authorization: 'Bearer x' } }))
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([401, 'application/problem+json'])
    expect((await handler(makeEvent('PUT', '/v1/devices'))).headers.allow).toBe('GET, POST')
  })

  it.each([
    ['ENGINE_COMMANDS', 'yes', 'on or off'],
    ['ENGINE_SPEED_LIMIT_KMH', '-1', '0 to 100'],
    ['COMMAND_DELIVERY', 'mail', 'direct or publish'],
    ['TIME_SCALE', '2', 'at most 1'],
    ['LIVE_ROLE_ARN', 'admin', 'ARN of an IAM role'],
  ])('does not start with %s=%s', async (name, value, words) => {
    vi.resetModules()
    const before = process.env[name]
    vi.stubEnv(name, value)
    await expect(import('../../lambdas/api/handler.ts')).rejects.toThrow(words)
    vi.stubEnv(name, before)
  })

  it('does not start without its environment variables, naming the missing ones', async () => {
    vi.resetModules()
    vi.stubEnv('FLEET_TABLE', '')
    vi.stubEnv('TELEMETRY_TABLE', '')
    await expect(import('../../lambdas/api/handler.ts')).rejects.toThrow('TELEMETRY_TABLE, FLEET_TABLE')
  })
})
