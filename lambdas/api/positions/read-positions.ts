import { atUtcOffset, decode, frameOf, toBatchFixTime, type Message, type Position } from '#h02'
import { comparePlaces, type HistoryPlace, type HistoryRow } from '../../shared/domain/device-state.ts'

/** A position that a device sent. All its receptions are one fix, listed where the first of them is. */
export type Fix = {
  readonly first: HistoryRow
  /** Its place in the order of history: of the first reception, and behind it for the points of a batch. */
  readonly place: HistoryPlace
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
  /** Minutes that the device's clock is ahead of UTC. */
  readonly utcOffsetMinutes?: number
  /** Takes a fix onto the page, or passes over one that is not wanted; false when the page is full. */
  readonly offer: (fix: Fix) => boolean | Promise<boolean>
  /** After so many rows the page ends at the next other time … */
  readonly maxScanned: number
  /** … and after so many more in any case. */
  readonly maxTogether: number
}

/**
 * Rows one request reads. A day of a tracker that reports each 10 s is 8,640 of them, about 300 chunks. A device may
 * repeat one frame for weeks (no R12 reaches it): even so many of one time are not read without end.
 */
export const readBounds = { maxScanned: 20_000, maxTogether: 20_000 }

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
 * Rows of one index time are read together, because all receptions of a fix with a trusted time are among them.
 */
export async function readFixes(
  rows: AsyncIterable<HistoryRow>,
  { order, told, utcOffsetMinutes = 0, offer, maxScanned, maxTogether }: Options,
): Promise<FixCursor | null> {
  const byOrder = order === 'asc' ? comparePlaces : (a: HistoryPlace, b: HistoryPlace) => comparePlaces(b, a)
  const wasTold = (place: HistoryPlace): boolean =>
    told !== null && !told.isCut && byOrder(place, told.place) <= 0
  let together = new Map<string, Fix>()
  let scanned = 0
  let last: HistoryRow | null = null
  let done: HistoryPlace | null = told?.place ?? null
  /** Whether the rows together now are only the rest of their time: then no one may begin with that time again. */
  let isRest = told?.isCut ?? false

  /** False when the page is full. */
  const offerTogether = async (): Promise<boolean> => {
    for (const fix of [...together.values()].sort((a, b) => byOrder(a.place, b.place))) {
      if (wasTold(fix.place)) continue
      const taken = offer(fix)
      if (!(typeof taken === 'boolean' ? taken : await taken)) return false
      done = fix.place
    }
    // Never back: what is read again to tell the rest of its time may be cut before the place where the last page ended.
    if (last && !wasTold(last)) done = placeOf(last)
    together = new Map()
    return true
  }
  const goOn = (isCut: boolean): FixCursor | null => done && { place: done, isCut }

  for await (const row of rows) {
    if (last && row.indexTime !== last.indexTime) {
      if (!(await offerTogether())) return goOn(isRest)
      // Rows read for a second time, only to tell the rest of their time, are no way forward.
      if (scanned >= maxScanned && last.indexTime !== told?.place.indexTime) return goOn(false)
      isRest = false
    }
    scanned += 1
    last = row
    if (row.kind === 'frame') addReception(together, row, utcOffsetMinutes)
    if (scanned >= maxScanned + maxTogether) return goOn((await offerTogether()) || isRest)
  }
  return (await offerTogether()) ? null : goOn(isRest)
}

/** Points of a batch stand behind their row by fractions of its seq: at most 100 of them. */
const POINT_STEP = 1 / 128

function addReception(together: Map<string, Fix>, row: HistoryRow, utcOffsetMinutes: number): void {
  const decoded = decode(frameOf(row.raw))
  if (!decoded.ok) return
  const message = atUtcOffset(decoded.message, utcOffsetMinutes)
  const place = placeOf(row)
  if (message.position !== null)
    add(together, { first: row, place, receptions: 1, message, position: message.position })
  for (const [i, point] of message.batch.entries()) {
    const position = { ...point.position, fixTime: toBatchFixTime(point, row.receivedAt) }
    const own = { ...message, status: point.status, cells: point.cells, position }
    add(together, {
      first: row,
      place: { ...place, seq: row.seq + (i + 1) * POINT_STEP },
      receptions: 1,
      message: own,
      position,
    })
  }
}

function add(together: Map<string, Fix>, fix: Fix): void {
  const key = identityOf(fix.position)
  const known = together.get(key)
  if (known === undefined) together.set(key, fix)
  else {
    const first = comparePlaces(known.place, fix.place) < 0 ? known : fix
    together.set(key, { ...first, receptions: known.receptions + 1 })
  }
}

/**
 * What makes two frames the same fix: not their bytes, because a stored copy of a frame differs in bit 26 of the
 * status word, and a binary copy has whole knots.
 */
const identityOf = ({ fixTime, latitude, longitude, speedKnots, course, valid }: Position): string =>
  `${fixTime} ${latitude} ${longitude} ${speedKnots && Math.trunc(speedKnots)} ${course && Math.trunc(course)} ${valid}`
