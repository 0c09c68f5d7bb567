import { setTimeout as sleep } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareHistoryKeys, type HistoryRow } from '#shared/domain/device-state.ts'
import { decodeLogRecord, encodeLogRecord } from '#shared/domain/log-record.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore, type TelemetryStore } from '#shared/store/telemetry.ts'
import type { PutRecords } from '../../container/uplink/put-records.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { createReadingApp, oneDevice, someDevice } from '../api/fakes.ts'
import { startGateway, TestRegistry } from '../container/harness.ts'
import { toKinesisEvent } from '../ingest/events.ts'
import { createRandom, wholeBetween, type Random } from '../simulator/random.ts'
import { AckedTracker } from './acked-tracker.ts'
import { silent } from '../silent-log.ts'

/*
 * The whole way of a frame, with everything going wrong that may: trackers that lose their radio and send again, on
 * either of two gateways; a log that refuses, fails, answers too late, or takes a call after it was given up; batches
 * cut anywhere and delivered again; an ingest that dies between any two of its writes, and twice at a time. An oracle
 * knows every frame that was acknowledged. What is read in the end must be what an undisturbed ingest gives.
 */

const start = Date.UTC(2026, 0, 10, 12)
const RETENTION_DAYS = 4_000
const TABLE = 'telemetry'
let dynamo: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBDocumentClient
beforeAll(async () => {
  dynamo = await startDynamo({})
  const raw = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await createTables(raw, { telemetry: TABLE, fleet: 'fleet' })
  client = DynamoDBDocumentClient.from(raw)
})
afterAll(async () => {
  client.destroy()
  await dynamo.close()
})

/** A log that both gateways use; what it accepted, in order. */
class FaultyLog {
  readonly records: Uint8Array[] = []
  /** Every frame in it, as text. */
  readonly frames = new Set<string>()
  /** Calls that time out for the caller and are accepted afterwards. */
  readonly late: Promise<void>[] = []
  private readonly random: Random
  isCalm = false
  constructor(random: Random) {
    this.random = random
  }

  private take(data: Uint8Array): void {
    this.records.push(data)
    for (const event of decodeLogRecord(data)) {
      if (event.kind === 'frame') this.frames.add(Buffer.from(event.raw).toString('latin1'))
    }
  }

  readonly put: PutRecords = async (records) => {
    const some = () => records.filter(() => this.random() < 0.5)
    const fate = this.isCalm ? 1 : this.random()
    if (fate < 0.1) throw new Error('seeded: nothing was taken')
    if (fate < 0.2) {
      for (const { data } of some()) this.take(data)
      throw new Error('seeded: some were taken, the answer was lost')
    }
    if (fate < 0.3) {
      const late = some()
      this.late.push(
        sleep(wholeBetween(this.random, 1, 120)).then(() => late.forEach(({ data }) => this.take(data))),
      )
      throw new Error('seeded: given up, and taken afterwards')
    }
    await sleep(wholeBetween(this.random, 0, 8))
    const refused = new Set<number>()
    for (const [i, { data }] of records.entries()) {
      if (!this.isCalm && this.random() < 0.25) refused.add(i)
      else this.take(data)
    }
    return refused
  }
}

/** Frames of one tracker: live, stored, void, with alarms; each with bytes of its own. */
function story(deviceId: string, tracker: number, count: number, random: Random): string[] {
  const now = Date.now()
  return Array.from({ length: count }, (_, i) => {
    const isStored = random() < 0.25
    // Trackers have seconds of their own: the fix time distinguishes them.
    const at = now - (isStored ? 7_200_000 : 600_000) + (i * 2 + tracker) * 1_000
    const digits = new Date(at).toISOString().replace(/\D/g, '')
    const date = digits.slice(6, 8) + digits.slice(4, 6) + digits.slice(2, 4)
    const validity = random() < 0.2 ? 'V' : 'A'
    const latitude = `42${String(10 + (i % 40))}.${String((i * 7919) % 10_000).padStart(4, '0')}`
    const status = random() < 0.1 ? 'FFFFFBFD' : 'FFFFFBFF'
    return `*HQ,${deviceId},V1,${digits.slice(8, 14)},${validity},${latitude},N,00752.5961,W,024.05,133,${date},${status},214,03,13140,5085#`
  })
}

type Played = {
  readonly records: readonly Uint8Array[]
  readonly acked: ReadonlyMap<string, readonly string[]>
  readonly sent: ReadonlyMap<string, readonly string[]>
  readonly early: readonly string[]
}

/** Plays trackers against two gateways until each has all its acks; the last device has two trackers with one id. */
async function play(seed: number, devices: readonly string[], count: number): Promise<Played> {
  const random = createRandom(seed)
  const log = new FaultyLog(random)
  const registry = new TestRegistry(...devices)
  const gateways = await Promise.all(
    ['a', 'b'].map((gatewayId) => startGateway(registry, { gatewayId, putRecords: log.put, flushMs: 5 })),
  )
  const early: string[] = []
  const ids = [...devices, devices.at(-1)!]
  const stories = ids.map((deviceId, tracker) =>
    story(deviceId, tracker < devices.length ? 0 : 1, count, random),
  )
  const trackers = stories.map(
    (frames, tracker) =>
      new AckedTracker(frames, {
        port: () => gateways[random() < 0.5 ? 0 : 1]!.listener.port,
        localAddress: `127.0.0.${1 + tracker}`,
        losesRadio: () => random() < 0.06,
        onAcked: (frame) => {
          if (!log.frames.has(frame)) early.push(frame)
        },
      }),
  )
  await Promise.all(trackers.map((tracker) => tracker.run()))
  for (const { gateway } of gateways) {
    for (const connection of gateway.connections) gateway.close(connection, 'over')
  }
  log.isCalm = true
  for (const { gateway } of gateways) expect(await gateway.drain(60_000)).toBe(0)
  for (const gateway of gateways) gateway.close()
  await Promise.all(log.late)
  const of = (deviceId: string, framesOf: (tracker: number) => readonly string[]) =>
    ids.flatMap((id, tracker) => (id === deviceId ? framesOf(tracker) : []))
  return {
    records: log.records,
    acked: new Map(devices.map((id) => [id, of(id, (tracker) => trackers[tracker]!.acked)])),
    sent: new Map(devices.map((id) => [id, of(id, (tracker) => stories[tracker]!)])),
    early,
  }
}

let worlds = 0
/** The same records for devices with other ids, so that runs share a table without conflicts. */
const renamed = (records: readonly Uint8Array[], world: string): Uint8Array[] =>
  records.map((data) =>
    encodeLogRecord(decodeLogRecord(data).map((event) => ({ ...event, deviceId: world + event.deviceId }))),
  )

const FIRST_SEQUENCE = 49_600_000_000_000_000_000_000n
const indexOf = (sequence: string): number => Number(BigInt(sequence) - FIRST_SEQUENCE)
const toBatch = (records: readonly Uint8Array[], from: number, to: number) =>
  toKinesisEvent(records.slice(from, to), FIRST_SEQUENCE + BigInt(from))

const makeIngest = (telemetry: TelemetryStore, deliver: () => Promise<void> = async () => {}) =>
  createIngest({
    telemetry,
    parked: createParkedStore({ client, table: TABLE }),
    deliver,
    isMovedRequested: async () => false,
    areasOf: async () => () => [],
    onSaved: () => {},
    log: silent,
    retentionDays: RETENTION_DAYS,
  })

const calmly = async (records: readonly Uint8Array[]): Promise<void> => {
  const ingest = makeIngest(createTelemetryStore({ client, table: TABLE }))
  expect(await ingest(toBatch(records, 0, records.length))).toEqual({ batchItemFailures: [] })
}

/** Behaves like an event source that crashes, repeats, and lets an abandoned batch keep running. */
async function chaotically(records: readonly Uint8Array[], random: Random): Promise<void> {
  const crash = async (): Promise<void> => {
    if (random() < 0.08) throw new Error('seeded crash')
  }
  const real = createTelemetryStore({ client, table: TABLE })
  const around =
    <Args extends readonly unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await crash()
      const result = await act(...args)
      await crash()
      return result
    }
  const ingest = makeIngest(
    {
      loadStates: around(real.loadStates),
      putChunk: around(real.putChunk),
      saveState: around(real.saveState),
      saveStates: around(real.saveStates),
    },
    around(async () => {}),
  )
  /** Where to continue. */
  const run = async (from: number, to: number): Promise<number> => {
    const answer = await ingest(toBatch(records, from, to)).catch(() => null)
    if (answer === null) return from
    const failed = answer.batchItemFailures.map(({ itemIdentifier }) => indexOf(itemIdentifier))
    return Math.min(to, ...failed)
  }
  /** Its event source has abandoned it, but it continues, and saves after others have saved. */
  const slow = makeIngest({
    ...real,
    saveStates: async (...args) => {
      await sleep(wholeBetween(random, 20, 300))
      return real.saveStates(...args)
    },
  })
  const givenUp: Promise<unknown>[] = []
  for (let at = 0; at < records.length;) {
    const from = Math.max(0, at - (random() < 0.3 ? wholeBetween(random, 1, 15) : 0))
    const to = Math.min(records.length, at + wholeBetween(random, 1, 25))
    if (random() < 0.3) givenUp.push(slow(toBatch(records, from, to)))
    at = Math.max(await run(from, to), from)
  }
  await Promise.all(givenUp)
}

async function readRows(deviceId: string): Promise<HistoryRow[]> {
  const rows: HistoryRow[] = []
  const reader = createHistoryReader({ client, table: TABLE, now: () => start })
  for await (const row of reader.readRows(deviceId, { order: 'asc' })) rows.push(row)
  return rows
}
const textOf = (row: HistoryRow): string => Buffer.from(row.raw).toString('latin1')

type Position = { readonly fixTime: string; readonly receptions: number; readonly late: boolean }

/** Positions over HTTP, page by page. */
async function readPositions(deviceId: string, limit: number): Promise<Position[]> {
  const { call } = createReadingApp(createHistoryReader({ client, table: TABLE, now: () => start }), {
    devices: oneDevice({ ...someDevice, deviceId }),
  })
  const found: Position[] = []
  let next: string | null = `/v1/devices/${deviceId}/positions?void=include&order=asc&limit=${limit}`
  while (next !== null) {
    const { status, json } = await call('GET', next)
    expect(status).toBe(200)
    found.push(...(json.items as Position[]))
    next = json.next as string | null
  }
  return found
}

const fixTimeIn = (frame: string): string => {
  const fields = frame.split(',')
  const [time, date] = [fields[3]!, fields[11]!]
  return `20${date.slice(4)}-${date.slice(2, 4)}-${date.slice(0, 2)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`
}

describe('failures anywhere on the way', { timeout: 300_000 }, () => {
  it('lose no acknowledged frame: positions are returned once and in order, and no ack is early', async () => {
    const devices = ['101', '102', '103']
    let [resent, repeatedRecords] = [0, 0]
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), async (seed) => {
        const { records, acked, sent, early } = await play(seed, devices, 40)
        expect(early).toEqual([])
        const [calm, chaos] = [String(5_000 + worlds++), String(5_000 + worlds++)]
        await calmly(renamed(records, calm))
        await chaotically(renamed(records, chaos), createRandom(seed))
        repeatedRecords +=
          records.length - new Set(records.map((data) => Buffer.from(data).toString('hex'))).size

        for (const device of devices) {
          const rows = await readRows(chaos + device)
          expect(rows, 'the same as without crashes').toEqual(await readRows(calm + device))

          const frames = rows.filter(({ kind }) => kind === 'frame')
          const stored = new Set(frames.map(textOf))
          expect(acked.get(device)!.toSorted()).toEqual(sent.get(device)!.toSorted())
          expect([...stored].toSorted(), 'all that was acknowledged').toEqual(sent.get(device)!.toSorted())
          resent += frames.length - stored.size

          expect(rows.toSorted(compareHistoryKeys)).toEqual(rows)
          const bySession = Map.groupBy(rows, ({ sessionId }) => sessionId)
          for (const session of bySession.values()) {
            const reported = session.toSorted((a, b) => a.seq - b.seq)
            expect(
              reported.map(({ seq }) => seq),
              'each event once',
            ).toEqual(reported.map((_, i) => i + 1))
            // A tracker sends in its order, so a session must have its frames in that order.
            const order = reported
              .filter(({ kind }) => kind === 'frame')
              .map((row) => sent.get(device)!.indexOf(textOf(row)))
            expect(order.toSorted((a, b) => a - b)).toEqual(order)
          }

          const positions = await readPositions(chaos + device, wholeBetween(createRandom(seed), 1, 30))
          expect(positions.map(({ fixTime }) => fixTime)).toEqual([...stored].map(fixTimeIn).toSorted())
          expect(positions.reduce((sum, { receptions }) => sum + receptions, 0)).toBe(frames.length)
        }
      }),
      { numRuns: 4 },
    )
    // Proves that the run included each kind of failure.
    expect(resent).toBeGreaterThan(0)
    expect(repeatedRecords).toBeGreaterThan(0)
  })
})
