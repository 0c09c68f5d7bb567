import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { CHUNK_PREFIX, makeChunk, toChunkItem } from '#shared/history/chunk.ts'
import { decodeRows } from '#shared/history/rows.ts'
import { emptyState, emptySummary, fromStateItem, toStateItem } from '#shared/history/state.ts'
import { createDeviceRegistry } from '#shared/store/devices.ts'
import { createEventReader } from '#shared/store/event-reader.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createWebhookStore } from '#shared/store/webhooks.ts'
import { writeRunning } from '../../cdk/local/running.ts'
import { startEventBus, type ReceivedEvent } from '../../cdk/local/stand-ins/event-bus.ts'
import { startSqs } from '../../cdk/local/stand-ins/sqs.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { startFleet } from '../api/fakes.ts'
import { clientConfig } from '../local/client-config.ts'
import { inRecords, makeEvent, v1, wanderingLatitude } from '../ingest/events.ts'

const RETENTION_DAYS = 365
const TABLE = 'telemetry'
const start = Date.now() - 20 * 3_600_000
const dataDir = mkdtempSync(join(tmpdir(), 'h02-tools-'))
const QUEUE = 'webhooks.fifo'
let fleet: Awaited<ReturnType<typeof startFleet>>
let bus: Awaited<ReturnType<typeof startEventBus>>
let sqs: Awaited<ReturnType<typeof startSqs>>
const onBus: ReceivedEvent[] = []
beforeAll(async () => {
  fleet = await startFleet()
  bus = await startEventBus({ onEvent: (event) => onBus.push(event) })
  sqs = await startSqs({
    queues: { [QUEUE]: { visibilitySeconds: 60, retentionSeconds: 600, redrive: null } },
  })
  writeRunning(dataDir, {
    dynamoEndpoint: fleet.endpoint,
    telemetryTable: TABLE,
    fleetTable: fleet.table,
    publishEnv: {
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      EVENT_BUS: 'h02-local',
      WEBHOOK_QUEUE: sqs.urlOf(QUEUE),
    },
    httpUrl: 'http://127.0.0.1:0',
    tcpPort: 0,
  })
})
afterAll(async () => {
  await sqs.close()
  await bus.close()
  await fleet.close()
  rmSync(dataDir, { recursive: true })
})

/** Runs a tool as a person does. */
const run = async (tool: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const file = join(import.meta.dirname, `../../cdk/tools/${tool}.ts`)
  return promisify(execFile)(process.execPath, [file, '--data', dataDir, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  )
}

const drive = (deviceId: string, count: number): SessionEvent[] =>
  Array.from({ length: count }, (_, i) =>
    makeEvent({
      deviceId,
      sessionId: makeSessionId(start, 1),
      seq: i + 1,
      receivedAt: start + i * 10_000,
      // Some were stored for up to 6 hours.
      raw: v1(start + i * 10_000 - (i % 4 === 3 ? 21_600_000 : 2_000), {
        id: deviceId,
        latitude: wanderingLatitude(i),
      }),
    }),
  )

async function store(deviceId: string, events: readonly SessionEvent[]): Promise<void> {
  const telemetry = createTelemetryStore({ client: fleet.client, table: TABLE })
  const result = fold(emptyState(deviceId), inRecords(events), { retentionDays: RETENTION_DAYS })
  for (const chunk of result.chunks) await telemetry.putChunk(chunk, 0)
  expect(await telemetry.saveState(result.state, result)).toBe(true)
}

async function readAll(deviceId: string): Promise<HistoryRow[]> {
  const rows: HistoryRow[] = []
  const reader = createHistoryReader({ client: fleet.client, table: TABLE })
  for await (const row of reader.readRows(deviceId, { order: 'asc' })) rows.push(row)
  return rows
}
const loadState = async (deviceId: string) =>
  fromStateItem(
    (await createTelemetryStore({ client: fleet.client, table: TABLE }).loadStates([deviceId])).get(
      deviceId,
    )!,
  )

/** As a decoder that cannot read the clock of these frames would have stored them. */
async function forgetTimes(deviceId: string): Promise<void> {
  const asReceived = (rows: readonly HistoryRow[]) =>
    rows.map((row) => ({ ...row, indexTime: row.receivedAt }))
  const { Items = [] } = await fleet.client.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': deviceId, ':prefix': CHUNK_PREFIX },
    }),
  )
  expect(Items.length).toBeGreaterThan(2)
  for (const item of Items) {
    const chunk = makeChunk(deviceId, 0, asReceived(decodeRows(item.body as Uint8Array)), RETENTION_DAYS)
    await fleet.client.send(new PutCommand({ TableName: TABLE, Item: toChunkItem(chunk, String(item.sk)) }))
  }
  const state = await loadState(deviceId)
  const Item = toStateItem({
    ...state,
    summary: { ...emptySummary, lastSeen: state.summary.lastSeen },
    tail: asReceived(state.tail),
    late: asReceived(state.late),
  })
  await fleet.client.send(new PutCommand({ TableName: TABLE, Item }))
}

describe('the tool reindex', () => {
  it('updates times, last position and state with today’s decoder, and changes no frame', async () => {
    const deviceId = '8000000001'
    await store(deviceId, drive(deviceId, 200))
    const [wanted, state] = [await readAll(deviceId), await loadState(deviceId)]
    await forgetTimes(deviceId)
    expect(await readAll(deviceId)).not.toEqual(wanted)

    const { code, out } = await run('reindex', deviceId)
    expect([code, out]).toEqual([0, expect.stringContaining('state derived again')])
    expect(await readAll(deviceId)).toEqual(wanted)
    expect((await loadState(deviceId)).summary).toMatchObject({
      lastPosition: state.summary.lastPosition,
      statusWord: state.summary.statusWord,
      lastType: 'V1',
    })
    expect((await run('reindex', deviceId)).out).toContain(' 0 indexed again')
    expect(await readAll(deviceId)).toEqual(wanted)
  })

  it('reports when there is nothing to do', async () => {
    const { code, err } = await run('reindex', '8999999999')
    expect([code, err.trim()]).toEqual([1, '8999999999 has no history'])
  })
})

describe('the tool history', () => {
  it('prints received frames, decoded, in order, up to the requested number', async () => {
    const deviceId = '8000000002'
    await store(deviceId, drive(deviceId, 50))
    const { code, out, err } = await run('history', deviceId, '--limit', '3', '--newest')
    expect(code).toBe(0)
    expect(out.match(/\*HQ,8000000002,V1,/g)).toHaveLength(3)
    expect(out).toContain('42.')
    expect(err).toContain('and more')
    expect((await run('history', deviceId, '--from', 'yesterday')).err).toContain('--from')
  })
})

describe('the tool redrive', () => {
  it('folds parked events and lets the device continue', async () => {
    const deviceId = '8000000003'
    const parked = createParkedStore({ client: fleet.client, table: TABLE })
    await parked.park(deviceId, inRecords(drive(deviceId, 12)), RETENTION_DAYS)
    expect((await run('redrive', deviceId, '--retention', 'long')).err).toContain('--retention must be')
    expect(await run('redrive', deviceId)).toMatchObject({
      code: 0,
      out: `${deviceId}: 12 parked frames folded\n`,
    })
    expect((await readAll(deviceId)).map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    )
    expect((await loadState(deviceId)).parkedAt).toBeNull()
  })

  it('publishes their alarms as ingest does, and the history has each once', async () => {
    const deviceId = '8000000004'
    await createDeviceRegistry(fleet).put(deviceId, {})
    const { webhook } = (await createWebhookStore({ ...fleet, now: Date.now }).create({
      url: 'https://hooks.example.com/',
      events: null,
      devices: null,
      limit: null,
      description: null,
      createdBy: 'admin',
      expiresAt: null,
    }))!
    const pressed = makeEvent({
      deviceId,
      sessionId: makeSessionId(start, 1),
      receivedAt: start,
      raw: v1(start - 2_000, { id: deviceId, status: 'FFFFBBFD' }),
    })
    const parked = createParkedStore({ client: fleet.client, table: TABLE })
    for (let n = 0; n < 2; n++) {
      await parked.park(deviceId, inRecords([pressed]), RETENTION_DAYS)
      expect(await run('redrive', deviceId)).toMatchObject({ code: 0 })
    }
    const stored = []
    for await (const { event } of createEventReader(fleet).ofDevice(deviceId, {}, 10)) stored.push(event)
    expect(stored).toMatchObject([{ type: 'alarm.raised', data: { alarm: 'sos', late: true } }])
    const sqsClient = new SQSClient(clientConfig(sqs.endpoint))
    const { Messages = [] } = await sqsClient.send(
      new ReceiveMessageCommand({ QueueUrl: sqs.urlOf(QUEUE), MaxNumberOfMessages: 10 }),
    )
    sqsClient.destroy()
    expect(Messages.map(({ Body }) => JSON.parse(Body!))).toMatchObject([
      { webhookId: webhook.webhookId, event: { id: stored[0]!.id } },
    ])
    const ofDevice = onBus.filter(({ detail }) => detail.deviceId === deviceId)
    expect(new Set(ofDevice.map(({ detail }) => detail.id))).toEqual(new Set([stored[0]!.id]))
  })

  it('reports that it requires a gateway of this version where it cannot publish', async () => {
    const older = mkdtempSync(join(dataDir, 'older-'))
    const at = { dynamoEndpoint: fleet.endpoint, telemetryTable: TABLE, fleetTable: fleet.table }
    writeRunning(older, { ...at, httpUrl: 'http://127.0.0.1:0', tcpPort: 0 })
    expect(await run('redrive', '8000000003', '--data', older)).toMatchObject({
      code: 1,
      err: expect.stringContaining('start this one with npm start'),
    })
  })
})
