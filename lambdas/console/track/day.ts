import { signal } from '@preact/signals'
import type { paths } from '../../api/openapi-types.ts'
import { answerOf, readAll } from '../api/client.ts'
import type { PositionAnswer, TripListAnswer } from '../api/types.ts'
import { boundsOfDay, toLocalDay } from '../parts/days.ts'
import { api } from '../state/session.ts'
import { t } from '../text/text.ts'
import { currentTime } from '../state/clock.ts'

type PositionQuery = paths['/v1/devices/{deviceId}/positions']['get']['parameters']['query']

export type Fix = PositionAnswer & { readonly at: number }

/**
 * A day of a device that reports every 10 s is 8,640 fixes; a tracker that sends more than this is cut off, and the
 * page says so.
 */
const MAX_FIXES = 20_000

/** The fixes of one day, oldest first, including void and late ones, which are marked. */
export function createDay(deviceId: string) {
  const day = signal(toLocalDay(currentTime()))
  const fixes = signal<readonly Fix[]>([])
  const trips = signal<TripListAnswer | null>(null)
  const isLoading = signal(false)
  const trouble = signal<string | null>(null)
  let under: AbortController | null = null

  const load = async (requestedDay: string): Promise<void> => {
    under?.abort()
    const mine = (under = new AbortController())
    day.value = requestedDay
    isLoading.value = true
    const { from, to } = boundsOfDay(requestedDay)
    const query = {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      order: 'asc',
      void: 'include',
      limit: 10_000,
    } satisfies PositionQuery
    try {
      const readTrips = answerOf(
        api.GET('/v1/devices/{deviceId}/trips', {
          params: { path: { deviceId }, query: { from: query.from, to: query.to } },
          signal: mine.signal,
        }),
      )
      const readFixes = readAll<PositionAnswer>(
        (cursor) =>
          answerOf(
            api.GET('/v1/devices/{deviceId}/positions', {
              params: { path: { deviceId }, query: { ...query, cursor } },
              signal: mine.signal,
            }),
          ),
        { maxItems: MAX_FIXES },
      )
      const [items, list] = await Promise.all([readFixes, readTrips])
      trips.value = list
      fixes.value = items.map((item) => ({ ...item, at: Date.parse(item.fixTime ?? item.receivedAt) }))
      trouble.value = items.length >= MAX_FIXES ? t.track.tooMany(MAX_FIXES) : null
    } catch (error) {
      if (mine.signal.aborted) return
      fixes.value = []
      trips.value = null
      trouble.value = error instanceof Error ? error.message : String(error)
    } finally {
      if (under === mine) isLoading.value = false
    }
  }
  return { deviceId, day, fixes, trips, isLoading, trouble, load }
}
export type Day = ReturnType<typeof createDay>

/** Valid fixes with coordinates: the line is drawn through these. */
export const isDrawn = ({ valid, latitude, longitude }: Fix): boolean =>
  valid && latitude !== null && longitude !== null
