import { z } from '@hono/zod-openapi'
import { isTimeZone } from '../../shared/commands/cron.ts'
import type { FoundStop, FoundTrip, FoundTrips } from '../../shared/domain/trips/find-trips.ts'
import type { DayShare } from '../../shared/domain/trips/trip-legs.ts'
import { jumpRules } from '../../shared/domain/jump.ts'
import { tripRules } from '../../shared/domain/trips/trip-finder.ts'
import { fixTime, toFixIso } from '../iso-time.ts'
import { decoderVersionField } from '../positions/schema.ts'

export const timeZoneInput = z
  .string()
  .default('UTC')
  .refine(isTimeZone, 'expected an IANA time zone such as Europe/Madrid')
  .openapi({ description: 'The time zone in which days begin: an IANA name', example: 'Europe/Berlin' })

/** The description of how trips are found. */
export const RULES = `A stop is at least ${tripRules.stopMs / 60_000} minutes below ${tripRules.minSpeedKmh} km/h within ${tripRules.radiusMeters} m, or shorter if the ignition is switched off. A trip leads at least ${tripRules.minTripMeters} m away. Without a position for ${tripRules.gapMs / 60_000} minutes, a trip ends. Fewer than ${tripRules.jumpFixes} positions in a row that need more than ${jumpRules.maxSpeedKmh} km/h are left out.`

const point = z.object({ latitude: z.number(), longitude: z.number() })
const distanceKm = z
  .number()
  .openapi({ description: 'The sum of the distances between positions, km', example: 12.4 })
const movingSeconds = z.int().openapi({ description: 'Without short stops during the trip' })
const topSpeedKmh = z.number().openapi({ example: 87.2 })
const isCertain = z.boolean().openapi({
  description:
    'false: it may have begun earlier than the positions that were read, which begin up to three days before the range',
})

const tripSchema = z
  .object({
    from: fixTime,
    to: fixTime
      .nullable()
      .openapi({ description: 'null: it has not ended, or had not ended 24 hours after the range' }),
    lastAt: fixTime.openapi({ description: 'Its newest position' }),
    start: point,
    end: point,
    distanceKm,
    movingSeconds,
    topSpeedKmh,
    averageKmh: z.number().openapi({ description: 'While moving' }),
    endsInGap: z.boolean().openapi({
      description: 'The tracker fell silent during the trip, so the real end is unknown',
    }),
    isCertain,
  })
  .openapi('Trip')

const stopSchema = z
  .object({
    from: fixTime,
    to: fixTime.nullable().openapi({ description: 'null: it has not ended, or ended after the range' }),
    lastAt: fixTime.openapi({ description: 'Its newest position' }),
    latitude: z.number(),
    longitude: z.number(),
    isCertain,
  })
  .openapi('Stop')

export const tripListSchema = z
  .object({
    deviceId: z.string(),
    decoder: decoderVersionField,
    trips: z.array(tripSchema),
    stops: z.array(stopSchema),
  })
  .openapi('TripList')

const share = { distanceKm, movingSeconds, topSpeedKmh }

export const summarySchema = z
  .object({
    deviceId: z.string(),
    decoder: decoderVersionField,
    timeZone: z.string(),
    total: z.object({ trips: z.int(), ...share }).openapi({ description: 'The sum of the days' }),
    days: z
      .array(
        z
          .object({
            day: z.iso.date(),
            positions: z.int().openapi({ description: 'Positions with satellites and a trusted time' }),
            trips: z.int().openapi({ description: 'Trips that began on this day' }),
            ...share,
          })
          .openapi('DaySummary'),
      )
      .openapi({ description: 'Days that have positions, oldest first' }),
  })
  .openapi('TripSummary')

const SECOND_MS = 1_000
const toKm = (meters: number): number => Math.round(meters) / 1_000
const toTenths = (value: number): number => Math.round(value * 10) / 10
const KMH_PER_METER_A_MS = 3_600

export const toTrip = (trip: FoundTrip): z.infer<typeof tripSchema> => ({
  from: toFixIso(trip.from),
  to: trip.isOpen ? null : toFixIso(trip.to),
  lastAt: toFixIso(trip.to),
  start: trip.start,
  end: trip.end,
  distanceKm: toKm(trip.meters),
  movingSeconds: Math.round(trip.movingMs / SECOND_MS),
  topSpeedKmh: toTenths(trip.topSpeedKmh),
  averageKmh: toTenths(trip.movingMs === 0 ? 0 : (trip.meters / trip.movingMs) * KMH_PER_METER_A_MS),
  endsInGap: trip.endsInGap,
  isCertain: trip.isCertain,
})

export const toStop = ({ from, to, point, isOpen, isCertain }: FoundStop): z.infer<typeof stopSchema> => ({
  from: toFixIso(from),
  to: isOpen ? null : toFixIso(to),
  lastAt: toFixIso(to),
  ...point,
  isCertain,
})

type Summary = Pick<z.infer<typeof summarySchema>, 'total' | 'days'>

/** The total is the sum of the rounded days, so that adding them up gives the same number. */
export function toSummary(
  { trips, fixes }: FoundTrips,
  {
    first,
    last,
    dayOf,
  }: { readonly first: string; readonly last: string; readonly dayOf: (at: number) => string },
): Summary {
  const shares = new Map<string, DayShare>()
  for (const trip of trips) {
    for (const [day, share] of trip.days) {
      if (day < first || day > last) continue
      const sum = shares.get(day) ?? { meters: 0, movingMs: 0, topSpeedKmh: 0 }
      shares.set(day, {
        meters: sum.meters + share.meters,
        movingMs: sum.movingMs + share.movingMs,
        topSpeedKmh: Math.max(sum.topSpeedKmh, share.topSpeedKmh),
      })
    }
  }
  const begun = Map.groupBy(trips, ({ from }) => dayOf(from))
  const days = [...new Set([...fixes.keys(), ...shares.keys()])].sort().map((day) => {
    const { meters, movingMs, topSpeedKmh } = shares.get(day) ?? { meters: 0, movingMs: 0, topSpeedKmh: 0 }
    return {
      day,
      positions: fixes.get(day) ?? 0,
      trips: begun.get(day)?.length ?? 0,
      distanceKm: toKm(meters),
      movingSeconds: Math.round(movingMs / SECOND_MS),
      topSpeedKmh: toTenths(topSpeedKmh),
    }
  })
  return {
    total: {
      trips: days.reduce((sum, day) => sum + day.trips, 0),
      distanceKm: Math.round(days.reduce((sum, day) => sum + day.distanceKm, 0) * 1_000) / 1_000,
      movingSeconds: days.reduce((sum, day) => sum + day.movingSeconds, 0),
      topSpeedKmh: Math.max(0, ...days.map((day) => day.topSpeedKmh)),
    },
    days,
  }
}
