import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore, type StateSave, type TelemetryStore } from '#shared/store/telemetry.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { clockWithoutExpiry } from '../store/start-store.ts'
import { toBusEvent, type Effect } from '../../lambdas/ingest/effects.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { createRedrive } from '../../lambdas/ingest/redrive.ts'
import { makeEvent, toKinesisEvent, v1, wanderingLatitude } from './events.ts'
import { silent } from '../silent-log.ts'

const start = Date.UTC(2026, 0, 10, 12)
const RETENTION_DAYS = 400
const TABLE = 'telemetry'
let dynamo: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBDocumentClient

const rawClient = () =>
  new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

beforeAll(async () => {
  dynamo = await startDynamo({ now: clockWithoutExpiry })
  const raw = rawClient()
  await createTables(raw, { telemetry: TABLE, fleet: 'fleet' })
  client = DynamoDBDocumentClient.from(raw)
})
afterAll(async () => {
  client.destroy()
  await dynamo.close()
})

function makeIngest(
  telemetry: TelemetryStore,
  effects: Effect[] = [],
  failOnDeliver = () => false,
  isMovedRequested = async () => false,
) {
  return createIngest({
    telemetry,
    parked: createParkedStore({ client, table: TABLE }),
    deliver: async (more) => {
      if (failOnDeliver()) throw new Error('seeded crash in deliver')
      effects.push(...more)
    },
    isMovedRequested,
    areasOf: async () => () => [],
    onSaved: () => {},
    log: silent,
    retentionDays: RETENTION_DAYS,
  })
}

async function readAll(deviceId: string): Promise<HistoryRow[]> {
  const reader = createHistoryReader({ client, table: TABLE, now: () => start })
  const rows = []
  for await (const row of reader.readRows(deviceId, { order: 'asc' })) rows.push(row)
  return rows
}
const namesOf = (rows: readonly { sessionId: string; seq: number }[]) =>
  rows.map(({ sessionId, seq }) => `${sessionId}:${seq}`)

let devices = 0
const freshId = () => String(7_000_000_000 + devices++)

/** Frames of two sessions of one device, live and stored, with an alarm now and then. */
function story(deviceId: string, count: number): SessionEvent[] {
  const sessions = [makeSessionId(start - 60_000, 1), makeSessionId(start, 2)] as const
  const seqs = [0, 0]
  return Array.from({ length: count }, (_, i) => {
    const which = i % 7 === 3 ? 0 : 1
    const receivedAt = start + i * 10_000
    return makeEvent({
      deviceId,
      sessionId: sessions[which],
      seq: ++seqs[which]!,
      receivedAt,
      raw: v1(receivedAt - (i % 5 === 2 ? 7_200_000 : 2_000), {
        id: deviceId,
        latitude: wanderingLatitude(i),
        status: i % 11 === 4 ? 'FFFFFBFD' : 'FFFFFBFF',
      }),
    })
  })
}

const FIRST_SEQUENCE = 1_000

/** Runs batches like the event source: records from the returned one on come again, and after an exception all come again. */
async function drive(
  ingest: ReturnType<typeof createIngest>,
  records: readonly (readonly SessionEvent[])[],
  cuts: readonly number[],
): Promise<void> {
  let at = 0
  for (let turn = 0; at < records.length; turn++) {
    const length = Math.max(1, cuts[turn % cuts.length] ?? 5)
    const batch = records.slice(at, at + length)
    const failed = await ingest(toKinesisEvent(batch, FIRST_SEQUENCE + at)).then(
      ({ batchItemFailures }) =>
        batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier) - FIRST_SEQUENCE),
      () => [at],
    )
    at = Math.min(at + batch.length, ...failed)
  }
}

describe('ingest', () => {
  it('publishes the position of a device once per batch, and only while a client listens', async () => {
    const deviceId = freshId()
    const effects: Effect[] = []
    let listens = false
    const ingest = makeIngest(
      createTelemetryStore({ client, table: TABLE }),
      effects,
      () => false,
      async () => listens,
    )
    const frame = (i: number, latitude = wanderingLatitude(i)) =>
      makeEvent({
        deviceId,
        sessionId: makeSessionId(start, 1),
        seq: i + 1,
        receivedAt: start + i * 1_000,
        raw: v1(start + i * 1_000, { id: deviceId, latitude }),
      })
    const send = (from: number, ...events: SessionEvent[]) => ingest(toKinesisEvent([events], from))
    const moved = () => effects.splice(0).filter(({ kind }) => kind === 'moved')
    await send(1, frame(0))
    expect(moved()).toEqual([])
    listens = true
    await send(2, frame(1), frame(2), frame(3))
    const [effect] = moved()
    expect(toBusEvent(effect!)).toMatchObject({
      type: 'device.moved',
      deviceId,
      at: start + 3_000,
      data: { receivedAt: new Date(start + 3_000).toISOString(), speedKmh: 44.541, course: 133 },
    })
    // It comes again, and it stands still.
    await send(2, frame(1), frame(2), frame(3))
    await send(3, frame(4, wanderingLatitude(3)))
    expect(moved()).toEqual([])
  })

  it('stores the same history after a crash between any two of its steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 30, maxLength: 90 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 40, max: 160 }),
        async (crashes, cuts, count) => {
          const deviceId = freshId()
          const events = story(deviceId, count)
          const records: SessionEvent[][] = []
          for (let i = 0; i < events.length; i += 3) {
            // A producer that did not learn of its success sends a record again, behind the next one.
            const again = i % 9 === 0 && i >= 3 ? events.slice(i - 3, i) : []
            records.push(events.slice(i, i + 3))
            if (again.length > 0) records.push(again)
          }
          let step = 0
          const crashNow = () => crashes[step++] === true
          const real = createTelemetryStore({ client, table: TABLE })
          const crashing: TelemetryStore = {
            ...real,
            putChunk: async (chunk, version) => {
              if (crashNow()) throw new Error('seeded crash before a chunk')
              await real.putChunk(chunk, version)
              if (crashNow()) throw new Error('seeded crash after a chunk')
            },
            saveStates: async (saves) => {
              if (crashNow()) throw new Error('seeded crash before the state')
              const saved = await real.saveStates(saves)
              if (crashNow()) throw new Error('seeded crash after the state')
              return saved
            },
          }
          const effects: Effect[] = []
          await drive(makeIngest(crashing, effects, crashNow), records, cuts)

          const undisturbed = freshId()
          const calmEffects: Effect[] = []
          const same = records.map((some) => some.map((event) => ({ ...event, deviceId: undisturbed })))
          await drive(makeIngest(real, calmEffects), same, [1_000])

          const rows = await readAll(deviceId)
          expect(namesOf(rows).toSorted()).toEqual(namesOf(events).toSorted())
          expect(rows).toEqual(await readAll(undisturbed))
          const ids = (some: readonly Effect[]) =>
            [...new Set(some.map(({ id }) => id.slice(id.indexOf(':'))))].toSorted()
          expect(ids(effects)).toEqual(ids(calmEffects))
          expect(ids(effects).length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('loses nothing when two invocations fold the same device at once', async () => {
    const deviceId = freshId()
    const events = story(deviceId, 60)
    const ingest = makeIngest(createTelemetryStore({ client, table: TABLE }))
    const half = (from: number, sequence: number) =>
      ingest(toKinesisEvent([events.slice(from, from + 30)], sequence))
    await half(0, 1)
    await Promise.all([half(30, 2), half(30, 2), half(30, 2)])
    expect(namesOf(await readAll(deviceId)).toSorted()).toEqual(namesOf(events).toSorted())
  })

  it('saves the other devices when one fails, and returns the lowest sequence number to retry', async () => {
    const [good, bad] = [freshId(), freshId()]
    const real = createTelemetryStore({ client, table: TABLE })
    const ingest = makeIngest({
      ...real,
      saveStates: async (saves) => {
        const isBad = ({ state }: StateSave): boolean => state.deviceId === bad
        const saved = await real.saveStates(saves.filter((save) => !isBad(save)))
        return saves.map((save) =>
          isBad(save) ? { failure: new Error('seeded: table unavailable') } : saved.shift()!,
        )
      },
    })
    const answer = await ingest(toKinesisEvent([story(good, 3), story(bad, 3), story(good, 6).slice(3)]))
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: '2' }])
    expect(await readAll(good)).toHaveLength(6)
  })

  it('stops at a record that it cannot read, and keeps the ones before it', async () => {
    const deviceId = freshId()
    const newer = Uint8Array.of(250, 1, 2)
    const event = toKinesisEvent([story(deviceId, 3), newer, story(deviceId, 6).slice(3)])
    const answer = await makeIngest(createTelemetryStore({ client, table: TABLE }))(event)
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: '2' }])
    expect(await readAll(deviceId)).toHaveLength(3)
  })
})

describe('a device whose frames cannot be folded', () => {
  it('is parked with its events, delays no other device, and is redriven in order', async () => {
    const [sick, well] = [freshId(), freshId()]
    const telemetry = createTelemetryStore({ client, table: TABLE })
    const parked = createParkedStore({ client, table: TABLE })
    const ingest = makeIngest(telemetry)
    const events = story(sick, 30)
    await ingest(toKinesisEvent([events.slice(0, 10)]))
    const setFormat = async (format: number) => {
      await client.send(
        new UpdateCommand({
          TableName: TABLE,
          Key: { pk: sick, sk: 'state' },
          UpdateExpression: 'SET f = :f',
          ExpressionAttributeValues: { ':f': format },
        }),
      )
    }
    await setFormat(99)
    const batch = toKinesisEvent([[...events.slice(10, 20), ...story(well, 4)], events.slice(20)], 2)
    expect(await ingest(batch)).toEqual({ batchItemFailures: [] })
    expect(await ingest(batch)).toEqual({ batchItemFailures: [] })
    expect(await readAll(well)).toHaveLength(4)
    expect(namesOf((await parked.readParked(sick, 100)).map(({ event }) => event))).toEqual(
      namesOf(events.slice(10)),
    )

    const redrive = createRedrive({
      telemetry,
      parked,
      deliver: async () => {},
      retentionDays: RETENTION_DAYS,
    })
    await expect(redrive(sick)).rejects.toThrow('format 99')
    expect(await parked.readParked(sick, 100)).toHaveLength(20)

    await setFormat(1)
    expect(await redrive(sick)).toBe(20)
    expect(namesOf(await readAll(sick)).toSorted()).toEqual(namesOf(events).toSorted())
    expect((await telemetry.loadStates([sick])).get(sick)).not.toHaveProperty('x')
    const more = story(sick, 33).slice(30)
    await ingest(toKinesisEvent([more], 4))
    expect(await readAll(sick)).toHaveLength(33)
    expect(await parked.readParked(sick, 100)).toEqual([])
  })

  it('stays parked when its redrive ends while more events are being parked', async () => {
    const deviceId = freshId()
    const telemetry = createTelemetryStore({ client, table: TABLE })
    const parked = createParkedStore({ client, table: TABLE })
    const events = story(deviceId, 6)
    const entries = events.map((event, i) => ({ event, offset: { sequence: String(i + 1), index: 0 } }))
    const isParked = async () => (await telemetry.loadStates([deviceId])).get(deviceId)?.x !== undefined
    const redrive = createRedrive({
      telemetry,
      parked,
      deliver: async () => {},
      retentionDays: RETENTION_DAYS,
    })

    // The client holds back the next event until all earlier ones are redriven.
    await parked.park(deviceId, entries.slice(0, 3), RETENTION_DAYS)
    const slow = DynamoDBDocumentClient.from(rawClient())
    let isHeld = true
    slow.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'PutItemCommand' && isHeld) {
            isHeld = false
            expect(await redrive(deviceId)).toBe(3)
            expect(await isParked()).toBe(false)
          }
          return next(args)
        },
      { step: 'build' },
    )
    await createParkedStore({ client: slow, table: TABLE }).park(deviceId, entries.slice(3), RETENTION_DAYS)
    slow.destroy()
    expect(isHeld).toBe(false)
    expect(await isParked()).toBe(true)
    expect(await redrive(deviceId)).toBe(3)
    expect(namesOf(await readAll(deviceId)).toSorted()).toEqual(namesOf(events).toSorted())
    expect(await isParked()).toBe(false)
  })

  it('stays parked despite a concurrent fold', async () => {
    const deviceId = freshId()
    const real = createTelemetryStore({ client, table: TABLE })
    const parked = createParkedStore({ client, table: TABLE })
    const events = story(deviceId, 6)
    await makeIngest(real)(toKinesisEvent([events.slice(0, 2)]))
    let isParked = false
    const overtaken: TelemetryStore = {
      ...real,
      saveStates: async (saves) => {
        const offset = { sequence: '2', index: 0 }
        if (!isParked) await parked.park(deviceId, [{ event: events[2]!, offset }], RETENTION_DAYS)
        isParked = true
        return real.saveStates(saves)
      },
    }
    await makeIngest(overtaken)(toKinesisEvent([events.slice(3)], 3))
    expect(namesOf((await parked.readParked(deviceId, 9)).map(({ event }) => event))).toEqual(
      namesOf(events.slice(2)),
    )
  })
})
