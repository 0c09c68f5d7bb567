import { atUtcOffset, decode, frameOf } from '#h02'
import { compareHistoryKeys, type HistoryRow } from '../shared/domain/device-state.ts'
import { fixTimeOf, indexTimeOf } from '../shared/domain/fix-time.ts'
import { clockOffsetOf } from '../shared/domain/imported.ts'
import type { RowQuery } from '../shared/store/history-rows.ts'

const HOUR_MS = 3_600_000

/**
 * How far a row's time may be from its stored position: between the westernmost and the easternmost time zone are 26
 * hours, and a fix time up to 10 minutes ahead is still trusted.
 */
const MAX_SHIFT_MS = 26.25 * HOUR_MS
/** Rows received later than this after a change were certainly stored with it, whatever the clocks of our parts. */
const SLACK_MS = HOUR_MS

/** How a device's clock is read: minutes ahead of UTC, and when that was set. */
type Clock = { readonly utcOffsetMinutes: number; readonly setAt: number }

/**
 * Rows that match `query`, by their times as the device's clock is read today. Rows from before a change are stored in
 * the order of the old reading: the query is extended by the distance that they may have moved, and each row is held
 * back until no earlier one can follow.
 */
export async function* orderByClock(
  read: (query: RowQuery) => AsyncIterable<HistoryRow>,
  { from = 0, to = Number.MAX_SAFE_INTEGER, order, after }: RowQuery,
  { utcOffsetMinutes, setAt }: Clock,
): AsyncGenerator<HistoryRow> {
  const forward = order === 'asc'
  const compare = forward ? compareHistoryKeys : (a: HistoryRow, b: HistoryRow) => compareHistoryKeys(b, a)
  /** Rows stored after this key are in order; no row stored before it can move behind it. */
  const settled = setAt + SLACK_MS
  const low = Math.max(from, forward ? (after?.indexTime ?? 0) : 0)
  const high = Math.min(to, forward ? Number.MAX_SAFE_INTEGER : (after?.indexTime ?? to - 1) + 1)
  const isInRange = (row: HistoryRow): boolean => {
    if (row.indexTime < low || row.indexTime >= high) return false
    return (
      after === undefined ||
      (forward ? compareHistoryKeys(row, after) > 0 : compareHistoryKeys(row, after) < 0)
    )
  }
  const stored: RowQuery = {
    order,
    from: low > settled ? low : low - MAX_SHIFT_MS,
    to: high > settled ? high : Math.min(settled + 1, high + MAX_SHIFT_MS),
  }
  let held: HistoryRow[] = []
  for await (const row of read(stored)) {
    const isSettled = row.indexTime > settled
    const own = isSettled ? row : { ...row, indexTime: timeOf(row, utcOffsetMinutes) }
    // Further rows come after this key, in the requested order.
    const bound = isSettled
      ? row.indexTime
      : forward
        ? row.indexTime - MAX_SHIFT_MS
        : Math.min(settled, row.indexTime + MAX_SHIFT_MS)
    const ready = held.findIndex(({ indexTime }) => (forward ? indexTime >= bound : indexTime <= bound))
    yield* ready < 0 ? held : held.slice(0, ready)
    held = ready < 0 ? [] : ready === 0 ? held : held.slice(ready)
    if (isInRange(own)) insert(held, own, compare)
  }
  yield* held
}

/** Searches from the end, because rows come nearly in order. */
function insert(
  held: HistoryRow[],
  row: HistoryRow,
  compare: (a: HistoryRow, b: HistoryRow) => number,
): void {
  let at = held.length
  while (at > 0 && compare(held[at - 1]!, row) > 0) at--
  held.splice(at, 0, row)
}

function timeOf(row: HistoryRow, utcOffsetMinutes: number): number {
  if (row.kind !== 'frame') return row.indexTime
  const decoded = decode(frameOf(row.raw))
  const fixTime = decoded.ok
    ? fixTimeOf(atUtcOffset(decoded.message, clockOffsetOf(row, utcOffsetMinutes)))
    : null
  const time = indexTimeOf(fixTime, row.receivedAt)
  // A row may not leave the range that is read, at the limit of trusted times.
  return Math.abs(time - row.indexTime) <= MAX_SHIFT_MS ? time : row.indexTime
}
