import { tripRules } from '../../shared/domain/trips/trip-finder.ts'
import type { TripListAnswer } from '../api/types.ts'
import { boundsOfDay, toLocalDay } from './days.ts'
import { toSpan, toSpeed, toWhen } from './format.ts'
import { t } from '../text/text.ts'

/** What a device is doing, from its newest trip or stop. Times are ms since 1970. */
type Motion =
  | { readonly kind: 'driving'; readonly since: number }
  /** `isCertain: false`: it has been parked since before the data that was read. */
  | { readonly kind: 'parked'; readonly since: number; readonly isCertain: boolean }
  /** It fell silent during a trip. */
  | { readonly kind: 'lost'; readonly at: number }
  | { readonly kind: 'unknown' }

/** The day of the last fix, ms: a parked device may send nothing for days, and what it did last is on that day. */
export function dayOfMotion(lastFixTime: string | null, now: number): ReturnType<typeof boundsOfDay> {
  const lastFix = lastFixTime === null ? now : Date.parse(lastFixTime)
  return boundsOfDay(toLocalDay(Math.min(lastFix, now)))
}

export function motionOf({ trips, stops }: Pick<TripListAnswer, 'trips' | 'stops'>, now: number): Motion {
  const trip = trips.at(-1)
  const stop = stops.at(-1)
  if (stop && (!trip || stop.from >= trip.from))
    return { kind: 'parked', since: Date.parse(stop.from), isCertain: stop.isCertain }
  if (!trip) return { kind: 'unknown' }
  const lastAt = Date.parse(trip.lastAt)
  if (trip.endsInGap || now - lastAt > tripRules.gapMs) return { kind: 'lost', at: lastAt }
  return trip.to === null
    ? { kind: 'driving', since: Date.parse(trip.from) }
    : { kind: 'parked', since: Date.parse(trip.to), isCertain: true }
}

/** `Driving 50 km/h for 12 min`, `Parked since 14:02`. */
export function describeMotion(motion: Motion, speedKmh: number | null, now: number): string {
  switch (motion.kind) {
    case 'driving': {
      const span = toSpan(now - motion.since)
      return speedKmh === null || speedKmh < tripRules.minSpeedKmh
        ? t.device.onTheWay(span)
        : t.device.driving(toSpeed(speedKmh), span)
    }
    case 'parked':
      return motion.isCertain
        ? t.device.parkedSince(toWhen(motion.since, now))
        : t.device.parkedFor(toSpan(now - motion.since))
    case 'lost':
      return t.device.fellSilent(toWhen(motion.at, now))
    case 'unknown':
      return t.device.noMovement
  }
}
