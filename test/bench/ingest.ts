import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { SessionEvent } from '#shared/domain/event.ts'
import { encodeLogRecord } from '#shared/domain/log-record.ts'
import { emptyState, fromStateItem, toStateItem, type StoredState } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { printBars } from './bars.ts'
import { makeDrive } from './driving.ts'
import { startPart } from './parts/part.ts'
import { median, timeOnce } from './timing.ts'

const DEVICES = 200
const FRAMES_OF_DEVICE = 50
const FIXES_OF_DAY = 8_640
const start = Date.UTC(2026, 5, 1, 6)

const makeFleet = (): SessionEvent[][] =>
  Array.from({ length: DEVICES }, (_, i) =>
    makeDrive({
      deviceId: String(9_100_000_000 + i),
      frames: FRAMES_OF_DEVICE,
      seconds: 10,
      ignition: 'on',
      start,
      seed: i + 1,
    }),
  )

/** Frames a second of CPU time of fold and encode alone, so many frames of a device at a time; states as their items. */
function benchFold(fleet: readonly SessionEvent[][], perBatch: number): number {
  const rates = Array.from({ length: 5 }, () => {
    const ms = timeOnce(() => {
      for (const events of fleet) {
        let state: StoredState = emptyState(events[0]!.deviceId)
        for (let i = 0; i < events.length; i += perBatch) {
          const some = events.slice(i, i + perBatch)
          const result = fold(state, inLog(some, i), { retentionDays: 365 })
          state = fromStateItem(toStateItem(result.state, result.tail ?? undefined, result.late ?? undefined))
        }
      }
    })
    return (DEVICES * FRAMES_OF_DEVICE) / ms
  })
  return median(rates) * 1_000
}

const inLog = (events: readonly SessionEvent[], from: number) =>
  events.map((event, index) => ({ event, place: { sequence: String(1_000 + from), index } }))

const silent = { info: () => {}, warn: () => {}, error: console.error }

type WithStore = { readonly perSecond: number; readonly perCpuSecond: number }

/** The whole function against the stand-in's table, which is another process: all devices in each batch. */
async function benchWithStore(
  client: DynamoDBDocumentClient,
  fleet: readonly SessionEvent[][],
  perBatch: number,
): Promise<WithStore> {
  const at = { client, table: 'telemetry' }
  const ingest = createIngest({
    telemetry: createTelemetryStore(at),
    parked: createParkedStore(at),
    deliver: async () => {},
    onSaved: () => {},
    log: silent,
    retentionDays: 365,
  })
  let frames = 0
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  for (let i = 0; i < FRAMES_OF_DEVICE; i += perBatch) {
    const events = fleet.flatMap((drive) => drive.slice(i, i + perBatch))
    frames += events.length
    const data = Buffer.from(encodeLogRecord(events)).toString('base64')
    const record = { sequenceNumber: String(1_000 + i), data, approximateArrivalTimestamp: start / 1_000 }
    const { batchItemFailures } = await ingest({ Records: [{ kinesis: record }] })
    if (batchItemFailures.length > 0) throw new Error('a batch failed')
  }
  const { user, system } = process.cpuUsage(cpu)
  return {
    perSecond: (frames / (performance.now() - started)) * 1_000,
    perCpuSecond: (frames / (user + system)) * 1_000_000,
  }
}

/** ms to read a day of a device that reports every 10 s: all of it, and the newest 100 rows. */
async function benchDay(client: DynamoDBDocumentClient) {
  const telemetry = createTelemetryStore({ client, table: 'telemetry' })
  const deviceId = '9200000000'
  const events = makeDrive({ deviceId, frames: FIXES_OF_DAY, seconds: 10, ignition: 'on', start })
  const result = fold(emptyState(deviceId), inLog(events, 0), { retentionDays: 365 })
  for (const chunk of result.chunks) await telemetry.putChunk(chunk, 0)
  await telemetry.saveState(result.state, result)
  const reader = createHistoryReader({ client, table: 'telemetry', now: () => start })
  const read = async (limit: number): Promise<number> => {
    const started = performance.now()
    let rows = 0
    for await (const _ of reader.readRows(deviceId, { order: 'desc' })) if (++rows >= limit) break
    if (rows !== Math.min(limit, FIXES_OF_DAY)) throw new Error(`read ${rows} rows`)
    return performance.now() - started
  }
  const times = async (limit: number): Promise<number> => {
    const all: number[] = []
    for (let i = 0; i < 9; i++) all.push(await read(limit))
    return median(all)
  }
  return { chunks: result.chunks.length, day: await times(Infinity), newest: await times(100) }
}

const line = (value: number, digits: number, unit: string, what: string): void =>
  console.log(`${value.toFixed(digits).padStart(8)} ${unit.padEnd(12)}${what}`)

export const run = async (): Promise<boolean> => {
  const fleet = makeFleet()
  const alone = [1, 10].map((perBatch) => benchFold(fleet, perBatch))
  for (const [i, rate] of alone.entries())
    line(rate, 0, 'frames/s', `of a core: fold and encode, ${[1, 10][i]} a batch and device`)
  const dynamo = startPart('dynamo-stand-in')
  const raw = new DynamoDBClient({
    endpoint: await dynamo.ask<string>('endpoint'),
    region: 'us-east-1',
    credentials: testCredentials,
  })
  await createTables(raw, { telemetry: 'telemetry', fleet: 'fleet' })
  const client = DynamoDBDocumentClient.from(raw)
  for (const perBatch of [1, 10]) {
    const again = fleet.map((drive) =>
      drive.map((event) => ({ ...event, deviceId: `${event.deviceId}${perBatch}` })),
    )
    const { perSecond, perCpuSecond } = await benchWithStore(client, again, perBatch)
    line(perCpuSecond, 0, 'frames/s', `of a core: with the store, ${perBatch} a batch and device`)
    line(perSecond, 0, 'frames/s', 'of the clock, with the stand-in for DynamoDB on this machine')
  }
  const { chunks, day, newest } = await benchDay(client)
  line(day, 0, 'ms', `a day of one device: ${FIXES_OF_DAY} fixes in ${chunks} chunks`)
  line(newest, 1, 'ms', 'its newest 100 rows')
  client.destroy()
  await dynamo.stop()
  return printBars([
    { name: 'newest rows against the day, share of its time', value: newest / day, atMost: 0.5 },
  ])
}
