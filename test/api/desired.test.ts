import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

const start = Date.UTC(2026, 0, 10, 12)
let now = start
let api: Awaited<ReturnType<typeof startApi>>
let deviceId = '9170000400'
const TEMPLATE = '/v1/devices/{deviceId}/desired'
const pathOf = () => `/v1/devices/${deviceId}/desired`
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())
beforeEach(async () => {
  now += 60_000
  deviceId = String(Number(deviceId) + 1)
  await api.call('POST', '/v1/devices', { body: { deviceId } })
  now += 1_000
})

const put = (body: object, more: object = {}) => api.call('PUT', pathOf(), { body, ...more })
const keyWith = async (scopes: string[], more: object = {}): Promise<string> =>
  (await api.call('POST', '/v1/keys', { body: { scopes, ...more } })).json.key

describe('desired settings', () => {
  it('are set, shown and deleted', async () => {
    const none = await api.call('GET', pathOf())
    await expectDocumented(api.app, 'GET', TEMPLATE, none)
    expect(none.status).toBe(404)
    const set = await put({ intervalOnSeconds: 20, powerAlarmOn: true })
    await expectDocumented(api.app, 'PUT', TEMPLATE, set)
    const unknown = {
      reported: null,
      reportedAt: null,
      reportedBy: null,
      reportedIn: null,
      state: 'not-reported',
      tries: 0,
      acceptedAt: null,
    }
    expect(set.json).toEqual({
      deviceId,
      settings: {
        intervalOnSeconds: { desired: 20, ...unknown },
        powerAlarmOn: { desired: true, ...unknown },
      },
      setAt: new Date(now).toISOString(),
      setBy: 'admin',
      checkedAt: null,
      commands: [],
    })
    const shown = await api.call('GET', pathOf())
    await expectDocumented(api.app, 'GET', TEMPLATE, shown)
    expect(shown.json).toEqual(set.json)
    const deleted = await api.call('DELETE', pathOf())
    await expectDocumented(api.app, 'DELETE', TEMPLATE, deleted)
    expect(deleted.status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await api.call(method, pathOf())).status).toBe(404)
  })

  it('show the reported value, since when and by which reply', async () => {
    await put({ intervalOnSeconds: 20, intervalOffSeconds: 300 })
    const before = (await api.desired.get(deviceId))!
    const report = { value: 30, at: start, source: 'reply' as const, commandId: 'c1' }
    const { intervalOnSeconds, ...others } = before.settings
    await api.desired.save(before, {
      ...before,
      checkedAt: start,
      settings: { ...others, intervalOnSeconds: { ...intervalOnSeconds!, report } },
      batch: {
        plannedAt: start,
        isSubmitted: true,
        orders: [{ commandId: 'c2', intent: 'read-status', params: {}, setting: null }],
      },
    })
    const shown = await api.call('GET', pathOf())
    await expectDocumented(api.app, 'GET', TEMPLATE, shown)
    expect(shown.json).toMatchObject({
      checkedAt: new Date(start).toISOString(),
      commands: ['c2'],
      settings: {
        intervalOnSeconds: {
          desired: 20,
          reported: 30,
          reportedAt: new Date(start).toISOString(),
          reportedBy: 'reply',
          reportedIn: 'c1',
          state: 'differs',
        },
      },
    })
    // Reported values are kept; settings that are no longer desired are removed.
    expect((await put({ intervalOnSeconds: 30 })).json.settings).toMatchObject({
      intervalOnSeconds: { desired: 30, reported: 30, state: 'in-sync' },
    })
    expect(Object.keys((await api.call('GET', pathOf())).json.settings)).toEqual(['intervalOnSeconds'])
  })

  it.each([
    [{}, '', 'at least one of intervalOnSeconds'],
    [{ interval: 20 }, '', 'unknown: interval'],
    [{ intervalOnSeconds: 5 }, '/intervalOnSeconds', '10 to 18000'],
    [{ intervalOnSeconds: '20' }, '/intervalOnSeconds', 'number'],
    [{ intervalOffSeconds: 3_600 }, '/intervalOffSeconds', '1 to 1800'],
    [{ powerAlarmOn: false }, '/powerAlarmOn', 'true'],
    [{ sleepOn: true }, '/sleepOn', 'false'],
    [{ timeZone: 'Europe/Madrid' }, '/timeZone', 'E01'],
    [{ intervalOnSeconds: 20, serverHost: 'evil.example' }, '', 'unknown: serverHost'],
  ])('in the body %j are refused, with what would be accepted', async (body, name, detail) => {
    const refused = await put(body)
    expect([refused.status, refused.json.errors[0].name]).toEqual([400, name])
    expect(refused.json.detail).toContain(detail)
    expect((await api.call('GET', pathOf())).status).toBe(404)
  })

  it('of a tracker of another maker have the ranges of its commands', async () => {
    await api.call('PATCH', `/v1/devices/${deviceId}`, { body: { model: 'HuaSunTek H1' } })
    expect((await put({ intervalOnSeconds: 5, intervalOffSeconds: 3_600 })).status).toBe(200)
  })

  it('require the scope command, are audited, and are unknown to keys of other devices', async () => {
    expect((await put({ intervalOnSeconds: 20 }, { key: await keyWith(['read', 'admin']) })).status).toBe(403)
    expect((await put({ intervalOnSeconds: 20 }, { key: await keyWith(['command']) })).status).toBe(200)
    const other = await keyWith(['read', 'command'], { deviceIds: ['1'] })
    for (const method of ['GET', 'DELETE'])
      expect((await api.call(method, pathOf(), { key: other })).status).toBe(404)
    expect((await put({ intervalOnSeconds: 20 }, { key: other })).status).toBe(404)
    now += 1_000
    await api.call('DELETE', pathOf())
    const { items } = (await api.call('GET', `/v1/audit?deviceId=${deviceId}`)).json
    expect(items.slice(0, 2)).toMatchObject([
      { step: 'desired-deleted' },
      { step: 'desired-set', details: { settings: { intervalOnSeconds: 20 } } },
    ])
  })

  it('do not pass from a deleted registration to the next one', async () => {
    await put({ intervalOnSeconds: 20 })
    now += 1_000
    await api.call('DELETE', `/v1/devices/${deviceId}`)
    expect((await put({ intervalOnSeconds: 20 })).status).toBe(404)
    now += 1_000
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    expect((await api.call('GET', pathOf())).status).toBe(404)
    now += 1_000
    expect((await put({ intervalOnSeconds: 60 })).json.settings.intervalOnSeconds.desired).toBe(60)
  })
})
