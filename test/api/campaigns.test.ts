import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { advanceCampaign } from '#shared/commands/campaign.ts'
import type { Scope } from '#shared/store/api-keys.ts'
import { campaignsOver } from '../commands/campaigns.ts'
import { MINUTE, startCommands, type TestCommands } from '../commands/harness.ts'
import { startApi } from './fakes.ts'

let t: TestCommands
let c: ReturnType<typeof campaignsOver>
let call: Awaited<ReturnType<typeof startApi>>['call']
beforeAll(async () => {
  t = await startCommands()
  c = campaignsOver(t)
  t.bus.connected.add('gateway1')
  const api = await startApi({
    fleet: t,
    now: t.parts.now,
    commands: t.commands,
    dispatcher: t.dispatcher,
    gateways: { leased: async (ids) => new Set(ids) },
    advanceCampaign: (campaignId) => advanceCampaign(t.parts, campaignId, { maxMs: MINUTE }),
  })
  call = api.call
})
afterAll(() => t.close())
beforeEach(() => void (t.bus.deliveries.length = 0))

const devices = (count: number, options: Parameters<TestCommands['makeDevice']>[0] = {}) =>
  Promise.all(Array.from({ length: count }, () => t.makeDevice(options)))
const create = (body: object, more: object = {}) => call('POST', '/v1/campaigns', { body, ...more })
const keyFor = async (wanted: object, scopes: readonly Scope[] = ['read', 'command']): Promise<string> =>
  (await call('POST', '/v1/keys', { body: { scopes, ...wanted } })).json.key
const sent = (): string[] => t.bus.deliveries.map(({ deviceId }) => deviceId)
const label = (deviceId: string, labels: object) =>
  call('PATCH', `/v1/devices/${deviceId}`, { body: { labels } })

describe('a campaign over HTTP', () => {
  it('is made, begins at once, and shows its progress', async () => {
    const ids = await devices(4, { firmware: 'ST906_A' })
    const { status, json, headers } = await create({
      name: 'Status',
      intent: 'read-status',
      select: { ids },
      canary: 1,
    })
    expect(status).toBe(201)
    const path = `/v1/campaigns/${json.campaignId}`
    expect(headers.get('location')).toBe(path)
    expect(json).toMatchObject({
      name: 'Status',
      state: 'running',
      phase: 'canary',
      title: expect.any(String),
      danger: 'harmless',
      select: { ids: 4, labels: null, model: null, firmware: null },
      canary: 1,
      perMinute: 60,
      stopWhen: { unanswered: 0.1, rejected: 0.1, contradicted: 1 },
      expiresInSeconds: 86_400,
      createdBy: 'admin',
      progress: { devices: 4, waiting: 3, open: 1, outcomes: {} },
      firmwares: [{ firmware: 'ST906_A', devices: 4, waiting: 3, open: 1, outcomes: {} }],
    })
    expect(sent()).toHaveLength(1)
    await c.answer(() => 'answers')
    await c.answer(() => 'answers')
    const { json: after } = await call('GET', path)
    expect(after).toMatchObject({
      state: 'finished',
      progress: { devices: 4, waiting: 0, open: 0, outcomes: { answered: 4 } },
    })
    const { json: page } = await call('GET', `${path}/parts?limit=3`)
    expect(page.items).toHaveLength(3)
    expect(page.items[0]).toMatchObject({ state: 'ended', outcome: 'answered', firmware: 'ST906_A' })
    const { deviceId, commandId } = page.items[0]
    const { json: command } = await call('GET', `/v1/devices/${deviceId}/commands/${commandId}`)
    expect(command).toMatchObject({ campaignId: json.campaignId, verdict: 'answered' })
    const { json: rest } = await call('GET', page.next)
    const listed: string[] = [...page.items, ...rest.items].map((part: any) => part.deviceId)
    expect(listed.toSorted()).toEqual(ids.toSorted())
    expect((await call('GET', `${path}/parts?outcome=unanswered`)).json.items).toEqual([])
    const { json: list } = await call('GET', '/v1/campaigns?limit=1')
    expect(list.items[0]).toMatchObject({ campaignId: json.campaignId, state: 'finished' })
    const { json: audit } = await call('GET', '/v1/audit?limit=500')
    const steps = audit.items.filter(({ details }: any) => details?.campaignId === json.campaignId)
    expect(steps).toMatchObject([{ step: 'campaign-made', who: 'admin', details: { devices: 4 } }])
  })

  it('selects devices by labels, by model and by firmware', async () => {
    const [north, south] = [await devices(2, { model: 'ST-902' }), await devices(2, { firmware: 'LK109_V3' })]
    for (const id of [...north, south[0]!]) await label(id, { depot: 'north' })
    const select = async (given: object): Promise<string[]> => {
      const { json } = await create({ intent: 'read-status', select: given, perMinute: 600, canary: 0 })
      const { json: parts } = await call('GET', `/v1/campaigns/${json.campaignId}/parts`)
      await call('POST', `/v1/campaigns/${json.campaignId}/cancel`)
      return parts.items.map(({ deviceId }: any) => deviceId).toSorted()
    }
    expect(await select({ labels: { depot: 'north' } })).toEqual([...north, south[0]!].toSorted())
    expect(await select({ model: 'st902' })).toEqual(north.toSorted())
    expect(await select({ firmware: 'LK109_V3' })).toEqual(south.toSorted())
    expect(await select({ firmware: 'LK109' })).toEqual(south.toSorted())
    expect(await select({ labels: { depot: 'north' }, firmware: 'LK109' })).toEqual([south[0]])
  })

  it.each([
    ['no such intent', { intent: 'no-such' }, '/intent'],
    ['a parameter out of range', { intent: 'interval-on', params: { seconds: 1 } }, '/params/seconds'],
    ['an unknown device', { select: { ids: ['1'] } }, '/select/ids'],
    ['nothing selected', { select: {} }, '/select'],
    ['no match', { select: { model: 'nothing like it' } }, '/select'],
    ['a share above 1', { stopWhen: { unanswered: 1.5 } }, '/stopWhen/unanswered'],
    ['a condition that is none', { stopWhen: { answered: 1 } }, '/stopWhen'],
    ['too many a minute', { perMinute: 601 }, '/perMinute'],
    ['bytes', { raw: 'CXZT' }, ''],
  ])('is refused: %s', async (_, more, name) => {
    const ids = await devices(1)
    const { status, json } = await create({ intent: 'read-status', select: { ids }, ...more })
    expect([status, json.errors?.[0].name]).toEqual([400, name])
    expect(sent()).toEqual([])
  })

  it.each([
    ['engine-cut', {}],
    ['engine-cut-pulses', { params: { seconds: '5,5' } }],
    ['engine-restore', { dialect: 'text' }],
    ['engine-restore', { dialect: 'h02' }],
  ])('is refused when it would cut an engine: %s %o', async (intent, more) => {
    const ids = await devices(3, { model: 'ST-906L' })
    const { json } = await create({ intent, select: { ids }, confirm: true, canary: 3, ...more })
    for (const { intent: written, danger } of t.bus.deliveries)
      expect([written, danger]).toEqual(['engine-restore', 'harmless'])
    if (intent !== 'engine-restore')
      expect(json).toMatchObject({ status: 400, errors: [{ name: expect.any(String) }] })
  })

  it('of a disruptive command requires confirm, and a canary of 3 or 1 %', async () => {
    const ids = await devices(5, { online: false })
    const sleep = { intent: 'sleep', params: { minutes: 5 }, select: { ids } }
    expect((await create(sleep)).json).toMatchObject({
      status: 422,
      type: 'urn:h02:problem:confirm-required',
    })
    const small = await create({ ...sleep, confirm: true, canary: 2 })
    expect(small.json).toMatchObject({ status: 400, errors: [{ name: '/canary' }] })
    expect((await create({ ...sleep, confirm: true })).json).toMatchObject({
      canary: 3,
      danger: 'disruptive',
    })
    const many = { ...sleep, intent: 'disarm', params: {}, confirm: true, canary: 0 }
    expect((await create(many)).status).toBe(400)
  })

  it('requires the scope command, and masks secrets for keys without the scope secrets', async () => {
    const ids = await devices(1, { online: false })
    const reader = await keyFor({}, ['read'])
    expect((await create({ intent: 'read-status', select: { ids } }, { key: reader })).status).toBe(403)
    const password = { intent: 'set-password', params: { newPassword: '7391' }, confirm: true, canary: 3 }
    const { json, text } = await create({ ...password, select: { ids } }, { key: await keyFor({}) })
    expect(json.params).toEqual({ newPassword: '****' })
    expect(text).not.toContain('7391')
    expect((await call('GET', `/v1/campaigns/${json.campaignId}`, { key: reader })).text).not.toContain(
      '7391',
    )
    const admin = await call('GET', `/v1/campaigns/${json.campaignId}`)
    expect(admin.json.params).toEqual({ newPassword: '7391' })
    await call('POST', `/v1/campaigns/${json.campaignId}/cancel`)
  })

  it('is made once for an Idempotency-Key', async () => {
    const ids = await devices(2)
    const body = { intent: 'read-status', select: { ids }, canary: 0 }
    const headers = { 'idempotency-key': 'campaign-1' }
    const made = await Promise.all([1, 2, 3].map(() => create(body, { headers })))
    expect(new Set(made.map(({ json }) => json.campaignId)).size).toBe(1)
    expect(sent().toSorted()).toEqual(ids.toSorted())
    expect((await create({ ...body, canary: 1 }, { headers })).status).toBe(422)
  })

  it('is paused, resumed and cancelled, each time in the audit', async () => {
    const ids = await devices(5)
    const { json } = await create({ intent: 'read-status', select: { ids }, canary: 3 })
    const path = `/v1/campaigns/${json.campaignId}`
    const change = (name: string) => call('POST', `${path}/${name}`)
    expect((await change('resume')).json).toMatchObject({ state: 'running' })
    expect((await change('pause')).json).toMatchObject({ state: 'paused' })
    expect((await change('pause')).status).toBe(200)
    await c.answer(() => 'answers')
    await c.minute()
    expect(sent()).toHaveLength(3)
    expect((await change('resume')).json).toMatchObject({ state: 'running', progress: { waiting: 0 } })
    expect((await change('cancel')).json).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) })
    const { status, json: problem } = await change('resume')
    expect([status, problem.detail]).toEqual([409, 'the campaign is cancelled; expected one that is paused'])
    const { json: audit } = await call('GET', '/v1/audit?limit=500')
    const steps = audit.items.filter(({ details }: any) => details?.campaignId === json.campaignId)
    expect(steps.map(({ step }: any) => step).toSorted()).toEqual([
      'campaign-cancelled',
      'campaign-made',
      'campaign-paused',
      'campaign-resumed',
    ])
    expect((await call('POST', '/v1/campaigns/0mfhq3k2v0a1b2c3/pause')).status).toBe(404)
  })
})

describe('a key that is restricted to devices', () => {
  it('selects its devices only, and sees no campaign that reaches others', async () => {
    const [mine, other] = await devices(2)
    const key = await keyFor({ devices: { ids: [mine] } })
    const every = await create({ intent: 'read-status', select: { ids: [mine, other] } })
    expect((await create({ intent: 'read-status', select: { ids: [other] } }, { key })).status).toBe(400)
    const { json } = await create({ intent: 'read-firmware', select: { model: 'ST-999' } }, { key })
    expect(json.status).toBe(400)
    const own = await create({ intent: 'read-firmware', select: { ids: [mine] } }, { key })
    expect(own.json).toMatchObject({ progress: { devices: 1 } })
    const { json: list } = await call('GET', '/v1/campaigns?limit=200', { key })
    expect(list.items.map(({ campaignId }: any) => campaignId)).toEqual([own.json.campaignId])
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/parts'],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
    ] as const) {
      const answer = await call(method, `/v1/campaigns/${every.json.campaignId}${path}`, { key })
      expect([path, answer.status, answer.text.includes(other!)]).toEqual([path, 404, false])
    }
  })

  it('has its campaign skip a device that the key no longer sees', async () => {
    const [stays, leaves] = await devices(2)
    for (const id of [stays, leaves]) await label(id!, { fleet: 'east' })
    const key = await keyFor({ devices: { labels: { fleet: 'east' } } })
    const { json } = await create(
      { intent: 'read-status', select: { labels: { fleet: 'east' } }, canary: 1 },
      { key },
    )
    const [first] = sent()
    const second = first === stays ? leaves! : stays!
    await label(second, { fleet: 'west' })
    await c.answer(() => 'answers')
    expect(sent()).toEqual([first])
    t.clock.now += 4_000
    const { json: parts, text } = await call('GET', `/v1/campaigns/${json.campaignId}/parts`, { key })
    expect(parts.items).toMatchObject([{ deviceId: first, outcome: 'answered' }])
    expect(text).not.toContain(second)
    const all = await call('GET', `/v1/campaigns/${json.campaignId}/parts?outcome=skipped`)
    expect(all.json.items).toMatchObject([{ deviceId: second, reason: 'out-of-reach', commandId: null }])
  })
})
