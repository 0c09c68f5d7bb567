import { atUtcOffset, decode, frameOf, toBatchFixTime, type Message, type Position } from '#h02'
import { clockOffsetOf } from '../../shared/domain/imported.ts'
import { compareHistoryKeys, type HistoryKey, type HistoryRow } from '../../shared/domain/device-state.ts'

/** A position that a device sent. All its receptions are one fix, which is listed at the first of them. */
export type Fix = {
  readonly first: HistoryRow
  /** Its key in the order of history: that of its first reception; points of a batch follow their row. */
  readonly key: HistoryKey
  readonly receptions: number
  readonly message: Message
  readonly position: Position
}

type Order = 'desc' | 'asc'

/**
 * Where a page ended: everything up to `place` was returned (a stored name). `isCut`: the row limit was reached among
 * rows of the same time; the next page continues exactly there.
 */
export type FixCursor = { readonly place: HistoryKey; readonly isCut: boolean }

type Options = {
  readonly order: Order
  readonly after: FixCursor | null
  /** Minutes that the device's clock is ahead of UTC. */
  readonly utcOffsetMinutes?: number
  /** Adds a fix to the page, or skips it; false if the page is full. */
  readonly offer: (fix: Fix) => boolean | Promise<boolean>
  /** After this many rows the page ends at the next change of time … */
  readonly maxScanned: number
  /** … and after this many more in any case. */
  readonly maxTogether: number
}

/**
 * Limits of rows per request. A day of a tracker that reports every 10 s is 8,640 rows, about 300 chunks. A device may
 * repeat one frame for weeks, so rows of the same time are limited too.
 */
export const readBounds = { maxScanned: 20_000, maxTogether: 20_000 }

const keyOf = ({ indexTime, receivedAt, sessionId, seq }: HistoryRow): HistoryKey => ({
  indexTime,
  receivedAt,
  sessionId,
  seq,
})

/** The key from which rows are read to continue: rows of the same time are always read together. */
export const toRowCursor = ({ place, isCut }: FixCursor, order: Order): HistoryKey =>
  isCut
    ? place
    : {
        indexTime: place.indexTime,
        receivedAt: order === 'desc' ? Number.MAX_SAFE_INTEGER : -1,
        sessionId: '',
        seq: -1,
      }

/**
 * Offers the fixes in `rows` (in order, starting at `toRowCursor(after)`) until the page is full, the row limit is
 * reached, or there are no more. Returns where to continue, or null at the end. Rows of one index time are read
 * together, because they include all receptions of a fix with a trusted time.
 */
export async function readFixes(
  rows: AsyncIterable<HistoryRow>,
  { order, after, utcOffsetMinutes = 0, offer, maxScanned, maxTogether }: Options,
): Promise<FixCursor | null> {
  const byOrder =
    order === 'asc' ? compareHistoryKeys : (a: HistoryKey, b: HistoryKey) => compareHistoryKeys(b, a)
  const isReturned = (key: HistoryKey): boolean =>
    after !== null && !after.isCut && byOrder(key, after.place) <= 0
  let together = new Map<string, Fix>()
  let scanned = 0
  let last: HistoryRow | null = null
  let done: HistoryKey | null = after?.place ?? null
  /** Whether the gathered rows are only the rest of their time: then the next page must not start with that time again. */
  let isRest = after?.isCut ?? false

  /** False if the page is full. */
  const offerTogether = async (): Promise<boolean> => {
    for (const fix of [...together.values()].sort((a, b) => byOrder(a.key, b.key))) {
      if (isReturned(fix.key)) continue
      const taken = offer(fix)
      if (!(typeof taken === 'boolean' ? taken : await taken)) return false
      done = fix.key
    }
    // Never backwards: rows that are read again may end before the key where the last page ended.
    if (last && !isReturned(last)) done = keyOf(last)
    together = new Map()
    return true
  }
  const continueAt = (isCut: boolean): FixCursor | null => done && { place: done, isCut }

  for await (const row of rows) {
    if (last && row.indexTime !== last.indexTime) {
      if (!(await offerTogether())) return continueAt(isRest)
      // Rows that are read a second time, for the rest of their time, do not count as progress.
      if (scanned >= maxScanned && last.indexTime !== after?.place.indexTime) return continueAt(false)
      isRest = false
    }
    scanned += 1
    last = row
    if (row.kind === 'frame') addReception(together, row, utcOffsetMinutes)
    if (scanned >= maxScanned + maxTogether) return continueAt((await offerTogether()) || isRest)
  }
  return (await offerTogether()) ? null : continueAt(isRest)
}

/** Points of a batch (at most 100) follow their row by fractions of its seq. */
const POINT_STEP = 1 / 128

function addReception(together: Map<string, Fix>, row: HistoryRow, utcOffsetMinutes: number): void {
  const decoded = decode(frameOf(row.raw))
  if (!decoded.ok) return
  const message = atUtcOffset(decoded.message, clockOffsetOf(row, utcOffsetMinutes))
  const key = keyOf(row)
  if (message.position !== null)
    add(together, { first: row, key, receptions: 1, message, position: message.position })
  for (const [i, point] of message.batch.entries()) {
    const position = { ...point.position, fixTime: toBatchFixTime(point, row.receivedAt) }
    const own = { ...message, status: point.status, cells: point.cells, position }
    add(together, {
      first: row,
      key: { ...key, seq: row.seq + (i + 1) * POINT_STEP },
      receptions: 1,
      message: own,
      position,
    })
  }
}

function add(together: Map<string, Fix>, fix: Fix): void {
  const identity = identityOf(fix.position)
  const known = together.get(identity)
  if (known === undefined) together.set(identity, fix)
  else {
    const first = compareHistoryKeys(known.key, fix.key) < 0 ? known : fix
    together.set(identity, { ...first, receptions: known.receptions + 1 })
  }
}

/**
 * The key that identifies a fix. Frames of the same fix may differ in their bytes: a stored copy has another bit 26 of the status
 * word, and a binary copy has whole knots.
 */
const identityOf = ({ fixTime, latitude, longitude, speedKnots, course, valid }: Position): string =>
  `${fixTime} ${latitude} ${longitude} ${speedKnots && Math.trunc(speedKnots)} ${course && Math.trunc(course)} ${valid}`
