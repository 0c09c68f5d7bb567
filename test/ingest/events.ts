import { readFileSync } from 'node:fs'
import type { SessionEvent } from '#shared/domain/event.ts'
import { makeSessionId } from '#shared/domain/event.ts'
import { encodeLogRecord } from '#shared/domain/log-record.ts'
import type { KinesisEvent } from '#shared/log-batch.ts'
import type { Entry } from '../../lambdas/ingest/fold.ts'

type DriveFrame = { readonly hex: string; readonly received_at: string }

/** One live drive of 132 V1 frames with our receive times (test/vectors/drive.json). */
export const driveFrames = (): { raw: Uint8Array; receivedAt: number }[] =>
  (JSON.parse(readFileSync(new URL('../vectors/drive.json', import.meta.url), 'utf8')) as DriveFrame[]).map(
    ({ hex, received_at }) => ({ raw: Buffer.from(hex, 'hex'), receivedAt: Date.parse(received_at) }),
  )

export const makeEvent = (event: Partial<SessionEvent> & { raw: Uint8Array }): SessionEvent => ({
  kind: 'frame',
  gatewayId: 'g1',
  sessionId: makeSessionId(Date.UTC(2023, 4, 25, 5, 0), 1),
  epoch: null,
  seq: 1,
  deviceId: '1234567890',
  receivedAt: Date.UTC(2023, 4, 25, 5, 30),
  ack: 'R12',
  ...event,
})

/** Gives events their places in the log, some to a record. */
export const inRecords = (events: readonly SessionEvent[], perRecord = 1, first = 1n): Entry[] =>
  events.map((event, i) => ({
    event,
    offset: {
      sequence: String(49_600_000_000_000_000_000_000n + first + BigInt(Math.floor(i / perRecord))),
      index: i % perRecord,
    },
  }))

/** Records of the log, given as their events or as bytes, as an event source hands them to a Lambda. */
export const toKinesisEvent = (
  records: readonly (Uint8Array | readonly SessionEvent[])[],
  firstSequence: bigint | number = 1,
): KinesisEvent => ({
  Records: records.map((record, i) => ({
    kinesis: {
      sequenceNumber: String(BigInt(firstSequence) + BigInt(i)),
      data: Buffer.from(record instanceof Uint8Array ? record : encodeLogRecord(record)).toString('base64'),
      approximateArrivalTimestamp: Date.UTC(2026, 0, 10, 12) / 1_000,
    },
  })),
})

/** A V1 frame with the given clock (UTC), place and status. */
export function v1(
  at: number,
  {
    id = '1234567890',
    valid = true,
    status = 'FFFFBBFF',
    latitude = '4221.2102',
    longitude = '00752.5961',
    speed = '024.05',
  } = {},
): Uint8Array {
  const digits = new Date(at).toISOString().replace(/\D/g, '')
  const time = digits.slice(8, 14)
  const date = digits.slice(6, 8) + digits.slice(4, 6) + digits.slice(2, 4)
  return Buffer.from(
    `*HQ,${id},V1,${time},${valid ? 'A' : 'V'},${latitude},N,${longitude},W,${speed},133,${date},${status},214,03,13140,5085#`,
  )
}

/** A latitude field that is another each time: frames that compress as little as a real drive's. */
export const wanderingLatitude = (i: number): string =>
  `42${String(10 + (i % 40))}.${String((i * 7919) % 10_000).padStart(4, '0')}`
