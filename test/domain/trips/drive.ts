import fc from 'fast-check'
import type { TripFix } from '#shared/domain/trips/trip-finder.ts'

export const MONDAY = Date.UTC(2026, 0, 5)
const METERS_PER_DEGREE = 111_195

/** Part of a simulated life of a car. */
type Part =
  | { readonly kind: 'park'; readonly minutes: number; readonly everySeconds: number }
  | { readonly kind: 'drive'; readonly minutes: number; readonly kmh: number; readonly everySeconds: number }
  | { readonly kind: 'light'; readonly seconds: number }
  | { readonly kind: 'silence'; readonly minutes: number; readonly meters: number }
  /** One or two fixes of the receiver at a place far away. */
  | {
      readonly kind: 'jump'
      readonly fixes: number
      readonly kilometers: number
      readonly kmh: number | null
    }

export const someLife = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('park' as const),
      minutes: fc.integer({ min: 8, max: 400 }),
      everySeconds: fc.constantFrom(20, 60, 300, 1_500),
    }),
    fc.record({
      kind: fc.constant('drive' as const),
      minutes: fc.integer({ min: 2, max: 90 }),
      kmh: fc.integer({ min: 20, max: 120 }),
      everySeconds: fc.constantFrom(5, 10, 30, 60),
    }),
    fc.record({ kind: fc.constant('light' as const), seconds: fc.integer({ min: 10, max: 120 }) }),
    fc.record({
      kind: fc.constant('silence' as const),
      minutes: fc.integer({ min: 31, max: 600 }),
      meters: fc.constantFrom(0, 0, 20_000),
    }),
    fc.record({
      kind: fc.constant('jump' as const),
      fixes: fc.integer({ min: 1, max: 2 }),
      kilometers: fc.integer({ min: 10, max: 3_000 }),
      kmh: fc.constantFrom(0, 60, null),
    }),
  ),
  { minLength: 1, maxLength: 25 },
)

type Life = {
  readonly fixes: readonly TripFix[]
  /** The true distance driven while fixes were sent. */
  readonly meters: number
}

/** The fixes of a car that drives north, with a receiver that drifts while it stands. */
export function live(parts: readonly Part[], withIgnition: boolean): Life {
  const fixes: TripFix[] = []
  let at = MONDAY
  let north = 0
  let meters = 0
  let turn = 0
  const add = (speedKmh: number, ignitionOn: boolean, driftMeters = 0): void => {
    turn = (turn * 31 + 7) % 97
    fixes.push({
      at,
      latitude: 45 + (north + (driftMeters * (turn - 48)) / 48) / METERS_PER_DEGREE,
      longitude: 7,
      speedKmh,
      ignitionOn: withIgnition ? ignitionOn : null,
    })
  }
  const stand = (seconds: number, everySeconds: number, ignitionOn: boolean): void => {
    const end = at + seconds * 1_000
    for (at += everySeconds * 1_000; at < end; at += everySeconds * 1_000) add(0, ignitionOn, 25)
    at = end
  }
  add(0, false)
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'park') stand(part.minutes * 60, part.everySeconds, false)
    else if (part.kind === 'light') stand(part.seconds, 10, true)
    else if (part.kind === 'silence') {
      at += part.minutes * 60_000
      north += part.meters
    } else if (part.kind === 'jump') {
      // Jumps that follow each other go to different places.
      const degrees = (part.kilometers * 1_000) / METERS_PER_DEGREE
      const [latitude, longitude] = index % 2 === 0 ? [45 - degrees, 7] : [45, 7 + degrees * 1.5]
      // After a long silence it might be a journey.
      at += 20_000
      add(0, fixes.at(-1)!.ignitionOn === true)
      for (let i = 0; i < part.fixes; i++) {
        at += 20_000
        fixes.push({ at, latitude, longitude, speedKmh: part.kmh, ignitionOn: fixes.at(-1)!.ignitionOn })
      }
    } else {
      const step = (part.kmh / 3.6) * part.everySeconds
      for (let i = 0; i < (part.minutes * 60) / part.everySeconds; i++) {
        at += part.everySeconds * 1_000
        north += step
        meters += step
        add(part.kmh, true)
      }
    }
  }
  return { fixes, meters }
}
