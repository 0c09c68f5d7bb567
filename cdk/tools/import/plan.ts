import { createHash } from 'node:crypto'
import { atUtcOffset, decode, frameOf } from '#h02'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { fixTimeOf, indexTimeOf } from '#shared/domain/fix-time.ts'
import { clockOffsetOf, importPrefix, type ImportSource } from '#shared/domain/imported.ts'
import { CHUNK_PREFIX, makeChunk, type Chunk } from '#shared/history/chunk.ts'
import type { Entry } from './entry.ts'

/**
 * Where an imported frame is stored. Everything follows from the frame, so an import that is repeated finds its rows and
 * changes nothing:
 *
 *     slot     10 minutes of index time, one chunk per device and source: about what fills a write unit
 *     session  a day of index time
 *     seq      the millisecond of that day, or the next free one
 */
const SLOT_MS = 600_000
const DAY_MS = 86_400_000
/** Limit of one slot: a chunk is a DynamoDB item, which has at most 400 kB. */
const MAX_ROWS = 4_000

/** A row that has no number yet. */
export type NewRow = Omit<HistoryRow, 'seq'>

export function toRow({ deviceId, source, receivedAt, raw }: Entry, utcOffsetMinutes: number): NewRow {
  const offset = clockOffsetOf({ sessionId: importPrefix(source) }, utcOffsetMinutes)
  const decoded = decode(frameOf(raw))
  const fixTime = decoded.ok ? fixTimeOf(atUtcOffset(decoded.message, offset)) : null
  const indexTime = indexTimeOf(fixTime, receivedAt)
  const sessionId = sessionIdOf(deviceId, source, indexTime)
  return { kind: 'frame', ack: 'none', sessionId, receivedAt, indexTime, raw }
}

/** 10 bytes in hex, like every session id. */
function sessionIdOf(deviceId: string, source: ImportSource, indexTime: number): string {
  const day = Math.floor(indexTime / DAY_MS)
  const hash = createHash('sha256').update(`${deviceId} ${source} ${day}`).digest('hex')
  return (importPrefix(source) + hash).slice(0, 20)
}

export const slotOf = (indexTime: number): number => Math.floor(indexTime / SLOT_MS) * SLOT_MS

export const sortKeyOf = (source: ImportSource, slot: number): string =>
  `${CHUNK_PREFIX}${String(slot).padStart(13, '0')}#i${importPrefix(source)}`

const identityOf = ({ receivedAt, raw }: NewRow): string =>
  `${receivedAt} ${Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1')}`

/** Merges new rows into the rows of a slot. Stored rows keep their numbers. */
export function mergeRows(
  stored: readonly HistoryRow[],
  more: readonly NewRow[],
): { rows: HistoryRow[]; added: number; known: number; tooMany: number } {
  const known = new Set(stored.map(identityOf))
  const taken = new Set(stored.map(({ seq }) => seq))
  const rows = [...stored]
  let tooMany = 0
  for (const row of more.toSorted((a, b) => a.indexTime - b.indexTime || a.receivedAt - b.receivedAt)) {
    const identity = identityOf(row)
    if (known.has(identity)) continue
    if (rows.length === MAX_ROWS) {
      tooMany += 1
      continue
    }
    known.add(identity)
    let seq = (row.indexTime % DAY_MS) + 1
    while (taken.has(seq)) seq += 1
    taken.add(seq)
    rows.push({ ...row, seq })
  }
  const added = rows.length - stored.length
  rows.sort((a, b) => a.indexTime - b.indexTime || a.seq - b.seq)
  return { rows, added, known: more.length - added - tooMany, tooMany }
}

export const chunkOf = (
  deviceId: string,
  sortKey: string,
  rows: readonly HistoryRow[],
  retentionDays: number,
): Chunk => ({ ...makeChunk(deviceId, 0, rows, retentionDays), sortKey })
