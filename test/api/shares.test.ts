import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOptions, type LocalOptions } from '../../cdk/local/options.ts'
import { linksEnv } from '../../cdk/local/part-env.ts'
import type { ApiParts } from '../../lambdas/api/app-type.ts'
import { readSettings } from '../../lambdas/api/settings.ts'
import type { Console, ConsoleConfig } from '../../lambdas/api/site/console.ts'
import { isLocalLink } from '../../lambdas/console/settings/local-link.ts'
import { expectDocumented } from './documented.ts'
import { someState, startApi } from './fakes.ts'

const DEVICE_ID = '9170000001'
const PATH = `/v1/devices/${DEVICE_ID}/shares`
const HOUR_MS = 3_600_000

let now = Date.now()
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => now })
  const devices = [
    { deviceId: DEVICE_ID, name: 'Van 3', labels: { fleet: 'north' } },
    { deviceId: '9170000002', name: 'Car' },
  ]
  await api.call('POST', '/v1/devices', { body: devices })
  api.history.states.set(DEVICE_ID, { ...someState, deviceId: DEVICE_ID, lastSeen: now })
})
afterAll(() => api.close())

const share = async (body: object = {}, key?: string) => {
  const made = await api.call('POST', PATH, { body, ...(key !== undefined && { key }) })
  expect(made.status, made.text).toBe(201)
  await expectDocumented(api.app, 'POST', '/v1/devices/{deviceId}/shares', made)
  return made.json
}
const keyWith = async (wanted: object): Promise<string> =>
  (await api.call('POST', '/v1/keys', { body: wanted })).json.key
const open = (key: string) => api.call('GET', '/v1/shared', { key })

describe('the URL of a shared link', () => {
  const config = { trackers: {} } as ConsoleConfig
  const urlWith = async (
    parts: Partial<ApiParts>,
    headers: Record<string, string>,
  ): Promise<string | null> => {
    const { call, close } = await startApi(parts)
    await call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID } })
    const { status, json } = await call('POST', PATH, { headers, body: {} })
    expect(status).toBe(201)
    if (json.url !== null) expect(json.url.endsWith(`/#/shared/${json.key}`)).toBe(true)
    await close()
    return json.url && new URL(json.url).origin
  }
  const site: Console = { files: async () => null, config }
  const tunnel = { host: '127.0.0.1:8080' }
  const proxy = { host: 'gps.example.com', 'x-forwarded-proto': 'https' }
  const PUBLIC_ORIGIN = 'https://cars.example.com'

  it.each<[string, Partial<ApiParts>, Record<string, string>, string | null]>([
    ['is that of the request by default', { console: site }, tunnel, 'http://127.0.0.1:8080'],
    ['has the scheme of a proxy', { console: site }, proxy, 'https://gps.example.com'],
    [
      'is the public one, even through a tunnel',
      { console: site, publicOrigin: PUBLIC_ORIGIN },
      tunnel,
      PUBLIC_ORIGIN,
    ],
    ['is null without a console', { publicOrigin: PUBLIC_ORIGIN }, tunnel, null],
  ])('%s', async (_, parts, headers, origin) => expect(await urlWith(parts, headers)).toBe(origin))

  it('is the public URL of embedded mode, which becomes the setting of the API', () => {
    const required = {
      STAGE: 's',
      TELEMETRY_TABLE: 't',
      FLEET_TABLE: 'f',
      IOT_ENDPOINT: 'i',
      LIVE_ROLE_ARN: 'r',
    }
    const { publicUrl } = readOptions(['--public-url', 'https://cars.example.com/']) as LocalOptions
    const settings = readSettings({ ...required, ...linksEnv({ publicUrl: publicUrl! }) })
    expect(settings.publicOrigin).toBe(PUBLIC_ORIGIN)
    expect(readSettings({ ...required, ...linksEnv({}) }).publicOrigin).toBeNull()
  })

  it.each([
    ['http://127.0.0.1:8080/#/shared/h02_1', true],
    ['http://localhost:9000/#/shared/h02_1', true],
    ['http://[::1]:8080/#/shared/h02_1', true],
    ['http://127.0.0.2/#/shared/h02_1', true],
    ['http://192.168.1.5:8080/#/shared/h02_1', false],
    ['https://gps.example.com/#/shared/h02_1', false],
    ['https://localhost.example.com/#/shared/h02_1', false],
    ['h02_1', false],
  ])('%s causes a warning in the console: %s', (url, isWarned) => expect(isLocalLink(url)).toBe(isWarned))
})

describe('a shared link to a device', () => {
  it('shows the name and the last position, and no id', async () => {
    const { key } = await share({ name: 'Our van' })
    const shown = await open(key)
    await expectDocumented(api.app, 'GET', '/v1/shared', shown)
    const { latitude, longitude } = someState.lastPosition!
    expect(shown.json).toMatchObject({ name: 'Our van', position: { latitude, longitude } })
    expect(shown.text).not.toContain(DEVICE_ID)
  })

  it('has the name of the device if it is given none', async () => {
    expect((await open((await share()).key)).json.name).toBe('Van 3')
  })

  it('is in the audit of its device', async () => {
    const { shareId } = await share()
    const { items } = (await api.call('GET', `/v1/audit?deviceId=${DEVICE_ID}`)).json
    expect(items).toContainEqual(
      expect.objectContaining({ step: 'key-made', details: expect.objectContaining({ keyId: shareId }) }),
    )
  })

  it.each([
    ['GET', `/v1/devices/${DEVICE_ID}`],
    ['GET', '/v1/devices'],
    ['GET', '/v1/positions'],
    ['GET', `/v1/devices/${DEVICE_ID}/positions?from=2026-01-01T00:00:00Z`],
    ['GET', '/v1/events'],
    ['GET', PATH],
    ['POST', PATH],
    ['POST', `/v1/devices/${DEVICE_ID}/commands`],
    ['POST', `/v1/devices/${DEVICE_ID}/live`],
    ['POST', '/v1/keys'],
  ])('gives no access to other routes: %s %s', async (method, other) => {
    const { key } = await share()
    const body = method === 'GET' ? {} : { body: {} }
    const { status, json } = await api.call(method, other, { key, ...body })
    expect(json.type).toBe('urn:h02:problem:forbidden')
    expect(status).toBe(403)
    await api.call('DELETE', `${PATH}/${key.split('_')[1]}`)
  })

  it('is refused once its time is over, and is not listed any more', async () => {
    const { key, shareId, expiresAt } = await share({ seconds: 3_600 })
    expect(expiresAt).toBe(new Date(now + HOUR_MS).toISOString())
    expect((await api.call('GET', PATH)).json.items.map((one: any) => one.shareId)).toContain(shareId)
    now += HOUR_MS
    expect((await open(key)).status).toBe(401)
    expect((await api.call('GET', PATH)).json.items.map((one: any) => one.shareId)).not.toContain(shareId)
  })

  it('is refused once it is deleted, by its device alone', async () => {
    const { key, shareId } = await share()
    const listed = await api.call('GET', PATH)
    await expectDocumented(api.app, 'GET', '/v1/devices/{deviceId}/shares', listed)
    expect(listed.text).not.toContain(key)
    expect((await api.call('DELETE', `/v1/devices/9170000002/shares/${shareId}`)).status).toBe(404)
    expect((await open(key)).status).toBe(200)
    expect((await api.call('DELETE', `${PATH}/${shareId}`)).status).toBe(204)
    expect((await open(key)).status).toBe(401)
    expect((await api.call('DELETE', `${PATH}/${shareId}`)).status).toBe(404)
  })

  it('cannot delete a key that is no link', async () => {
    const made = await api.call('POST', '/v1/keys', { body: { scopes: ['read'], deviceIds: [DEVICE_ID] } })
    expect((await api.call('DELETE', `${PATH}/${made.json.keyId}`)).status).toBe(404)
    expect((await open(made.json.key)).json.requiredScope).toBe('share')
  })

  it('ends with the key that makes it, which needs the scope read', async () => {
    const expiresAt = new Date(now + HOUR_MS).toISOString()
    const short = await keyWith({ scopes: ['admin', 'read'], expiresAt })
    expect((await share({ seconds: 86_400 }, short)).expiresAt).toBe(expiresAt)
    const blind = await keyWith({ scopes: ['admin'] })
    const refused = await api.call('POST', PATH, { key: blind, body: {} })
    expect(refused).toMatchObject({ status: 403, json: { requiredScope: 'read' } })
  })

  it('of a key with labels ends when the device loses them', async () => {
    const limited = await keyWith({ scopes: ['admin', 'read'], devices: { labels: { fleet: 'north' } } })
    const { key } = await share({}, limited)
    expect((await open(key)).status).toBe(200)
    await api.call('PATCH', `/v1/devices/${DEVICE_ID}`, { body: { labels: { fleet: 'south' } } })
    now += 10_000
    expect((await open(key)).json.detail).toBe('this device is not shared any more')
    await api.call('PATCH', `/v1/devices/${DEVICE_ID}`, { body: { labels: { fleet: 'north' } } })
  })

  it('shows null where no position is known, and ends with its device', async () => {
    const device = '/v1/devices/9170000002'
    const { key } = (await api.call('POST', `${device}/shares`, { body: {} })).json
    expect((await open(key)).json).toMatchObject({ online: false, lastSeen: null, position: null })
    await api.call('DELETE', device)
    expect((await open(key)).status).toBe(404)
  })

  it.each([{ seconds: 59 }, { seconds: 31 * 86_400 + 1 }, { seconds: 'a day' }, { until: 'tomorrow' }])(
    'is refused with %j',
    async (body) => {
      expect((await api.call('POST', PATH, { body })).status).toBe(400)
    },
  )

  it('is limited in number', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 21; n++) statuses.push((await api.call('POST', PATH, { body: {} })).status)
    expect(statuses.at(-1)).toBe(409)
    expect(statuses[0]).toBe(201)
  })
})
