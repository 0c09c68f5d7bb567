import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { SessionEvent } from '#shared/domain/event.ts'
import { encodeLogRecord } from '#shared/domain/log-record.ts'
import { emptyState, type StoredState } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { printBars } from './bars.ts'
import { makeDrive } from './driving.ts'
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

/** Frames a second of fold and encode alone, so many frames of a device at a time. */
function benchFold(fleet: readonly SessionEvent[][], perBatch: number): number {
  const rates = Array.from({ length: 5 }, () => {
    const ms = timeOnce(() => {
      for (const events of fleet) {
        let state: StoredState = emptyState(events[0]!.deviceId)
        for (let i = 0; i < events.length; i += perBatch) {
          const some = events.slice(i, i + perBatch)
          state = fold(state, inLog(some, i), { retentionDays: 365 }).state
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

/** Frames a second of the whole function against the stand-in's table: all devices in each batch. */
async function benchWithStore(
  client: DynamoDBDocumentClient,
  fleet: readonly SessionEvent[][],
  perBatch: number,
) {
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
  const started = performance.now()
  for (let i = 0; i < FRAMES_OF_DEVICE; i += perBatch) {
    const events = fleet.flatMap((drive) => drive.slice(i, i + perBatch))
    frames += events.length
    const data = Buffer.from(encodeLogRecord(events)).toString('base64')
    const record = { sequenceNumber: String(1_000 + i), data, approximateArrivalTimestamp: start / 1_000 }
    const { batchItemFailures } = await ingest({ Records: [{ kinesis: record }] })
    if (batchItemFailures.length > 0) throw new Error('a batch failed')
  }
  return (frames / (performance.now() - started)) * 1_000
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

export const run = async (): Promise<boolean> => {
  const fleet = makeFleet()
  for (const perBatch of [1, 10]) {
    console.log(
      `${benchFold(fleet, perBatch).toFixed(0).padStart(8)} frames/s   fold and encode, ${perBatch} a batch`,
    )
  }
  const dynamo = await startDynamo({})
  const raw = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  })
  await createTables(raw, { telemetry: 'telemetry', fleet: 'fleet' })
  const client = DynamoDBDocumentClient.from(raw)
  for (const perBatch of [1, 10]) {
    const again = fleet.map((drive) =>
      drive.map((event) => ({ ...event, deviceId: `${event.deviceId}${perBatch}` })),
    )
    const rate = await benchWithStore(client, again, perBatch)
    console.log(
      `${rate.toFixed(0).padStart(8)} frames/s   with the stand-in's table, ${perBatch} a batch and device`,
    )
  }
  const { chunks, day, newest } = await benchDay(client)
  console.log(
    `${day.toFixed(0).padStart(8)} ms         a day of one device: ${FIXES_OF_DAY} fixes in ${chunks} chunks`,
  )
  console.log(`${newest.toFixed(1).padStart(8)} ms         its newest 100 rows`)
  client.destroy()
  await dynamo.close()
  return printBars([
    { name: 'newest rows against the day, share of its time', value: newest / day, atMost: 0.5 },
  ])
}
