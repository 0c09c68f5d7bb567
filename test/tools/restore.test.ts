import { GetShardIteratorCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { encodeLogRecord } from '#shared/domain/log-record.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createDeviceRegistry } from '#shared/store/devices.ts'
import { createSessionStore } from '#shared/store/sessions.ts'
import { createTombstones } from '#shared/store/tombstones.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { raiseEpochs } from '../../cdk/tools/raise-epochs.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { createStream, startKinesis } from '../../cdk/local/stand-ins/kinesis.ts'
import { redriveLog } from '../../cdk/tools/redrive/log.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import type { KinesisEvent } from '../../lambdas/shared/log-batch.ts'
import { makeEvent, toKinesisEvent, v1, wanderingLatitude } from '../ingest/events.ts'
import { startStore } from '../store/start-store.ts'
import { silent } from '../silent-log.ts'

const start = Date.UTC(2026, 0, 10, 12)
const STREAM = 'log'
const deviceIds = ['9170000001', '9170000002', '9170000003']
let store: Awaited<ReturnType<typeof startStore>>
let kinesis: Awaited<ReturnType<typeof startKinesis>>
let client: DynamoDBDocumentClient
let log: KinesisClient

beforeAll(async () => {
  store = await startStore()
  kinesis = await startKinesis({})
  const common = { region: 'us-east-1', credentials: testCredentials }
  await createTables(store.raw, { telemetry: 'restored', fleet: 'fleet-2' })
  client = DynamoDBDocumentClient.from(store.raw)
  await createStream(kinesis.endpoint, STREAM, { shards: 2 })
  log = new KinesisClient({ ...common, endpoint: kinesis.endpoint, requestHandler: new NodeHttpHandler() })
})
afterAll(async () => {
  client.destroy()
  log.destroy()
  await store.close()
  await kinesis.close()
})

/** The stand-in knows no times: a time before the log's beginning is its beginning, as on AWS. */
const fromBeginning = {
  send: (command: unknown) => {
    if (command instanceof GetShardIteratorCommand) {
      const { Timestamp, ...input } = command.input
      expect([input.ShardIteratorType, Timestamp]).toEqual(['AT_TIMESTAMP', new Date(0)])
      return log.send(new GetShardIteratorCommand({ ...input, ShardIteratorType: 'TRIM_HORIZON' }))
    }
    return log.send(command as PutRecordCommand)
  },
} as KinesisClient

const ingestInto = (table: string) =>
  createIngest({
    telemetry: createTelemetryStore({ client, table }),
    parked: createParkedStore({ client, table }),
    deliver: async () => {},
    isMovedRequested: async () => false,
    areasOf: async () => () => [],
    onSaved: () => {},
    log: silent,
    retentionDays: 400,
  })
const redriveInto = (table: string, from: Date): Promise<number> => {
  const ingest = ingestInto(table)
  return redriveLog({
    kinesis: fromBeginning,
    stream: STREAM,
    reader: 'ingest',
    invoke: async (_, event) => ingest(event as KinesisEvent),
    from,
    pauseMs: 1,
  })
}

async function put(count: number, first: number): Promise<void> {
  for (let i = first; i < first + count; i++) {
    for (const deviceId of deviceIds) {
      const receivedAt = start + i * 10_000
      const event: SessionEvent = makeEvent({
        deviceId,
        sessionId: makeSessionId(start, 1),
        seq: i + 1,
        receivedAt,
        raw: v1(receivedAt, { id: deviceId, latitude: wanderingLatitude(i) }),
      })
      await log.send(
        new PutRecordCommand({ StreamName: STREAM, PartitionKey: deviceId, Data: encodeLogRecord([event]) }),
      )
    }
  }
}

async function historyIn(table: string): Promise<unknown[]> {
  const reader = createHistoryReader({ client, table, now: () => start })
  const rows = []
  for (const deviceId of deviceIds) {
    for await (const { sessionId, seq, receivedAt } of reader.readRows(deviceId, { order: 'asc' })) {
      rows.push({ deviceId, sessionId, seq, receivedAt })
    }
  }
  return rows
}

describe('a fleet table restored to an earlier second', () => {
  const deviceId = '9170000007'
  const stateOf = async () =>
    createHistoryReader({ client, table: 'telemetry', now: () => start }).readState(deviceId)
  let frames = 0
  /** Logs in, and sends a frame in that session. */
  const visit = async (fleetTable: string, status?: string): Promise<void> => {
    const sessions = createSessionStore({ client, table: fleetTable, now: () => start })
    const at = start + ++frames * 60_000
    const sessionId = makeSessionId(at, frames)
    const login = await sessions.login({ deviceId, sessionId, gatewayId: 'g1', remoteAddress: '203.0.113.9' })
    if (login === null || login === 'source-refused') throw new Error('refused')
    const raw = v1(at, { id: deviceId, latitude: wanderingLatitude(frames), ...(status && { status }) })
    const event = makeEvent({ deviceId, sessionId, epoch: login.epoch, receivedAt: at, raw })
    const handled = await ingestInto('telemetry')(toKinesisEvent([[event]], frames))
    expect(handled).toEqual({ batchItemFailures: [] })
  }

  it('has sessions that count as the newest ones once its epochs are raised', async () => {
    const tombstones = createTombstones({ client, telemetryTable: 'telemetry', fleetTable: 'fleet' })
    await createDeviceRegistry({ client, table: 'fleet', tombstones, now: () => start }).put(deviceId, {})
    await visit('fleet')
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'fleet' }))
    for (const Item of Items) {
      await client.send(new BatchWriteCommand({ RequestItems: { 'fleet-2': [{ PutRequest: { Item } }] } }))
    }
    for (let i = 0; i < 4; i++) await visit('fleet')
    // As it comes back: the next login counts 2, and history knows 5.
    await visit('fleet-2', 'FFFFFBFF')
    expect(await stateOf()).toMatchObject({ statusWord: 'FFFFBBFF' })
    expect(await raiseEpochs({ client, table: 'fleet-2' })).toBe(1)
    await visit('fleet-2', 'FFFFFBFE')
    expect(await stateOf()).toMatchObject({ statusWord: 'FFFFFBFE' })
  })
})

describe('a telemetry table restored to an earlier second', () => {
  it('is complete again after the log from that time on was folded into it, once or twice', async () => {
    await put(40, 0)
    const beginning = new Date(0)
    await redriveInto('telemetry', beginning)
    // The restore: the items of this moment, in another table.
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'telemetry' }))
    for (const Item of Items) {
      await client.send(new BatchWriteCommand({ RequestItems: { restored: [{ PutRequest: { Item } }] } }))
    }
    await put(40, 40)
    await redriveInto('telemetry', beginning)
    const whole = await historyIn('telemetry')
    expect(whole).toHaveLength(80 * deviceIds.length)
    expect(await historyIn('restored')).toHaveLength(40 * deviceIds.length)

    expect(await redriveInto('restored', beginning)).toBe(80 * deviceIds.length)
    expect(await historyIn('restored')).toEqual(whole)
    await redriveInto('restored', beginning)
    expect(await historyIn('restored')).toEqual(whole)
  })

  it('stops its redrive at a record that ingest cannot accept, because later ones would leave a gap', async () => {
    const refused = redriveLog({
      kinesis: fromBeginning,
      stream: STREAM,
      reader: 'ingest',
      invoke: async () => ({ batchItemFailures: [{ itemIdentifier: '7' }] }),
      from: new Date(0),
      pauseMs: 1,
    })
    await expect(refused).rejects.toThrow('stopped at record 7')
  })
})
