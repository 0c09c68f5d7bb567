import { randomUUID } from 'node:crypto'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeLimits } from '#shared/domain/places/place.ts'
import { createPlaceStore } from '#shared/store/places.ts'
import { someDevice, someState, startApi } from './fakes.ts'

let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const circle = { type: 'circle', center: { latitude: 52.52, longitude: 13.405 }, radiusMeters: 200 }
const polygon = {
  type: 'polygon',
  corners: [
    { latitude: -19, longitude: 177 },
    { latitude: -19, longitude: -178 },
    { latitude: -16, longitude: 180 },
  ],
}
const make = async (body: object = { name: 'Depot', shape: circle }, headers = {}) =>
  api.call('POST', '/v1/places', { body, headers })

describe('places', () => {
  it('are made, read, changed and deleted, and audited', async () => {
    const made = await make({ name: ' Depot ', shape: circle, deviceIds: ['1'], stayMinutes: 30 })
    expect(made.status).toBe(201)
    const { placeId } = made.json
    expect(made.headers.get('location')).toBe(`/v1/places/${placeId}`)
    expect(made.json).toMatchObject({
      name: 'Depot',
      shape: circle,
      deviceIds: ['1'],
      labels: null,
      stayMinutes: 30,
    })
    expect((await api.call('GET', `/v1/places/${placeId}`)).json).toEqual(made.json)
    const changes = { name: 'Fiji', shape: polygon, deviceIds: null, stayMinutes: null }
    const changed = await api.call('PATCH', `/v1/places/${placeId}`, { body: changes })
    expect(changed.json).toMatchObject({ ...changes, placeId, createdBy: 'admin' })
    expect((await api.call('DELETE', `/v1/places/${placeId}`)).status).toBe(204)
    for (const method of ['GET', 'DELETE'])
      expect((await api.call(method, `/v1/places/${placeId}`)).json.type).toContain('not-found')
    const audit = (await api.call('GET', '/v1/audit?limit=3')).json.items
    expect(audit.map(({ step }: { step: string }) => step)).toEqual([
      'place-deleted',
      'place-changed',
      'place-made',
    ])
  })

  it('are made once per Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { name: 'Once', shape: circle }
    const [one, other] = [await make(body, headers), await make(body, headers)]
    expect(other.json).toEqual(one.json)
    expect(other.headers.get('idempotency-replayed')).toBe('true')
  })

  it.each<[string, object, string]>([
    ['a radius that is too small', { shape: { ...circle, radiusMeters: 5 } }, '/shape/radiusMeters'],
    ['two corners', { shape: { ...polygon, corners: polygon.corners.slice(1) } }, '/shape/corners'],
    [
      'a polygon that crosses itself',
      {
        shape: {
          type: 'polygon',
          corners: [
            [0, 0],
            [1, 1],
            [1, 0],
            [0, 1],
          ].map(([latitude, longitude]) => ({ latitude, longitude })),
        },
      },
      'crosses itself: edges 1 and 3 meet',
    ],
    ['another shape', { shape: { type: 'square' } }, '/shape/type'],
    ['a long name', { name: 'x'.repeat(65) }, '/name'],
    ['no name', { name: ' ' }, '/name'],
  ])('refuses %s', async (_, wrong, detail) => {
    const { status, json } = await make({ name: 'x', shape: circle, ...wrong })
    expect([status, json.detail]).toEqual([400, expect.stringContaining(detail)])
  })

  it('are listed in pages, and limited in number', async () => {
    const own = await startApi()
    const store = createPlaceStore(own)
    const wanted = {
      name: 'x',
      shape: circle as never,
      devices: null,
      limit: null,
      stayMinutes: null,
      createdBy: 'k',
    }
    const id = (n: number) => `pl_${String(n).padStart(12, '0')}`
    for (let n = 0; n < placeLimits.maxPlaces; n++)
      expect(await store.create({ ...wanted, placeId: id(n) })).toBe('made')
    const full = await own.call('POST', '/v1/places', { body: { name: 'one more', shape: circle } })
    expect([full.status, full.json.detail]).toEqual([409, 'expected at most 200 places'])
    const first = (await own.call('GET', '/v1/places?limit=150')).json
    const second = (await own.call('GET', first.next)).json
    expect([first.items.length, second.items.length, second.next]).toEqual([150, 50, null])
    await own.close()
  })

  it('are shown with the devices that are in them', async () => {
    const { placeId } = (await make({ name: 'Home', shape: circle })).json
    const deviceId = '6100000001'
    await api.call('POST', '/v1/devices', { body: { deviceId, speedLimitKmh: 80 } })
    const since = Date.UTC(2026, 0, 10, 12)
    const inside = [placeId, 'pl_00000000dead'].map((id) => ({ placeId: id, since }))
    api.history.states.set(deviceId, { ...someState, deviceId, lastSeen: Date.now(), places: inside })
    const shown = (await api.call('GET', `/v1/devices/${deviceId}`)).json
    expect(shown).toMatchObject({
      speedLimitKmh: 80,
      places: [{ placeId, name: 'Home', since: '2026-01-10T12:00:00Z' }],
    })
    expect(shown.places).toHaveLength(1)
  })

  it('of a limited key apply to its devices only, and it sees no others', async () => {
    const body = { name: 'north', scopes: ['read', 'admin'], deviceIds: ['6100000002'] }
    const { key } = (await api.call('POST', '/v1/keys', { body })).json
    const before = (await api.call('GET', '/v1/places', { key })).json.items
    const own = await api.call('POST', '/v1/places', { key, body: { name: 'mine', shape: circle } })
    expect(own.status).toBe(201)
    const after = (await api.call('GET', '/v1/places', { key })).json.items
    expect([before, after]).toEqual([[], [own.json]])
    const store = createPlaceStore(api)
    expect((await store.get(own.json.placeId))?.limit).toEqual({ ids: ['6100000002'], labels: null })
    const foreign = { name: 'theirs', shape: circle, deviceIds: [someDevice.deviceId] }
    expect((await api.call('POST', '/v1/places', { key, body: foreign })).status).toBe(404)
  })
})

const stateOf = async (pk: string) => {
  const { Item = {} } = await api.client.send(
    new GetCommand({ TableName: 'telemetry', Key: { pk, sk: 'state' } }),
  )
  return Item
}

describe('a speed limit', () => {
  it('is set for the fold, and removed', async () => {
    const deviceId = '6100000003'
    const limits: (number | null)[] = []
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    for (const speedLimitKmh of [50, null]) {
      const { json } = await api.call('PATCH', `/v1/devices/${deviceId}`, { body: { speedLimitKmh } })
      limits.push(json.speedLimitKmh)
      expect((await stateOf(deviceId)).sl).toBe(speedLimitKmh ?? undefined)
    }
    expect(limits).toEqual([50, null])
    const { sl, n } = await stateOf(deviceId)
    expect([sl, n]).toEqual([undefined, 2])
    const wrong = await api.call('PATCH', `/v1/devices/${deviceId}`, { body: { speedLimitKmh: 5 } })
    expect(wrong.status).toBe(400)
  })
})

describe('the wiring of the ignition', () => {
  const deviceId = '6100000004'
  const parked = new Uint8Array([1])
  /** Parks the device, says how it is wired, and resolves to what the fold reads. */
  const sayAndRead = async (overrides: { ignitionInverted: boolean } | { ignitionWiring: string }) => {
    await api.client.send(
      new UpdateCommand({
        TableName: 'telemetry',
        Key: { pk: deviceId, sk: 'state' },
        UpdateExpression: 'SET pw = :parked',
        ExpressionAttributeValues: { ':parked': parked },
      }),
    )
    const body = { overrides }
    expect((await api.call('PATCH', `/v1/devices/${deviceId}`, { body })).status).toBe(200)
    const { ii, pw } = await stateOf(deviceId)
    return { ii, isParked: pw !== undefined }
  }

  it('is set for the fold, and a change forgets where the device is parked', async () => {
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    for (const [ignitionWiring, ii, isParked] of [
      ['normal', undefined, true],
      ['inverted', 1, false],
      ['inverted', 1, true],
      ['none', 2, false],
      ['none', 2, true],
      ['inverted', 1, false],
      ['none', 2, false],
      ['normal', undefined, false],
    ] as const)
      expect(await sayAndRead({ ignitionWiring })).toEqual({ ii, isParked })
  })

  it('is set in its former form too', async () => {
    expect(await sayAndRead({ ignitionInverted: false })).toEqual({ ii: undefined, isParked: true })
    expect(await sayAndRead({ ignitionInverted: true })).toEqual({ ii: 1, isParked: false })
    expect(await sayAndRead({ ignitionInverted: true })).toEqual({ ii: 1, isParked: true })
    expect(await sayAndRead({ ignitionInverted: false })).toEqual({ ii: undefined, isParked: false })
  })

  it.each([
    [{ ignitionInverted: true }, 'inverted'],
    [{ ignitionInverted: false }, 'normal'],
    [{ ignitionWiring: 'none' }, 'none'],
    [{ ignitionWiring: 'none', ignitionInverted: false }, 'none'],
    [{ ignitionWiring: 'inverted', ignitionInverted: true }, 'inverted'],
    [{ ignitionWiring: 'inverted', ignitionInverted: false }, null],
    [{ ignitionWiring: 'normal', ignitionInverted: true }, null],
    [{ ignitionWiring: 'none', ignitionInverted: true }, null],
    [{ ignitionWiring: 'unwired' }, null],
  ])('%j in a registration and in a change is %s', async (overrides, ignitionWiring) => {
    const deviceId = '6100000006'
    const answers = [
      await api.call('POST', '/v1/devices', { body: { deviceId, overrides } }),
      await api.call('PATCH', `/v1/devices/${deviceId}`, { body: { overrides } }),
    ]
    if (ignitionWiring === null) expect(answers.map(({ status }) => status)).toEqual([422, 400])
    else {
      const ignitionInverted = ignitionWiring === 'inverted'
      expect(answers[1]!.json.overrides).toEqual({ ignitionWiring, ignitionInverted, utcOffsetMinutes: 0 })
      const again = await api.call('PATCH', `/v1/devices/${deviceId}`, {
        body: { overrides: answers[1]!.json.overrides },
      })
      expect(again.json.overrides).toEqual(answers[1]!.json.overrides)
    }
  })

  it('is set with the registration, and ends with the device', async () => {
    const body = { deviceId: '6100000005', overrides: { ignitionInverted: true } }
    await api.call('POST', '/v1/devices', { body })
    expect((await stateOf(body.deviceId)).ii).toBe(1)
    await api.call('DELETE', `/v1/devices/${body.deviceId}`)
    expect((await stateOf(body.deviceId)).ii).toBeUndefined()
  })
})
