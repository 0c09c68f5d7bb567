import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { DeviceRegistry } from '#shared/store/devices.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { sweep as sweepDue } from '../../lambdas/control/sweep.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { startCommands, type TestCommands } from '../commands/harness.ts'
import { makeEvent, toKinesisEvent, v1, wanderingLatitude } from '../ingest/events.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const start = Date.UTC(2026, 0, 10, 12)
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const TELEMETRY_TABLE = 'telemetry'

let now = start
let fleet: TestCommands
let devices: DeviceRegistry
beforeAll(async () => {
  fleet = await startCommands()
  ;({ devices } = fleet)
})
afterAll(() => fleet.close())

const at = (time: number): void => {
  now = time
  fleet.clock.now = time
}
const sweep = () => sweepDue(fleet.parts)

let sequence = 1
async function ingest(events: readonly SessionEvent[]): Promise<void> {
  const run = createIngest({
    telemetry: createTelemetryStore({ client: fleet.client, table: TELEMETRY_TABLE }),
    parked: createParkedStore({ client: fleet.client, table: TELEMETRY_TABLE }),
    deliver: async () => {},
    wantsMoved: async () => false,
    onSaved: () => {},
    log: silent,
    retentionDays: 400,
  })
  expect(await run(toKinesisEvent([events], sequence++))).toEqual({ batchItemFailures: [] })
}

const framesAt = (deviceId: string, times: readonly number[], firstSeq: number): SessionEvent[] =>
  times.map((receivedAt, i) =>
    makeEvent({
      deviceId,
      seq: firstSeq + i,
      receivedAt,
      raw: v1(receivedAt - 2_000, { id: deviceId, latitude: wanderingLatitude(i) }),
    }),
  )
const every10s = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i * 10_000)

async function historyOf(deviceId: string): Promise<number[]> {
  const reader = createHistoryReader({ client: fleet.client, table: TELEMETRY_TABLE, now: () => now })
  const seqs: number[] = []
  for await (const row of reader.readRows(deviceId, { order: 'asc' })) seqs.push(row.seq)
  return seqs
}
const isListed = async (deviceId: string) =>
  (await fleet.client.send(new GetCommand({ TableName: fleet.table, Key: fleetKeys.device(deviceId) })))
    .Item !== undefined

describe('deleting a device', () => {
  it('removes its state and history, and drops what was still in the log', async () => {
    const deviceId = '6000000001'
    at(start)
    await devices.put(deviceId, {})
    await ingest(framesAt(deviceId, every10s(start, 200), 1))
    at(start + 40 * MINUTE)
    await devices.remove(deviceId)
    expect(await historyOf(deviceId)).not.toContain(200)
    await ingest(framesAt(deviceId, every10s(start + 38 * MINUTE, 20), 201))
    await sweep()
    expect(await historyOf(deviceId)).toEqual([])
    await ingest(framesAt(deviceId, every10s(start + 41 * MINUTE, 20), 221))
    expect(await historyOf(deviceId)).toEqual([])
  })

  it('goes over it again, and leaves nothing when the log has expired', async () => {
    const deviceId = '6000000002'
    at(start)
    await devices.put(deviceId, {})
    await devices.remove(deviceId)
    for (const later of [0, 11 * MINUTE, 8 * DAY + MINUTE]) {
      expect(await isListed(deviceId)).toBe(true)
      at(start + later)
      await sweep()
    }
    expect(await isListed(deviceId)).toBe(false)
  })

  it('of a device that is registered again removes what came before, and nothing since', async () => {
    const deviceId = '6000000003'
    at(start)
    await devices.put(deviceId, {})
    await ingest(framesAt(deviceId, every10s(start, 200), 1))
    at(start + 40 * MINUTE)
    await devices.remove(deviceId)
    at(start + 41 * MINUTE)
    await devices.put(deviceId, { name: 'again' })
    const after = framesAt(deviceId, every10s(now, 200), 1_001)
    await ingest(after)
    const seqs = after.map(({ seq }) => seq)
    for (const later of [42 * MINUTE, 60 * MINUTE, 9 * DAY]) {
      at(start + later)
      await sweep()
      expect((await historyOf(deviceId)).filter((seq) => seq > 1_000)).toEqual(seqs)
    }
    expect(await historyOf(deviceId)).toEqual(seqs)
    expect(await devices.get(deviceId)).toMatchObject({ name: 'again', purgeBefore: null })
  })
})
