import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

const start = Date.UTC(2026, 0, 10, 12)
let now = start
let api: Awaited<ReturnType<typeof startApi>>
let deviceId = '9170000300'
const TEMPLATE = '/v1/devices/{deviceId}/schedules'
const pathOf = (name?: string) => `/v1/devices/${deviceId}/schedules${name === undefined ? '' : `/${name}`}`
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())
beforeEach(async () => {
  now += 60_000
  api.fakes.made.clear()
  deviceId = String(Number(deviceId) + 1)
  await api.call('POST', '/v1/devices', { body: { deviceId } })
})

const hourly = { every: '1h', intent: 'read-status' }
const put = (body: object, name = 'voltage', more: object = {}) =>
  api.call('PUT', pathOf(name), { body, ...more })
const keyWith = async (...scopes: string[]): Promise<string> =>
  (await api.call('POST', '/v1/keys', { body: { scopes } })).json.key

describe('a schedule', () => {
  it('is set, listed, shown and deleted', async () => {
    const set = await put(hourly)
    expect(set.status).toBe(200)
    await expectDocumented(api.app, 'PUT', `${TEMPLATE}/{name}`, set)
    expect(set.json).toEqual({
      deviceId,
      name: 'voltage',
      every: '1h',
      cron: null,
      timezone: null,
      intent: 'read-status',
      title: 'Status',
      params: {},
      setAt: new Date(now).toISOString(),
      setBy: 'admin',
      nextRunAt: new Date(now).toISOString(),
      sent: 0,
      skipped: 0,
      lastRun: null,
      lastCommand: null,
    })
    const list = await api.call('GET', pathOf())
    await expectDocumented(api.app, 'GET', TEMPLATE, list)
    expect(list.json).toEqual({ deviceId, items: [set.json] })
    const shown = await api.call('GET', pathOf('voltage'))
    await expectDocumented(api.app, 'GET', `${TEMPLATE}/{name}`, shown)
    expect(shown.json).toEqual(set.json)
    const deleted = await api.call('DELETE', pathOf('voltage'))
    await expectDocumented(api.app, 'DELETE', `${TEMPLATE}/{name}`, deleted)
    expect(deleted.status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      const gone = await api.call(method, pathOf('voltage'))
      await expectDocumented(api.app, method, `${TEMPLATE}/{name}`, gone)
      expect(gone.status).toBe(404)
    }
  })

  it('of a cron expression has its next run in its zone', async () => {
    const { json } = await put({ cron: '0  6 * * 1-5', timezone: 'Europe/Madrid', intent: 'read-status' })
    expect(json).toMatchObject({
      every: null,
      cron: '0 6 * * 1-5',
      timezone: 'Europe/Madrid',
      nextRunAt: '2026-01-12T05:00:00.000Z',
    })
    expect((await put({ cron: '0 6 * * *', intent: 'read-status' })).json.timezone).toBe('UTC')
  })

  it('that is set again without changes keeps the time of its next run', async () => {
    const { json } = await put({ every: 3_600, intent: 'read-state', params: { mode: '1' } })
    expect(json.every).toBe('1h')
    now += 30_000
    const { every, intent, params } = json
    expect((await put({ every, intent, params })).json).toEqual(json)
    expect((await put({ every: '90m', intent, params })).json).toMatchObject({
      every: '90m',
      setAt: new Date(now).toISOString(),
    })
  })

  it('shows its newest command with verdict and reply, and counts its runs', async () => {
    await put(hourly)
    const schedule = (await api.schedules.get(deviceId, 'voltage'))!
    const commandId = `${start.toString(36).padStart(9, '0')}0000001`
    await api.fakes.dispatcher.submit({ ...order, commandId, deviceId })
    api.fakes.conclude(commandId, 'answered', {
      reply: { text: 'VOLT:12.6V\nUP:4711', facts: { voltage: 12.6 } },
    })
    await api.schedules.advance(schedule, {
      ...schedule,
      sent: 1,
      skipped: 2,
      lastRun: { plannedAt: start, outcome: 'sent' },
      lastCommandId: commandId,
    })
    const shown = await api.call('GET', pathOf('voltage'), { key: await keyWith('read') })
    await expectDocumented(api.app, 'GET', `${TEMPLATE}/{name}`, shown)
    expect(shown.json).toMatchObject({
      sent: 1,
      skipped: 2,
      lastRun: { plannedAt: new Date(start).toISOString(), outcome: 'sent' },
      lastCommand: { commandId, verdict: 'answered', reply: { facts: { voltage: 12.6 } } },
    })
    expect(shown.text).not.toContain('4711')
  })

  it.each([
    [{ intent: 'read-status' }, '', 'one of every, cron'],
    [{ ...hourly, cron: '0 6 * * *' }, '', 'one of every, cron'],
    [{ ...hourly, every: '4m' }, '/every', '5 minutes to 31 days'],
    [{ ...hourly, every: 299 }, '/every', '5 minutes to 31 days'],
    [{ ...hourly, every: '32d' }, '/every', '5 minutes to 31 days'],
    [{ ...hourly, every: 'hourly' }, '/every', '15m, 1h or 1d'],
    [{ ...hourly, timezone: 'UTC' }, '/timezone', 'with cron'],
    [{ cron: '* * * * *', intent: 'read-status' }, '/cron', '5 minutes apart'],
    [{ cron: '0 6 * *', intent: 'read-status' }, '/cron', 'five fields'],
    [{ cron: '0 6 * * *', timezone: 'Mars', intent: 'read-status' }, '/timezone', 'Europe/Madrid'],
    [{ ...hourly, intent: 'interval-on', params: { seconds: 20 } }, '/intent', 'read-status'],
    [{ ...hourly, intent: 'engine-cut' }, '/intent', 'read-status'],
    [{ ...hourly, intent: 'raw' }, '/intent', 'read-status'],
    [{ ...hourly, intent: 'read-state', params: { mode: '9' } }, '/params/mode', '0, 1'],
    [{ ...hourly, intent: 'read-info' }, '/dialect', 'not known of'],
    [{ ...hourly, raw: 'CXZT' }, '', 'unknown: raw'],
  ])('with the body %j is refused, with what would be accepted', async (body, name, detail) => {
    const { status, json } = await put(body)
    expect([status, json.errors[0].name]).toEqual([400, name])
    expect(json.detail).toContain(detail)
    expect((await api.call('GET', pathOf())).json.items).toEqual([])
  })

  it.each(['Voltage', 'a b', '-x', 'x'.repeat(41)])('cannot have the name %s', async (name) => {
    expect((await put(hourly, encodeURIComponent(name))).status).toBe(400)
  })

  it('is refused when the device already has ten', async () => {
    for (let n = 0; n < 10; n++) expect((await put(hourly, `s${n}`)).status).toBe(200)
    const refused = await put(hourly, 'one-more')
    await expectDocumented(api.app, 'PUT', `${TEMPLATE}/{name}`, refused)
    expect([refused.status, refused.json.type]).toEqual([409, 'urn:h02:problem:conflict'])
    expect((await put({ ...hourly, every: '2h' }, 's3')).status).toBe(200)
  })

  it('requires the scope command, is audited, and is unknown to keys of other devices', async () => {
    expect((await put(hourly, 'voltage', { key: await keyWith('read', 'admin') })).status).toBe(403)
    now += 1_000
    expect((await put(hourly, 'voltage', { key: await keyWith('command') })).status).toBe(200)
    const other = (
      await api.call('POST', '/v1/keys', { body: { scopes: ['read', 'command'], deviceIds: ['1'] } })
    ).json.key
    for (const method of ['GET', 'DELETE'])
      expect((await api.call(method, pathOf('voltage'), { key: other })).status).toBe(404)
    expect((await put(hourly, 'voltage', { key: other })).status).toBe(404)
    now += 1_000
    await api.call('DELETE', pathOf('voltage'))
    const { items } = (await api.call('GET', `/v1/audit?deviceId=${deviceId}`)).json
    expect(items.slice(0, 2)).toMatchObject([
      { step: 'schedule-deleted', details: { name: 'voltage' } },
      { step: 'schedule-set', details: { name: 'voltage', intent: 'read-status', everyMs: 3_600_000 } },
    ])
  })

  it('does not pass from a deleted registration to the next one', async () => {
    await put(hourly)
    now += 1_000
    await api.call('DELETE', `/v1/devices/${deviceId}`)
    expect((await api.call('GET', pathOf())).status).toBe(404)
    now += 1_000
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    expect((await api.call('GET', pathOf())).json.items).toEqual([])
    expect((await api.call('GET', pathOf('voltage'))).status).toBe(404)
  })
})

const order = {
  createdAt: start,
  createdBy: 'admin',
  expiresAt: start + 60_000,
  intent: 'read-status',
  params: {},
  raw: null,
  dialect: 'auto' as const,
  danger: 'harmless' as const,
  probeId: null,
}
