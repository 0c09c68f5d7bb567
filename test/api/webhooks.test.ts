import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

let clock = Date.UTC(2026, 0, 10, 12)
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => clock })
})
afterAll(() => api.close())

const URL_TEXT = 'https://hooks.example.com/h02?token=abc'
const call = async (method: string, path: string, body?: unknown, key?: string): Promise<any> => {
  const wanted = { ...(body !== undefined && { body }), ...(key !== undefined && { key }) }
  const answer = await api.call(method, path, wanted)
  const operation = path.replace(/wh_[0-9a-f]{12}/, '{webhookId}').replace(/\d{13}-\w+-\d/, '{deliveryId}')
  await expectDocumented(api.app, method, operation, answer)
  return answer
}
const make = async (body: object = {}, key?: string): Promise<any> => {
  const { status, json, text } = await call('POST', '/v1/webhooks', { url: URL_TEXT, ...body }, key)
  expect([status, text]).toEqual([201, expect.anything()])
  return json
}
const makeKey = async (body: object): Promise<string> =>
  (await api.call('POST', '/v1/keys', { body: { scopes: ['admin', 'read'], ...body } })).json.key
const listed = async (key?: string): Promise<string[]> =>
  (await call('GET', '/v1/webhooks', undefined, key)).json.items.map(({ webhookId }: any) => webhookId)
const auditOf = async (webhookId: string): Promise<any[]> => {
  const { json } = await api.call('GET', '/v1/audit?limit=500')
  return json.items.filter(({ details }: any) => details?.webhookId === webhookId).toReversed()
}

describe('webhooks: their life', () => {
  it('shows the secret once, and never again', async () => {
    const { webhookId, secret } = await make()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const answers = [
      await call('GET', `/v1/webhooks/${webhookId}`),
      await call('GET', '/v1/webhooks'),
      await call('PATCH', `/v1/webhooks/${webhookId}`, { description: 'main' }),
      await call('POST', `/v1/webhooks/${webhookId}/enable`),
      await call('POST', `/v1/webhooks/${webhookId}/test`),
      await call('GET', `/v1/webhooks/${webhookId}/deliveries`),
      await api.call('GET', '/v1/audit?limit=500'),
    ]
    for (const { text } of answers) expect(text).not.toContain(secret.slice(6))
    const rotated = await call('POST', `/v1/webhooks/${webhookId}/rotate`, { overlapSeconds: 60 })
    expect(rotated.json).toEqual({
      webhookId,
      secret: expect.stringMatching(/^whsec_/),
      previousUntil: new Date(clock + 60_000).toISOString(),
    })
    expect(rotated.json.secret).not.toBe(secret)
  })

  it('has defaults, is changed field by field, and is deleted', async () => {
    const made = await make()
    expect(made).toMatchObject({
      url: URL_TEXT,
      events: ['*'],
      deviceIds: null,
      labels: null,
      description: null,
      state: 'active',
      createdBy: 'admin',
      expiresAt: null,
    })
    const path = `/v1/webhooks/${made.webhookId}`
    const changed = await call('PATCH', path, {
      events: ['device.moved'],
      deviceIds: ['1'],
      labels: { a: 'b' },
    })
    expect(changed.json).toMatchObject({ events: ['device.moved'], deviceIds: ['1'], labels: { a: 'b' } })
    expect((await call('PATCH', path, { deviceIds: null })).json).toMatchObject({
      url: URL_TEXT,
      deviceIds: null,
      labels: { a: 'b' },
    })
    // Objects have a member of this name.
    const labels = { constructor: 'c' }
    expect((await call('PATCH', path, { labels })).json.labels).toEqual(labels)
    expect((await call('DELETE', path)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await call(method, path)).status).toBe(404)
  })

  it.each([
    [{ url: 'http://hooks.example.com' }, 400],
    [{ url: 'https://10.0.0.1/' }, 400],
    [{ url: 'https://user:word@hooks.example.com/' }, 400],
    [{ events: [] }, 400],
    [{ events: ['device.flew'] }, 400],
    [{ events: ['*', 'device.moved'] }, 400],
    [{ deviceIds: [] }, 400],
    [{ secret: 'mine' }, 400],
    [{ description: 'a\u202eb' }, 422],
  ])('refuses %j', async (body, status) => {
    const answer = await call('POST', '/v1/webhooks', { url: URL_TEXT, ...body })
    expect(answer.status).toBe(status)
    const { webhookId } = await make()
    expect((await call('PATCH', `/v1/webhooks/${webhookId}`, body)).status).toBe(status)
    await call('DELETE', `/v1/webhooks/${webhookId}`)
  })

  it('audits every change, with no more of the URL than its host', async () => {
    const { webhookId } = await make()
    const path = `/v1/webhooks/${webhookId}`
    await call('PATCH', path, { url: `${URL_TEXT}x` })
    await call('POST', `${path}/rotate`)
    await call('POST', `${path}/test`)
    await call('POST', `${path}/enable`)
    await call('DELETE', path)
    const entries = await auditOf(webhookId)
    expect(entries.map(({ step }) => String(step)).toSorted()).toEqual([
      'webhook-changed',
      'webhook-deleted',
      'webhook-enabled',
      'webhook-made',
      'webhook-rotated',
      'webhook-tested',
    ])
    expect(JSON.stringify(entries)).toContain('hooks.example.com')
    expect(JSON.stringify(entries)).not.toContain('token')
  })

  it('require the scope admin', async () => {
    const { webhookId } = await make()
    const key = await makeKey({ scopes: ['read', 'command', 'secrets'] })
    for (const [method, path] of [
      ['GET', '/v1/webhooks'],
      ['GET', `/v1/webhooks/${webhookId}`],
      ['GET', `/v1/webhooks/${webhookId}/deliveries`],
      ['POST', `/v1/webhooks/${webhookId}/test`],
    ] as const)
      expect((await call(method, path, undefined, key)).status).toBe(403)
  })

  it('are at most fifty', async () => {
    const api = await startApi({ now: () => clock })
    const statuses = []
    for (let i = 0; i < 51; i++)
      statuses.push((await api.call('POST', '/v1/webhooks', { body: { url: URL_TEXT } })).status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(50)
    expect(statuses.at(-1)).toBe(409)
    await api.close()
  })
})

describe('webhooks: narrow keys', () => {
  it('make webhooks that keep their limit, whichever key changes them', async () => {
    const narrow = await makeKey({ deviceIds: ['1', '2'] })
    const { webhookId } = await make({}, narrow)
    await call('PATCH', `/v1/webhooks/${webhookId}`, { deviceIds: ['1', '3'] })
    const { webhook } = (await api.webhooks.store.get(webhookId))!
    expect(webhook.limit).toEqual({ ids: ['1', '2'], labels: null })
    // Id 3 does not exist for the narrow key.
    const seen = await call('GET', `/v1/webhooks/${webhookId}`, undefined, narrow)
    expect(seen.json.deviceIds).toEqual(['1'])
  })

  it('cannot ask for devices that they do not see', async () => {
    const narrow = await makeKey({ deviceIds: ['1', '2'] })
    const wanted = { url: URL_TEXT, deviceIds: ['1', '3'] }
    expect((await call('POST', '/v1/webhooks', wanted, narrow)).status).toBe(404)
  })

  it('see the webhooks of keys as narrow as they are, and no others', async () => {
    const narrow = await makeKey({ deviceIds: ['1', '2'] })
    const narrower = await makeKey({ deviceIds: ['1'] })
    const other = await makeKey({ deviceIds: ['3'] })
    const ofAll = (await make()).webhookId
    const ofNarrow = (await make({}, narrow)).webhookId
    const ofNarrower = (await make({}, narrower)).webhookId
    expect(await listed(narrow)).toEqual(expect.arrayContaining([ofNarrow, ofNarrower]))
    expect(await listed(narrow)).not.toContain(ofAll)
    expect(await listed(narrower)).not.toContain(ofNarrow)
    expect(await listed(other)).not.toContain(ofNarrow)
    expect((await call('GET', `/v1/webhooks/${ofAll}`, undefined, narrow)).status).toBe(404)
    expect((await call('DELETE', `/v1/webhooks/${ofNarrow}`, undefined, other)).status).toBe(404)
  })

  it('make webhooks that end with the key', async () => {
    const expiresAt = new Date(clock + 60_000).toISOString()
    const key = await makeKey({ expiresAt })
    const { webhookId, ...made } = await make({}, key)
    expect(made.expiresAt).toBe(expiresAt)
    clock += 60_000
    expect((await call('GET', `/v1/webhooks/${webhookId}`)).json.state).toBe('expired')
  })
})

describe('webhooks: deliveries', () => {
  const event = (deviceId: string, n: number) => ({
    id: `${deviceId}:aa:${n}:online`,
    type: 'device.online' as const,
    at: clock + n,
    deviceId,
    data: { sessionId: 'aa', receivedAt: new Date(clock).toISOString() },
  })
  const deliver = (webhookId: string, deviceId: string, n: number) => {
    const { id, type, at } = event(deviceId, n)
    const sent = { eventId: id, type, deviceId, eventAt: at, kind: 'event', at, attempt: 1 } as const
    const failed = { outcome: 'failed', status: 500, latencyMs: 7, answer: 'no', error: null } as const
    return api.webhooks.deliveries.add(webhookId, [{ ...sent, ...failed }])
  }

  it('returns the response of the receiver to a test event', async () => {
    const { webhookId } = await make()
    const { json } = await call('POST', `/v1/webhooks/${webhookId}/test`)
    expect(json).toMatchObject({
      kind: 'test',
      type: 'webhook.test',
      outcome: 'delivered',
      status: 200,
      answer: 'ok',
    })
    const { json: list } = await call('GET', `/v1/webhooks/${webhookId}/deliveries`)
    expect(list.items).toEqual([json])
  })

  it('lists the newest hundred, newest first', async () => {
    const { webhookId } = await make()
    for (let n = 0; n < 110; n++) {
      clock += 1
      await deliver(webhookId, '1', n)
    }
    const { items } = (await call('GET', `/v1/webhooks/${webhookId}/deliveries`)).json
    expect(items.map(({ eventId }: any) => eventId)).toEqual(
      Array.from({ length: 100 }, (_, i) => `1:aa:${109 - i}:online`),
    )
  })

  it('resends an event on request, as long as it is kept', async () => {
    const { webhookId } = await make()
    await api.call('POST', '/v1/devices', { body: { deviceId: '5' } })
    await api.putEvents([event('5', 1)])
    await deliver(webhookId, '5', 1)
    await deliver(webhookId, '5', 2)
    const { items } = (await call('GET', `/v1/webhooks/${webhookId}/deliveries`)).json
    const redeliver = (n: number) => {
      const { deliveryId } = items.find(({ eventId }: any) => eventId === `5:aa:${n}:online`)
      return call('POST', `/v1/webhooks/${webhookId}/deliveries/${deliveryId}/redeliver`)
    }
    expect((await redeliver(1)).json).toMatchObject({
      kind: 'redelivery',
      eventId: '5:aa:1:online',
      outcome: 'delivered',
    })
    expect((await redeliver(2)).status).toBe(409)
    const missing = `/v1/webhooks/${webhookId}/deliveries/1768046400000-0123456789ab-0/redeliver`
    expect((await call('POST', missing)).status).toBe(404)
  })

  it('hides deliveries of devices that a key does not see', async () => {
    const wide = await makeKey({ deviceIds: ['1', '2'] })
    const { webhookId } = await make({}, wide)
    const narrow = await makeKey({ deviceIds: ['1', '2', '3'] })
    await deliver(webhookId, '1', 1)
    await deliver(webhookId, '9', 1)
    const { items } = (await call('GET', `/v1/webhooks/${webhookId}/deliveries`, undefined, narrow)).json
    expect(items.map(({ deviceId }: any) => deviceId)).toEqual(['1'])
    const all = (await call('GET', `/v1/webhooks/${webhookId}/deliveries`)).json.items
    const { deliveryId } = all.find(({ deviceId }: any) => deviceId === '9')
    const path = `/v1/webhooks/${webhookId}/deliveries/${deliveryId}/redeliver`
    expect((await call('POST', path, undefined, narrow)).status).toBe(404)
  })
})
