import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeCommandId } from '#shared/domain/command.ts'
import { noFacts } from '#shared/domain/verdict.ts'
import type { Scope } from '#shared/store/api-keys.ts'
import type { NewAuditEntry } from '#shared/store/audit.ts'
import { createWaitSlots } from '#shared/store/wait-slots.ts'
import { makeItem } from './command-fakes.ts'
import { expectDocumented } from './documented.ts'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { dateOf, timeOf } from '../simulator/encode.ts'
import { someState, startApi } from './fakes.ts'
import { makeRow } from './rows.ts'

let now = Date.UTC(2026, 0, 10, 12)
let api: Awaited<ReturnType<typeof startApi>>
const keys = new Map<string, string>()
const DEVICE_ID = '9170000000'
const PATH = `/v1/devices/${DEVICE_ID}/commands`
const TEMPLATE = '/v1/devices/{deviceId}/commands'

beforeAll(async () => {
  api = await startApi({ now: () => now })
  await api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, model: 'ST-906L' } })
})
afterAll(() => api.close())
beforeEach(() => {
  now += 1_000
  api.fakes.made.clear()
  api.fakes.devices.clear()
  api.fakes.orders.length = 0
  api.history.states.clear()
})

const keyWith = async (...scopes: Scope[]): Promise<string> => {
  const name = scopes.join()
  const key = keys.get(name) ?? (await api.call('POST', '/v1/keys', { body: { scopes } })).json.key
  keys.set(name, key)
  return key
}
type Order = Record<string, unknown>
const order = (
  body: Order,
  more: { key?: string; headers?: Record<string, string>; timeEpoch?: number } = {},
) => api.call('POST', PATH, { body, ...more })
const typeOf = (answer: { json: any }): string => answer.json.type.replace('urn:h02:problem:', '')

describe('a request for a command', () => {
  it('by intent becomes a command, its parameters checked and filled in', async () => {
    const key = await keyWith('command', 'read')
    const answer = await order({ intent: 'interval-on', params: { seconds: '20' } }, { key })
    expect(answer.status).toBe(202)
    await expectDocumented(api.app, 'POST', TEMPLATE, answer)
    const { commandId } = answer.json
    expect(answer.headers.get('location')).toBe(`${PATH}/${commandId}`)
    expect(answer.json).toMatchObject({
      state: 'queued',
      verdict: null,
      intent: 'interval-on',
      title: 'Report interval, ignition on',
      params: { seconds: 20 },
      raw: null,
      dialect: 'auto',
      expiresAt: '2026-01-11T12:00:01.000Z',
    })
    const [{ order: made } = { order: null }] = api.fakes.orders
    expect(made).toMatchObject({
      commandId,
      deviceId: DEVICE_ID,
      createdAt: now,
      danger: 'harmless',
      probeId: null,
    })
    expect(makeCommandId(now, 0).slice(0, 9)).toBe(commandId.slice(0, 9))

    const found = await api.call('GET', answer.headers.get('location')!, { key })
    expect(found.json).toEqual(answer.json)
    await expectDocumented(api.app, 'GET', `${TEMPLATE}/{commandId}`, found)
  })

  it('by bytes that the catalogue knows becomes that command, with the bytes as typed', async () => {
    const key = await keyWith('command')
    for (const body of [{ raw: '8051234 20' }, { rawHex: Buffer.from('8051234 20').toString('hex') }]) {
      const answer = await order(body, { key })
      expect(answer.status).toBe(202)
      expect(answer.json).toMatchObject({ intent: 'interval-on', params: { seconds: 20 }, dialect: 'text' })
      expect(answer.text).not.toContain('1234')
    }
    expect(api.fakes.orders.map((one) => one.order.raw)).toEqual([
      Buffer.from('8051234 20').toString('hex'),
      Buffer.from('8051234 20').toString('hex'),
    ])
  })

  it.each([
    ['bytes that no one knows', 'HELLO'],
    ['a known command with a value out of range', '8050000 5'],
    ['a known command amid others', 'CXZT;RCONF'],
  ])('for %s needs the scope command:raw', async (_, raw) => {
    const refused = await order({ raw, confirm: true }, { key: await keyWith('command') })
    expect([refused.status, refused.json.requiredScope]).toEqual([403, 'command:raw'])
    const taken = await order({ raw, confirm: true }, { key: await keyWith('command', 'command:raw') })
    expect([taken.status, taken.json.intent]).toEqual([202, 'raw'])
  })

  it.each<[string, Order, string, string]>([
    ['no intent', {}, '', 'one of intent, raw, rawHex'],
    ['two ways at once', { intent: 'restart', raw: 'CQ' }, '', 'not intent and raw'],
    ['an unknown intent', { intent: 'intervall-on' }, '/intent', 'nearest: interval-on'],
    ['a missing parameter', { intent: 'interval-on' }, '/params/seconds', '10 to 18000 s'],
    ['one out of range', { intent: 'interval-on', params: { seconds: 9 } }, '/params/seconds', '10 to 18000'],
    ['one that is not known', { intent: 'restart', params: { x: 1 } }, '/params/x', 'accepts none'],
    ['a dialect it has not', { intent: 'restart', dialect: 'h02' }, '/dialect', 'known in text only'],
    ['auto for what is unsure', { intent: 'read-phones' }, '/dialect', 'experimental'],
    ['parameters beside bytes', { raw: 'CXZT', params: {} }, '/params', 'goes with an intent'],
    ['a dialect beside bytes', { raw: 'CXZT', dialect: 'text' }, '/dialect', 'goes with an intent'],
    ['odd hex', { rawHex: 'abc' }, '/rawHex', 'pairs of hex digits'],
    ['text beyond Latin-1', { raw: 'ПРИВЕТ' }, '/raw', 'rawHex'],
    ['a name it does not know', { intent: 'restart', wait: 3 }, '', 'accepted: intent, params'],
    [
      'an expiry beyond a month',
      { intent: 'restart', expiresInSeconds: 1e7 },
      '/expiresInSeconds',
      '2592000',
    ],
  ])('with %s is refused, with what would be accepted', async (_, body, name, words) => {
    const answer = await order(body)
    expect([answer.status, typeOf(answer)]).toEqual([400, 'invalid-request'])
    expect(answer.json.errors[0]).toMatchObject({ in: 'body', name })
    expect(answer.json.detail).toContain(words)
    expect(api.fakes.orders).toEqual([])
  })

  it('with the dialect `auto` is refused where the model has no known wording', async () => {
    const refused = await order({ intent: 'interval-lk', params: { seconds: 20 } })
    expect([refused.status, refused.json.errors[0].name]).toEqual([400, '/dialect'])
    api.fakes.devices.set(DEVICE_ID, { model: 'LK109' })
    expect((await order({ intent: 'interval-lk', params: { seconds: 20 } })).status).toBe(202)
  })

  it('for a sensitive command requires confirm, and may be queued like a harmless one', async () => {
    for (const body of [
      { raw: '139504434650000 1' },
      { intent: 'disarm' },
      { raw: '*HQ,9170000000,CALB,120000#' },
    ]) {
      const refused = await order(body, { key: await keyWith('command') })
      expect([refused.status, typeOf(refused)]).toEqual([422, 'confirm-required'])
      expect(refused.json.detail).toContain('power over the car')
      const taken = await order({ ...body, confirm: true }, { key: await keyWith('command') })
      expect([taken.status, taken.json.danger]).toEqual([202, 'sensitive'])
    }
    expect(api.fakes.orders.every(({ order: made }) => made.mayWait === undefined)).toBe(true)
  })

  it('for disruptive or unknown bytes is queued only if it asks for it', async () => {
    const key = await keyWith('command', 'command:raw')
    for (const body of [{ intent: 'sms-mode' }, { raw: 'HELLO' }, { raw: 'STANDBY0000' }]) {
      expect((await order(body, { key })).json.type).toContain('confirm-required')
      expect((await order({ ...body, confirm: true }, { key })).status).toBe(202)
      expect(api.fakes.orders.at(-1)!.order).toMatchObject({ danger: 'disruptive', mayWait: false })
      expect((await order({ ...body, confirm: true, queue: true }, { key })).status).toBe(202)
      expect(api.fakes.orders.at(-1)!.order.mayWait).toBeUndefined()
    }
    for (const [answer, type] of [
      [{ outcome: 'no-session' }, 'device-offline'],
      [{ outcome: 'busy', commandId: 'c1' }, 'device-busy'],
    ] as const) {
      api.fakes.answers.push(answer)
      const refused = await order({ intent: 'sms-mode', confirm: true })
      expect([refused.status, typeOf(refused)]).toEqual([409, type])
      expect(refused.json.detail).toContain('"queue": true')
    }
  })

  it.each([
    '*HQ,9170000000,S2',
    '0,120000,1,1#',
    '*HQ,9170000000,S32,120000,1',
    '*',
    '#',
    'CXZT*',
    '*HQ,9170000000,S26,120000,0#,1,1#',
    '*HQ,9170000000,S26,120000,0#*HQ',
  ])('for the bytes %j, which could join with others, is refused', async (raw) => {
    const refused = await order({ raw, confirm: true, queue: true })
    expect([refused.status, typeOf(refused)]).toEqual([422, 'unsafe-bytes'])
    await expectDocumented(api.app, 'POST', TEMPLATE, refused)
    expect(api.fakes.orders).toEqual([])
  })

  it('for a command that may make a tracker unreachable requires confirm', async () => {
    for (const body of [{ raw: '7000000' }, { intent: 'sms-mode' }]) {
      const refused = await order(body)
      expect([refused.status, typeOf(refused)]).toEqual([422, 'confirm-required'])
      await expectDocumented(api.app, 'POST', TEMPLATE, refused)
      expect((await order({ ...body, confirm: true })).status).toBe(202)
    }
  })

  it.each([
    ['identical', 409, 'duplicate-command', '"replace": true'],
    ['full', 409, 'queue-full', 'DELETE'],
    ['no-device', 404, 'not-found', 'register it'],
  ] as const)('is refused when the dispatcher returns %s', async (outcome, status, type, words) => {
    const command = (await order({ intent: 'read-status' })).json
    const answers = {
      identical: { outcome: 'identical', command: api.fakes.made.get(command.commandId)! },
      full: { outcome: 'full', maxQueued: 50 },
      'no-device': { outcome: 'no-device' },
    } as const
    api.fakes.answers.push(answers[outcome])
    const answer = await order({ intent: 'read-status' })
    expect([answer.status, typeOf(answer)]).toEqual([status, type])
    expect(answer.json.detail).toContain(words)
    if (outcome === 'identical') expect(answer.json.commandId).toBe(command.commandId)
  })

  it('may replace the same command in the queue', async () => {
    await order({ intent: 'read-status', replace: true, expiresInSeconds: 60 })
    expect(api.fakes.orders[0]).toMatchObject({ replace: true, order: { expiresAt: now + 60_000 } })
  })
})

describe('Prefer: wait', () => {
  it('answers when the command is concluded', async () => {
    const answer = order({ intent: 'read-status' }, { headers: { prefer: 'wait=20' } })
    await expect.poll(() => api.fakes.made.size).toBe(1)
    api.fakes.conclude([...api.fakes.made.keys()][0]!, 'answered')
    const { status, headers, json } = await answer
    expect([status, json.state, json.verdict]).toEqual([200, 'concluded', 'answered'])
    expect(headers.get('preference-applied')).toBe('wait=20')
  })

  it('answers with the current state when the time is up', async () => {
    const answer = order({ intent: 'read-status' }, { headers: { prefer: 'wait=600' } })
    await expect.poll(() => api.fakes.made.size).toBe(1)
    const [[commandId, command] = []] = api.fakes.made
    api.fakes.made.set(commandId!, { ...command!, state: 'sent' })
    now += 25_000
    const { status, headers, json } = await answer
    expect([status, json.state]).toEqual([202, 'sent'])
    expect(headers.get('preference-applied')).toBe('wait=25')
  })

  it('counts from when API Gateway received the request, not from when it was handled', async () => {
    const received = { headers: { prefer: 'wait=20' }, timeEpoch: now - 20_000 }
    const { status, headers, json } = await order({ intent: 'read-status' }, received)
    expect([status, json.state, headers.get('preference-applied')]).toEqual([202, 'queued', 'wait=20'])
  })

  it('waits for the first reply, not for an effect that takes minutes', async () => {
    const answer = order({ intent: 'read-status' }, { headers: { prefer: 'wait=20' } })
    await expect.poll(() => api.fakes.made.size).toBe(1)
    const [commandId, command] = [...api.fakes.made][0]!
    api.fakes.made.set(commandId, { ...command, state: 'sent', reply: { text: 'SET OK', facts: {} } })
    const { status, json } = await answer
    expect([status, json.commandId, json.verdict]).toEqual([200, commandId, null])
  })

  it('answers at once when half of the concurrency of the API is waiting already', async () => {
    const instance = () => createWaitSlots({ client: api.client, table: api.table, slots: 5, now: () => now })
    const taken = []
    for (let i = 0; i < 50; i++) taken.push(await instance().take(now + 25_000))
    const crowded = await order({ intent: 'read-status' }, { headers: { prefer: 'wait=20' } })
    expect([crowded.status, crowded.headers.get('preference-applied')]).toEqual([202, null])
    expect(crowded.headers.get('location')).toContain(crowded.json.commandId)
    for (const slot of taken) await slot?.release()
  })

  it('is not confirmed in a header where it was not asked for or cannot be read', async () => {
    for (const headers of [{}, { prefer: 'wait=soon' }] as Record<string, string>[]) {
      const answer = await order({ intent: 'read-status', replace: true }, { headers })
      expect([answer.status, answer.headers.get('preference-applied')]).toEqual([202, null])
    }
  })
})

describe('an Idempotency-Key of a command', () => {
  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } })

  it('makes one command of a repeated request, and answers with its current state', async () => {
    const first = await order({ intent: 'read-status' }, withKey('a1'))
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    api.fakes.conclude(first.json.commandId, 'answered')
    const again = await order({ intent: 'read-status' }, withKey('a1'))
    expect(again.status).toBe(202)
    expect(again.json).toMatchObject({
      commandId: first.json.commandId,
      state: 'concluded',
      verdict: 'answered',
    })
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(api.fakes.orders).toHaveLength(1)
    await expectDocumented(api.app, 'POST', TEMPLATE, again)
  })

  it('waits again where the repeated request prefers to', async () => {
    const first = await order({ intent: 'read-status' }, withKey('a6'))
    const again = order(
      { intent: 'read-status' },
      { headers: { prefer: 'wait=20', 'idempotency-key': 'a6' } },
    )
    api.fakes.conclude(first.json.commandId, 'answered')
    expect(await again).toMatchObject({ status: 200, json: { verdict: 'answered' } })
  })

  it('finds no command of a registration that has been deleted', async () => {
    await order({ intent: 'read-status' }, withKey('a7'))
    api.fakes.devices.set(DEVICE_ID, { purgeBefore: now + 1_000 })
    const again = await order({ intent: 'read-status' }, withKey('a7'))
    expect([again.status, typeOf(again)]).toEqual([404, 'not-found'])
    expect(api.fakes.orders).toHaveLength(1)
  })

  it('on a dangerous command repeats the question, and on its confirmation finds the one command', async () => {
    const asked = await order({ intent: 'engine-cut' }, withKey('a8'))
    const again = await order({ intent: 'engine-cut' }, withKey('a8'))
    expect([asked.status, again.status]).toEqual([201, 201])
    const confirm = (one: typeof asked) =>
      api.call('POST', `${PATH}/confirm`, { body: { token: one.json.confirmation.token } })
    const sent = [await confirm(asked), await confirm(again)]
    now += 3_600_000
    sent.push(await confirm(asked), await order({ intent: 'engine-cut' }, withKey('a8')))
    expect(sent.map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(new Set(sent.map(({ json }) => json.commandId)).size).toBe(1)
    expect(api.fakes.orders).toHaveLength(1)
  })

  it('is refused for another request', async () => {
    await order({ intent: 'read-status' }, withKey('a2'))
    const other = await order({ intent: 'read-firmware' }, withKey('a2'))
    expect([other.status, typeOf(other)]).toEqual([422, 'idempotency-key-reused'])
    const elsewhere = await api.call('POST', '/v1/devices/42/commands', {
      body: { intent: 'read-status' },
      ...withKey('a2'),
    })
    expect(elsewhere.status).toBe(422)
    expect(api.fakes.orders).toHaveLength(1)
  })

  it('belongs to the key that used it', async () => {
    await order({ intent: 'read-status' }, withKey('a3'))
    await order({ intent: 'read-status' }, { ...withKey('a3'), key: await keyWith('command') })
    expect(api.fakes.orders).toHaveLength(2)
  })

  it('makes one command of simultaneous requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => order({ intent: 'read-status' }, withKey('a4'))),
    )
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    expect(new Set(answers.map(({ json }) => json.commandId)).size).toBe(1)
    expect(api.fakes.orders).toHaveLength(1)
  })

  it('may be used again after a refusal', async () => {
    expect((await order({ intent: 'nothing' }, withKey('a5'))).status).toBe(400)
    expect((await order({ intent: 'read-status' }, withKey('a5'))).status).toBe(202)
  })

  it('that is malformed is refused', async () => {
    const answer = await order({ intent: 'read-status' }, withKey('a b'))
    expect(answer.json.errors).toMatchObject([{ in: 'header', name: 'idempotency-key' }])
  })
})

describe('metadata of a command', () => {
  // `constructor`: objects have a member of this name.
  const metadata = { order: '4711', 'asked.by': "Anna O'Neil 🚚", empty: '', constructor: 'Ford' }

  it('is returned in every answer, as it was sent', async () => {
    const made = await order({ intent: 'read-status', metadata })
    expect(made.json.metadata).toEqual(metadata)
    const { commandId } = made.json
    const got = await api.call('GET', `${PATH}/${commandId}`, { key: await keyWith('read') })
    expect(got.json.metadata).toEqual(metadata)
    const [listed] = (await api.call('GET', PATH)).json.items
    expect(listed.metadata).toEqual(metadata)
    expect((await order({ intent: 'locate' })).json.metadata).toBeNull()
    expect(api.fakes.orders[0]!.order.metadata).toEqual(metadata)
  })

  it('stays with a dangerous command through both steps', async () => {
    const asked = await order({ intent: 'engine-cut', metadata })
    const { token } = asked.json.confirmation
    const sent = await api.call('POST', `${PATH}/confirm`, { body: { token } })
    expect(sent.json.metadata).toEqual(metadata)
  })

  it('is part of the request that an Idempotency-Key stands for', async () => {
    const headers = { 'idempotency-key': 'm1' }
    await order({ intent: 'read-status', metadata }, { headers })
    const other = await order({ intent: 'read-status', metadata: { order: '4712' } }, { headers })
    expect([other.status, typeOf(other)]).toEqual([422, 'idempotency-key-reused'])
  })

  it.each([
    ['a line feed', { note: 'a\nb' }, 422, 'unsafe-text'],
    ['an escape', { note: '\u001b[2J' }, 422, 'unsafe-text'],
    ['a bidirectional mark', { note: 'a\u202eb' }, 422, 'unsafe-text'],
    ['a lone surrogate', { note: '\ud83d' }, 422, 'unsafe-text'],
    ['a number', { note: 1 }, 400, 'invalid-request'],
    ['an object', { note: {} }, 400, 'invalid-request'],
    ['a name that is none', { '': 'a' }, 400, 'invalid-request'],
    ['a name with a blank', { 'a b': 'a' }, 400, 'invalid-request'],
    ['the name __proto__', JSON.parse('{"__proto__": "a", "b": "c"}'), 400, 'invalid-request'],
    ['more than 1,000 bytes', { note: 'é'.repeat(500) }, 400, 'invalid-request'],
    ['a list', ['a'], 400, 'invalid-request'],
    ['null', null, 400, 'invalid-request'],
  ] as const)('is refused with %s', async (_, wrong, status, type) => {
    const refused = await order({ intent: 'read-status', metadata: wrong })
    expect([refused.status, typeOf(refused)]).toEqual([status, type])
    await expectDocumented(api.app, 'POST', TEMPLATE, refused)
    expect(api.fakes.orders).toEqual([])
  })

  it('may have 1,000 bytes', async () => {
    const most = { note: 'x'.repeat(1_000 - JSON.stringify({ note: '' }).length) }
    expect((await order({ intent: 'read-status', metadata: most })).status).toBe(202)
  })
})

describe('a dangerous command', () => {
  const ask = (more: Parameters<typeof order>[1] = {}) => order({ intent: 'engine-cut' }, more)
  const confirm = (token: string, key?: string) =>
    api.call('POST', `${PATH}/confirm`, { body: { token }, ...(key !== undefined && { key }) })

  it('is sent in the second step, once, however often the token is used', async () => {
    api.history.states.set(DEVICE_ID, {
      ...someState,
      deviceId: DEVICE_ID,
      lastPosition: { ...someState.lastPosition!, fixTime: now - 12_400, speedKnots: 5 },
    })
    api.history.rows.push(frameAt(now - 12_400, 5))
    const asked = await ask()
    expect(asked.status).toBe(201)
    await expectDocumented(api.app, 'POST', TEMPLATE, asked)
    expect(api.fakes.orders).toEqual([])
    const { confirmation } = asked.json
    expect(confirmation).toMatchObject({
      intent: 'engine-cut',
      allowed: true,
      fix: { ageSeconds: 12, speedKmh: 9.26 },
    })
    expect(Date.parse(confirmation.expiresAt)).toBe(now + 60_000)

    const sent = await confirm(confirmation.token)
    expect([sent.status, sent.json.danger]).toEqual([202, 'dangerous'])
    await expectDocumented(api.app, 'POST', `${TEMPLATE}/confirm`, sent)
    const again = await confirm(confirmation.token)
    expect(again.json.commandId).toBe(sent.json.commandId)
    expect(api.fakes.orders).toHaveLength(1)
    expect(api.fakes.orders[0]!.order).toMatchObject({ intent: 'engine-cut', danger: 'dangerous', raw: null })
  })

  const frameAt = (fixTime: number, knots: number, receivedAt = fixTime): HistoryRow =>
    makeRow(
      Buffer.from(
        `*HQ,${DEVICE_ID},V1,${timeOf(fixTime)},A,4221.2102,N,00752.5961,W,${knots.toFixed(2)},133,${dateOf(fixTime)},FFFFFFFF#`,
      ),
      { receivedAt, seq: receivedAt },
    )

  it.each([
    ['too fast', () => [frameAt(now - 1_000, 11.34)], '21 km/h'],
    ['stale', () => [frameAt(now - 61_000, 0)], 'the last fix is 61 s old'],
    ['without a frame', () => [], 'no position'],
    [
      'fast, after a fix from the future that stands',
      () => [frameAt(now + 1_000, 0, now - 57_000), frameAt(now - 20_000, 60), frameAt(now - 10_000, 60)],
      '111.1 km/h',
    ],
  ] as const)('is not allowed in the first step: %s', async (_, rows, words) => {
    api.history.rows.splice(0, Infinity, ...rows())
    const { confirmation } = (await ask()).json
    expect(confirmation.allowed).toBe(false)
    expect(confirmation.detail).toContain(words)
    expect(confirmation.detail).toContain('20 km/h or less')
  })

  it('is not judged by frames of a deleted registration', async () => {
    api.history.rows.splice(0, Infinity, frameAt(now - 12_000, 5))
    api.fakes.devices.set(DEVICE_ID, { purgeBefore: now - 5_000 })
    expect((await ask()).json.confirmation.allowed).toBe(false)
  })

  it('given as bytes needs the same two steps, and is sent as typed', async () => {
    const asked = await order({ raw: '9400000' })
    expect(asked.status).toBe(201)
    expect((await confirm(asked.json.confirmation.token)).status).toBe(202)
    expect(api.fakes.orders[0]!.order.raw).toBe(Buffer.from('9400000').toString('hex'))
  })

  it('needs its scope in both steps', async () => {
    const key = await keyWith('command', 'command:raw')
    for (const body of [
      { intent: 'engine-cut' },
      { raw: '*HQ,9170000000,S20,120000,1,1#' },
      { raw: '9400000' },
    ]) {
      const refused = await order(body, { key })
      expect([refused.status, refused.json.requiredScope]).toEqual([403, 'command:engine'])
    }
    const { token } = (await ask()).json.confirmation
    expect((await confirm(token, key)).status).toBe(403)
    expect(api.fakes.orders).toEqual([])
  })

  it('is confirmed by the key that asked, within a minute', async () => {
    const { token } = (await ask()).json.confirmation
    const other = await confirm(token, await keyWith('command:engine', 'command'))
    expect([other.status, typeOf(other)]).toEqual([410, 'confirmation-gone'])
    expect((await confirm('made-up')).status).toBe(410)
    now += 60_000
    expect((await confirm(token)).status).toBe(410)
    expect(api.fakes.orders).toEqual([])
  })

  it('has one audit entry per step, however often requests are repeated', async () => {
    const headers = { 'idempotency-key': 'audit-1' }
    const asked = [await ask({ headers }), await ask({ headers })]
    const ids: string[] = []
    for (const { json } of [...asked, ...asked]) {
      now += 1_000
      ids.push((await confirm(json.confirmation.token)).json.commandId)
    }
    expect(new Set(ids).size).toBe(1)
    const { items } = (await api.call('GET', `/v1/audit?deviceId=${DEVICE_ID}&limit=500`)).json
    const steps = items
      .filter(({ commandId }: any) => commandId === ids[0])
      .map(({ step }: any) => step)
      .filter((step: string) => step.startsWith('engine-'))
    expect(steps.toSorted()).toEqual(['engine-asked', 'engine-confirmed'])
  })

  it('gets its audit entry from a repeat when the first request could not store it', async () => {
    const entries: NewAuditEntry[] = []
    let isDown = true
    const { add } = api.audit
    const failing = await startApi({
      now: () => now,
      fleet: api,
      audit: {
        ...api.audit,
        add: async (added) => {
          if (!added.some(({ step }) => step === 'engine-confirmed')) return add(added)
          if (isDown) throw new Error('the table is down')
          entries.push(...added)
        },
      },
    })
    const asked = await failing.call('POST', PATH, { body: { intent: 'engine-cut' } })
    const { token } = asked.json.confirmation
    const confirmAgain = () => {
      now += 5_000
      return failing.call('POST', `${PATH}/confirm`, { body: { token } })
    }
    expect((await confirmAgain()).status).toBe(500)
    const [made] = [...failing.fakes.made.values()]
    const dispatchedAt = now
    const attempt = { n: 1, dialect: 'h02', sessionId: 's1', gatewayId: 'g1', dispatchedAt } as const
    const unreported = { notAfter: now + 1_000, facts: noFacts, reported: { epoch: 0, n: 0 } }
    failing.fakes.made.set(made!.commandId, { ...made!, attempts: [{ ...attempt, ...unreported }] })
    isDown = false
    for (let i = 0; i < 2; i++) expect((await confirmAgain()).status).toBe(202)
    const expected = { id: made!.commandId, at: dispatchedAt, step: 'engine-confirmed' }
    expect(entries).toMatchObject([expected, expected])
    expect(failing.fakes.orders).toHaveLength(1)
  })

  it.each([
    ['deleted and registered again', () => ({ purgeBefore: now + 1_000 })],
    ['deleted', () => ({ registered: false })],
  ])('cannot be confirmed, or found by its token, once the device was %s', async (_, change) => {
    const [{ token }, { token: used }] = [(await ask()).json.confirmation, (await ask()).json.confirmation]
    expect((await confirm(used)).status).toBe(202)
    api.fakes.devices.set(DEVICE_ID, change())
    for (const refused of [await confirm(token), await confirm(used)]) {
      expect([refused.status, typeOf(refused)]).toEqual([404, 'not-found'])
      await expectDocumented(api.app, 'POST', `${TEMPLATE}/confirm`, refused)
    }
    expect(api.fakes.orders).toHaveLength(1)
  })

  it.each([
    ['without a connection', { session: null }, 'device-offline', 'while the device is connected'],
    ['contested', { contestedUntil: Infinity }, 'device-contested', 'two connections'],
    [
      'while another is on its way',
      {
        commands: {
          queue: [],
          open: { commandId: '0'.repeat(16), effectKey: null },
          openRestore: null,
          watching: [],
        },
      },
      'device-busy',
      '0'.repeat(16),
    ],
  ])('is refused %s, in both steps', async (_, device, type, words) => {
    const { token } = (await ask()).json.confirmation
    const shown = { ...device, ...('contestedUntil' in device && { contestedUntil: now + 60_000 }) }
    api.fakes.devices.set(DEVICE_ID, shown)
    const refused = await ask()
    expect([refused.status, typeOf(refused)]).toEqual([409, type])
    expect(refused.json.detail).toContain(words)
    await expectDocumented(api.app, 'POST', TEMPLATE, refused)

    api.fakes.answers.push(
      type === 'device-offline'
        ? { outcome: 'no-session' }
        : type === 'device-busy'
          ? { outcome: 'busy', commandId: '0'.repeat(16) }
          : { outcome: 'contested', until: now },
    )
    const second = await confirm(token)
    expect([second.status, typeOf(second)]).toEqual([409, type])
  })

  it('is refused where the installation does not allow it; restoring is always allowed', async () => {
    const interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }
    const careful = await startApi({ now: () => now, engine: { isOn: false, interlock } })
    try {
      await careful.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID } })
      const refused = await careful.call('POST', PATH, { body: { intent: 'engine-cut' } })
      expect([refused.status, typeOf(refused)]).toEqual([403, 'engine-commands-off'])
      const second = await careful.call('POST', `${PATH}/confirm`, { body: { token: 'x' } })
      expect([second.status, typeOf(second)]).toEqual([403, 'engine-commands-off'])
      careful.fakes.devices.set(DEVICE_ID, { session: null, contestedUntil: now + 60_000 })
      for (const body of [{ intent: 'engine-restore' }, { raw: '9410000' }]) {
        expect((await careful.call('POST', PATH, { body })).status).toBe(202)
      }
    } finally {
      await careful.close()
    }
  })
})

describe('commands', () => {
  const makeSome = async () => {
    const made = []
    for (const intent of ['read-status', 'read-firmware', 'locate']) {
      now += 60_000
      made.push((await order({ intent })).json)
    }
    api.fakes.conclude(made[1].commandId, 'unanswered')
    return made
  }

  it('are listed newest first, by pages and filters', async () => {
    const made = await makeSome()
    const first = await api.call('GET', `${PATH}?limit=2`)
    await expectDocumented(api.app, 'GET', TEMPLATE, first)
    expect(first.json.items.map((item: any) => item.intent)).toEqual(['locate', 'read-firmware'])
    expect(first.json.items[0]).not.toHaveProperty('timeline')
    const second = await api.call('GET', first.json.next)
    expect(second.json.items.map((item: any) => item.intent)).toEqual(['read-status'])
    expect(second.json.next).toBeNull()

    const listed = async (query: string) =>
      (await api.call('GET', `${PATH}?${query}`)).json.items.map((item: any) => item.intent)
    expect(await listed('state=queued')).toEqual(['locate', 'read-status'])
    expect(await listed('verdict=unanswered')).toEqual(['read-firmware'])
    expect(await listed('intent=locate')).toEqual(['locate'])
    expect(await listed(`from=${made[1].createdAt}&to=${made[2].createdAt}`)).toEqual(['read-firmware'])
    expect((await api.call('GET', `${PATH}?state=open`)).status).toBe(400)
    expect(
      (await api.call('GET', `${PATH}?cursor=${first.json.nextCursor}&state=queued`)).json.type,
    ).toContain('invalid-cursor')
  })

  it('are cancelled while they wait, and only then', async () => {
    const [waiting, over] = await makeSome()
    const cancelled = await api.call('DELETE', `${PATH}/${waiting.commandId}`)
    expect([cancelled.status, cancelled.json.verdict]).toEqual([200, 'undelivered'])
    await expectDocumented(api.app, 'DELETE', `${TEMPLATE}/{commandId}`, cancelled)
    const late = await api.call('DELETE', `${PATH}/${over.commandId}`)
    expect([late.status, typeOf(late)]).toEqual([409, 'not-queued'])
    expect(late.json.detail).toContain('unanswered')
    const nothing = await api.call('DELETE', `${PATH}/${'0'.repeat(16)}`)
    expect([nothing.status, typeOf(nothing)]).toEqual([404, 'not-found'])
  })

  it('are cancelled together', async () => {
    await makeSome()
    const flushed = await api.call('DELETE', PATH)
    await expectDocumented(api.app, 'DELETE', TEMPLATE, flushed)
    expect(flushed.json.cancelled.map((one: any) => one.intent)).toEqual(['read-status', 'locate'])
    expect((await api.call('DELETE', PATH)).json.cancelled).toEqual([])
  })

  it('of a deleted registration are not shown', async () => {
    const id = '9170000077'
    const before = await api.call('POST', '/v1/devices', { body: { deviceId: id } })
    expect(before.status).toBe(201)
    const there = `/v1/devices/${id}/commands`
    const { commandId } = (await api.call('POST', there, { body: { intent: 'read-status' } })).json
    now += 1_000
    await api.call('DELETE', `/v1/devices/${id}`)
    expect((await api.call('GET', there)).status).toBe(404)
    now += 1_000
    await api.call('POST', '/v1/devices', { body: { deviceId: id } })
    expect((await api.call('GET', `${there}/${commandId}`)).status).toBe(404)
    expect((await api.call('GET', there)).json.items).toEqual([])
  })

  it('hide secrets in every field from a reader without the scope', async () => {
    const params = { apn: 'net.example.com', user: 'anna', apnPassword: 'geheim' }
    const { commandId } = (await order({ intent: 'set-apn', params, confirm: true })).json
    const hex = (text: string): string => Buffer.from(text).toString('hex')
    api.fakes.conclude(commandId, 'answered', {
      raw: hex('8039876 net.example.com anna geheim'),
      reply: { text: 'PW:9876 APN:net.example.com,anna,geheim', facts: { apn: 'net.example.com' } },
      timeline: [
        makeItem({ id: 'w', at: 1, kind: 'written', raw: hex('8039876 net.example.com anna geheim') }),
        makeItem({
          id: 'r',
          at: 2,
          kind: 'reply',
          raw: hex('*HQ,9170000000,SMS,PW:9876\nAPN:net.example.com,anna,geheim#'),
          frame: { sessionId: 's1', receivedAt: 2 },
        }),
      ],
    })
    const secrets = ['9876', 'anna', 'geheim']
    const key = await keyWith('read')
    for (const at of [PATH, `${PATH}/${commandId}`]) {
      const { text } = await api.call('GET', at, { key })
      expect(text).toContain('net.example.com')
      for (const secret of secrets) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(hex(secret))
      }
    }
    const trusted = await api.call('GET', `${PATH}/${commandId}`)
    for (const secret of secrets) expect(trusted.text).toContain(secret)
    expect(api.log.join()).not.toContain('geheim')
  })
})
