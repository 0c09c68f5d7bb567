import { isTrusted } from '../../shared/domain/fix-time.ts'
import { findTrips, type FoundTrips } from '../../shared/domain/trips/find-trips.ts'
import type { TripFix } from '../../shared/domain/trips/trip-finder.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { HistoryReader } from '../../shared/store/history.ts'
import { createStatusReader, type StatusSummary } from '../devices/status.ts'
import { readFixes, type Fix } from '../positions/read-positions.ts'
import { Problem } from '../problem.ts'
import { readVisibleRows } from '../visible-rows.ts'

/** Limit of rows that one request reads: a month of a tracker that reports every 10 s, and the days around it. */
const MAX_ROWS = 320_000

/**
 * Finds the trips of a range in the stored positions at each request. A late frame or a better decoder can change them.
 */
export async function readTrips(
  history: HistoryReader,
  device: RegisteredDevice,
  range: { readonly from: number; readonly to: number; readonly dayOf: (at: number) => string },
): Promise<FoundTrips> {
  const readStatus = createStatusReader(device)
  return findTrips({
    ...range,
    readFrom: async (from, offer) => {
      let isEnded = false
      const next = await readFixes(readVisibleRows(history, device, { from, order: 'asc' }), {
        order: 'asc',
        after: null,
        utcOffsetMinutes: device.overrides.utcOffsetMinutes,
        maxScanned: MAX_ROWS,
        maxTogether: MAX_ROWS,
        offer: (fix) => {
          const tripFix = toTripFix(fix, readStatus)
          isEnded = tripFix !== null && !offer(tripFix)
          return !isEnded
        },
      })
      if (next !== null && !isEnded) {
        throw new Problem(
          'invalid-request',
          `expected a range with at most ${MAX_ROWS} frames; ask for fewer days`,
        )
      }
    },
  })
}

/** Null if the row has no coordinates or no time. */
function toTripFix(
  { first, message: { status }, position }: Fix,
  readStatus: (word: string) => StatusSummary,
): TripFix | null {
  const { valid, latitude, longitude, speedKmh, fixTime } = position
  if (!valid || latitude === null || longitude === null || fixTime === null) return null
  if (!isTrusted(fixTime, first.receivedAt)) return null
  return {
    at: fixTime,
    latitude,
    longitude,
    speedKmh,
    ignitionOn: status === null ? null : readStatus(status.word).ignitionOn,
  }
}
