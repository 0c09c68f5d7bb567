import type { AckKind, EventKind, SessionEvent } from './event.ts'

/**
 * The record of the log: events of one bucket and one gateway, in order.
 *
 *     byte 0      format version (1)
 *     bytes 1–4   length of the header, big-endian
 *     header      JSON: { g: gatewayId, e: [[kind, sessionId, seq, deviceId, receivedAt, ack, rawLength], …] }
 *     rest        the raw bytes of all events, one after the other
 */
const version = 1
const prefixBytes = 5

const kinds: readonly EventKind[] = ['frame', 'written', 'opened', 'closed']
const acks: readonly AckKind[] = ['none', 'R12', 'V4', 'echo']

type Row = [
  kind: number,
  sessionId: string,
  seq: number,
  deviceId: string,
  receivedAt: number,
  ack: number,
  rawLength: number,
]
type Header = { g: string; e: Row[] }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encodeLogRecord(events: readonly SessionEvent[]): Uint8Array {
  const rows: Row[] = []
  let rawBytes = 0
  for (const e of events) {
    rows.push([
      kinds.indexOf(e.kind),
      e.sessionId,
      e.seq,
      e.deviceId,
      e.receivedAt,
      acks.indexOf(e.ack),
      e.raw.length,
    ])
    rawBytes += e.raw.length
  }
  const header = encoder.encode(JSON.stringify({ g: events[0]?.gatewayId ?? '', e: rows } satisfies Header))
  const record = new Uint8Array(prefixBytes + header.length + rawBytes)
  record[0] = version
  new DataView(record.buffer).setUint32(1, header.length)
  record.set(header, prefixBytes)
  let at = prefixBytes + header.length
  for (const e of events) {
    record.set(e.raw, at)
    at += e.raw.length
  }
  return record
}

/** Throws on bytes that are not a record of a known version: that is a deployment mistake, never a tracker's doing. */
export function decodeLogRecord(record: Uint8Array): SessionEvent[] {
  if (record[0] !== version)
    throw new Error(`log record of unknown version ${record[0]}; this reader knows ${version}`)
  const headerEnd = prefixBytes + new DataView(record.buffer, record.byteOffset).getUint32(1)
  const header = JSON.parse(decoder.decode(record.subarray(prefixBytes, headerEnd))) as Header
  let at = headerEnd
  const events = header.e.map(
    ([kind, sessionId, seq, deviceId, receivedAt, ack, rawLength]): SessionEvent => {
      const raw = record.subarray(at, at + rawLength)
      at += rawLength
      return {
        kind: kinds[kind]!,
        gatewayId: header.g,
        sessionId,
        seq,
        deviceId,
        receivedAt,
        ack: acks[ack]!,
        raw,
      }
    },
  )
  if (at !== record.length)
    throw new Error(
      `log record holds ${record.length - headerEnd} raw bytes, its header says ${at - headerEnd}`,
    )
  return events
}
