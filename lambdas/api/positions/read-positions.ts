import { decode, frameOf, type Message, type Position } from '#h02'
import { comparePlaces, type HistoryPlace, type HistoryRow } from '../../shared/domain/device-state.ts'

/** A frame with a position body. Receptions of identical frames are one fix, told where the first of them stands. */
export type Fix = {
  readonly first: HistoryRow
  readonly receptions: number
  readonly message: Message
  readonly position: Position
}

export type Order = 'desc' | 'asc'

/**
 * Where a page ended: everything up to `place` has been told. `isCut`: amid so many rows of one time that they were
 * not read to their end, so that the next page goes on right there.
 */
export type FixCursor = { readonly place: HistoryPlace; readonly isCut: boolean }

type Options = {
  readonly order: Order
  readonly told: FixCursor | null
  /** Takes a fix onto the page, or passes over one that is not wanted; false when the page is full. */
  readonly offer: (fix: Fix) => boolean
  /** After so many rows the page ends at the next other time … */
  readonly mostScanned: number
  /** … and after so many more in any case. */
  readonly mostTogether: number
}

/**
 * Rows one request reads: 5,000 are about 200 chunks. A device may repeat one frame for weeks (PROTOCOL.md §4, no
 * R12): even so many of one time are not read without end.
 */
export const readBounds = { mostScanned: 5_000, mostTogether: 20_000 }

const placeOf = ({ indexTime, receivedAt, sessionId, seq }: HistoryRow): HistoryPlace => ({
  indexTime,
  receivedAt,
  sessionId,
  seq,
})

/** The place from which rows have to be read to go on: rows of one time are always read together. */
export const toRowCursor = ({ place, isCut }: FixCursor, order: Order): HistoryPlace =>
  isCut
    ? place
    : {
        indexTime: place.indexTime,
        receivedAt: order === 'desc' ? Number.MAX_SAFE_INTEGER : -1,
        sessionId: '',
        seq: -1,
      }

/**
 * Offers the fixes among `rows` (in order, from `toRowCursor(told)` on) until the page is full, too many rows were
 * read, or there are no more. Returns where to go on, or null at the end.
 * Rows of one index time are looked at together: identical frames with a trusted time all stand there.
 */
export async function readFixes(
  rows: AsyncIterable<HistoryRow>,
  { order, told, offer, mostScanned, mostTogether }: Options,
): Promise<FixCursor | null> {
  const byOrder = order === 'asc' ? comparePlaces : (a: HistoryPlace, b: HistoryPlace) => comparePlaces(b, a)
  const wasTold = (row: HistoryRow): boolean => told !== null && !told.isCut && byOrder(row, told.place) <= 0
  let together = new Map<string, Reception>()
  let scanned = 0
  let last: HistoryRow | null = null
  let done: HistoryPlace | null = told?.place ?? null
  /** Whether the rows together now are only the rest of their time: then nobody may begin with that time again. */
  let isRest = told?.isCut ?? false

  /** False when the page is full. */
  const offerTogether = (): boolean => {
    for (const reception of [...together.values()].sort((a, b) => byOrder(a.first, b.first))) {
      if (wasTold(reception.first)) continue
      const fix = toFix(reception)
      if (fix && !offer(fix)) return false
      done = placeOf(reception.first)
    }
    // Never back: what is read again to tell the rest of its time may be cut before the place where the last page ended.
    if (last && !wasTold(last)) done = placeOf(last)
    together = new Map()
    return true
  }
  const goOn = (isCut: boolean): FixCursor | null => done && { place: done, isCut }

  for await (const row of rows) {
    if (last && row.indexTime !== last.indexTime) {
      if (!offerTogether()) return goOn(isRest)
      // Rows read for a second time, only to tell the rest of their time, are no way forward.
      if (scanned >= mostScanned && last.indexTime !== told?.place.indexTime) return goOn(false)
      isRest = false
    }
    scanned += 1
    last = row
    if (row.kind === 'frame') addReception(together, row)
    if (scanned >= mostScanned + mostTogether) return goOn(offerTogether() || isRest)
  }
  return offerTogether() ? null : goOn(isRest)
}

type Reception = { readonly first: HistoryRow; readonly receptions: number }

function addReception(together: Map<string, Reception>, row: HistoryRow): void {
  const key = Buffer.from(row.raw.buffer, row.raw.byteOffset, row.raw.length).toString('latin1')
  const known = together.get(key)
  const first = known && comparePlaces(known.first, row) < 0 ? known.first : row
  together.set(key, { first, receptions: (known?.receptions ?? 0) + 1 })
}

function toFix(reception: Reception): Fix | null {
  const result = decode(frameOf(reception.first.raw))
  if (!result.ok || result.message.position === null) return null
  return { ...reception, message: result.message, position: result.message.position }
}
