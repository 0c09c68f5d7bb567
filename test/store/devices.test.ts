import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { createApiKeys } from '#shared/store/api-keys.ts'
import { createDeviceRegistry, type DeviceRegistry } from '#shared/store/devices.ts'
import { walkList } from '#shared/store/fleet-list.ts'
import { createUnknownDevices } from '#shared/store/unknown-devices.ts'
import { startFleet } from '../api/fakes.ts'

let now = Date.UTC(2026, 0, 10)
let fleet: Awaited<ReturnType<typeof startFleet>>
let devices: DeviceRegistry
beforeAll(async () => {
  fleet = await startFleet()
  devices = createDeviceRegistry({ ...fleet, now: () => now })
})
afterAll(() => fleet.close())

const readItem = async (deviceId: string) => {
  const Key = fleetKeys.device(deviceId)
  return (await fleet.client.send(new GetCommand({ TableName: fleet.table, Key }))).Item
}
const login = (deviceId: string) =>
  fleet.client.send(
    new UpdateCommand({
      TableName: fleet.table,
      Key: fleetKeys.device(deviceId),
      UpdateExpression: 'add epoch :one set #session = :session',
      ExpressionAttributeNames: { '#session': 'session' },
      ExpressionAttributeValues: { ':one': 1, ':session': { sessionId: 's', epoch: 1, since: now } },
    }),
  )
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('the registry of devices', () => {
  it('registers a device once, then changes only the given fields', async () => {
    expect(await devices.put('100', { name: 'Van', password: '0000' })).toBe('created')
    now += 1000
    expect(await devices.put('100', { model: 'ST-906L', name: undefined })).toBe('updated')
    expect(await devices.get('100')).toEqual({
      deviceId: '100',
      name: 'Van',
      model: 'ST-906L',
      ackPolicy: 'auto',
      registeredAt: now - 1000,
      registeredBy: 'api',
      epoch: 0,
      session: null,
      password: '0000',
      overrides: { ignitionWiring: 'normal', utcOffsetMinutes: 0 },
      labels: {},
      seenModel: null,
      seenFirmware: null,
      commands: { queue: [], open: null, openRestore: null, watching: [] },
      contestedUntil: null,
      sources: null,
      cameFrom: null,
      clockSetAt: null,
      network: null,
      purgeBefore: null,
      relay: null,
      speedLimitKmh: null,
    })
  })

  it('removes fields that are patched to null, and uses their defaults', async () => {
    await devices.put('101', { name: 'Van', ackPolicy: 'R12', ignitionWiring: 'none' })
    const patched = await devices.patch('101', { name: null, ackPolicy: null, ignitionWiring: 'normal' })
    expect(patched).toMatchObject({ name: null, ackPolicy: 'auto', overrides: { ignitionWiring: 'normal' } })
  })

  it('reads the ignition wiring of items of the previous version, and replaces it', async () => {
    await devices.put('109', {})
    await fleet.client.send(
      new UpdateCommand({
        TableName: fleet.table,
        Key: fleetKeys.device('109'),
        UpdateExpression: 'set ignitionInverted = :true',
        ExpressionAttributeValues: { ':true': true },
      }),
    )
    expect(await devices.get('109')).toMatchObject({ overrides: { ignitionWiring: 'inverted' } })
    expect(await devices.patch('109', { name: 'Van' })).toMatchObject({
      overrides: { ignitionWiring: 'inverted' },
    })
    for (const ignitionWiring of ['none', 'normal', 'inverted'] as const) {
      expect(await devices.patch('109', { ignitionWiring })).toMatchObject({ overrides: { ignitionWiring } })
      expect(await readItem('109')).not.toHaveProperty('ignitionInverted')
    }
  })

  it('refuses to patch or delete an unregistered device', async () => {
    expect(await devices.patch('102', { name: 'x' })).toBeNull()
    expect(await devices.remove('102')).toBeNull()
    expect(await readItem('102')).toBeUndefined()
  })

  it('does not change the session and its epoch, which belong to the gateways', async () => {
    await devices.put('103', {})
    await login('103')
    await devices.put('103', { name: 'again' })
    await devices.patch('103', { name: 'and again' })
    expect(await devices.get('103')).toMatchObject({ epoch: 1, session: { sessionId: 's' } })
  })

  it('marks a deleted device, removes the data of its owner, and leaves the rest to the sweep', async () => {
    await devices.put('104', { name: 'Van', password: '0000', model: 'x' })
    await login('104')
    now += 1000
    expect(await devices.remove('104')).toEqual({
      deviceId: '104',
      deletedAt: now,
      dueAt: now,
      session: expect.objectContaining({ sessionId: 's' }),
    })
    expect(await devices.get('104')).toBeNull()
    expect(await devices.patch('104', { name: 'x' })).toBeNull()
    expect(await devices.remove('104')).toBeNull()
    expect(await readItem('104')).toEqual({
      ...fleetKeys.device('104'),
      deviceId: '104',
      epoch: 1,
      session: expect.anything(),
      deletedAt: now,
      purgeBefore: now,
      due: expect.stringMatching(/^due#[0-7]$/),
      dueAt: now,
    })
    expect((await collect(devices.list({ pageSize: 10 }))).map((d) => d.deviceId)).not.toContain('104')
  })

  it('registers a deleted device again: epochs continue, earlier data stays deleted', async () => {
    await devices.put('105', { name: 'old' })
    await login('105')
    await devices.remove('105')
    now += 1000
    expect(await devices.put('105', {})).toBe('created')
    expect(await devices.get('105')).toMatchObject({
      name: null,
      epoch: 1,
      registeredAt: now,
      purgeBefore: now,
    })
    expect(await readItem('105')).toMatchObject({ due: expect.any(String) })
  })
})

describe('lists of devices', () => {
  it('return every id once, in order, from any position', async () => {
    const idsOf = fc.uniqueArray(fc.stringMatching(/^\d{1,15}$/), { maxLength: 60 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(idsOf, fc.nat(), fc.integer({ min: 1, max: 20 }), async (ids, start, pageSize) => {
        const own = createDeviceRegistry({ ...fleet, now: () => now })
        const all = (await collect(own.list({ pageSize: 500 }))).map((d) => d.deviceId)
        await Promise.all(ids.map((deviceId) => own.put(deviceId, { name: `run ${run++}` })))
        const expected = [...new Set([...all, ...ids])].sort()
        const after = expected[start % (expected.length + 1)]
        const found = (await collect(own.list({ after, pageSize }))).map((d) => d.deviceId)
        expect(found).toEqual(expected.filter((id) => after === undefined || id > after))
      }),
      { numRuns: 15 },
    )
  })

  it('read no more pages than their consumer needs', async () => {
    for await (const item of walkList(fleet, 'devices', { pageSize: 1 })) {
      expect(item.listKey).toBeDefined()
      break
    }
  })
})

describe('unknown devices', () => {
  const put = (deviceId: string, more: object = {}) =>
    fleet.client.send(
      new PutCommand({
        TableName: fleet.table,
        Item: {
          ...fleetKeys.unknown(deviceId),
          ...fleetKeys.listOf('unknown', deviceId),
          deviceId,
          firstSeen: 1,
          lastSeen: 2,
          remoteAddress: '192.0.2.1',
          sampleType: 'V1',
          ...more,
        },
      }),
    )

  it('are listed until forgotten or expired', async () => {
    const unknown = createUnknownDevices({ ...fleet, now: () => now })
    await put('200')
    await put('201', { ttl: now / 1000 - 1 })
    await put('202', { ttl: now / 1000 + 1, sampleType: undefined })
    expect(await collect(unknown.list({ pageSize: 10 }))).toEqual([
      { deviceId: '200', firstSeen: 1, lastSeen: 2, remoteAddress: '192.0.2.1', sampleType: 'V1' },
      { deviceId: '202', firstSeen: 1, lastSeen: 2, remoteAddress: '192.0.2.1', sampleType: null },
    ])
    expect(await unknown.get('201')).toBeNull()
    expect(await unknown.forget('200')).toBe(true)
    expect(await unknown.forget('200')).toBe(false)
    expect(await unknown.get('200')).toBeNull()
  })
})

describe('API keys', () => {
  it('are found by their secret, which is not stored', async () => {
    const keys = createApiKeys({ ...fleet, now: () => now })
    const { key, secret } = await keys.create({
      name: 'app',
      scopes: ['read'],
      devices: null,
      ancestors: [],
      expiresAt: null,
      createdBy: 'admin',
    })
    expect(secret.startsWith(key.prefix)).toBe(true)
    expect(await keys.find(secret)).toEqual(key)
    expect(await keys.list()).toEqual([key])
    const stored = await fleet.client.send(
      new GetCommand({ TableName: fleet.table, Key: { pk: `key#${key.keyId}`, sk: 'key' } }),
    )
    expect(JSON.stringify(stored.Item)).not.toContain(secret.slice(key.prefix.length + 1))

    const last = secret.at(-1) === 'A' ? 'B' : 'A'
    for (const other of [secret.slice(0, -1) + last, `h02_${key.keyId}_`, 'x', '', `${secret} `]) {
      expect(await keys.find(other)).toBeNull()
    }
    expect(await keys.remove(key.keyId)).toBe(true)
    expect(await keys.remove(key.keyId)).toBe(false)
    expect(await keys.find(secret)).toBeNull()
  })
})
