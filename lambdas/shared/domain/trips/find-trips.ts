import { TripFinder, tripRules, type Stop, type Trip, type TripEvent, type TripFix } from './trip-finder.ts'

/** `isOpen`: a trip had not ended at the newest fix; a stop had not ended with the range. `isCertain`: false when its start may lie before what was read. */
type Found = { readonly isOpen: boolean; readonly isCertain: boolean }
export type FoundTrip = Trip & Found
export type FoundStop = Stop & Found

export type FoundTrips = {
  /** Trips and stops that overlap the range, oldest first. */
  readonly trips: readonly FoundTrip[]
  readonly stops: readonly FoundStop[]
  /** Fixes of the range by day. */
  readonly fixes: ReadonlyMap<string, number>
}

type TripRange = {
  /** Offers the fixes from a time on, oldest first, until there are no more or `offer` returns false. */
  readonly readFrom: (from: number, offer: (fix: TripFix) => boolean) => Promise<void>
  /** ms since 1970 UTC; `to` is exclusive. */
  readonly from: number
  readonly to: number
  readonly dayOf: (at: number) => string
}

const HOUR_MS = 3_600_000
/**
 * How far before the range reading begins: further steps are tried until a proven stop is found. Most cars stop once in three
 * hours.
 */
const lookbacksMs = [3 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS]
/** How far after the range the end of its last trip is searched. */
const LOOKAHEAD_MS = 24 * HOUR_MS

/** Finds the trips and stops of a range. The result does not depend on where ranges are split: both halves contain the same trips. */
export async function findTrips(range: TripRange): Promise<FoundTrips> {
  for (const lookback of lookbacksMs) {
    const found = await findFrom(range, range.from - lookback, lookback === lookbacksMs.at(-1))
    if (found !== null) return found
  }
  throw new Error('unreachable: the longest lookback finds something')
}

/**
 * Null if the data so far does not show since when the device was standing at the start of the range, or whether it was, and
 * reading may begin earlier.
 */
async function findFrom(range: TripRange, begin: number, isLast: boolean): Promise<FoundTrips | null> {
  const { readFrom, from, to, dayOf } = range
  const finder = new TripFinder(dayOf)
  const trips: FoundTrip[] = []
  const stops: FoundStop[] = []
  const fixes = new Map<string, number>()
  let hasBegun = false
  let first: TripFix | null = null

  const wasBefore = (): boolean => first !== null && first.at < from
  /** A stop that begins with the first fix may have begun before: a parked tracker often sends nothing for hours. */
  const mayBeOlder = (): boolean => {
    const [current] = finder.current()
    return current?.kind === 'stop' && current.stop.from === first?.at
  }
  const isUnsure = (): boolean => !isLast && (!wasBefore() || !finder.isCertain || mayBeOlder())
  const add = (event: TripEvent, found: Found): void => {
    const { from: start, to: end } = event.kind === 'trip' ? event.trip : event.stop
    if (start >= to || (end < from && !found.isOpen)) return
    if (event.kind === 'trip') trips.push({ ...event.trip, ...found })
    else stops.push({ ...event.stop, ...found })
  }

  await readFrom(begin, (fix) => {
    // After silence, no trip was in progress before this fix.
    if (first === null && fix.at - begin > tripRules.gapMs) finder.isCertain = true
    first ??= fix
    if (fix.at >= from) {
      if (!hasBegun && isUnsure()) return false
      hasBegun = true
    }
    if (fix.at >= from && fix.at < to) fixes.set(dayOf(fix.at), (fixes.get(dayOf(fix.at)) ?? 0) + 1)
    // If there is no earlier fix, the first stop of the range is the start of the device's history.
    const isCertain = finder.isCertain || !wasBefore()
    for (const event of finder.push(fix)) add(event, { isOpen: false, isCertain })
    return fix.at < to || !(finder.isSettled(to) || fix.at >= to + LOOKAHEAD_MS)
  })
  if (!hasBegun && isUnsure()) return null
  const isCertain = finder.isCertain || !wasBefore()
  for (const event of finder.current()) add(event, { isOpen: event.isOpen, isCertain })
  return { trips, stops, fixes }
}
