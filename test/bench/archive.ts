import { gzipSync } from 'node:zlib'
import { readLogBatch } from '#shared/log-batch.ts'
import { pack } from '../../lambdas/archive/pack.ts'
import { toRecords, type ArchivedDevice } from '../../lambdas/archive/to-records.ts'
import { toKinesisEvent } from '../ingest/events.ts'
import { printBars } from './bars.ts'
import { makeDrive } from './driving.ts'
import { median, timeOnce } from './timing.ts'

const DEVICES = 50
const FRAMES_OF_DEVICE = 200
const RUNS = 7
const start = Date.UTC(2026, 5, 1, 6)

/** The cost of an archived frame: bytes in Firehose and compressed in S3, and CPU time of the function. */
export const run = (): boolean => {
  const ids = Array.from({ length: DEVICES }, (_, i) => String(9_170_000_000 + i))
  const events = ids
    .flatMap((deviceId, seed) =>
      makeDrive({ deviceId, frames: FRAMES_OF_DEVICE, seconds: 20, ignition: 'on', start, seed }),
    )
    .toSorted((a, b) => a.receivedAt - b.receivedAt)
  const deviceOf = (deviceId: string): ArchivedDevice => ({
    deviceId,
    model: 'ST-906L',
    seenModel: null,
    password: '0000',
    overrides: { ignitionWiring: 'normal', utcOffsetMinutes: 0 },
  })
  const devices = new Map(ids.map((id) => [id, deviceOf(id)]))
  // As a gateway packs them: about ten to a record.
  const records = Array.from({ length: Math.ceil(events.length / 10) }, (_, i) =>
    events.slice(i * 10, i * 10 + 10),
  )
  const batch = toKinesisEvent(records)
  let packets: ReturnType<typeof pack> = []
  const times = Array.from({ length: RUNS }, () =>
    timeOnce(() => {
      packets = pack(
        readLogBatch(batch).events.flatMap(({ event, offset }) =>
          toRecords(event, devices.get(event.deviceId)!).map((record) => ({
            text: JSON.stringify(record),
            sequence: offset.sequence,
          })),
        ),
      )
    }),
  )
  const lines = Buffer.concat(packets.map(({ data }) => data))
  return printBars([
    { name: 'bytes of a record', value: lines.length / events.length, atMost: 800 },
    { name: 'the same, compressed', value: gzipSync(lines).length / events.length, atMost: 120 },
    { name: 'CPU of a frame, µs', value: (1_000 * median(times)) / events.length, atMost: 100 },
  ])
}
