import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Embedded } from '../../cdk/local/embedded.ts'
import {
  call,
  makeDataDir,
  playUntilAcked,
  removeDataDir,
  startForTest,
  TEST_ADMIN_KEY,
  until,
} from '../e2e/harness.ts'
import { fixTimeOf, frameAt } from './frame.ts'

const PUBLIC_URL = 'https://gps.example.com'
const dataDir = makeDataDir()
const startedAt = Date.now()
let embedded: Embedded
beforeAll(async () => {
  const map = join(dataDir, 'region.pmtiles')
  writeFileSync(map, 'PMTiles')
  embedded = await startForTest(dataDir, {}, { traccarApi: true, map, publicUrl: PUBLIC_URL })
  await send('9170000951', startedAt - 120_000)
  await send('9170000951', startedAt - 60_000, { sos: true })
  await send('0917000095', startedAt - 60_000)
  await until(
    () => get('positions'),
    ({ body }) => body.length === 2 && body.every(({ fixTime }: any) => isFix(fixTime, startedAt - 60_000)),
  )
})
afterAll(async () => {
  await embedded?.close()
  removeDataDir(dataDir)
})

const send = (deviceId: string, at: number, more: { sos?: boolean } = {}) =>
  playUntilAcked(embedded.tcpPort, frameAt(deviceId, at, more))
const isFix = (time: string, at: number): boolean => Date.parse(time) === fixTimeOf(at)

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${embedded.httpUrl}/api/${path}`, init)
  const text = await answer.text()
  return {
    status: answer.status,
    body: text === '' ? null : JSON.parse(text),
    headers: answer.headers,
    cookie: answer.headers.get('set-cookie') ?? '',
  }
}
const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const basic = (key: string) => ({
  authorization: `Basic ${Buffer.from(`me@example.com:${key}`).toString('base64')}`,
})
const get = (path: string, headers: Record<string, string> = bearer(TEST_ADMIN_KEY)) => ask(path, { headers })
const signIn = (password: string) =>
  ask('session', { method: 'POST', body: new URLSearchParams({ email: 'me@example.com', password }) })
const cookieOf = ({ cookie }: { cookie: string }) => ({ cookie: cookie.split(';')[0]! })
const makeKey = async (body: object): Promise<{ key: string; keyId: string }> =>
  (await call(embedded, '/v1/keys', { method: 'POST', body })).body
const range = (from: number, to: number): string =>
  new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }).toString()

describe('the Traccar API: who may read', () => {
  it('accepts a key as Bearer token, as Basic password, and as token parameter', async () => {
    for (const headers of [bearer(TEST_ADMIN_KEY), basic(TEST_ADMIN_KEY)])
      expect((await get('devices', headers)).body).toHaveLength(2)
    expect(await get(`session?token=${TEST_ADMIN_KEY}`, {})).toMatchObject({ status: 200, body: { id: 1 } })
  })

  it('keeps a session in a cookie that scripts cannot read, until it is ended', async () => {
    const session = await signIn(TEST_ADMIN_KEY)
    expect(session).toMatchObject({
      status: 200,
      body: { email: 'me@example.com', readonly: true, administrator: false },
      cookie: expect.stringMatching(/^JSESSIONID=[\w-]{43}; Path=\/api; HttpOnly; SameSite=Strict$/),
    })
    expect(session.cookie).not.toContain(TEST_ADMIN_KEY)
    const cookie = cookieOf(session)
    expect((await get('devices', cookie)).body).toHaveLength(2)
    expect(await get('session', cookie)).toMatchObject({ body: { email: 'me@example.com' }, cookie: '' })
    const ended = await ask('session', { method: 'DELETE', headers: cookie })
    expect(ended).toMatchObject({ status: 204, cookie: expect.stringContaining('Max-Age=0') })
    expect((await get('devices', cookie)).status).toBe(401)
    expect((await get('session', cookie)).status).toBe(404)
  })

  it('limits the cookie to TLS behind a proxy with TLS', async () => {
    const { port } = new URL(embedded.httpUrl)
    const asked = request({
      port,
      path: `/api/session?token=${TEST_ADMIN_KEY}`,
      headers: { host: new URL(PUBLIC_URL).host },
    }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    expect([answer.statusCode, answer.headers['set-cookie']?.[0]]).toEqual([
      200,
      expect.stringMatching(/; Secure$/),
    ])
  })

  it('refuses others, and explains how to sign in', async () => {
    const { key: cannotRead } = await makeKey({ scopes: ['command'] })
    for (const path of ['devices', 'positions', 'geofences', `reports/events?${range(0, 1)}`]) {
      expect(await get(path, {})).toMatchObject({
        status: 401,
        body: { message: expect.stringContaining('API key') },
      })
      for (const headers of [bearer('wrong'), basic('wrong'), { cookie: 'JSESSIONID=wrong' }])
        expect([path, (await get(path, headers as Record<string, string>)).status]).toEqual([path, 401])
      expect([path, (await get(path, bearer(cannotRead))).status]).toEqual([path, 403])
    }
    for (const password of ['wrong', ''])
      expect(await signIn(password)).toMatchObject({ status: 401, cookie: '' })
    expect((await get('session?token=wrong', {})).status).toBe(401)
    expect((await get('server', basic('wrong'))).status).toBe(401)
  })

  it('shows a limited key its devices only', async () => {
    const { key } = await makeKey({ scopes: ['read'], devices: { ids: ['0917000095'] } })
    const { body } = await get('devices', basic(key))
    expect(body.map(({ uniqueId }: any) => uniqueId)).toEqual(['0917000095'])
    expect((await get('positions', basic(key))).body).toHaveLength(1)
    const foreign = `deviceId=9170000951&${range(startedAt - 600_000, startedAt)}`
    expect((await get(`positions?${foreign}`, basic(key))).status).toBe(404)
    expect((await get(`reports/events?${foreign}`, basic(key))).body).toEqual([])
  })
})

describe('the Traccar API: its answers', () => {
  it('returns the server, even without signing in', async () => {
    expect(await get('server', {})).toMatchObject({
      status: 200,
      body: { id: 1, readonly: true, registration: false, version: expect.any(String), attributes: {} },
    })
  })

  it('returns devices with numeric ids, also those that begin with a zero', async () => {
    const { body } = await get('devices')
    expect(body.find(({ uniqueId }: any) => uniqueId === '9170000951')).toMatchObject({
      id: 9_170_000_951,
      name: 'Tracker 9170000951',
      status: 'offline',
      disabled: false,
      lastUpdate: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      positionId: expect.any(Number),
      category: null,
      attributes: {},
    })
    const zero = body.find(({ uniqueId }: any) => uniqueId === '0917000095')
    expect((await get(`devices?id=${zero.id}`)).body).toEqual([zero])
    expect((await get('devices?uniqueId=1&uniqueId=9170000951')).body).toHaveLength(1)
    expect((await get(`positions?deviceId=${zero.id}`)).body).toMatchObject([{ id: zero.positionId }])
  })

  it('returns last positions, in knots', async () => {
    const { body } = await get('positions?deviceId=9170000951')
    expect(body).toMatchObject([
      {
        deviceId: 9_170_000_951,
        protocol: 'h02',
        valid: true,
        outdated: false,
        speed: 24.05,
        course: 133,
        accuracy: 0,
        attributes: { motion: true, alarm: 'sos' },
      },
    ])
    expect(body[0].latitude).toBeCloseTo(42.353_503, 5)
    expect(body[0].longitude).toBeCloseTo(-7.876_602, 5)
    const [device] = (await get('devices?uniqueId=9170000951')).body
    expect(device.positionId).toBe(body[0].id)
    expect((await get(`positions?id=${body[0].id}`)).body).toEqual(body)
  })

  it('returns the positions of a time range, oldest first', async () => {
    const { body } = await get(
      `positions?deviceId=9170000951&${range(startedAt - 600_000, startedAt + 600_000)}`,
    )
    expect(body.map(({ fixTime }: any) => Date.parse(fixTime))).toEqual(
      [120_000, 60_000].map((ago) => fixTimeOf(startedAt - ago)),
    )
    expect((await get('positions?deviceId=9170000951')).body[0].id).toBe(body[1].id)
  })

  it('returns events by type', async () => {
    const path = `reports/events?deviceId=9170000951&${range(startedAt - 600_000, startedAt + 600_000)}`
    const { body } = await until(
      () => get(path),
      ({ body }) => body.some(({ type }: any) => type === 'alarm') && body.length >= 3,
    )
    expect(new Set(body.map(({ type }: any) => type))).toEqual(
      new Set(['deviceOnline', 'deviceOffline', 'alarm']),
    )
    const alarms = (await get(`${path}&type=alarm&type=ignitionOn`)).body
    const [last] = (await get('positions?deviceId=9170000951')).body
    expect(alarms).toMatchObject([
      { deviceId: 9_170_000_951, positionId: last.id, attributes: { alarm: 'sos', name: 'sos' } },
    ])
    expect((await get(`${path}&type=ignitionOn`)).body).toEqual([])
  })

  it('returns empty lists for kinds that do not exist here', async () => {
    for (const path of ['geofences', 'groups', 'drivers', 'notifications', 'attributes/computed'])
      expect(await get(path)).toMatchObject({ status: 200, body: [] })
  })

  it('explains what is wrong with a request', async () => {
    for (const [path, status, message] of [
      ['users', 404, 'has no /api/users'],
      ['', 404, 'has no /api/'],
      ['devices/1/x', 404, 'devices, positions'],
      ['socket', 426, 'WebSocket'],
      ['reports/events?deviceId=9170000951', 400, 'from and to'],
      [`positions?deviceId=x&${range(0, 1)}`, 400, 'number x'],
      ['positions?deviceId=9170000951&from=x&to=y', 400, 'ISO 8601'],
    ] as const)
      expect([path, await get(path)]).toMatchObject([
        path,
        { status, body: { message: expect.stringContaining(message) } },
      ])
  })

  it('refuses writes', async () => {
    for (const [method, path] of [
      ['POST', 'devices'],
      ['PUT', 'devices/1'],
      ['DELETE', 'devices/9170000951'],
      ['POST', 'commands/send'],
      ['PUT', 'session'],
      ['POST', 'session/token'],
    ] as const)
      expect([path, await ask(path, { method, headers: bearer(TEST_ADMIN_KEY), body: '{}' })]).toMatchObject([
        path,
        { status: 405, body: { message: expect.stringContaining('read only') } },
      ])
    expect((await get('devices')).body).toHaveLength(2)
  })

  it('does not change other paths', async () => {
    for (const [path, status] of [
      ['/metrics', 401],
      ['/map/region.pmtiles', 200],
      ['/v1/devices', 401],
      ['/apis', 404],
    ] as const)
      expect([path, (await fetch(embedded.httpUrl + path)).status]).toEqual([path, status])
  })
})

describe('the WebSocket of the Traccar API', () => {
  const opened: WebSocket[] = []
  afterEach(() => opened.splice(0).forEach((socket) => socket.terminate()))
  const open = (headers: Record<string, string>) => {
    const socket = new WebSocket(`${embedded.httpUrl.replace('http', 'ws')}/api/socket`, { headers })
    opened.push(socket)
    const messages: any[] = []
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())))
    const all = async (kind: string): Promise<any[]> => messages.flatMap((message) => message[kind] ?? [])
    return { socket, messages, all }
  }

  it('sends everything, then changes and events', async () => {
    const { messages, all } = open(cookieOf(await signIn(TEST_ADMIN_KEY)))
    await until(
      async () => messages,
      ({ length }) => length > 0,
    )
    expect(messages[0]).toEqual({
      devices: (await get('devices')).body,
      positions: (await get('positions')).body,
    })
    const at = Date.now()
    await send('9170000951', at)
    await until(
      () => all('positions'),
      (positions) => positions.some(({ fixTime }) => isFix(fixTime, at)),
    )
    await until(
      () => all('events'),
      (events) => ['deviceOnline', 'deviceOffline'].every((type) => events.some((one) => one.type === type)),
    )
    const ids = (await all('events')).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    // Home Assistant looks for the device of a position in the same message.
    for (const { devices, positions = [] } of messages)
      for (const { deviceId } of positions) expect(devices.map(({ id }: any) => id)).toContain(deviceId)
    for (const { devices = [] } of messages.slice(1))
      expect(devices.map(({ uniqueId }: any) => uniqueId)).not.toContain('0917000095')
  })

  it('sends a limited key its devices only, and ends with the key', async () => {
    const { key, keyId } = await makeKey({ scopes: ['read'], devices: { ids: ['0917000095'] } })
    const { socket, all } = open(basic(key))
    await until(
      () => all('devices'),
      ({ length }) => length > 0,
    )
    const closed = once(socket, 'close')
    await call(embedded, `/v1/keys/${keyId}`, { method: 'DELETE' })
    // The next event shows that the key was deleted.
    await send('0917000095', Date.now())
    expect((await closed)[0]).toBe(1008)
    expect((await all('devices')).every(({ uniqueId }) => uniqueId === '0917000095')).toBe(true)
  })

  it('is not opened without a key', async () => {
    for (const headers of [{}, { cookie: 'JSESSIONID=wrong' }, bearer('wrong')] as Record<string, string>[]) {
      const { socket } = open(headers)
      const [error] = await once(socket, 'error').catch((cause: unknown) => [cause])
      expect(String(error)).toContain('401')
    }
  })
})

it('the Traccar API is off unless it is switched on', async () => {
  const folder = makeDataDir()
  const plain = await startForTest(folder)
  try {
    expect((await call(plain, '/api/server')).status).toBe(404)
  } finally {
    await plain.close()
    removeDataDir(folder)
  }
})
