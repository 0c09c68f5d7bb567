import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareHistoryKeys, type HistoryRow } from '#shared/domain/device-state.ts'
import { emptyState, fromStateItem } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import type { RowQuery } from '#shared/store/history-rows.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { orderByClock } from '../../lambdas/api/order-by-clock.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { inRecords, makeEvent, v1 } from '../ingest/events.ts'
import { createFakeHistory, startApi, startFleet } from './fakes.ts'
import { makeRow, start } from './rows.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

/** Rows as they come from the stored index. */
const stored = (rows: HistoryRow[]) => {
  const history = createFakeHistory(rows)
  return (query: RowQuery) => history.readRows('1', query)
}
const collect = async (rows: AsyncIterable<HistoryRow>) => {
  const found: HistoryRow[] = []
  for await (const row of rows) found.push(row)
  return found
}

describe('history from before a time zone was set', () => {
  it('is read in the order of the corrected times, from any position, in both directions', async () => {
    const offsets = fc.constantFrom(-720, -300, 0, 345, 480, 840)
    const anyRow = fc.record({
      at: fc.integer({ min: 0, max: 100 }),
      age: fc.constantFrom(0, 0, 0, 20, 600, 3_000),
      isHeartbeat: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 40 }),
        fc.tuple(offsets, offsets, offsets),
        fc.tuple(fc.integer({ min: -80, max: 120 }), fc.integer({ min: -80, max: 120 })),
        fc.constantFrom<'asc' | 'desc'>('asc', 'desc'),
        fc.nat(10),
        async (drawn, [clock, former, now], range, order, after) => {
          const setAt = start + 50 * HOUR
          // The tracker's clock is `clock` ahead. Rows were indexed by `former` before the setting, and by `now` after it.
          const rowAt = (one: (typeof drawn)[number], i: number, reading: number): HistoryRow => {
            const receivedAt = start + one.at * HOUR + i
            const utc = receivedAt - one.age * MINUTE + (clock - reading) * MINUTE
            const heartbeat = Buffer.from('*HQ,1234567890,XT,1,100#')
            if (one.isHeartbeat) return makeRow(heartbeat, { seq: i, receivedAt })
            const raw = v1(receivedAt - one.age * MINUTE + clock * MINUTE)
            const asIfUtc = makeRow(v1(utc), { seq: i, receivedAt })
            return { ...asIfUtc, raw }
          }
          const inTable = drawn.map((one, i) => rowAt(one, i, start + one.at * HOUR < setAt ? former : now))
          const direction = order === 'asc' ? 1 : -1
          const [from, to] = range.toSorted((a, b) => a - b).map((hours) => start + hours * HOUR)
          const all = drawn
            .map((one, i) => rowAt(one, i, now))
            .filter(({ indexTime }) => indexTime >= from! && indexTime < to!)
            .sort((a, b) => compareHistoryKeys(a, b) * direction)
          const place = all[after]
          const query: RowQuery = { order, from: from!, to: to!, ...(place && { after: place }) }
          const found = await collect(orderByClock(stored(inTable), query, { utcOffsetMinutes: now, setAt }))
          const wanted = place === undefined ? all : all.slice(after + 1)
          expect(found.map(({ seq, indexTime }) => [seq, indexTime])).toEqual(
            wanted.map(({ seq, indexTime }) => [seq, indexTime]),
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('PATCH overrides.utcOffsetMinutes', () => {
  it('corrects stored and future positions, and removes the suggestion', async () => {
    const deviceId = '8001'
    const history = createHistoryReader({ client: fleet.client, table: 'telemetry', now: () => start + HOUR })
    const { call } = await startApi({ fleet, history, now: () => start + 15 * MINUTE })
    const telemetry = createTelemetryStore({ client: fleet.client, table: 'telemetry' })
    let seq = 0
    /** Live frames, one a minute, of a tracker whose clock is 8 hours ahead. */
    const store = async (first: number, count: number): Promise<void> => {
      const item = (await telemetry.loadStates([deviceId])).get(deviceId)
      const events = Array.from({ length: count }, (_, i) => {
        const receivedAt = start + (first + i) * MINUTE
        const raw = v1(receivedAt - 1_000 + 8 * HOUR, { id: deviceId })
        return makeEvent({ deviceId, seq: ++seq, receivedAt, raw })
      })
      const entries = inRecords(events, 1, BigInt(first))
      const result = fold(item ? fromStateItem(item) : emptyState(deviceId), entries, { retentionDays: 400 })
      for (const chunk of result.chunks) await telemetry.putChunk(chunk, result.state.version)
      expect(await telemetry.saveState(result.state, result)).toBe(true)
    }
    const positions = async (query = '') =>
      (await call('GET', `/v1/devices/${deviceId}/positions?order=asc${query}`)).json.items
    const device = async () => (await call('GET', `/v1/devices/${deviceId}`)).json

    await call('POST', '/v1/devices', { body: { deviceId } })
    await store(0, 15)
    expect(await device()).toMatchObject({ lastPosition: null, suggestedUtcOffsetMinutes: 480 })
    expect((await positions()).every((one: any) => !one.trusted)).toBe(true)

    const patch = { overrides: { utcOffsetMinutes: 480 } }
    const { json } = await call('PATCH', `/v1/devices/${deviceId}`, { body: patch })
    expect(json.overrides).toEqual({
      ignitionInverted: false,
      ignitionWiring: 'normal',
      utcOffsetMinutes: 480,
    })
    expect(json.suggestedUtcOffsetMinutes).toBeNull()
    await store(16, 14)
    const found = await positions()
    expect(found).toHaveLength(29)
    expect(found.every((one: any) => one.trusted && !one.late)).toBe(true)
    expect(found[0].fixTime).toBe('2026-01-10T11:59:59Z')
    expect(found.map((one: any) => one.fixTime)).toEqual(found.map((one: any) => one.fixTime).toSorted())
    // By the corrected time, also where that lies before the setting.
    const from = new Date(start + 2 * MINUTE).toISOString()
    const to = new Date(start + 5 * MINUTE).toISOString()
    expect(await positions(`&from=${from}&to=${to}`)).toHaveLength(3)
    const { lastPosition } = await device()
    expect(lastPosition.fixTime).toBe('2026-01-10T12:28:59Z')
    const frames = (await call('GET', `/v1/devices/${deviceId}/frames?order=asc`)).json.items
    expect(frames[0].message.position.fixTime).toBe('2026-01-10T11:59:59Z')
  })

  it('is forgotten with the device', async () => {
    const { call } = await startApi({ fleet, now: () => start })
    const body = { deviceId: '8002', overrides: { utcOffsetMinutes: -300 } }
    await call('POST', '/v1/devices', { body })
    expect((await call('GET', '/v1/devices/8002')).json.overrides.utcOffsetMinutes).toBe(-300)
    const telemetry = createTelemetryStore({ client: fleet.client, table: 'telemetry' })
    const offset = async () =>
      fromStateItem((await telemetry.loadStates(['8002'])).get('8002')!).utcOffsetMinutes
    expect(await offset()).toBe(-300)
    await call('DELETE', '/v1/devices/8002')
    expect(await offset()).toBeNull()
    await call('POST', '/v1/devices', { body: { deviceId: '8002' } })
    expect((await call('GET', '/v1/devices/8002')).json.overrides.utcOffsetMinutes).toBe(0)
    expect(await offset()).toBeNull()
  })

  it('changes nothing where the value is already set', async () => {
    const { call, tombstones } = await startApi({ fleet, now: () => start })
    const body = { overrides: { utcOffsetMinutes: 60 } }
    await call('POST', '/v1/devices', { body: { deviceId: '8003', overrides: { utcOffsetMinutes: 0 } } })
    await call('PATCH', '/v1/devices/8003', { body })
    const telemetry = createTelemetryStore({ client: fleet.client, table: 'telemetry' })
    const versionOf = async () => (await telemetry.loadStates(['8003'])).get('8003')?.n
    expect(await versionOf()).toBe(1)
    await call('PATCH', '/v1/devices/8003', { body })
    await call('POST', '/v1/devices', { body: { deviceId: '8003', ...body } })
    expect(await versionOf()).toBe(1)
    await tombstones.setUtcOffset('8003', 60)
    expect(await versionOf()).toBe(2)
  })

  it.each([7, 14.5, 855, -735, '480', null])('refuses %j', async (utcOffsetMinutes) => {
    const { call } = await startApi({ fleet })
    const { status } = await call('PATCH', '/v1/devices/8001', { body: { overrides: { utcOffsetMinutes } } })
    expect(status).toBe(400)
  })

  it('is refused for a device that is not registered', async () => {
    const { call } = await startApi({ fleet })
    const body = { overrides: { utcOffsetMinutes: 60 } }
    expect((await call('PATCH', '/v1/devices/8009', { body })).status).toBe(404)
    const telemetry = createTelemetryStore({ client: fleet.client, table: 'telemetry' })
    expect((await telemetry.loadStates(['8009'])).size).toBe(0)
  })
})
