import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Campaign } from '#shared/domain/campaign.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { DeviceRegistry } from '#shared/store/devices.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { sweep as sweepDue } from '../../lambdas/control/sweep.ts'
import { createIngest } from '../../lambdas/ingest/ingest.ts'
import { campaignsOver, candidate } from '../commands/campaigns.ts'
import { startCommands, type TestCommands } from '../commands/harness.ts'
import { makeEvent, toKinesisEvent, v1, wanderingLatitude } from '../ingest/events.ts'
import { silent } from '../silent-log.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const start = Date.UTC(2026, 0, 10, 12)
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
    isMovedRequested: async () => false,
    areasOf: async () => () => [],
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
  it('removes its state and history, and drops its records that are still in the log', async () => {
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

  it('is repeated, and leaves nothing when the log has expired', async () => {
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

  it('removes its id from campaigns, which keep their numbers and continue', async () => {
    const ids = ['6000000011', '6000000012', '6000000013']
    const [deleted] = ids
    at(start)
    for (const deviceId of ids) await devices.put(deviceId, {})
    const campaigns = campaignsOver(fleet)
    const ended = await campaigns.start(
      {},
      ids.map((deviceId) => candidate(deviceId)),
    )
    const waiting = await campaigns.start(
      { canary: 1, perMinute: 1 },
      [ids[1]!, deleted!].map((deviceId, rank) => candidate(deviceId, { rank })),
    )
    await sweep()
    at(start + MINUTE)
    await devices.remove(deleted!)
    await sweep()
    const idsOf = async (campaign: Campaign) =>
      (await campaigns.parts(campaign)).map(({ deviceId }) => deviceId)
    expect((await idsOf(ended)).toSorted()).toEqual([ids[1], ids[2], 'deleted'])
    expect(await idsOf(waiting)).toEqual([ids[1], 'deleted'])
    const { progress } = await campaigns.get(ended.campaignId)
    expect(progress.total).toBe(3)
    for (const later of [11 * MINUTE, 8 * DAY + 2 * MINUTE]) {
      at(start + later)
      await sweep()
    }
    const { Items = [] } = await fleet.client.send(new ScanCommand({ TableName: fleet.table }))
    const naming = Items.filter((item) => JSON.stringify(item).includes(deleted!)).map(({ pk }) => pk)
    expect(naming.filter((pk) => !String(pk).startsWith('audit#'))).toEqual([])
    // Waiting notices are handled as for any device that no longer exists.
    await campaigns.answer(() => 'answers')
    await campaigns.minute(5)
    const outcomes = (await campaigns.parts(waiting)).map(
      ({ outcome, reason }) => outcome && [outcome, reason],
    )
    expect(outcomes[1]).toEqual(['skipped', 'not-registered'])
  })

  it('removes only earlier data when the device was registered again', async () => {
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
