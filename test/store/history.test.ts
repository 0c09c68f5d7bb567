import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareHistoryKeys, type HistoryRow } from '#shared/domain/device-state.ts'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { emptyState, fromStateItem, toStateItem } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createTelemetryStore, type StateSave } from '#shared/store/telemetry.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { missingSecondStore, startStore } from './start-store.ts'
import { isSkipped } from '../skip.ts'
import { inRecords, makeEvent, v1, wanderingLatitude } from '../ingest/events.ts'

isSkipped('the suites of the store on a second DynamoDB', missingSecondStore)

const start = Date.UTC(2026, 0, 10, 12)
const RETENTION_DAYS = 400
let stored: Awaited<ReturnType<typeof startStore>>
let client: DynamoDBDocumentClient
const TABLE = 'telemetry'

beforeAll(async () => {
  stored = await startStore()
  client = DynamoDBDocumentClient.from(stored.raw)
})
afterAll(async () => {
  await stored.close()
})

const reader = (now = start) => createHistoryReader({ client, table: TABLE, now: () => now })

/** Stores events as the ingest does, some at a time. */
async function store(deviceId: string, events: readonly SessionEvent[], perBatch = 7): Promise<void> {
  const telemetry = createTelemetryStore({ client, table: TABLE })
  const entries = inRecords(events, 3)
  for (let i = 0; i < entries.length; i += perBatch) {
    const item = (await telemetry.loadStates([deviceId])).get(deviceId)
    const state = item ? fromStateItem(item) : emptyState(deviceId)
    const result = fold(state, entries.slice(i, i + perBatch), { retentionDays: RETENTION_DAYS })
    for (const chunk of result.chunks) await telemetry.putChunk(chunk, state.version)
    expect(await telemetry.saveState(result.state, result)).toBe(true)
  }
}

async function collect(rows: AsyncIterable<HistoryRow>, limit = Infinity): Promise<HistoryRow[]> {
  const found: HistoryRow[] = []
  if (limit > 0) {
    for await (const row of rows) {
      found.push(row)
      if (found.length >= limit) break
    }
  }
  return found
}
const namesOf = (rows: readonly { sessionId: string; seq: number }[]) =>
  rows.map(({ sessionId, seq }) => `${sessionId}:${seq}`)

describe('the history reader', () => {
  it('returns each row once and in order: live, late, void or of two sessions, from any page', async () => {
    let device = 0
    const anyFrame = fc.record({
      lag: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
        { weight: 2, arbitrary: fc.integer({ min: 1_000, max: 200_000 }) },
        { weight: 1, arbitrary: fc.constant(-3_600) },
      ),
      gap: fc.oneof({ weight: 6, arbitrary: fc.constant(10) }, fc.integer({ min: 0, max: 40_000 })),
      older: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFrame, { minLength: 1, maxLength: 180 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        fc.tuple(fc.nat(100), fc.nat(100)),
        async (frames, page, forward, bounds) => {
          const deviceId = String(1_000_000_000 + device++)
          const sessions = [makeSessionId(start - 60_000, 1), makeSessionId(start, 2)] as const
          const seqs = [0, 0]
          let receivedAt = start
          const events = frames.map(({ lag, gap, older }) => {
            receivedAt += gap * 1_000
            const which = older ? 0 : 1
            return makeEvent({
              deviceId,
              sessionId: sessions[which],
              seq: ++seqs[which]!,
              receivedAt,
              raw: v1(receivedAt - lag * 1_000, { id: deviceId }),
            })
          })
          await store(deviceId, events, page)
          const all = await collect(reader(receivedAt).readRows(deviceId, { order: 'asc' }))
          expect(namesOf(all).toSorted()).toEqual(namesOf(events).toSorted())
          expect(namesOf(all.toSorted(compareHistoryKeys))).toEqual(namesOf(all))

          const span = receivedAt - start + 400_000_000
          const [from, to] = bounds
            .toSorted((a, b) => a - b)
            .map((part) => start - 200_000_000 + (span * part) / 100)
          const order = forward ? 'asc' : 'desc'
          const wanted = all.filter((row) => row.indexTime >= from! && row.indexTime < to!)
          const paged: HistoryRow[] = []
          for (;;) {
            const after = paged.at(-1)
            const rows = reader(receivedAt).readRows(deviceId, {
              from: from!,
              to: to!,
              order,
              ...(after && { after }),
            })
            const got = await collect(rows, page)
            paged.push(...got)
            if (got.length < page) break
          }
          expect(namesOf(paged)).toEqual(namesOf(forward ? wanted : wanted.toReversed()))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('returns a row once when it is both in a chunk and in the tail', async () => {
    const deviceId = '2000000001'
    const events = Array.from({ length: 100 }, (_, i) =>
      makeEvent({
        deviceId,
        seq: i + 1,
        receivedAt: start + i * 10_000,
        raw: v1(start + i * 10_000, { id: deviceId, latitude: wanderingLatitude(i) }),
      }),
    )
    await store(deviceId, events)
    const telemetry = createTelemetryStore({ client, table: TABLE })
    // The state after a crash between the writes of chunk and state: the chunk exists, and the state still has its rows.
    const more = events.map((event, i) => ({
      ...event,
      seq: 101 + i,
      receivedAt: event.receivedAt + 1_000_000,
    }))
    const state = fromStateItem((await telemetry.loadStates([deviceId])).get(deviceId)!)
    const { chunks } = fold(
      state,
      inRecords([...more, ...more.map((e) => ({ ...e, seq: e.seq + 100 }))], 1, 900n),
      {
        retentionDays: RETENTION_DAYS,
      },
    )
    expect(chunks.length).toBeGreaterThan(0)
    for (const chunk of chunks) await telemetry.putChunk(chunk, state.version)
    const rows = await collect(reader().readRows(deviceId, { order: 'desc' }))
    expect(new Set(namesOf(rows)).size).toBe(rows.length)
    expect(rows.length).toBeGreaterThanOrEqual(100)
  })

  it('keeps both chunks when a refold wrote the same key with other content', async () => {
    const deviceId = '2000000002'
    const telemetry = createTelemetryStore({ client, table: TABLE })
    const events = Array.from({ length: 200 }, (_, i) =>
      makeEvent({
        deviceId,
        seq: i + 1,
        receivedAt: start + i * 10_000,
        raw: v1(start + i * 10_000, { id: deviceId, latitude: wanderingLatitude(i) }),
      }),
    )
    const [first] = fold(emptyState(deviceId), inRecords(events), { retentionDays: RETENTION_DAYS }).chunks
    const [other] = fold(emptyState(deviceId), inRecords(events.map((e) => ({ ...e, seq: e.seq + 500 }))), {
      retentionDays: RETENTION_DAYS,
    }).chunks
    await telemetry.putChunk(first!, 0)
    await telemetry.putChunk(first!, 0)
    await telemetry.putChunk(other!, 3)
    const rows = await collect(reader().readRows(deviceId, { order: 'asc' }))
    expect(rows).toHaveLength(first!.count + other!.count)
  })

  it('does not return expired rows', async () => {
    const deviceId = '2000000003'
    await store(deviceId, [makeEvent({ deviceId, receivedAt: start, raw: v1(start, { id: deviceId }) })])
    const past = start + (RETENTION_DAYS + 1) * 86_400_000
    expect(await reader(past).readState(deviceId)).toBeNull()
    expect(await collect(reader(past).readRows(deviceId, { order: 'desc' }))).toEqual([])
    expect(await reader().readState(deviceId)).toMatchObject({ lastSeen: start, statusWord: 'FFFFBBFF' })
  })

  it('leaves out rows of the tail and a last position that are older than the retention', async () => {
    const deviceId = '2000000013'
    const received = [start, start + 60_000, start + 2 * 86_400_000]
    await store(
      deviceId,
      received.map((receivedAt, i) =>
        makeEvent({ deviceId, seq: i + 1, receivedAt, raw: v1(receivedAt, { id: deviceId, valid: i < 2 }) }),
      ),
    )
    const past = start + RETENTION_DAYS * 86_400_000 + 86_400_000
    const rows = await collect(reader(past).readRows(deviceId, { order: 'asc' }))
    expect(rows.map(({ seq }) => seq)).toEqual([3])
    expect(await reader(past).readState(deviceId)).toMatchObject({
      lastSeen: received[2],
      lastPosition: null,
    })
    expect((await reader(past).readStates([deviceId])).get(deviceId)).toMatchObject({ lastPosition: null })
    expect((await reader().readState(deviceId))?.lastPosition).not.toBeNull()
  })

  it('returns the states of many devices, and none for those that never sent a frame', async () => {
    const states = await reader().readStates(['2000000001', '2000000002', '2999999999'])
    expect([...states.keys()]).toEqual(['2000000001'])
  })
})

describe('a save of states', () => {
  it('fails when another save came first', async () => {
    const telemetry = createTelemetryStore({ client, table: TABLE })
    const deviceId = '2000000004'
    const { state, ...result } = fold(
      emptyState(deviceId),
      inRecords([makeEvent({ deviceId, raw: v1(start, { id: deviceId }) })]),
      { retentionDays: RETENTION_DAYS },
    )
    expect(await telemetry.saveState(state, result)).toBe(true)
    expect(await telemetry.saveState(state, result)).toBe(false)
    expect(await telemetry.saveState({ ...state, version: 1 }, result)).toBe(true)
  })

  it('writes many at once, each under its own condition', async () => {
    const telemetry = createTelemetryStore({ client, table: TABLE })
    const ids = Array.from({ length: 60 }, (_, i) => String(2_100_000_000 + i))
    const foldOne = (deviceId: string, item: Record<string, unknown> | undefined, at: number): StateSave => {
      const offset = { sequence: String(at), index: 0 }
      const event = makeEvent({
        deviceId,
        raw: v1(at, { id: deviceId }),
        receivedAt: at,
        seq: at - start + 1,
      })
      const result = fold(item ? fromStateItem(item) : emptyState(deviceId), [{ event, offset }], {
        retentionDays: RETENTION_DAYS,
      })
      return { state: result.state, tails: result, stored: item }
    }
    const loaded = await telemetry.loadStates(ids)
    const first = ids.map((id) => foldOne(id, loaded.get(id), start))
    expect(await telemetry.saveStates(first)).toEqual(ids.map(() => 'saved'))

    const items = await telemetry.loadStates(ids)
    const second = ids.map((id) => foldOne(id, items.get(id), start + 1_000))
    const overtaken = [ids[3]!, ids[40]!]
    for (const id of overtaken)
      await telemetry.saveStates(second.filter(({ state }) => state.deviceId === id))
    expect(await telemetry.saveStates(second)).toEqual(
      ids.map((id) => (overtaken.includes(id) ? 'conflict' : 'saved')),
    )
    // The attributes that were written one by one equal a put of the whole item.
    const saved = await telemetry.loadStates(ids)
    for (const { state, tails } of second) {
      const whole = toStateItem({ ...state, version: 2 }, tails.tail!, tails.late ?? undefined)
      expect(saved.get(state.deviceId)).toEqual(whole)
    }
  })

  it('removes an attribute that a state has lost', async () => {
    const telemetry = createTelemetryStore({ client, table: TABLE })
    const deviceId = '2200000000'
    const event = makeEvent({ deviceId, raw: v1(start, { id: deviceId }) })
    const result = fold(emptyState(deviceId), inRecords([event]), { retentionDays: RETENTION_DAYS })
    await telemetry.saveState(result.state, result)
    const stored = (await telemetry.loadStates([deviceId])).get(deviceId)!
    expect(stored).toHaveProperty('t')
    const state = { ...fromStateItem(stored), tail: [] }
    expect(await telemetry.saveStates([{ state, tails: { tail: null, late: null }, stored }])).toEqual([
      'saved',
    ])
    expect((await telemetry.loadStates([deviceId])).get(deviceId)).not.toHaveProperty('t')
  })
})
