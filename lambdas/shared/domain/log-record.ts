import { GrowingBytes } from '../growing-bytes.ts'
import { eventKinds, type AckKind, type SessionEvent } from './event.ts'

/**
 * The record of the log: events of one bucket and one gateway, in order.
 *
 *     byte 0      format version: 3 if there are bytes of another server among the events, else 2; readers accept 1 too
 *     bytes 1–4   length of the header, big-endian
 *     header      JSON: { g: gatewayId, e: [row, …] }
 *                 row of 1: [kind, sessionId, seq, deviceId, receivedAt, ack, rawLength]
 *                 row of 2: the same, then the epoch, and for a rest its whole length
 *     rest        the raw bytes of all events, one after the other
 */
const VERSION = 2
/** Kinds of events that a reader of version 2 does not know. */
const VERSION_WITH_RELAY = 3
const FIRST_RELAY_KIND = eventKinds.indexOf('upstream')
const PREFIX_BYTES = 5
/** Ten frames of text; a busy bucket's record doubles it once or twice. */
const FIRST_BYTES = 1_024

const acks: readonly AckKind[] = ['none', 'R12', 'V4', 'echo']

type Row = [
  kind: number,
  sessionId: string,
  seq: number,
  deviceId: string,
  receivedAt: number,
  ack: number,
  rawLength: number,
  epoch?: number | null,
  length?: number,
]
type Header = { g: string; e: Row[] }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * A record that is being filled. Waiting events are stored as bytes and not as objects, which would keep whole received
 * chunks in memory.
 */
export class LogRecordDraft {
  private rows = ''
  private count = 0
  private gatewayId = ''
  private hasRelay = false
  private readonly raw = new GrowingBytes(FIRST_BYTES)

  get events(): number {
    return this.count
  }

  add({
    kind,
    gatewayId,
    sessionId,
    epoch,
    seq,
    deviceId,
    receivedAt,
    ack,
    raw,
    length,
  }: SessionEvent): void {
    this.gatewayId = gatewayId
    const kindIndex = eventKinds.indexOf(kind)
    if (kindIndex >= FIRST_RELAY_KIND) this.hasRelay = true
    const row: Row = [kindIndex, sessionId, seq, deviceId, receivedAt, acks.indexOf(ack), raw.length, epoch]
    if (length !== undefined) row.push(length)
    this.rows += (this.count++ === 0 ? '' : ',') + JSON.stringify(row)
    this.raw.append(raw)
  }

  /** Empties it for reuse of its memory. */
  clear(): void {
    this.rows = ''
    this.count = 0
    this.hasRelay = false
    this.raw.clear()
  }

  encode(): Uint8Array {
    const header = encoder.encode(`{"g":${JSON.stringify(this.gatewayId)},"e":[${this.rows}]}`)
    const raw = this.raw.written
    const record = new Uint8Array(PREFIX_BYTES + header.length + raw.length)
    record[0] = this.hasRelay ? VERSION_WITH_RELAY : VERSION
    new DataView(record.buffer).setUint32(1, header.length)
    record.set(header, PREFIX_BYTES)
    record.set(raw, PREFIX_BYTES + header.length)
    return record
  }
}

export function encodeLogRecord(events: readonly SessionEvent[]): Uint8Array {
  const draft = new LogRecordDraft()
  for (const event of events) draft.add(event)
  return draft.encode()
}

/** Throws if the bytes are not a record of a known version: only a wrong deployment can cause that, not a tracker. */
export function decodeLogRecord(record: Uint8Array): SessionEvent[] {
  const version = record[0] ?? 0
  if (version < VERSION - 1 || version > VERSION_WITH_RELAY) {
    throw new Error(
      `log record of unknown version ${record[0]}; this reader knows ${VERSION - 1} to ${VERSION_WITH_RELAY}`,
    )
  }
  const headerEnd = PREFIX_BYTES + new DataView(record.buffer, record.byteOffset).getUint32(1)
  const header = JSON.parse(decoder.decode(record.subarray(PREFIX_BYTES, headerEnd))) as Header
  let at = headerEnd
  const events = header.e.map(
    ([kind, sessionId, seq, deviceId, receivedAt, ack, rawLength, epoch, length]): SessionEvent => {
      const raw = record.subarray(at, at + rawLength)
      at += rawLength
      return {
        kind: eventKinds[kind]!,
        gatewayId: header.g,
        sessionId,
        epoch: epoch ?? null,
        seq,
        deviceId,
        receivedAt,
        ack: acks[ack]!,
        raw,
        ...(length !== undefined && { length }),
      }
    },
  )
  if (at !== record.length)
    throw new Error(
      `log record holds ${record.length - headerEnd} raw bytes, its header says ${at - headerEnd}`,
    )
  return events
}
