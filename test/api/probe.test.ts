import { encodeCommand, entryOf, probeQuestions } from '#h02/catalogue/index.ts'
import { questionsOf, standardParamsOf } from '../../lambdas/api/commands/probe.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planWrites } from '#shared/domain/probe-phase.ts'
import { createProbes } from '#shared/store/probes.ts'
import { expectDocumented } from './documented.ts'
import { someState, startApi } from './fakes.ts'

let now = Date.UTC(2026, 0, 10, 12)
let api: Awaited<ReturnType<typeof startApi>>
let deviceId = '9170000100'
const pathOf = () => `/v1/devices/${deviceId}/probe`
const TEMPLATE = '/v1/devices/{deviceId}/probe'
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())
beforeEach(async () => {
  now += 1_000
  api.fakes.made.clear()
  api.fakes.orders.length = 0
  deviceId = String(Number(deviceId) + 1)
  await api.call('POST', '/v1/devices', { body: { deviceId } })
})

const wordings = probeQuestions(null).map(({ intent, dialect }) => `${intent} ${dialect}`)

describe('a probe', () => {
  it('asks every harmless question in every dialect except those of other makers, in order', async () => {
    const started = await api.call('POST', pathOf())
    expect(started.status).toBe(202)
    await expectDocumented(api.app, 'POST', TEMPLATE, started)
    const { probeId } = started.json
    expect(started.headers.get('location')).toBe(`${pathOf()}/${probeId}`)
    expect(started.json).toMatchObject({ state: 'running', asked: wordings.length, concluded: 0, facts: {} })
    const orders = api.fakes.orders.map(({ order }) => order)
    expect(orders.map(({ intent, dialect }) => `${intent} ${dialect}`)).toEqual(wordings)
    expect(orders.every(({ danger, probeId: of }) => danger === 'harmless' && of === probeId)).toBe(true)
    const ids = orders.map(({ commandId }) => commandId)
    expect(ids.toSorted()).toEqual(ids)
  })

  it('shows what the tracker reports about itself and which questions it answers, secrets masked', async () => {
    const { probeId } = (await api.call('POST', pathOf())).json
    const idOf = (intent: string) =>
      api.fakes.orders.find(({ order }) => order.intent === intent)!.order.commandId
    api.fakes.conclude(idOf('read-status'), 'answered', {
      reply: {
        text: 'ST906_V_2.0\nAPN:net.example.com,anna,geheim',
        facts: { model: 'ST906', firmware: 'ST906_V_2.0', intervalOnSeconds: 20, apn: 'net.example.com' },
      },
    })
    const halfway = await api.call('GET', pathOf())
    expect(halfway.json).toMatchObject({ probeId, state: 'running', concluded: 1, answered: 1 })
    const [, , ...others] = api.fakes.orders
    for (const { order } of others) api.fakes.conclude(order.commandId, 'unanswered')
    const undelivered = api.fakes.orders[1]!.order.commandId
    const { conclusion } = api.fakes.conclude(undelivered, 'undelivered')
    api.fakes.conclude(undelivered, 'undelivered', { conclusion: { ...conclusion!, reason: 'expired' } })
    api.history.states.set(deviceId, { ...someState, deviceId, iccid: '8986010000000000000' })

    const key = (await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })).json.key
    const done = await api.call('GET', `${pathOf()}/${probeId}`, { key })
    await expectDocumented(api.app, 'GET', `${TEMPLATE}/{probeId}`, done)
    expect(done.json).toMatchObject({
      state: 'done',
      concluded: wordings.length,
      answered: 1,
      facts: {
        model: 'ST906',
        firmware: 'ST906_V_2.0',
        iccid: '8986010000000000000',
        intervalOnSeconds: 20,
        apn: 'net.example.com',
      },
    })
    const [first, second, ...rest] = done.json.items
    expect(second).toMatchObject({ verdict: 'undelivered', reason: 'expired', answer: null })
    expect(first).toMatchObject({ intent: 'read-status', dialect: 'text', verdict: 'answered', reason: null })
    expect(first.answer).toContain('net.example.com')
    expect(done.text).not.toMatch(/anna|geheim/)
    expect(rest.every(({ verdict, answer }: any) => verdict === 'unanswered' && answer === null)).toBe(true)
    expect((await api.call('GET', pathOf())).text).toContain('geheim')
  })

  it('of level 2 runs until its writes are planned and done, and reports what changed', async () => {
    const started = await api.call('POST', pathOf(), { body: { level: 2 } })
    await expectDocumented(api.app, 'POST', TEMPLATE, started)
    expect(started.json).toMatchObject({ level: 2, state: 'running', phase: 'reads' })
    const { probeId } = started.json
    const facts = { intervalOnSeconds: 20, timeZone: 'E01', powerAlarmOn: true }
    const asked = api.fakes.orders.map(({ order }) => order)
    for (const { commandId, intent } of asked) {
      const reply = intent === 'read-status' ? { text: 'x', facts } : null
      api.fakes.conclude(commandId, reply ? 'answered' : 'unanswered', { reply })
    }
    expect((await api.call('GET', pathOf())).json).toMatchObject({ state: 'running', phase: 'reads' })

    const probes = createProbes({ ...api, now: () => now })
    const writes = planWrites(
      asked.map(({ commandId }) => api.fakes.made.get(commandId)!),
      'ST-906L',
    ).map((write, n) => ({ ...write, commandId: `w${n}` }))
    await probes.planWrites((await probes.get(deviceId, probeId))!, writes)
    // Planned, and submitted a moment later.
    expect((await api.call('GET', pathOf())).json).toMatchObject({ state: 'running', phase: 'writes' })
    for (const write of writes) {
      await api.fakes.dispatcher.submit({ ...asked[0]!, ...write })
      // Afterwards the tracker does not report its time zone, and reports another interval.
      const reply =
        write.fact === null ? { text: 'y', facts: { intervalOnSeconds: 30, powerAlarmOn: true } } : null
      api.fakes.conclude(write.commandId, 'answered', { reply })
    }
    const done = await api.call('GET', `${pathOf()}/${probeId}`)
    await expectDocumented(api.app, 'GET', `${TEMPLATE}/{probeId}`, done)
    expect(done.json).toMatchObject({ level: 2, state: 'done', phase: 'writes' })
    const second = done.json.items.filter(({ phase }: any) => phase === 'writes')
    expect(second.map(({ intent, changed }: any) => [intent, changed])).toEqual([
      ['interval-on', true],
      ['time-zone', null],
      ['power-alarm-on', false],
      ['read-status', null],
      ['read-network', null],
    ])
  })

  it('of level 2 ends with its reads if no writes follow', async () => {
    await api.call('POST', pathOf(), { body: { level: 2 } })
    await api.call('DELETE', `/v1/devices/${deviceId}/commands`)
    expect((await api.call('GET', pathOf())).json.state).toBe('done')
    now += 1_000
    api.fakes.orders.length = 0
    await api.call('POST', pathOf(), { body: { level: 2 } })
    for (const { order } of api.fakes.orders) api.fakes.conclude(order.commandId, 'unanswered')
    expect((await api.call('GET', pathOf())).json.state).toBe('running')
    now += 11 * 60_000
    expect((await api.call('GET', pathOf())).json.state).toBe('done')
  })

  it.each([{ level: 3 }, { level: '2' }, { levels: 2 }])('refuses %j', async (body) => {
    expect((await api.call('POST', pathOf(), { body })).status).toBe(400)
    expect(api.fakes.orders).toEqual([])
  })

  it('needs no body, with any content-type, but refuses a body of another type', async () => {
    const type = { body: '', type: 'application/json' }
    expect((await api.call('POST', pathOf(), type)).json).toMatchObject({ level: 1 })
    const form = { body: '{"level":2}', type: 'application/x-www-form-urlencoded' }
    expect((await api.call('POST', pathOf(), form)).status).toBe(415)
    expect((await api.call('POST', pathOf(), { ...form, type: 'application/json' })).status).toBe(409)
    expect((await api.call('POST', pathOf(), { body: '{"level":', type: 'application/json' })).status).toBe(
      400,
    )
  })

  it('is refused while another one runs', async () => {
    const { probeId } = (await api.call('POST', pathOf())).json
    const second = await api.call('POST', pathOf())
    expect([second.status, second.json.probeId]).toEqual([409, probeId])
    await api.call('DELETE', `/v1/devices/${deviceId}/commands`)
    now += 1_000
    const third = await api.call('POST', pathOf())
    expect(third.status).toBe(202)
    expect((await api.call('GET', pathOf())).json.probeId).toBe(third.json.probeId)
    expect((await api.call('GET', `${pathOf()}/${probeId}`)).json.state).toBe('done')
  })

  it('requested again under its Idempotency-Key is the same probe', async () => {
    const headers = { 'idempotency-key': 'p1' }
    const first = await api.call('POST', pathOf(), { headers })
    const again = await api.call('POST', pathOf(), { headers })
    expect([again.status, again.json.probeId]).toEqual([202, first.json.probeId])
    expect(api.fakes.orders).toHaveLength(wordings.length)
  })

  it('is not found under its Idempotency-Key once the device was deleted and registered again', async () => {
    const headers = { 'idempotency-key': `p2-${deviceId}` }
    expect((await api.call('POST', pathOf(), { headers })).status).toBe(202)
    now += 1_000
    await api.call('DELETE', `/v1/devices/${deviceId}`)
    now += 1_000
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    api.fakes.orders.length = 0
    const again = await api.call('POST', pathOf(), { headers })
    expect([again.status, again.json.type]).toEqual([404, 'urn:h02:problem:not-found'])
    expect(api.fakes.orders).toEqual([])
    expect((await api.call('POST', pathOf())).status).toBe(202)
  })

  it('is not found for a device that was never probed, nor for a deleted one', async () => {
    expect((await api.call('GET', pathOf())).status).toBe(404)
    const { probeId } = (await api.call('POST', pathOf())).json
    now += 1_000
    await api.call('DELETE', `/v1/devices/${deviceId}`)
    now += 1_000
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    expect((await api.call('GET', pathOf())).status).toBe(404)
    expect((await api.call('GET', `${pathOf()}/${probeId}`)).status).toBe(404)
  })
})

describe('every question of a probe', () => {
  it.each([null, 'LK109', 'HuaSunTek'].flatMap((model) => questionsOf('0mfhq3k2v0a1b2c3', model)))(
    'can be written without parameters: $intent in $dialect',
    ({ intent, dialect }) => {
      const address = { maker: 'HQ', id: '9170000000', password: null, now: Date.now() }
      expect(encodeCommand(entryOf(intent)!, dialect, standardParamsOf(intent), address)).toMatchObject({
        ok: true,
      })
    },
  )
})
