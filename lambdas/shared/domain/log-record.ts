import { GrowingBytes } from '../growing-bytes.ts'
import { JsonBytes } from '../json-bytes.ts'
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
/** Ten frames of text; a busy bucket's record doubles it once or twice. */
const firstBytes = 1_024

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

/** A record that is being filled: events that wait are kept as the bytes they will be, not as objects that hold their chunks. */
export class LogRecordDraft {
  private readonly rows = new JsonBytes(firstBytes)
  private count = 0
  private gatewayId = ''
  private readonly raw = new GrowingBytes(firstBytes)

  get events(): number {
    return this.count
  }

  add({ kind, gatewayId, sessionId, seq, deviceId, receivedAt, ack, raw }: SessionEvent): void {
    this.gatewayId = gatewayId
    this.rows
      .punctuation(this.count++ === 0 ? '[' : ',[')
      .whole(kinds.indexOf(kind))
      .punctuation(',')
      .text(sessionId)
      .punctuation(',')
      .whole(seq)
      .punctuation(',')
      .text(deviceId)
      .punctuation(',')
      .whole(receivedAt)
      .punctuation(',')
      .whole(acks.indexOf(ack))
      .punctuation(',')
      .whole(raw.length)
      .punctuation(']')
    this.raw.append(raw)
  }

  /** To be filled anew, in the memory that it has. */
  clear(): void {
    this.rows.clear()
    this.count = 0
    this.raw.clear()
  }

  encode(): Uint8Array {
    const head = encoder.encode(`{"g":${JSON.stringify(this.gatewayId)},"e":[`)
    const tail = encoder.encode(']}')
    const rows = this.rows.written
    const raw = this.raw.written
    const headerLength = head.length + rows.length + tail.length
    const record = new Uint8Array(prefixBytes + headerLength + raw.length)
    record[0] = version
    new DataView(record.buffer).setUint32(1, headerLength)
    let at = prefixBytes
    for (const part of [head, rows, tail, raw]) {
      record.set(part, at)
      at += part.length
    }
    return record
  }
}

export function encodeLogRecord(events: readonly SessionEvent[]): Uint8Array {
  const draft = new LogRecordDraft()
  for (const event of events) draft.add(event)
  return draft.encode()
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
