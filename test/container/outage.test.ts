import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeLogRecord } from '#shared/domain/log-record.ts'
import { createStream } from '../../cdk/local/stand-ins/create-stream.ts'
import { kinesisConfig } from '../../cdk/local/stand-ins/kinesis-config.ts'
import { startKinesis, type Kinesis } from '../../cdk/local/stand-ins/kinesis.ts'
import { createPutRecords, type PutRecords } from '../../container/uplink/put-records.ts'
import { AckedTracker, driveOf } from '../e2e/acked-tracker.ts'
import { createClock, startGateway, TestRegistry } from './harness.ts'
import { until as untilSoon } from './test-gateways.ts'

/** The outage lasts this long. */
const until = (condition: () => unknown) => untilSoon(condition, 60_000)

const STREAM = 'log'
let kinesis: Kinesis
let client: KinesisClient
beforeAll(async () => {
  kinesis = await startKinesis({})
  await createStream(kinesis.endpoint, STREAM)
  client = new KinesisClient(kinesisConfig(kinesis.endpoint))
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis.endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  client.destroy()
  await kinesis.close()
})

const textOf = (raw: Uint8Array): string => Buffer.from(raw).toString('latin1')

/** Frames of the log in its order, from all of the stream. */
async function readLog(): Promise<string[]> {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamName: STREAM,
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  )
  const frames: string[] = []
  for (let iterator = ShardIterator; ;) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
    for (const { Data } of page.Records ?? []) {
      for (const { kind, raw } of decodeLogRecord(Data!)) {
        if (kind === 'frame') frames.push(textOf(raw))
      }
    }
    if (page.Records?.length === 0) return frames
    iterator = page.NextShardIterator
  }
}

describe('an outage of the log for a minute, then throttling', () => {
  it('pauses sockets, loses nothing, acknowledges nothing early, and closes no socket as idle', async () => {
    const clock = createClock()
    const devices = Array.from({ length: 12 }, (_, i) => String(9_170_000_000 + i))
    const put = createPutRecords(STREAM)
    /** Frames that the log has confirmed. */
    const taken = new Set<string>()
    const underWay = new Set<object>()
    let calls = 0
    const putRecords: PutRecords = async (records) => {
      calls++
      underWay.add(records)
      const refused = await put(records).finally(() => underWay.delete(records))
      for (const [i, { data }] of records.entries()) {
        if (refused.has(i)) continue
        for (const { kind, raw } of decodeLogRecord(data)) if (kind === 'frame') taken.add(textOf(raw))
      }
      return refused
    }
    const { gateway, lines, listener, close } = await startGateway(new TestRegistry(...devices), {
      putRecords,
      now: clock.now,
      // Less than the outage: a paused socket that were looked at would be closed.
      idleMs: 58_000,
      maxBufferedBytes: 10_000,
    })
    const early: string[] = []
    const drives = devices.map((deviceId) => driveOf(deviceId, 80, Date.now()))
    const trackers = drives.map(
      (frames) =>
        new AckedTracker(frames, {
          port: () => listener.port,
          paceMs: 1,
          onAcked: (frame) => {
            if (!taken.has(frame)) early.push(frame)
          },
        }),
    )
    const acked = (): number => trackers.reduce((sum, tracker) => sum + tracker.acked.length, 0)
    const isDone = Promise.all(trackers.map((tracker) => tracker.run()))
    await until(() => acked() > 50)

    kinesis.faults.unavailable(true)
    // Calls under way at that time may still succeed, and their acks arrive.
    const before = [...underWay]
    await until(() => before.every((call) => !underWay.has(call)) && acked() === taken.size)
    await until(() => [...gateway.connections].every(({ isPaused }) => isPaused))
    const ackedBefore = acked()
    clock.skip(60_000)
    // Between two calls that began after the minute, the clock was looked at for all sockets: that is due far more often.
    const callsBefore = calls
    await until(() => calls >= callsBefore + 3)
    await until(() => lines.some(({ message }) => message.startsWith('log not reachable')))
    expect(acked()).toBe(ackedBefore)
    expect(gateway.connections.size).toBe(devices.length)

    kinesis.faults.refuse(0.5)
    kinesis.faults.unavailable(false)
    await isDone
    kinesis.faults.refuse(0)
    expect(early).toEqual([])
    expect(acked()).toBe(devices.length * 80)
    const log = await readLog()
    for (const drive of drives) {
      const own = new Set(drive)
      expect([...new Set(log.filter((frame) => own.has(frame)))]).toEqual(drive)
    }
    close()
  })
})
