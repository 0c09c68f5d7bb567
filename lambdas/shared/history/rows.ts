import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { HistoryRow } from '../domain/device-state.ts'
import { fromHex, toHex } from '../hex.ts'
import { createByteReader, createByteWriter } from './byte-io.ts'
import { rowsDictionary } from './rows-dictionary.ts'

/**
 * The stored form of history: rows in order of arrival, whole and byte-exact.
 *
 *     byte 0   format version: 3 if there are bytes of another server among the rows, 2 if there is a rest, else 1
 *     rest     raw deflate with the preset dictionary of that version, over
 *              row count · session count · sessions (10 bytes each) ·
 *              then column by column, so that equal things lie side by side:
 *              flags · session changes and seq jumps · receive times · index times · lengths · raw bytes;
 *              behind the length of a rest, and of bytes of another server, their whole length
 *
 * A frame of a driving tracker takes 10–25 bytes in it.
 */
const VERSION = 1
/** Rows that include a rest: a reader that only knows version 1 would misread them. */
const VERSION_WITH_REST = 2
/** Likewise, for readers of version 2. */
const VERSION_WITH_RELAY = 3

const kinds = ['frame', 'written', 'opened', 'closed'] as const
/** Kinds of rows with `flag.other`, which have a whole length. */
const otherKinds = ['rest', 'upstream', 'relayed'] as const
const acks = ['none', 'R12', 'V4', 'echo'] as const

/** Bits of a row's flags byte; 0–1 are the kind, 2–3 the ack. */
const flag = { byFixTime: 16, otherSession: 32, seqJump: 64, other: 128 } as const

type FirstKind = (typeof kinds)[number]
type OtherKind = (typeof otherKinds)[number]
/** Kind and `flag.other`. */
const kindBits: Readonly<Record<FirstKind | OtherKind, number>> = {
  frame: 0,
  written: 1,
  opened: 2,
  closed: 3,
  rest: flag.other,
  upstream: flag.other | 1,
  relayed: flag.other | 2,
}

/**
 * A window of 8 kB is enough for all rows of a state, and takes half the time of zlib's default, which is cleared each
 * time.
 */
const deflateOptions = { level: 9, memLevel: 9, windowBits: 13, dictionary: rowsDictionary } as const

/** Columns are written one after the other by one thread, so all rows share these writers. */
const columns = {
  flags: createByteWriter(),
  jumps: createByteWriter(),
  times: createByteWriter(),
  fixes: createByteWriter(),
  lengths: createByteWriter(),
}
const whole = createByteWriter()

export function encodeRows(rows: readonly HistoryRow[]): Uint8Array {
  const { flags, jumps, times, fixes, lengths } = columns
  for (const column of [flags, jumps, times, fixes, lengths, whole]) column.clear()
  const sessions: string[] = []
  /** The last seq of each session. */
  const lastSeqs: number[] = []
  let session = 0
  let receivedAt = 0
  let fixSecond = 0
  let version = VERSION
  for (const row of rows) {
    const kind = kindBits[row.kind]
    if (kind >= flag.other)
      version = Math.max(version, kind === flag.other ? VERSION_WITH_REST : VERSION_WITH_RELAY)
    let bits: number = kind | (acks.indexOf(row.ack) << 2)
    if (row.sessionId !== sessions[session]) {
      const known = sessions.indexOf(row.sessionId)
      session = known < 0 ? sessions.push(row.sessionId) - 1 : known
      if (known < 0) lastSeqs.push(0)
      // Rows begin with the first session.
      if (sessions.length > 1) {
        bits |= flag.otherSession
        jumps.varint(session)
      }
    }
    const expected = lastSeqs[session]! + 1
    if (row.seq !== expected) {
      bits |= flag.seqJump
      jumps.signed(row.seq - expected)
    }
    lastSeqs[session] = row.seq
    times.signed(row.receivedAt - receivedAt)
    receivedAt = row.receivedAt
    // Fix times are whole seconds; a row without a trusted one is indexed by receivedAt, which needs no bytes.
    if (row.indexTime !== row.receivedAt && row.indexTime % 1000 === 0) {
      bits |= flag.byFixTime
      fixes.signed(row.indexTime / 1000 - fixSecond)
      fixSecond = row.indexTime / 1000
    }
    lengths.varint(row.raw.length)
    if (kind >= flag.other) lengths.varint(row.length ?? row.raw.length)
    flags.byte(bits)
  }
  whole.varint(rows.length)
  whole.varint(sessions.length)
  for (const one of sessions) whole.bytes(fromHex(one))
  for (const column of [flags, jumps, times, fixes, lengths]) whole.bytes(column.written())
  for (const row of rows) whole.bytes(row.raw)

  const packed = deflateRawSync(whole.written(), deflateOptions)
  const stored = new Uint8Array(1 + packed.length)
  stored[0] = version
  stored.set(packed, 1)
  return stored
}

/** Throws on another version or damaged bytes: stored bytes are our own. */
export function decodeRows(stored: Uint8Array): HistoryRow[] {
  const version = stored[0] ?? 0
  if (version < VERSION || version > VERSION_WITH_RELAY) {
    throw new Error(
      `history rows of unknown version ${stored[0]}; this reader knows ${VERSION} to ${VERSION_WITH_RELAY}`,
    )
  }
  const reader = createByteReader(inflateRawSync(stored.subarray(1), { dictionary: rowsDictionary }))
  const count = reader.varint()
  const sessions: string[] = []
  for (let left = reader.varint(); left > 0; left--) {
    sessions.push(toHex(reader.bytes(10)))
  }
  const flags = reader.bytes(count)
  const lastSeqs = sessions.map(() => 0)
  const rows: { -readonly [Name in keyof HistoryRow]: HistoryRow[Name] }[] = []
  let session = 0
  for (const bits of flags) {
    if (bits & flag.otherSession) session = reader.varint()
    const seq = lastSeqs[session]! + 1 + (bits & flag.seqJump ? reader.signed() : 0)
    lastSeqs[session] = seq
    rows.push({
      kind: (bits & flag.other ? otherKinds : kinds)[bits & 3]!,
      ack: acks[(bits >> 2) & 3]!,
      sessionId: sessions[session]!,
      seq,
      receivedAt: 0,
      indexTime: 0,
      raw: none,
    })
  }
  let receivedAt = 0
  for (const row of rows) row.receivedAt = receivedAt += reader.signed()
  let fixSecond = 0
  for (const [i, row] of rows.entries())
    row.indexTime = flags[i]! & flag.byFixTime ? (fixSecond += reader.signed()) * 1000 : row.receivedAt
  const lengths: number[] = []
  for (const [i, row] of rows.entries()) {
    lengths.push(reader.varint())
    if (flags[i]! & flag.other) row.length = reader.varint()
  }
  for (const [i, row] of rows.entries()) row.raw = reader.bytes(lengths[i]!)
  return rows
}

const none = new Uint8Array()
