import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

const start = Date.UTC(2026, 0, 10, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
let clock = start
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => clock })
})
afterAll(() => api.close())

const iso = (at: number): string => new Date(at).toISOString()
const make = async (body: object, key?: string): Promise<any> => {
  const made = await api.call('POST', '/v1/keys', { body, ...(key !== undefined && { key }) })
  expect([made.status, made.text]).toEqual([201, expect.anything()])
  await expectDocumented(api.app, 'POST', '/v1/keys', made)
  return made.json
}
const opens = async (key: string): Promise<number> => (await api.call('GET', '/v1/positions', { key })).status
const listed = async (keyId: string): Promise<any> => {
  const answer = await api.call('GET', '/v1/keys')
  await expectDocumented(api.app, 'GET', '/v1/keys', answer)
  return answer.json.items.find((one: any) => one.keyId === keyId)
}
const auditOf = async (query: string, key?: string): Promise<any[]> => {
  const answer = await api.call('GET', `/v1/audit?${query}`, key === undefined ? {} : { key })
  expect(answer.status).toBe(200)
  await expectDocumented(api.app, 'GET', '/v1/audit', answer)
  return answer.json.items
}
const everything = ['read', 'command', 'command:raw', 'command:engine', 'secrets', 'admin']

describe('a key with an expiry time', () => {
  it('is refused from that time on', async () => {
    const { key, expiresAt } = await make({ scopes: ['read'], expiresAt: iso(clock + HOUR) })
    expect([expiresAt, await opens(key)]).toEqual([iso(clock + HOUR), 200])
    clock += HOUR - 1
    expect(await opens(key)).toBe(200)
    clock += 1
    expect(await opens(key)).toBe(401)
  })

  it('is refused when the time is not in the future', async () => {
    const body = { scopes: ['read'], expiresAt: iso(clock) }
    expect((await api.call('POST', '/v1/keys', { body })).status).toBe(400)
  })

  it('makes no key that expires later than itself', async () => {
    const expiresAt = iso(clock + HOUR)
    const { key } = await make({ scopes: ['admin', 'read'], expiresAt })
    const longer = { scopes: ['read'], expiresAt: iso(clock + HOUR + 1) }
    expect((await api.call('POST', '/v1/keys', { key, body: longer })).status).toBe(403)
    expect((await api.call('POST', '/v1/keys', { key, body: { ...longer, expiresAt: null } })).status).toBe(
      403,
    )
    expect((await make({ scopes: ['read'] }, key)).expiresAt).toBe(expiresAt)
  })
})

describe('the use of a key', () => {
  it('is written at most once an hour, and is in the audit', async () => {
    const { key, keyId, lastUsedAt } = await make({ name: 'reader', scopes: ['read'] })
    expect(lastUsedAt).toBeNull()
    const first = clock
    await api.call('GET', '/v1/positions', { key, address: '192.0.2.9' })
    await expect.poll(async () => (await listed(keyId)).lastUsedAt).toBe(iso(first))
    clock += 30 * MINUTE
    await opens(key)
    expect((await listed(keyId)).lastUsedAt).toBe(iso(first))
    clock += HOUR
    await opens(key)
    await expect.poll(async () => (await listed(keyId)).lastUsedAt).toBe(iso(clock))
    const used = (await auditOf(`keyId=${keyId}`)).filter(({ step }) => step === 'key-used')
    expect(used.length).toBeGreaterThanOrEqual(2)
    expect(used.at(-1)).toMatchObject({ who: keyId, keyName: 'reader', address: '192.0.2.9', at: iso(first) })
  })

  it('is stored in the background: a failure fails no request', async () => {
    for (const touch of [() => new Promise<void>(() => {}), () => Promise.reject(new Error('no table'))]) {
      const identity = { keyId: 'k', name: null, devices: null, expiresAt: null, isStored: true }
      const other = await startApi({
        now: () => clock,
        keys: { ...api.keys, touch },
        authenticate: async () => ({ ...identity, scopes: new Set(['read']) }),
      })
      expect((await other.call('GET', '/v1/positions')).status).toBe(200)
      await other.close()
    }
  })
})

describe('the rotation of a key', () => {
  const rotate = (keyId: string, body?: object, key?: string) =>
    api.call('POST', `/v1/keys/${keyId}/rotate`, { body, ...(key !== undefined && { key }) })

  it('creates a new secret; the previous one works until the overlap ends', async () => {
    const { key, keyId } = await make({ name: 'app', scopes: ['read'] })
    const rotated = await rotate(keyId, { overlapSeconds: 60 })
    await expectDocumented(api.app, 'POST', '/v1/keys/{keyId}/rotate', rotated)
    expect(rotated.json).toMatchObject({
      keyId,
      name: 'app',
      previousUntil: iso(clock + MINUTE),
      rotatedAt: iso(clock),
    })
    const next = rotated.json.key
    expect([next === key, await opens(next), await opens(key)]).toEqual([false, 200, 200])
    clock += MINUTE
    expect([await opens(next), await opens(key)]).toEqual([200, 401])
    expect(api.log.join() + (await api.call('GET', '/v1/audit')).text).not.toContain(next)
  })

  it('done twice ends the first secret at once; without an overlap it ends the previous one', async () => {
    const { key, keyId } = await make({ scopes: ['read'] })
    const second = (await rotate(keyId)).json
    expect(second.previousUntil).toBe(iso(clock + 24 * HOUR))
    const third = (await rotate(keyId)).json.key
    expect([await opens(key), await opens(second.key), await opens(third)]).toEqual([401, 200, 200])
    const fourth = (await rotate(keyId, { overlapSeconds: 0 })).json.key
    expect([await opens(third), await opens(fourth)]).toEqual([401, 200])
  })

  it('is refused for a key with more scopes or time than the caller', async () => {
    const strong = await make({ scopes: ['admin', 'command:engine'] })
    const { key } = await make({ scopes: ['admin', 'read'] })
    const refused = await rotate(strong.keyId, {}, key)
    expect([refused.status, refused.json.type]).toEqual([403, 'urn:h02:problem:forbidden'])
    const brief = await make({ scopes: everything, expiresAt: iso(clock + HOUR) })
    expect((await rotate(strong.keyId, {}, brief.key)).status).toBe(403)
    for (const keyId of ['000000000000', 'admin', 'a'.repeat(3_000)])
      expect((await rotate(keyId)).status).toBe(404)
  })

  it('does not keep a key working after the key that rotated it is deleted', async () => {
    const victim = await make({ scopes: ['read'] })
    const thief = await make({ scopes: ['admin', 'read'] })
    const stolen = (await rotate(victim.keyId, {}, thief.key)).json.key
    const deleted = await api.call('DELETE', `/v1/keys/${thief.keyId}?children=true`)
    expect(deleted.json.deleted.map((one: any) => one.keyId)).toContain(victim.keyId)
    expect(await opens(stolen)).toBe(401)
  })
})

describe('deleting a key', () => {
  it('lists keys made by it, directly or through deleted ones, and deletes them on request', async () => {
    const parent = await make({ scopes: ['admin', 'read'] })
    const child = await make({ name: 'child', scopes: ['admin', 'read'] }, parent.key)
    const grandchild = await make({ scopes: ['read'] }, child.key)
    expect(child).toMatchObject({ createdBy: parent.keyId })
    await api.call('DELETE', `/v1/keys/${child.keyId}`)
    expect([await opens(child.key), await opens(grandchild.key)]).toEqual([401, 200])

    const other = await make({ scopes: ['admin', 'read'] }, parent.key)
    const kept = await api.call('DELETE', `/v1/keys/${other.keyId}`)
    expect(kept.status).toBe(204)
    const all = await api.call('DELETE', `/v1/keys/${parent.keyId}?children=true`)
    await expectDocumented(api.app, 'DELETE', '/v1/keys/{keyId}', all)
    expect(all.json.deleted.map((one: any) => one.keyId)).toEqual([parent.keyId, grandchild.keyId])
    expect(all.json.children).toEqual([])
    expect(await opens(grandchild.key)).toBe(401)
  })

  it('and not the keys made by it reports which of them go on working', async () => {
    const parent = await make({ scopes: ['admin', 'read'] })
    const child = await make({ scopes: ['read'] }, parent.key)
    const answer = await api.call('DELETE', `/v1/keys/${parent.keyId}`)
    await expectDocumented(api.app, 'DELETE', '/v1/keys/{keyId}', answer)
    expect(answer.json.children.map((one: any) => one.keyId)).toEqual([child.keyId])
    expect([await opens(parent.key), await opens(child.key)]).toEqual([401, 200])
  })
})

describe('a key stored by the previous version', () => {
  it('works for all devices and never expires', async () => {
    const { key, keyId } = await make({ scopes: ['read'] })
    await api.client.send(
      new UpdateCommand({
        TableName: 'fleet',
        Key: { pk: `key#${keyId}`, sk: 'key' },
        UpdateExpression: 'REMOVE deviceIds, ancestors, expiresAt, lastUsedAt, rotatedAt, previousUntil',
      }),
    )
    expect(await opens(key)).toBe(200)
    expect(await listed(keyId)).toMatchObject({ deviceIds: null, expiresAt: null, createdBy: 'admin' })
  })
})

describe('a key that is restricted to devices', () => {
  const [own, foreign] = ['9170000001', '9170000002']
  let restricted: any
  let call: (method: string, path: string, body?: unknown) => ReturnType<typeof api.call>
  beforeAll(async () => {
    const rows = [
      { deviceId: own, model: 'ST-906L', password: '1111' },
      { deviceId: foreign, name: 'Foreign van', model: 'GT06' },
    ]
    await api.call('POST', '/v1/devices', { body: rows })
    restricted = await make({ scopes: everything, deviceIds: [own] })
    call = (method, path, body) =>
      api.call(method, path, { key: restricted.key, ...(body !== undefined && { body }) })
  })

  it('gets the same answer for hidden and missing devices, on every route', async () => {
    const document = (await api.call('GET', '/openapi.json')).json
    const templates = Object.entries<any>(document.paths).filter(([path]) => path.includes('{deviceId}'))
    expect(templates.length).toBeGreaterThan(8)
    for (const [template, item] of templates) {
      for (const method of Object.keys(item)) {
        const ask = async (deviceId: string) => {
          const path = template.replace('{deviceId}', deviceId).replaceAll(/\{\w+\}/g, '0mfhq3k2v0a1b2c3')
          const { status, json } = await call(method.toUpperCase(), path, method === 'get' ? undefined : {})
          const { requestId: _, ...problem } = json
          return JSON.parse(JSON.stringify([status, problem]).replaceAll(deviceId, 'ID'))
        }
        const answers = [await ask(foreign), await ask('9999')]
        expect([method, template, answers[0]![0]]).toEqual([method, template, 404])
        expect(answers[0]).toEqual(answers[1])
      }
    }
    expect((await api.call('GET', `/v1/devices/${foreign}`)).json.name).toBe('Foreign van')
  })

  it('sees only its devices in lists, and reaches them', async () => {
    for (const path of [
      '/v1/devices',
      '/v1/positions',
      '/v1/devices?q=van',
      '/v1/unknown-devices',
      '/v1/evidence',
      '/v1/keys',
      '/v1/audit',
    ]) {
      const answer = await call('GET', path)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.text).not.toContain(foreign)
      expect(answer.text).not.toContain('Foreign')
    }
    expect((await call('GET', '/v1/devices')).json.items.map((one: any) => one.deviceId)).toEqual([own])
    expect((await call('GET', '/v1/positions')).json.items).toHaveLength(1)
    expect((await call('GET', `/v1/devices/${own}`)).status).toBe(200)
  })

  it('sees evidence of the firmware of its devices only', async () => {
    const row = { intent: 'read-status', dialect: 'text', counts: { answered: 1 }, unreplied: 0 } as const
    api.fakes.evidenceRows.push({ ...row, firmware: 'unknown' }, { ...row, firmware: 'GT06_V1' })
    // No reply of its device contained the firmware.
    expect((await call('GET', '/v1/evidence')).json.models).toEqual(['unknown'])
    expect((await call('GET', '/v1/evidence?model=GT06')).status).toBe(404)
    expect((await call('GET', '/v1/evidence?model=unknown')).status).toBe(200)
    expect((await call('GET', '/v1/evidence?format=csv')).text).not.toContain('GT06')
  })

  it('registers and changes no other device', async () => {
    const rows = [
      { deviceId: foreign, name: 'Mine' },
      { deviceId: own, name: 'Own' },
      { deviceId: '9170000003' },
    ]
    const { json } = await call('POST', '/v1/devices', rows)
    expect([json.updated, json.created, json.rejected.map((one: any) => one.line)]).toEqual([
      [own],
      [],
      [1, 3],
    ])
    expect((await call('POST', '/v1/devices', rows[0])).status).toBe(422)
    expect((await api.call('GET', `/v1/devices/${foreign}`)).json.name).toBe('Foreign van')
  })

  it('makes keys for its devices or some of them, and sees those keys only', async () => {
    expect((await make({ scopes: ['read'] }, restricted.key)).deviceIds).toEqual([own])
    for (const deviceIds of [null, [foreign], [own, foreign]]) {
      const refused = await call('POST', '/v1/keys', { scopes: ['read'], deviceIds })
      expect([refused.status, refused.json.type]).toEqual([403, 'urn:h02:problem:forbidden'])
    }
    const other = await make({ scopes: ['read'], deviceIds: [foreign] })
    const wide = await make({ scopes: ['read'] })
    for (const { keyId } of [other, wide]) {
      expect((await call('DELETE', `/v1/keys/${keyId}`)).status).toBe(404)
      expect((await call('POST', `/v1/keys/${keyId}/rotate`, {})).status).toBe(404)
      expect((await call('GET', '/v1/keys')).text).not.toContain(keyId)
    }
  })

  it('sees the audit of its devices and of itself', async () => {
    const items = (await call('GET', '/v1/audit?limit=500')).json.items
    expect(items.length).toBeGreaterThan(3)
    for (const { deviceId, who } of items) expect(deviceId === own || who === restricted.keyId).toBe(true)
    expect((await call('GET', `/v1/audit?deviceId=${foreign}`)).json.items).toEqual([])
  })
})

describe('the audit of the API', () => {
  it('has every admin action with key, address, time and request id', async () => {
    const { key, keyId } = await make({ name: 'ops', scopes: everything })
    const deviceId = '9170000009'
    const address = '203.0.113.7'
    const ask = async (method: string, path: string, body?: unknown) => {
      clock += 1_000
      const answer = await api.call(method, path, { key, address, ...(body !== undefined && { body }) })
      expect([method, path, answer.status < 300]).toEqual([method, path, true])
      return answer
    }
    const device = `/v1/devices/${deviceId}`
    const requestIds: unknown[] = []
    const note = async (...request: Parameters<typeof ask>) => {
      const answer = await ask(...request)
      requestIds.push(answer.headers.get('x-request-id'))
      return answer
    }
    await note('POST', '/v1/devices', { deviceId })
    await note('PATCH', device, { name: 'Van', password: 's3cretPw' })
    await note('GET', `${device}/frames`)
    await ask('GET', `${device}/frames`)
    await note('GET', `${device}/commands`)
    await note('GET', device)
    await note('POST', `${device}/live`, {})
    const { token } = (await note('POST', `${device}/commands`, { intent: 'engine-cut' })).json.confirmation
    await note('POST', `${device}/commands/confirm`, { token })
    const { keyId: made } = (await note('POST', '/v1/keys', { scopes: ['read'] })).json
    await note('POST', `/v1/keys/${made}/rotate`)
    await note('DELETE', `/v1/keys/${made}`)
    await note('DELETE', device)
    const items = (await auditOf(`keyId=${keyId}&limit=500`)).toReversed()
    const steps = items.map(({ step }) => step)
    for (const step of [
      'key-used',
      'device-added',
      'device-changed',
      'password-changed',
      'live-opened',
      'engine-asked',
      'engine-confirmed',
      'key-made',
      'key-rotated',
      'key-deleted',
      'device-deleted',
    ])
      expect([step, steps.filter((one) => one === step).length]).toEqual([step, 1])
    const views = items.filter(({ step }) => step === 'secrets-read').map(({ details }) => details.view)
    expect(new Set(views)).toEqual(new Set(['device', 'frames', 'commands']))
    expect(views).toHaveLength(3)
    for (const item of items) {
      expect(item).toMatchObject({ who: keyId, keyName: 'ops', address })
      expect(requestIds).toContain(item.requestId)
    }
    expect(items.find(({ step }) => step === 'device-changed').details).toEqual({
      fields: ['name', 'password'],
    })
    expect(JSON.stringify(items)).not.toContain('s3cretPw')
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => String(at)).toSorted())
  })

  it('is paged without a gap or a repeat, and filtered by device and time', async () => {
    const whole = await auditOf('limit=500')
    const paged: any[] = []
    let next: string | null = '/v1/audit?limit=7'
    while (next !== null) {
      const { json }: any = await api.call('GET', next)
      paged.push(...json.items)
      next = json.next
    }
    const idOf = ({ at, step, requestId, deviceId, details }: any) =>
      JSON.stringify([at, step, requestId, deviceId, details])
    // Reading the audit is itself the use of a key.
    expect(paged.map(idOf).filter((id) => whole.map(idOf).includes(id))).toEqual(whole.map(idOf))
    const [from, to] = [iso(start + HOUR), iso(start + 2 * HOUR)]
    const between = await auditOf(`from=${from}&to=${to}&limit=500`)
    expect(between.map(idOf)).toEqual(whole.filter(({ at }) => at >= from && at < to).map(idOf))
    const ofDevice = await auditOf('deviceId=9170000009&limit=500')
    expect(ofDevice.map(idOf)).toEqual(whole.filter(({ deviceId }) => deviceId === '9170000009').map(idOf))
    expect((await api.call('GET', `/v1/audit?from=${to}&to=${from}`)).status).toBe(400)
    const { key } = await make({ scopes: ['read', 'secrets'] })
    expect((await api.call('GET', '/v1/audit', { key })).status).toBe(403)
  })

  it('is stored before a secret is shown: if that fails, there is no answer', async () => {
    const other = await startApi({
      now: () => clock,
      audit: { ...api.audit, add: () => Promise.reject(new Error('no table')) },
    })
    await other.keys.list()
    const answer = await other.call('GET', '/v1/devices/1/frames')
    expect(answer.status).toBe(404)
    const { call } = other
    await call('POST', '/v1/devices', { body: { deviceId: '1', password: '1234' } })
    const shown = await call('GET', '/v1/devices/1')
    expect([shown.status, shown.text.includes('"1234"')]).toEqual([500, false])
    await other.close()
  })
})
