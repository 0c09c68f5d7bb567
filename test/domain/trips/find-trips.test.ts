import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTrips, type FoundTrips } from '#shared/domain/trips/find-trips.ts'
import { tripRules, type TripFix } from '#shared/domain/trips/trip-finder.ts'
import { live, MONDAY, someLife } from './drive.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const find = (fixes: readonly TripFix[], from: number, to: number): Promise<FoundTrips> =>
  findTrips({
    from,
    to,
    dayOf,
    readFrom: async (begin, offer) => {
      for (const fix of fixes) if (fix.at >= begin && !offer(fix)) return
    },
  })

const all = (fixes: readonly TripFix[]): Promise<FoundTrips> =>
  find(fixes, MONDAY - 1, (fixes.at(-1)?.at ?? MONDAY) + 1)

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0)

/** A drive of 10 km to work, with a fix each 10 s. */
const commute = (withIgnition: boolean): readonly TripFix[] =>
  live(
    [
      { kind: 'park', minutes: 60, everySeconds: 60 },
      { kind: 'drive', minutes: 6, kmh: 60, everySeconds: 10 },
      { kind: 'light', seconds: 90 },
      { kind: 'drive', minutes: 4, kmh: 60, everySeconds: 10 },
      { kind: 'park', minutes: 120, everySeconds: 60 },
    ],
    withIgnition,
  ).fixes

describe('a trip', () => {
  it.each([true, false])(
    'goes on over a red light, from stop to stop (ignition wired: %s)',
    async (wired) => {
      const { trips, stops } = await all(commute(wired))
      expect(trips).toHaveLength(1)
      const [trip] = trips
      expect((trip!.from - MONDAY) / MINUTE_MS).toBeCloseTo(59, 0)
      expect((trip!.to - MONDAY) / MINUTE_MS).toBeCloseTo(72.5, 0)
      expect(trip).toMatchObject({ topSpeedKmh: 60, isOpen: false, isCertain: true, endsInGap: false })
      expect(trip!.meters / 1_000).toBeCloseTo(10, 1)
      expect(stops.map(({ isOpen }) => isOpen)).toEqual([false, true])
      expect(stops[1]!.from).toBe(trip!.to)
    },
  )

  it('goes on while its end is not proven', async () => {
    const fixes = commute(false).filter(({ at }) => at < MONDAY + 73 * MINUTE_MS)
    expect((await all(fixes)).trips).toMatchObject([{ isOpen: true }])
  })

  it('ends at once where the ignition is switched off', async () => {
    const fixes = commute(true).filter(({ at }) => at < MONDAY + 73 * MINUTE_MS)
    expect((await all(fixes)).trips).toMatchObject([{ isOpen: false }])
  })

  it('ends where the tracker fell silent, and is marked so', async () => {
    const { fixes } = live(
      [
        { kind: 'park', minutes: 20, everySeconds: 60 },
        { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 },
        { kind: 'silence', minutes: 45, meters: 20_000 },
        { kind: 'park', minutes: 20, everySeconds: 60 },
      ],
      false,
    )
    const { trips } = await all(fixes)
    expect(trips).toMatchObject([{ endsInGap: true }])
    // What was driven in the silence is not known.
    expect(trips[0]!.meters / 1_000).toBeCloseTo(10, 1)
  })

  it('is not made by a parked receiver that drifts, or jumps once', async () => {
    const { fixes } = live([{ kind: 'park', minutes: 600, everySeconds: 20 }], false)
    const jumping = fixes.map((fix, i) =>
      i % 100 === 50 ? { ...fix, latitude: fix.latitude + 0.02, speedKmh: 3 } : fix,
    )
    expect((await all(jumping)).trips).toEqual([])
  })

  it.each([
    ['one', [45, 37], 60],
    ['one without a speed', [45, 37], null],
    ['one that says it stands', [15, 7], 0],
    ['two in a row', [46, 8, 46.001, 8], 60],
    ['one to the next town', [45.09, 7], 60],
  ])('is not changed by jumps of the receiver: %s', async (_, places, speedKmh) => {
    const fixes = commute(true)
    const at = fixes.findIndex((fix) => fix.at > MONDAY + 63 * MINUTE_MS)
    const jumps = [0, 1]
      .filter((i) => places.length > 2 * i)
      .map((i) => ({
        ...fixes[at + i]!,
        at: fixes[at + i]!.at - 5_000,
        latitude: places[2 * i]!,
        longitude: places[2 * i + 1]!,
        speedKmh,
      }))
    expect(jumps).toHaveLength(places.length / 2)
    const jumping = [...fixes.slice(0, at), ...jumps, ...fixes.slice(at + jumps.length)].toSorted(
      (a, b) => a.at - b.at,
    )
    const [whole, found] = [await all(fixes), await all(jumping)]
    expect(found.trips).toHaveLength(1)
    expect(found.trips[0]!.to).toBe(whole.trips[0]!.to)
    expect(Math.abs(found.trips[0]!.meters - whole.trips[0]!.meters)).toBeLessThan(100)
    expect(found.stops).toEqual(whole.stops)
  })

  it('ends where the device was last seen before several fixes agree that it is far away', async () => {
    const drive = { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 } as const
    const { fixes } = live([{ kind: 'park', minutes: 20, everySeconds: 60 }, drive, drive], false)
    const middle = MONDAY + 30 * MINUTE_MS
    const moved = fixes.map((fix) => (fix.at > middle ? { ...fix, latitude: fix.latitude + 5 } : fix))
    const { trips } = await all(moved)
    expect(trips).toMatchObject([{ endsInGap: true, to: middle }, { isOpen: true }])
    for (const { meters } of trips) expect(meters / 1_000).toBeCloseTo(10, 0)
  })

  it('is found without speeds, by the distance between fixes', async () => {
    const fixes = commute(false).map((fix) => ({ ...fix, speedKmh: null }))
    const { trips } = await all(fixes)
    expect(trips).toHaveLength(1)
    expect(trips[0]!.meters / 1_000).toBeCloseTo(10, 0)
  })
})

describe('a stop', () => {
  const still = { speedKmh: 0, ignitionOn: null, longitude: 7 }

  it('is at the new place of a device that was silent for half an hour meanwhile', async () => {
    const fixes = [
      { ...still, at: MONDAY, latitude: 45 },
      { ...still, at: MONDAY + 10 * MINUTE_MS, latitude: 45 },
      { ...still, at: MONDAY + 40 * MINUTE_MS, latitude: 45.2 },
    ]
    const { trips, stops } = await all(fixes)
    expect(trips).toEqual([])
    expect(stops).toMatchObject([
      { to: MONDAY + 10 * MINUTE_MS, point: { latitude: 45 }, isOpen: false },
      { from: MONDAY + 40 * MINUTE_MS, point: { latitude: 45.2 }, isOpen: true },
    ])
  })

  it('is found on a day without fixes, between those before and after', async () => {
    const fixes = live(
      [
        { kind: 'drive', minutes: 20, kmh: 60, everySeconds: 10 },
        { kind: 'park', minutes: 60, everySeconds: 60 },
        { kind: 'silence', minutes: 30 * 60, meters: 0 },
        { kind: 'park', minutes: 10, everySeconds: 60 },
      ],
      false,
    ).fixes
    const whole = await all(fixes)
    const day = await find(fixes, MONDAY + 12 * HOUR_MS, MONDAY + 24 * HOUR_MS)
    expect(day.stops).toMatchObject([{ from: whole.trips[0]!.to, isOpen: true, isCertain: true }])
  })

  it('is listed before the trip that has not ended', async () => {
    const park = { kind: 'park', minutes: 60, everySeconds: 60 } as const
    const { fixes } = live([park, { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 }], false)
    const { trips, stops } = await all(fixes)
    expect(trips).toMatchObject([{ isOpen: true }])
    expect(stops).toMatchObject([{ from: MONDAY, to: trips[0]!.from, isOpen: false }])
  })

  it('is not made by a device that was moving when it was first seen', async () => {
    const drive = { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 } as const
    const { fixes } = live([drive, { kind: 'park', minutes: 20, everySeconds: 60 }], false)
    const { trips, stops } = await all(fixes.slice(1))
    expect(trips).toHaveLength(1)
    expect(stops).toMatchObject([{ from: trips[0]!.to, isOpen: true }])
  })

  it('is one however short it is where the ignition was switched off', async () => {
    const drive = { kind: 'drive', minutes: 10, kmh: 60, everySeconds: 10 } as const
    const short = { kind: 'park', minutes: 3, everySeconds: 30 } as const
    const { fixes } = live([drive, short, drive, short], true)
    const { trips, stops } = await all(fixes)
    expect(trips).toHaveLength(2)
    expect(stops.some(({ from, to }) => from === trips[0]!.to && to === trips[1]!.from)).toBe(true)
  })
})

describe('trips of any sequence of fixes', () => {
  it('are the same wherever the range is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        someLife,
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (life, wired, share) => {
          const { fixes } = live(life, wired)
          const end = fixes.at(-1)!.at + 1
          const cut = Math.floor(MONDAY + share * (end - MONDAY))
          const whole = await find(fixes, MONDAY - 1, end)
          const [before, behind] = [await find(fixes, MONDAY - 1, cut), await find(fixes, cut, end)]
          // A trip over the cut is in both halves.
          const byStart = new Map([...before.trips, ...behind.trips].map((trip) => [trip.from, trip]))
          const certain = whole.trips.filter((trip) => byStart.get(trip.from)?.isCertain !== false)
          expect([...byStart.values()].filter(({ isCertain }) => isCertain)).toEqual(certain)
          // Uncertain is only what had no stop in the three days before.
          if (end - MONDAY >= 72 * HOUR_MS) return
          expect(certain).toEqual(whole.trips)
          // So is a stop, which may be silent for hours on both sides of the cut. One that just began may turn out not to be a stop.
          const startsOf = (stops: FoundTrips['stops']): readonly string[] =>
            stops
              .filter(({ from, to, isOpen }) => !isOpen || to - from >= tripRules.stopMs)
              .map(({ from, point }) => JSON.stringify({ from, point }))
          const starts = new Set([...startsOf(before.stops), ...startsOf(behind.stops)])
          expect([...starts]).toEqual(startsOf(whole.stops))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('alternate with stops, and their distances are the sum of their days', async () => {
    await fc.assert(
      fc.asyncProperty(someLife, fc.boolean(), async (life, wired) => {
        const { fixes, meters } = live(life, wired)
        const { trips, stops, fixes: byDay } = await all(fixes)
        const parts = [...trips, ...stops].sort((a, b) => a.from - b.from || a.to - b.to)
        for (const [i, part] of parts.entries()) {
          expect(part.to).toBeGreaterThanOrEqual(part.from)
          if (i > 0) expect(part.from).toBeGreaterThanOrEqual(parts[i - 1]!.to)
        }
        for (const trip of trips) {
          expect(sum([...trip.days.values()].map((day) => day.meters))).toBeCloseTo(trip.meters, 6)
          expect(trip.movingMs).toBeLessThanOrEqual(trip.to - trip.from)
        }
        expect(sum(byDay.values())).toBe(fixes.length)
        // The drift of its stops, and drives that are too short for a trip, are all that may differ.
        const found = sum(trips.map((trip) => trip.meters))
        const short = sum(
          life.map((part) => (part.kind === 'drive' ? 500 + (part.kmh / 3.6) * part.everySeconds : 100)),
        )
        expect(Math.abs(found - meters)).toBeLessThanOrEqual(short + 0.01 * meters)
      }),
      { numRuns: 100 },
    )
  })
})
