import type { TripFix } from '#shared/domain/trips/trip-finder.ts'
import { createRoute } from '../../simulator/route.ts'
import { live, MONDAY } from './drive.ts'

const KMH_PER_KNOT = 1.852
const park = (minutes: number, everySeconds = 60) => ({ kind: 'park', minutes, everySeconds }) as const
const drive = (minutes: number, kmh: number, everySeconds = 10) =>
  ({ kind: 'drive', minutes, kmh, everySeconds }) as const
const light = (seconds: number) => ({ kind: 'light', seconds }) as const
const silence = (minutes: number, meters: number) => ({ kind: 'silence', minutes, meters }) as const
const made = (...parts: Parameters<typeof live>[0]): readonly TripFix[] => live(parts, false).fixes

/** Hours of the simulator: streets, lights, parking of 4 to 15 minutes, lost satellites. */
function simulated(seed: number, hours: number): readonly TripFix[] {
  const route = createRoute(seed)
  const fixes: TripFix[] = []
  for (let seconds = 0; seconds < hours * 3_600; seconds += 10) {
    const { valid, latitude, longitude, speedKnots } = route.advance(10)
    if (valid)
      fixes.push({
        at: MONDAY + seconds * 1_000,
        latitude,
        longitude,
        speedKmh: speedKnots * KMH_PER_KNOT,
        ignitionOn: null,
      })
  }
  return fixes
}

/** A parked car, of which single fixes are far away: the receiver saw a reflection. */
const withJumps = (fixes: readonly TripFix[], meters: number): readonly TripFix[] =>
  fixes.map((fix, i) => (i % 50 === 25 ? { ...fix, latitude: fix.latitude + meters / 111_195 } : fix))

/**
 * Drives without a wired ignition, with what we find and what Traccar finds (9e5c458a, August 2026, at its defaults): trips,
 * their distance, the start of the first and the end of the last. test/README.md has the reasons.
 */
export const comparedDrives: Readonly<
  Record<string, { readonly fixes: readonly TripFix[]; readonly ours: string; readonly traccar: string }>
> = {
  'city with lights, parked overnight, and back': {
    fixes: made(
      park(30),
      drive(8, 40),
      light(60),
      drive(7, 50),
      light(110),
      drive(5, 30),
      park(600, 300),
      drive(20, 45),
      park(30),
    ),
    ours: '2: 28.7 km, 00:29:00 to 11:13:50',
    traccar: '2: 29.0 km, 00:29:00 to 11:16:50',
  },
  'four deliveries, 2 to 4 minutes at each door': {
    fixes: made(
      park(30),
      drive(6, 40),
      light(120),
      drive(6, 40),
      light(240),
      drive(6, 40),
      light(240),
      drive(6, 40),
      park(30),
    ),
    ours: '1: 16.1 km, 00:29:00 to 01:05:00',
    traccar: '3: 17.1 km, 00:29:00 to 01:08:00',
  },
  'a jam of 25 minutes at 4 km/h': {
    fixes: made(park(30), drive(10, 60), drive(25, 4), drive(10, 60), park(30)),
    ours: '1: 21.7 km, 00:29:00 to 01:16:00',
    traccar: '1: 21.8 km, 00:29:00 to 01:19:00',
  },
  'silent for 45 minutes on the way, 20 km further on': {
    fixes: made(park(30), drive(20, 60), silence(45, 20_000), drive(20, 60), park(30)),
    ours: '2: 39.9 km, 00:29:00 to 01:56:00',
    traccar: '1: 60.2 km, 00:29:00 to 01:59:00',
  },
  'silent for 5 hours while parked': {
    fixes: made(park(30), drive(20, 60), silence(300, 0), drive(20, 60), park(30)),
    ours: '2: 39.9 km, 00:29:00 to 06:11:00',
    traccar: '1: 40.1 km, 00:29:00 to 06:14:00',
  },
  'carried 20 km in 5 silent hours': {
    fixes: made(park(30), drive(20, 60), park(30), silence(300, 20_000), park(30)),
    ours: '1: 20.0 km, 00:29:00 to 00:51:00',
    traccar: '2: 40.3 km, 00:29:00 to 06:25:00',
  },
  'to another parking space, 225 m': {
    fixes: made(park(30), drive(0.75, 18, 5), park(30)),
    ours: 'none',
    traccar: '1: 0.3 km, 00:30:05 to 00:34:45',
  },
  'parked overnight, drifting by 25 m': { fixes: made(park(600, 60)), ours: 'none', traccar: 'none' },
  'parked overnight, 12 single fixes 500 m away': {
    fixes: withJumps(made(park(600, 60)), 500),
    ours: 'none',
    traccar: '12: 13.0 km, 00:24:00 to 09:40:00',
  },
  'a fix each 5 minutes, 90 km/h': {
    fixes: made(park(60, 300), drive(60, 90, 300), park(60, 300)),
    ours: '1: 90.0 km, 01:05:00 to 02:05:00',
    traccar: '1: 90.1 km, 00:55:00 to 02:10:00',
  },
  'simulator, 6 hours, seed 1': {
    fixes: simulated(1, 6),
    ours: '12: 188.6 km, 00:00:00 to 05:54:10',
    traccar: '13: 188.8 km, 00:00:00 to 05:57:30',
  },
  'simulator, 6 hours, seed 2': {
    fixes: simulated(2, 6),
    ours: '8: 198.8 km, 00:00:00 to 05:59:50',
    traccar: '9: 199.0 km, 00:00:00 to 05:59:50',
  },
}
