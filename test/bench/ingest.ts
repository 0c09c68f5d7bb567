import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { peek } from '#h02'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { emptyState } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { toKinesisEvent } from '../ingest/events.ts'
import { printBars } from './bars.ts'
import { makeDrive } from './driving.ts'
import { makeFleetFrames } from './fleet-frames.ts'
import { FIRST_ID } from './parts/ids.ts'
import { startPart } from './parts/part.ts'
import { median } from './timing.ts'

const DEFAULT_DEVICES = 10_000
/** Frames of a device in a batch, when it reports every 10 s: windows of 5 and of 60 s. */
const batchSizes = [1, 6] as const
const BATCHES = 2
/** Events of a bucket's record of the log. */
const RECORD_EVENTS = 5
const FIXES_OF_DAY = 8_640
const start = Date.UTC(2026, 5, 1, 6)

/** Events of a fleet of mixed profiles, in the order of their reception. */
function makeEvents(devices: number, reports: number): SessionEvent[] {
  const seqs = new Map<string, number>()
  return makeFleetFrames(devices, reports, FIRST_ID).flatMap((frame, i) => {
    const { id } = peek(frame)
    if (id === null) return []
    const seq = (seqs.get(id) ?? 0) + 1
    seqs.set(id, seq)
    const receivedAt = start + Math.floor(i / devices) * 10_000 + 1_500
    return {
      kind: 'frame',
      gatewayId: 'bench',
      epoch: 1,
      sessionId: makeSessionId(start, Number(id) - FIRST_ID),
      seq,
      deviceId: id,
      receivedAt,
      ack: 'R12',
      raw: frame.bytes,
    } satisfies SessionEvent
  })
}

const inLog = (events: readonly SessionEvent[], from: number) =>
  events.map((event, index) => ({ event, offset: { sequence: String(1_000 + from), index } }))

const silent = { info: () => {}, warn: () => {}, error: console.error }

/** Milliseconds of CPU time of the whole function against the stand-in's table, which is another process. */
type WithStore = { readonly perUnit: number; readonly perFrame: number; readonly perSave: number }

async function benchWithStore(
  client: DynamoDBDocumentClient,
  devices: number,
  perBatch: number,
): Promise<WithStore> {
  const at = { client, table: 'telemetry' }
  let [units, saves] = [0, 0]
  const ingest = createIngest({
    telemetry: createTelemetryStore(at),
    parked: createParkedStore(at),
    deliver: async () => {},
    // A chunk is written twice, once for its index.
    isMovedRequested: async () => false,
    areasOf: async () => () => [],
    onSaved: ({ chunks }) => {
      saves++
      units += 1 + 2 * chunks.length
    },
    log: silent,
    retentionDays: 365,
  })
  // The first batch makes the items.
  const events = makeEvents(devices, 1 + BATCHES * perBatch).map((event) => ({
    ...event,
    deviceId: `${event.deviceId}${perBatch}`,
  }))
  const firstBatch = events.findIndex(({ receivedAt }) => receivedAt >= start + 10_000)
  const perCall = Math.ceil((events.length - firstBatch) / BATCHES)
  let sequence = 1_000
  const run = async (some: readonly SessionEvent[]): Promise<void> => {
    const records = Array.from({ length: Math.ceil(some.length / RECORD_EVENTS) }, (_, i) =>
      some.slice(i * RECORD_EVENTS, (i + 1) * RECORD_EVENTS),
    )
    const { batchItemFailures } = await ingest(toKinesisEvent(records, sequence))
    sequence += records.length
    if (batchItemFailures.length > 0) throw new Error('a batch failed')
  }
  await run(events.slice(0, firstBatch))
  ;[units, saves] = [0, 0]
  const cpu = process.cpuUsage()
  for (let i = firstBatch; i < events.length; i += perCall) await run(events.slice(i, i + perCall))
  const { user, system } = process.cpuUsage(cpu)
  const ms = (user + system) / 1_000
  return { perUnit: ms / units, perFrame: ms / (events.length - firstBatch), perSave: ms / saves }
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

/** `npm run bench ingest [devices]` */
export const run = async ([given]: readonly string[]): Promise<boolean> => {
  const devices = given === undefined ? DEFAULT_DEVICES : Number(given)
  const dynamo = startPart('dynamo-stand-in')
  const raw = new DynamoDBClient({
    endpoint: await dynamo.ask<string>('endpoint'),
    region: 'us-east-1',
    credentials: testCredentials,
  })
  await createTables(raw, { telemetry: 'telemetry', fleet: 'fleet' })
  const client = DynamoDBDocumentClient.from(raw)
  for (const perBatch of batchSizes) {
    const { perUnit, perFrame, perSave } = await benchWithStore(client, devices, perBatch)
    const what = `${devices} devices of mixed profiles, ${perBatch} frames of each in a batch`
    line(perUnit, 3, 'ms of CPU', `per write unit, with the store: ${what}`)
    line(perSave, 3, 'ms of CPU', 'per save')
    line(perFrame, 3, 'ms of CPU', 'per frame')
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
