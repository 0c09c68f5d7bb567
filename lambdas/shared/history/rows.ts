import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { HistoryRow } from '../domain/device-state.ts'
import { createByteReader, createByteWriter } from './byte-io.ts'
import { rowsDictionary } from './rows-dictionary.ts'

/**
 * The stored form of history: rows in order of arrival, whole and byte-exact.
 *
 *     byte 0   format version: 2 if there is a rest among the rows, else 1
 *     rest     raw deflate with the preset dictionary of that version, over
 *              row count · session count · sessions (10 bytes each) ·
 *              then column by column, so that equal things lie side by side:
 *              flags · session changes and seq jumps · receive times · index times · lengths · raw bytes;
 *              behind the length of a rest, its whole length
 *
 * A frame of a driving tracker takes 10–25 bytes in it.
 */
const version = 1
/** Rows among which there is a rest: a reader of version 1 alone would misread them. */
const versionWithRest = 2

const kinds = ['frame', 'written', 'opened', 'closed'] as const
const acks = ['none', 'R12', 'V4', 'echo'] as const

/** Bits of a row's flags byte; 0–1 are the kind (0 for a rest), 2–3 the ack. */
const flag = { byFixTime: 16, otherSession: 32, seqJump: 64, rest: 128 } as const

/** A window of 8 kB holds all that a state's rows are, and takes half the time of zlib's own, which it clears each time. */
const deflateOptions = { level: 9, memLevel: 9, windowBits: 13, dictionary: rowsDictionary } as const

export function encodeRows(rows: readonly HistoryRow[]): Uint8Array {
  const sessions = [...new Set(rows.map((row) => row.sessionId))]
  const out = createByteWriter()
  out.varint(rows.length)
  out.varint(sessions.length)
  for (const session of sessions) out.bytes(Buffer.from(session, 'hex'))

  const flags = createByteWriter()
  const jumps = createByteWriter()
  const times = createByteWriter()
  const fixes = createByteWriter()
  const lengths = createByteWriter()
  const lastSeq = new Map<string, number>()
  let session = sessions[0]
  let receivedAt = 0
  let fixSecond = 0
  for (const row of rows) {
    const kindBits = row.kind === 'rest' ? flag.rest : kinds.indexOf(row.kind)
    let bits: number = kindBits | (acks.indexOf(row.ack) << 2)
    if (row.sessionId !== session) {
      bits |= flag.otherSession
      session = row.sessionId
      jumps.varint(sessions.indexOf(session))
    }
    const expected = (lastSeq.get(session) ?? 0) + 1
    if (row.seq !== expected) {
      bits |= flag.seqJump
      jumps.signed(row.seq - expected)
    }
    lastSeq.set(session, row.seq)
    times.signed(row.receivedAt - receivedAt)
    receivedAt = row.receivedAt
    // Fix times are whole seconds; a row without a trusted one is indexed by receivedAt, which needs no bytes.
    if (row.indexTime !== row.receivedAt && row.indexTime % 1000 === 0) {
      bits |= flag.byFixTime
      fixes.signed(row.indexTime / 1000 - fixSecond)
      fixSecond = row.indexTime / 1000
    }
    lengths.varint(row.raw.length)
    if (row.kind === 'rest') lengths.varint(row.length ?? row.raw.length)
    flags.byte(bits)
  }
  for (const column of [flags, jumps, times, fixes, lengths]) out.bytes(column.finish())
  for (const row of rows) out.bytes(row.raw)

  const packed = deflateRawSync(out.finish(), deflateOptions)
  const stored = new Uint8Array(1 + packed.length)
  stored[0] = rows.some(({ kind }) => kind === 'rest') ? versionWithRest : version
  stored.set(packed, 1)
  return stored
}

/** Throws on another version or damaged bytes: what is stored is ours. */
export function decodeRows(stored: Uint8Array): HistoryRow[] {
  if (stored[0] !== version && stored[0] !== versionWithRest) {
    throw new Error(
      `history rows of unknown version ${stored[0]}; this reader knows ${version} and ${versionWithRest}`,
    )
  }
  const reader = createByteReader(inflateRawSync(stored.subarray(1), { dictionary: rowsDictionary }))
  const count = reader.varint()
  const sessions = Array.from({ length: reader.varint() }, () =>
    Buffer.from(reader.bytes(10)).toString('hex'),
  )
  const flags = reader.bytes(count)

  const lastSeq = new Map<string, number>()
  let session = sessions[0] ?? ''
  const places = Array.from(flags, (bits) => {
    if (bits & flag.otherSession) session = sessions[reader.varint()]!
    const seq = (lastSeq.get(session) ?? 0) + 1 + (bits & flag.seqJump ? reader.signed() : 0)
    lastSeq.set(session, seq)
    return { sessionId: session, seq }
  })
  let receivedAt = 0
  const times = Array.from(flags, () => (receivedAt += reader.signed()))
  let fixSecond = 0
  const indexTimes = Array.from(flags, (bits, i) =>
    bits & flag.byFixTime ? (fixSecond += reader.signed()) * 1000 : times[i]!,
  )
  const lengths = Array.from(flags, (bits) => ({
    kept: reader.varint(),
    whole: bits & flag.rest ? reader.varint() : null,
  }))
  return Array.from(flags, (bits, i): HistoryRow => ({
    kind: bits & flag.rest ? 'rest' : kinds[bits & 3]!,
    ack: acks[(bits >> 2) & 3]!,
    ...places[i]!,
    receivedAt: times[i]!,
    indexTime: indexTimes[i]!,
    raw: reader.bytes(lengths[i]!.kept),
    ...(lengths[i]!.whole !== null && { length: lengths[i]!.whole }),
  }))
}
