import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { catalogue, checkParams } from '#h02/catalogue/index.ts'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

let api: Awaited<ReturnType<typeof startApi>>
const DEVICE_ID = '9170000000'
const PATH = `/v1/devices/${DEVICE_ID}/catalogue`
const FIRMWARE = 'ST906(70SACD)_TQ_V_2.0'
beforeAll(async () => {
  api = await startApi()
  await api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, model: 'ST-906L' } })
  const row = { firmware: FIRMWARE, intent: 'set-apn', dialect: 'h02', unreplied: 0 } as const
  api.fakes.evidenceRows.push(
    { ...row, counts: { answered: 40, confirmed: 1, unanswered: 2, undelivered: 7 } },
    { ...row, dialect: 'text', counts: { unanswered: 5 } },
    { ...row, firmware: 'ST906_V3', counts: { answered: 1 } },
    { ...row, firmware: 'unknown', counts: { answered: 1 } },
    {
      ...row,
      intent: 'engine-restore',
      counts: { answered: 1, confirmed: 39, unconfirmed: 2, unanswered: 1 },
      unreplied: 1,
    },
  )
})
afterAll(() => api.close())

describe('the catalogue of a device', () => {
  it('has every command, as documented', async () => {
    const answer = await api.call('GET', PATH)
    expect(answer.status).toBe(200)
    await expectDocumented(api.app, 'GET', '/v1/devices/{deviceId}/catalogue', answer)
    expect(answer.json).toMatchObject({ deviceId: DEVICE_ID, model: 'ST-906L', firmware: null })
    expect(answer.json.items.map(({ intent }: any) => intent)).toEqual(catalogue.map(({ intent }) => intent))
    const dangers = new Map(answer.json.items.map(({ intent, danger }: any) => [intent, danger]))
    expect([dangers.get('engine-cut'), dangers.get('sms-mode'), dangers.get('read-status')]).toEqual([
      'dangerous',
      'disruptive',
      'harmless',
    ])
  })

  it('describes parameters by a JSON Schema that accepts the same values as the catalogue', async () => {
    const { items } = (await api.call('GET', PATH)).json
    const schemaOf = (intent: string) =>
      z.fromJSONSchema(items.find((item: any) => item.intent === intent).params)
    const entryNamed = (intent: string) => catalogue.find((entry) => entry.intent === intent)!
    const samples: [string, Record<string, unknown>][] = [
      ['interval-on', { seconds: 20 }],
      ['interval-on', { seconds: 9 }],
      ['interval-on', { seconds: 18_001 }],
      ['interval-on', {}],
      ['interval-on', { seconds: 20, more: 1 }],
      ['set-server', { host: '192.0.2.1', port: 5013 }],
      ['set-server', { host: '192.0.2.1', port: 0 }],
      ['set-apn', { apn: 'internet' }],
      ['time-zone', { zone: 'E01' }],
      ['time-zone', { zone: 'E99' }],
      ['engine-restore', {}],
      ['engine-restore', { form: '1,1' }],
    ]
    for (const [intent, params] of samples) {
      const isAccepted = checkParams(entryNamed(intent), params).ok
      expect([intent, params, schemaOf(intent).safeParse(params).success]).toEqual([
        intent,
        params,
        isAccepted,
      ])
    }
    const apn = items.find((item: any) => item.intent === 'set-apn').params.properties
    expect([apn.apnPassword.writeOnly, apn.apn.writeOnly]).toEqual([true, undefined])
    const interval = items.find((item: any) => item.intent === 'interval-on').params.properties.seconds
    expect(interval).toMatchObject({ minimum: 10, maximum: 18_000, 'x-unit': 's' })
  })

  it('counts what this exact firmware answered, and shows which dialect `auto` chooses', async () => {
    const apnOf = async () =>
      (await api.call('GET', PATH)).json.items.find((item: any) => item.intent === 'set-apn')
    const known = (entry: any, dialect: string) =>
      entry.dialects.find((one: any) => one.dialect === dialect).evidence
    api.fakes.devices.set(DEVICE_ID, { model: 'a golf', firmware: FIRMWARE })
    const counted = await apnOf()
    expect(known(counted, 'h02')).toMatchObject({ tried: 43, answered: 41 })
    expect(known(counted, 'h02').verdicts).toMatchObject({ undelivered: 7, answered: 40 })
    expect(known(counted, 'text')).toMatchObject({ tried: 5, answered: 0 })
    expect(counted.auto).toBe('h02')

    api.fakes.devices.set(DEVICE_ID, { model: 'ST-906L', firmware: 'ST906_V4' })
    const other = await apnOf()
    expect([known(other, 'h02').tried, other.auto]).toEqual([0, 'text'])
    api.fakes.devices.set(DEVICE_ID, { model: 'ST-906L', firmware: null })
    expect(known(await apnOf(), 'h02').tried).toBe(1)
  })

  it('is not found when the device is not registered', async () => {
    api.fakes.devices.set('42', null)
    expect((await api.call('GET', '/v1/devices/42/catalogue')).status).toBe(404)
  })
})

describe('evidence about commands', () => {
  it('lists firmware families, and what is known of one', async () => {
    const families = await api.call('GET', '/v1/evidence')
    expect(families.json).toEqual({ kind: 'models', models: ['ST906', 'unknown'] })
    await expectDocumented(api.app, 'GET', '/v1/evidence', families)
    for (const model of ['ST906', 'st-906', FIRMWARE]) {
      const one = await api.call('GET', `/v1/evidence?model=${encodeURIComponent(model)}`)
      await expectDocumented(api.app, 'GET', '/v1/evidence', one)
      expect(one.json.model).toBe('ST906')
      expect(one.json.items[0]).toMatchObject({
        firmware: FIRMWARE,
        intent: 'set-apn',
        dialect: 'h02',
        evidence: { tried: 43, answered: 41, tookEffect: null },
      })
    }
  })

  it('counts replies and effects separately', async () => {
    const { items } = (await api.call('GET', '/v1/evidence?model=ST906')).json
    expect(items.find(({ intent }: any) => intent === 'engine-restore').evidence).toMatchObject({
      tried: 43,
      answered: 41,
      tookEffect: 39,
    })
  })

  it('is a CSV of all firmwares, or of one family', async () => {
    const all = await api.call('GET', '/v1/evidence?format=csv')
    expect([all.status, all.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    const [header, ...rows] = all.text.trim().split('\r\n')
    expect(header).toMatch(/^firmware,intent,dialect,tried,answered,tookEffect,rejected,/)
    expect(rows).toHaveLength(5)
    expect(rows[0]).toMatch(/^ST906\(70SACD\)_TQ_V_2\.0,set-apn,h02,43,41,,/)
    const one = await api.call('GET', '/v1/evidence?format=csv&model=unknown')
    expect(one.text.trim().split('\r\n')).toHaveLength(2)
    expect((await api.call('GET', '/v1/evidence?format=csv&model=GT06')).status).toBe(404)
    expect((await api.call('GET', '/v1/evidence?format=xml')).status).toBe(400)
  })

  it('of a model that was never sent a command names the models that were', async () => {
    const answer = await api.call('GET', '/v1/evidence?model=GT06')
    expect(answer.status).toBe(404)
    expect(answer.json.detail).toContain('ST906')
  })
})

describe('the audit of commands', () => {
  it('shows administrators who sent which command and how it ended', async () => {
    const asked = {
      deviceId: DEVICE_ID,
      commandId: 'c1',
      step: 'asked',
      at: Date.UTC(2026, 0, 10),
      who: 'k1',
      intent: 'engine-cut',
      danger: 'dangerous',
      dialect: null,
      verdict: null,
      reason: null,
      bytes: null,
      details: null,
      keyName: 'ops',
      address: '192.0.2.1',
      requestId: 'r1',
    } as const
    const made = { ...asked, id: 'c1', createdAt: Date.now() }
    const ended = { step: 'ended', dialect: 'h02', verdict: 'confirmed', bytes: '2a' } as const
    await api.audit.add([made, { ...made, ...ended, at: Date.now() }])
    const answer = await api.call('GET', `/v1/devices/${DEVICE_ID}/audit`)
    await expectDocumented(api.app, 'GET', '/v1/devices/{deviceId}/audit', answer)
    expect(answer.json.items).toMatchObject([
      { at: '2026-01-10T00:00:00.000Z', step: 'asked', who: 'k1', keyName: 'ops', hex: null },
      { step: 'ended', verdict: 'confirmed', hex: '2a' },
    ])
  })
})
