import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { isAtLeastAsNarrow, isWithinLimit, type DeviceLimit } from '#shared/domain/device-limit.ts'
import { createDeviceLabels, MAX_AGE_MS } from '#shared/store/device-labels.ts'
import { isKeyValid } from '#shared/store/live-grants.ts'
import { createApiKeys } from '#shared/store/api-keys.ts'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

let now = Date.UTC(2026, 0, 10, 12)
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())

const register = (body: unknown, key?: string) =>
  api.call('POST', '/v1/devices', { body, ...(key !== undefined && { key }) })
const patch = (deviceId: string, body: unknown, key?: string) =>
  api.call('PATCH', `/v1/devices/${deviceId}`, { body, ...(key !== undefined && { key }) })
const labelsOf = async (deviceId: string) => (await api.call('GET', `/v1/devices/${deviceId}`)).json.labels
const idsWith = async (labels: string, path = '/v1/devices', more = ''): Promise<string[]> => {
  const { status, json } = await api.call('GET', `${path}?labels=${encodeURIComponent(labels)}${more}`)
  expect([labels, status]).toEqual([labels, 200])
  return json.items.map((one: any) => one.deviceId)
}

describe('labels of a device', () => {
  it('are set one by one, and removed by null', async () => {
    const made = await register({
      deviceId: '1',
      labels: { fleet: 'north', 'acme.example/no': '7', empty: '' },
    })
    expect(made.status).toBe(201)
    expect(await labelsOf('1')).toEqual({ 'acme.example/no': '7', empty: '', fleet: 'north' })
    const patched = await patch('1', { labels: { fleet: 'south', empty: null, missing: null } })
    await expectDocumented(api.app, 'PATCH', '/v1/devices/{deviceId}', patched)
    expect(patched.json.labels).toEqual({ 'acme.example/no': '7', fleet: 'south' })
    // A registration merges as well, and one without labels leaves them.
    await register([{ deviceId: '1', labels: { depot: '2' } }, { deviceId: '2' }])
    await register({ deviceId: '1', name: 'Van' })
    expect(await labelsOf('1')).toEqual({ 'acme.example/no': '7', depot: '2', fleet: 'south' })
    await patch('1', { labels: null })
    expect(await labelsOf('1')).toEqual({})
  })

  it('come from a column of a CSV', async () => {
    const csv = 'deviceId,labels\n11,fleet=a b; depot=\n12,"x=1,5\\;6;y=a=b"\n13,no blanks=1\n14,\n'
    const { json } = await api.call('POST', '/v1/devices', { body: csv, type: 'text/csv' })
    expect([json.created, json.rejected.map((one: any) => one.line)]).toEqual([['11', '12', '14'], [4]])
    expect(await labelsOf('11')).toEqual({ depot: '', fleet: 'a b' })
    expect(await labelsOf('12')).toEqual({ x: '1,5;6', y: 'a=b' })
  })

  it.each<[string, unknown, string]>([
    ['a name with a blank', { 'a b': '1' }, 'letters, digits'],
    ['an empty name', { '': '1' }, 'letters, digits'],
    ['a value that is no text', { a: 1 }, 'expected text'],
    ['a long value', { a: 'x'.repeat(129) }, '128'],
    ['21 labels', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`l${i}`, ''])), '20'],
    ['two names that differ in case', { Fleet: 'a', fleet: 'a' }, 'case'],
  ])('refuses %s', async (_, labels, words) => {
    await register({ deviceId: '20' })
    const refused = await patch('20', { labels })
    expect([refused.status, refused.json.detail]).toEqual([400, expect.stringContaining(words)])
    await expectDocumented(api.app, 'PATCH', '/v1/devices/{deviceId}', refused)
    expect((await register({ deviceId: '20', labels })).json.rejected).toMatchObject([{ line: 1 }])
    expect(await labelsOf('20')).toEqual({})
  })

  it('are visible text, normalized to one form', async () => {
    await register({ deviceId: '21', labels: { town: ' Orle\u0301ans ' } })
    expect(await idsWith('town=Orl\u00e9ans')).toEqual(['21'])
    const unsafe = await patch('21', { labels: { town: 'a\u202eb' } })
    expect([unsafe.status, unsafe.json.type]).toEqual([422, 'urn:h02:problem:unsafe-text'])
  })

  it('cannot have the name of a built-in property of objects', async () => {
    const labels = JSON.parse('{"__proto__": "1", "constructor": "2"}')
    expect((await patch('20', { labels })).json.labels).toEqual({ constructor: '2' })
    expect(await idsWith('toString')).toEqual([])
  })

  it('are deleted with the device, and do not come back', async () => {
    await register({ deviceId: '22', labels: { gone: 'yes' } })
    await api.call('DELETE', '/v1/devices/22')
    expect(await idsWith('gone')).toEqual([])
    await register({ deviceId: '22' })
    expect([await labelsOf('22'), await idsWith('gone')]).toEqual([{}, []])
    await api.call('DELETE', '/v1/devices/22')
    now += 1
    await register({ deviceId: '22', labels: { gone: 'no' } })
    expect(await idsWith('gone=no')).toEqual(['22'])
  })

  it('from two simultaneous changes are both kept', async () => {
    await register({ deviceId: '23' })
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map((name) => patch('23', { labels: { [name]: '1' } })))
    expect(Object.keys(await labelsOf('23'))).toEqual(names)
    for (const name of names) expect(await idsWith(`${name}=1`)).toEqual(['23'])
  })
})

describe('a list by labels', () => {
  const ids = Array.from({ length: 30 }, (_, i) => String(500 + i))
  beforeAll(async () => {
    await register(
      ids.map((deviceId, i) => ({
        deviceId,
        name: `Van ${i}`,
        labels: {
          parity: i % 2 ? 'odd' : 'even',
          third: String(i % 3),
          ...(i % 10 === 0 && { tens: String(i) }),
        },
      })),
    )
  })

  it('has the devices that match all conditions, in the order of ids', async () => {
    const wanted = (fits: (i: number) => boolean) => ids.filter((_, i) => fits(i))
    expect(await idsWith('parity=odd')).toEqual(wanted((i) => i % 2 === 1))
    expect(await idsWith('parity=even, third=1')).toEqual(wanted((i) => i % 2 === 0 && i % 3 === 1))
    expect(await idsWith('tens')).toEqual(['500', '510', '520'])
    expect(await idsWith('third=0,tens,parity=even')).toEqual(['500'])
    expect(await idsWith('parity=neither')).toEqual([])
    expect(await idsWith('tens', '/v1/positions')).toEqual(['500', '510', '520'])
    expect(await idsWith('parity=odd', '/v1/devices', '&q=Van%201')).toEqual(
      wanted((i) => i % 2 === 1 && String(i).startsWith('1')),
    )
  })

  it('is paged without a gap or a repeat', async () => {
    for (const filter of ['parity=odd', 'tens', 'parity=even,third']) {
      const whole = await idsWith(filter)
      const paged: string[] = []
      let next: string | null = `/v1/devices?limit=2&labels=${encodeURIComponent(filter)}`
      while (next !== null) {
        const { json }: any = await api.call('GET', next)
        paged.push(...json.items.map((one: any) => one.deviceId))
        next = json.next
      }
      expect(paged).toEqual(whole)
    }
  })

  it('follows the registry, even when the index differs', async () => {
    await register({ deviceId: '600', labels: { stale: '1' } })
    await api.client.send(
      new UpdateCommand({
        TableName: api.table,
        Key: fleetKeys.device('600'),
        UpdateExpression: 'SET labels = :labels',
        ExpressionAttributeValues: { ':labels': '{"stale":"2"}' },
      }),
    )
    expect(await idsWith('stale=1')).toEqual([])
  })

  it('keeps one index item for each label', async () => {
    await register({ deviceId: '601', labels: { a: '1', b: '2' } })
    await patch('601', { labels: { a: '3', b: null, c: '4' } })
    const { Items = [] } = await api.client.send(
      new QueryCommand({
        TableName: api.table,
        KeyConditionExpression: 'pk = :pk and begins_with(sk, :label)',
        ExpressionAttributeValues: { ':pk': 'device#601', ':label': 'label#' },
      }),
    )
    expect(Items.map(({ sk, listKey }) => [sk, listKey])).toEqual([
      ['label#a', '3\n601'],
      ['label#c', '4\n601'],
    ])
  })

  it.each(['', ',', '=x', 'a b=1', Array.from({ length: 21 }, (_, i) => `l${i}`).join()])(
    'refuses the filter %j',
    async (labels) => {
      const refused = await api.call('GET', `/v1/devices?labels=${encodeURIComponent(labels)}`)
      expect([refused.status, refused.json.detail]).toEqual([400, expect.stringContaining('fleet=north')])
    },
  )

  it('of audit entries has those about these devices', async () => {
    await register({ deviceId: '602', labels: { audited: 'yes' } })
    const { json } = await api.call('GET', '/v1/audit?labels=audited')
    expect(json.items.map((one: any) => [one.deviceId, one.step])).toEqual([['602', 'device-added']])
  })
})

describe('a key that is restricted to labels', () => {
  let key: string
  let keyId: string
  const make = (body: object, by?: string) =>
    api.call('POST', '/v1/keys', { body, ...(by !== undefined && { key: by }) })
  beforeAll(async () => {
    await register([
      { deviceId: '701', labels: { customer: 'a', depot: '1' } },
      { deviceId: '702', name: 'Foreign', labels: { customer: 'b' } },
    ])
    const made = await make({ scopes: ['read', 'admin'], devices: { labels: { customer: 'a' } } })
    await expectDocumented(api.app, 'POST', '/v1/keys', made)
    expect(made.json).toMatchObject({ deviceIds: null, devices: { ids: null, labels: { customer: 'a' } } })
    ;({ key, keyId } = made.json)
  })
  const seen = async (): Promise<string[]> =>
    (await api.call('GET', '/v1/devices', { key })).json.items.map((one: any) => one.deviceId)

  it('sees the devices that have them now', async () => {
    expect(await seen()).toEqual(['701'])
    await patch('702', { labels: { customer: 'a' } })
    expect(await seen()).toEqual(['701', '702'])
    expect((await api.call('GET', '/v1/devices/702', { key })).status).toBe(200)
    expect(await isKeyValid(api, { keyId, deviceId: '702' }, now)).toBe(true)
    await patch('702', { labels: { customer: 'b' } })
    expect((await api.call('GET', '/v1/devices/702', { key })).status).toBe(404)
    expect(await isKeyValid(api, { keyId, deviceId: '702' }, now)).toBe(false)
  })

  it('registers devices with these labels only', async () => {
    const { json } = await register(
      [
        { deviceId: '711', labels: { customer: 'a' } },
        { deviceId: '712' },
        { deviceId: '713', labels: { customer: 'b' } },
        { deviceId: '702', name: 'Mine' },
        { deviceId: '701', name: 'Own' },
      ],
      key,
    )
    expect([json.created, json.updated, json.rejected.map((one: any) => one.line)]).toEqual([
      ['711'],
      ['701'],
      [2, 3, 4],
    ])
    expect(json.rejected[0].reason).toContain('customer=a')
    expect((await api.call('GET', '/v1/devices/702')).json.name).toBe('Foreign')
  })

  it('cannot remove its labels from a device', async () => {
    for (const labels of [{ customer: 'b' }, { customer: null }, null]) {
      const refused = await patch('701', { labels }, key)
      expect([refused.status, refused.json.type]).toEqual([403, 'urn:h02:problem:forbidden'])
    }
    expect((await patch('701', { labels: { depot: '2' } }, key)).json.labels).toEqual({
      customer: 'a',
      depot: '2',
    })
    expect((await patch('702', { labels: { customer: 'a' } }, key)).status).toBe(404)
  })

  it('makes keys that are at least as narrow', async () => {
    expect((await make({ scopes: ['read'] }, key)).json.devices).toEqual({
      ids: null,
      labels: { customer: 'a' },
    })
    const narrower = { labels: { customer: 'a', depot: '2' } }
    expect((await make({ scopes: ['read'], devices: narrower }, key)).status).toBe(201)
    // By an id as well: it ends when the device leaves the labels.
    const byId = (await make({ scopes: ['read'], deviceIds: ['702'] }, key)).json
    expect(byId.devices).toEqual({ ids: [], labels: { customer: 'a' } })
    expect((await api.call('GET', '/v1/devices', { key: byId.key })).json.items).toEqual([])
    for (const devices of [
      null,
      { labels: null },
      { labels: { depot: '1' } },
      { labels: { customer: 'b' } },
    ]) {
      expect([devices, (await make({ scopes: ['read'], devices }, key)).status]).toEqual([devices, 403])
    }
    for (const devices of [{}, { labels: {} }, { ids: [] }]) {
      expect([devices, (await make({ scopes: ['read'], devices }, key)).status]).toEqual([devices, 400])
    }
  })

  it('is treated by the previous version as a key for no device', async () => {
    const { Attributes } = await api.client.send(
      new UpdateCommand({
        TableName: api.table,
        Key: fleetKeys.apiKey(keyId),
        UpdateExpression: 'SET touched = :yes',
        ExpressionAttributeValues: { ':yes': true },
        ReturnValues: 'ALL_NEW',
      }),
    )
    expect(Attributes?.deviceIds).toEqual([])
  })

  it('of a later version, with an unknown restriction, reaches no device', async () => {
    const made = (await make({ scopes: ['read'], devices: { ids: ['701'] } })).json
    await api.client.send(
      new UpdateCommand({
        TableName: api.table,
        Key: fleetKeys.apiKey(made.keyId),
        UpdateExpression: 'SET devices = :devices',
        ExpressionAttributeValues: { ':devices': { v: 2, ids: ['701'], places: ['depot'] } },
      }),
    )
    expect((await api.call('GET', '/v1/devices', { key: made.key })).json.items).toEqual([])
    expect((await createApiKeys(api).get(made.keyId))?.devices).toEqual({ ids: [], labels: null })
  })
})

it('labels changed by another process take effect after three seconds', async () => {
  await register({ deviceId: '801', labels: { fleet: 'x' } })
  const elsewhere = createDeviceLabels({ ...api, now: () => now })
  const read = async () => (await elsewhere.read(['801'])).get('801')
  expect(await read()).toEqual({ fleet: 'x' })
  await patch('801', { labels: { fleet: 'y' } })
  expect(await read()).toEqual({ fleet: 'x' })
  now += MAX_AGE_MS
  expect(await read()).toEqual({ fleet: 'y' })
})

describe('a key limit that is at least as narrow as another', () => {
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { maxKeys: 3 })
  const ids = fc.subarray(['1', '2', '3'])
  const limit: fc.Arbitrary<DeviceLimit | null> = fc.option(
    fc.record({ ids: fc.option(ids), labels: fc.option(labels) }),
  )
  it('allows no device that the other refuses', () => {
    fc.assert(
      fc.property(
        limit,
        limit,
        fc.constantFrom('1', '2', '3', '4'),
        fc.option(labels),
        (one, other, deviceId, has) => {
          const device = { deviceId, labels: has }
          fc.pre(isAtLeastAsNarrow(one, other) && isWithinLimit(one, device))
          expect(isWithinLimit(other, device)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})
