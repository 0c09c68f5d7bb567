import type { HistoryRow } from '#shared/domain/device-state.ts'
import { LONGEST_SPAN, makeChunk, type Chunk } from '#shared/history/chunk.ts'
import { encodeRows } from '#shared/history/rows.ts'
import { tailSize } from '#shared/history/state.ts'

/** One write unit is 1,024 bytes; the rest is reserved for additions of later versions. */
const STATE_LIMIT = 1_000

type TailName = 't' | 'l'

/** The two tails of a state while events are added, and the chunks that were cut from them. */
type Tails = {
  readonly append: (name: TailName, row: HistoryRow, sizeOfRest: number) => void
  readonly rows: (name: TailName) => readonly HistoryRow[]
  readonly encoded: (name: TailName) => Uint8Array | null
  readonly ordinal: () => number
  readonly chunks: readonly Chunk[]
}

type Tail = { rows: readonly HistoryRow[]; bytes: Uint8Array | null }

/**
 * Appends rows one by one. Before the item would exceed its limit, the larger tail becomes a chunk, so that interleaved
 * live and stored rows do not cut each other. The cuts depend on the rows alone: encoding after each row costs about
 * 0.1 ms, and makes sure that different batches give the same chunks.
 */
export function createTails(
  deviceId: string,
  start: { tail: readonly HistoryRow[]; late: readonly HistoryRow[]; ordinal: number },
  retentionDays: number,
): Tails {
  const tails: Record<TailName, Tail> = {
    t: { rows: start.tail, bytes: null },
    l: { rows: start.late, bytes: null },
  }
  const chunks: Chunk[] = []
  let ordinal = start.ordinal

  const encoded = (name: TailName): Uint8Array | null => {
    const tail = tails[name]
    if (tail.rows.length === 0) return null
    return (tail.bytes ??= encodeRows(tail.rows))
  }
  const leave = (rows: readonly HistoryRow[], body: Uint8Array): void => {
    chunks.push(makeChunk(deviceId, ordinal++, rows, retentionDays, body))
  }
  const rotate = (name: TailName): void => {
    const body = encoded(name)
    if (body !== null) leave(tails[name].rows, body)
    tails[name] = { rows: [], bytes: null }
  }
  const other = (name: TailName): TailName => (name === 't' ? 'l' : 't')
  const larger = (): TailName => ((encoded('t')?.length ?? 0) >= (encoded('l')?.length ?? 0) ? 't' : 'l')

  const append = (name: TailName, row: HistoryRow, sizeOfRest: number): void => {
    if (spanWith(tails[name].rows, row) > LONGEST_SPAN) rotate(name)
    for (const toRotate of [larger, () => name, () => other(name), null]) {
      const rows = [...tails[name].rows, row]
      const bytes = encodeRows(rows)
      const size = sizeOfRest + tailSize(name, bytes) + tailSize(other(name), encoded(other(name)))
      if (size <= STATE_LIMIT) {
        tails[name] = { rows, bytes }
        return
      }
      if (toRotate !== null) rotate(toRotate())
    }
    leave([row], encodeRows([row]))
  }
  return {
    append,
    rows: (name) => tails[name].rows,
    encoded,
    ordinal: () => ordinal,
    chunks,
  }
}

function spanWith(rows: readonly HistoryRow[], row: HistoryRow): number {
  let [min, max] = [row.indexTime, row.indexTime]
  for (const { indexTime } of rows) {
    if (indexTime < min) min = indexTime
    if (indexTime > max) max = indexTime
  }
  return max - min
}
