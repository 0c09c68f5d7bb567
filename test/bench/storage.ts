import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchExecuteStatementCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
} from '@aws-sdk/lib-dynamodb'
import type { SessionEvent } from '#shared/domain/event.ts'
import { tables } from '#shared/domain/tables.ts'
import { itemSize, writeUnits, type Item, type ItemValue } from '#shared/history/item-size.ts'
import { emptyState, fromStateItem } from '#shared/history/state.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { encodeRecord } from '../simulator/encode-record.ts'
import { encodeV1, encodeV8 } from '../simulator/encode.ts'
import { bodyOf, recordOf, type SimulatedTracker } from '../simulator/simulated-tracker.ts'
import { printBars, type Bar } from './bars.ts'
import { ALARM_WINDOW_SECONDS, measureAlarmDelays, measureEventUnits } from './storage-events.ts'
import { quantile } from './timing.ts'
import { liveDay, makeDrive, makeLiveDrive } from './driving.ts'

/** Frames of each kind: three days' driving at 10 s would be 26,000; the figure settles long before. */
const FRAMES = 3_000
const DRIVING_SECONDS = 10
const PARKED_SECONDS = 300
const ITEMS_COMPARED = 1_000
const start = Date.UTC(2026, 5, 1, 6)

type Kind = {
  readonly name: string
  readonly events: (deviceId: string) => SessionEvent[]
  /** Write units a frame at most, at one frame and at ten a batch. */
  readonly bars: readonly [one: number, ten: number] | null
}

const health = (tracker: SimulatedTracker) => ({
  satellites: tracker.fix.satellites,
  csq: 20 + (tracker.reports % 5),
  volts: tracker.volts,
  batteryPercent: 100,
})

const v1 = (tracker: SimulatedTracker): Uint8Array => encodeV1(tracker, bodyOf(tracker), tracker.cell)
const driving = { frames: FRAMES, start, seconds: DRIVING_SECONDS, ignition: 'on' } as const

const kinds: readonly Kind[] = [
  {
    name: 'V1, driving, each 10 s',
    events: (deviceId) => makeDrive({ ...driving, deviceId, encode: v1 }),
    bars: [1.15, 0.22],
  },
  {
    name: 'V1, the live drive of test/vectors',
    events: (deviceId) => makeLiveDrive(deviceId, FRAMES),
    bars: [1.15, 0.22],
  },
  {
    name: 'V8, driving, each 10 s',
    events: (deviceId) =>
      makeDrive({
        ...driving,
        deviceId,
        encode: (tracker) => encodeV8(tracker, bodyOf(tracker), tracker.cell, health(tracker)),
      }),
    bars: [1.25, 0.35],
  },
  {
    name: 'binary 45, driving, each 10 s',
    events: (deviceId) =>
      makeDrive({ ...driving, deviceId, encode: (tracker) => encodeRecord(45, recordOf(tracker)) }),
    bars: [1.25, 0.35],
  },
  {
    name: 'V1, parked, each 300 s',
    events: (deviceId) =>
      makeDrive({ ...driving, deviceId, encode: v1, seconds: PARKED_SECONDS, ignition: 'off' }),
    bars: null,
  },
]

/** Units of a put by the published rules: the item, and its entry in each index it stands in. */
function unitsOf(item: Item): number {
  let units = writeUnits(itemSize(item))
  for (const { range, hash, project } of tables.telemetry.indexes) {
    if (!(range.name in item)) continue
    const names = [tables.telemetry.hash.name, tables.telemetry.range.name, hash.name, range.name, ...project]
    const entry = Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))
    units += writeUnits(itemSize(entry))
  }
  return units
}

/** The writes really sent: their units, and some of the items for a closer look. */
type Tally = { units: number; readonly items: Item[] }

function tallyWrites(client: DynamoDBDocumentClient): Tally {
  const tally: Tally = { units: 0, items: [] }
  const states = new Map<string, Item>()
  const count = (item: Item, units: number): void => {
    tally.units += units
    if (!('body' in item)) states.set(String(item.pk), item)
    if (tally.items.length < ITEMS_COMPARED || 'body' in item) tally.items.push(item)
  }
  const send = client.send.bind(client) as (command: object) => Promise<object>
  client.send = (async (command: object) => {
    if (command instanceof PutCommand) {
      const item = command.input.Item as Item
      count(item, unitsOf(item))
    }
    if (command instanceof BatchExecuteStatementCommand) {
      for (const { Statement = '', Parameters = [] } of command.input.Statements ?? []) {
        const names = Array.from(Statement.matchAll(/"([^"]+)"=\?/g), ([, name]) => name!)
        // Names come once to be set and, in the condition, once more: the key and the previous version.
        const [pk] = Parameters.slice(-3) as string[]
        const set = names.slice(0, -3).map((name, i) => [name, Parameters[i] as ItemValue] as const)
        const before = states.get(pk!)!
        const item: Item = { ...before, ...Object.fromEntries(set) }
        count(item, Math.max(unitsOf(before), unitsOf(item)))
      }
    }
    return send(command)
  }) as typeof client.send
  return tally
}

/**
 * Holds the size function against the stand-in's, to the byte: an item filled up to 1,024 bytes must cost one unit and
 * with one byte more two. (The stand-in does not count index entries; AWS does, and so do we.)
 */
async function countWrongSizes(client: DynamoDBDocumentClient, items: readonly Item[]): Promise<number> {
  let wrong = 0
  for (const item of items) {
    const room = 1_024 - itemSize(item) - 'fill'.length
    if (room < 0) throw new Error(`an item of ${itemSize(item)} bytes was written`)
    for (const [more, units] of [
      [0, 1],
      [1, 2],
    ] as const) {
      const { ConsumedCapacity } = await client.send(
        new PutCommand({
          TableName: 'scratch',
          Item: { ...item, fill: 'x'.repeat(room + more) },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      )
      if (ConsumedCapacity?.CapacityUnits !== units) wrong++
      await client.send(new DeleteCommand({ TableName: 'scratch', Key: { pk: item.pk, sk: item.sk } }))
    }
  }
  return wrong
}

async function store(client: DynamoDBDocumentClient, events: readonly SessionEvent[], perBatch: number) {
  const telemetry = createTelemetryStore({ client, table: 'telemetry' })
  const deviceId = events[0]!.deviceId
  let chunks = 0
  for (let i = 0; i < events.length; i += perBatch) {
    const item = (await telemetry.loadStates([deviceId])).get(deviceId)
    const entries = events.slice(i, i + perBatch).map((event, n) => ({
      event,
      offset: { sequence: String(49_600_000_000_000_000_000_000n + BigInt(i)), index: n },
    }))
    const result = fold(item ? fromStateItem(item) : emptyState(deviceId), entries, { retentionDays: 365 })
    for (const chunk of result.chunks) await telemetry.putChunk(chunk, result.state.version)
    chunks += result.chunks.length
    const [outcome] = await telemetry.saveStates([{ state: result.state, tails: result, stored: item }])
    if (outcome !== 'saved') throw new Error('a state was not saved', { cause: outcome })
  }
  return { chunks }
}

export const run = async (): Promise<boolean> => {
  // Nothing of the live drive, which is years old, expires meanwhile.
  const dynamo = await startDynamo({ now: () => liveDay })
  const raw = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
  })
  await createTables(raw, { telemetry: 'telemetry', fleet: 'fleet' })
  await createTables(raw, { telemetry: 'scratch', fleet: 'fleet' })
  const client = DynamoDBDocumentClient.from(raw)
  const tally = tallyWrites(client)
  const bars: Bar[] = []
  let device = 0
  for (const kind of kinds) {
    for (const [i, perBatch] of [1, 10].entries()) {
      const before = tally.units
      const deviceId = String(9_000_000_000 + device++)
      const events = kind.events(deviceId)
      const { chunks } = await store(client, events, perBatch)
      const units = (tally.units - before) / FRAMES
      const bytes = events.reduce((sum, { raw: { length } }) => sum + length, 0) / FRAMES
      const name = `${kind.name}, ${perBatch} a batch`
      console.log(
        `${units.toFixed(3).padStart(8)} write units a frame   ${name}: ${bytes.toFixed(0)} bytes a frame, ${(FRAMES / Math.max(1, chunks)).toFixed(0)} frames a chunk`,
      )
      if (kind.bars) bars.push({ name: `${name}, write units a frame`, value: units, atMost: kind.bars[i]! })
    }
  }
  const events = await measureEventUnits(
    DynamoDBDocumentClient.from(raw),
    makeDrive({ ...driving, deviceId: String(9_000_000_000 + device), encode: v1 }),
  )
  console.log(
    `${events.unitsPerFrame.toFixed(3).padStart(8)} write units a frame   ${events.events} events of ${FRAMES} frames: sessions, and an SOS in 500; ${events.unitsPerMoved.toFixed(1)} a batch more while a stream follows device.moved`,
  )
  const items = tally.items.slice()
  const wrong = await countWrongSizes(DynamoDBDocumentClient.from(raw), items)
  client.destroy()
  await dynamo.close()
  const delays = await measureAlarmDelays()
  const beyond = (share: number): number => quantile(delays, share) / 1_000 - ALARM_WINDOW_SECONDS
  console.log(
    `${delays.length} alarms from socket to history, window ${ALARM_WINDOW_SECONDS} s: median ${(quantile(delays, 0.5) / 1_000).toFixed(2)} s`,
  )
  return printBars([
    ...bars,
    { name: 'events, write units a frame more', value: events.unitsPerFrame, atMost: 0.05 },
    {
      name: 'an alarm from socket to history, slowest, s beyond the batch window',
      value: beyond(1),
      atMost: 1,
    },
    { name: 'alarms measured', value: delays.length, atLeast: 500 },
    { name: 'items whose size was checked', value: items.length, atLeast: ITEMS_COMPARED },
    { name: 'items whose size the stand-in sees differently', value: wrong, atMost: 0 },
  ])
}
