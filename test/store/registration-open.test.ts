import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { createDeviceRegistry, type DeviceRegistry } from '#shared/store/devices.ts'
import { createSessionStore, type SessionStore } from '#shared/store/sessions.ts'
import { MAX_OPENINGS_PER_HOUR } from '#shared/store/unregistered.ts'
import { createUnknownDevices } from '#shared/store/unknown-devices.ts'
import { startFleet } from '../api/fakes.ts'

const HOUR = 3_600_000
let now = Date.UTC(2026, 0, 10, 12)
let fleet: Awaited<ReturnType<typeof startFleet>>
let sessions: SessionStore
let devices: DeviceRegistry
let usedUp = 0
beforeAll(async () => {
  fleet = await startFleet()
  sessions = createSessionStore({ ...fleet, now: () => now, onOpeningsUsedUp: () => usedUp++ })
  devices = createDeviceRegistry({ ...fleet, now: () => now })
})
afterAll(() => fleet.close())

it('open registration: a new id registers itself once; a repeat reports that it exists', async () => {
  expect(await sessions.registerOpen('9170000001')).toBe('created')
  expect(await devices.get('9170000001')).toMatchObject({ registeredBy: 'open', ackPolicy: 'auto' })
  await devices.put('9170000001', { name: 'Van', ackPolicy: 'V4' })
  expect(await sessions.registerOpen('9170000001')).toBe('registered')
  expect(await devices.get('9170000001')).toMatchObject({
    name: 'Van',
    ackPolicy: 'V4',
    registeredBy: 'open',
  })
})

/** Simulates that this many ids have registered themselves this hour. */
const setOpenings = (count: number) =>
  fleet.client.send(
    new PutCommand({
      TableName: fleet.table,
      Item: { ...fleetKeys.openings(Math.floor(now / HOUR)), count },
    }),
  )

it('open registration: accepts 1,000 new ids an hour, and continues in the next hour', async () => {
  now += HOUR
  await setOpenings(MAX_OPENINGS_PER_HOUR - 2)
  const ids = ['1000001', '1000002', '1000003', '1000004']
  const taken = await Promise.all(ids.map((deviceId) => sessions.registerOpen(deviceId)))
  expect(taken.toSorted()).toEqual(['created', 'created', 'refused', 'refused'])
  expect(usedUp).toBe(2)
  now += HOUR
  expect(await sessions.registerOpen('9170000004')).toBe('created')
  expect(MAX_OPENINGS_PER_HOUR).toBe(1_000)
})

it('open registration: a deleted id cannot return by itself, and does not use up the hourly quota', async () => {
  now += HOUR
  await setOpenings(MAX_OPENINGS_PER_HOUR - 1)
  await devices.put('9170000002', {})
  await devices.remove('9170000002')
  for (let n = 0; n < 3; n++) expect(await sessions.registerOpen('9170000002')).toBe('refused')
  expect(await sessions.registerOpen('9170000003')).toBe('created')
})

it.each([
  ['V1', 'V1'],
  ['$', '$'],
  ['V999', null],
  ['constructor', null],
  ['X'.repeat(4_000), null],
])('open registration: lists an unknown id with a type of %.12s as %s', async (type, listed) => {
  const unknown = createUnknownDevices({ ...fleet, now: () => now })
  await sessions.listUnknown('9170000006', '203.0.113.9', type)
  expect(await unknown.get('9170000006')).toMatchObject({ sampleType: listed })
})

it('open registration: lists an unregistered id from its first visit until a month without one', async () => {
  const unknown = createUnknownDevices({ ...fleet, now: () => now })
  const first = now
  expect(await sessions.listUnknown('9170000005', '203.0.113.9', 'V1')).toBe(true)
  now += HOUR
  expect(await sessions.listUnknown('9170000005', '203.0.113.10', null)).toBe(false)
  expect(await unknown.get('9170000005')).toEqual({
    deviceId: '9170000005',
    firstSeen: first,
    lastSeen: now,
    remoteAddress: '203.0.113.10',
    sampleType: null,
  })
  now += 31 * 24 * HOUR
  expect(await unknown.get('9170000005')).toBeNull()
  expect(await sessions.listUnknown('9170000005', '203.0.113.9', 'V1')).toBe(true)
})
