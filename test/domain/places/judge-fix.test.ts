import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFix } from '#shared/domain/places/judge-fix.ts'
import { toArea, type PlaceArea } from '#shared/domain/places/place.ts'
import {
  presenceBounds,
  type PlaceChange,
  type PlaceFix,
  type Presence,
  type PresenceBounds,
} from '#shared/domain/places/presence.ts'

const MINUTE = 60_000
const start = Date.UTC(2026, 0, 31, 8)
const area = (placeId: string, latitude: number, stayMinutes: number | null = null): PlaceArea =>
  toArea({
    placeId,
    name: placeId,
    stayMinutes,
    shape: { type: 'circle', center: { latitude, longitude: 13 }, radiusMeters: 500 },
  })
const home = area('home', 52)
const depot = area('depot', 52.03)
const areas = [home, depot]
/** Latitudes: inside a place, outside all places, or too close to a line to decide. A car gets from one to any other in a minute. */
const spots = { home: 52, depot: 52.03, away: 51.99, edge: 52.0047, unreachable: 44 } as const
type Spot = keyof typeof spots

const fixAt = (minute: number, spot: Spot, receivedMinute = minute): PlaceFix => ({
  at: start + minute * MINUTE,
  receivedAt: start + receivedMinute * MINUTE,
  isLate: receivedMinute - minute > 15,
  latitude: spots[spot],
  longitude: 13,
})
const unbounded: PresenceBounds = {
  ...presenceBounds,
  maxGaps: 1_000,
  maxGapBytes: 1e9,
  minGapMs: 1,
  gapLifeMs: 1e12,
}

function judgeAll(
  fixes: readonly PlaceFix[],
  bounds = presenceBounds,
  of: readonly PlaceArea[] = areas,
): { changes: PlaceChange[]; presence: Presence | null } {
  let presence: Presence | null = null
  const changes: PlaceChange[] = []
  for (const fix of fixes) {
    const judged = judgeFix(presence, fix, of, bounds)
    presence = judged.presence
    changes.push(...judged.changes)
  }
  return { changes, presence }
}
const short = ({ kind, placeId, at, late, minutes }: PlaceChange): string =>
  `${kind} ${placeId} ${(at - start) / MINUTE}${late ? ' late' : ''}${minutes === null ? '' : ` after ${minutes}`}`
const changesOf = (...args: Parameters<typeof judgeAll>): string[] => judgeAll(...args).changes.map(short)

describe('fixes in the order of time', () => {
  it('enter and leave a place; its edge alone changes nothing', () => {
    const route: Spot[] = ['away', 'edge', 'home', 'edge', 'home', 'edge', 'away', 'edge', 'depot']
    expect(changesOf(route.map((spot, i) => fixAt(i, spot)))).toEqual([
      'entered home 2',
      'left home 6',
      'entered depot 8',
    ])
  })

  it('give one stay event per visit, timed by fix time', () => {
    const route: Spot[] = ['home', 'home', 'edge', 'home', 'home', 'away', 'home', 'home', 'home']
    const stays = [area('home', 52, 3)]
    expect(
      changesOf(
        route.map((spot, i) => fixAt(i, spot)),
        presenceBounds,
        stays,
      ),
    ).toEqual(['entered home 0', 'stayed home 3 after 3', 'left home 5', 'entered home 6'])
  })

  it('mark changes that a stored frame shows', () => {
    expect(changesOf([fixAt(0, 'away', 60), fixAt(1, 'home', 60)])).toEqual(['entered home 1 late'])
  })

  it('keep at most 8 places at once, and enter another when there is room', () => {
    const many = Array.from({ length: 12 }, (_, i) => area(`p${i}`, 52))
    const { changes, presence } = judgeAll([fixAt(0, 'home'), fixAt(1, 'home')], presenceBounds, many)
    expect(changes).toHaveLength(8)
    expect(presence?.inside).toHaveLength(8)
  })

  it('forget deleted places without an event', () => {
    const { presence } = judgeAll([fixAt(0, 'home'), fixAt(9, 'home')])
    const { presence: after, changes } = judgeFix(presence, fixAt(10, 'away'), [depot])
    expect(changes).toEqual([])
    expect(JSON.stringify(after)).not.toContain('home')
  })
})

describe('late fixes', () => {
  it('show a visit in the past', () => {
    const fixes = [
      fixAt(0, 'away'),
      fixAt(100, 'away'),
      fixAt(50, 'home', 101),
      fixAt(60, 'home', 101),
      fixAt(70, 'away', 101),
    ]
    expect(changesOf(fixes)).toEqual(['entered home 50 late', 'left home 70 late'])
  })

  it('end a visit with the next known fix when none shows its end', () => {
    const fixes = [
      fixAt(0, 'away'),
      fixAt(100, 'away'),
      fixAt(50, 'home', 101),
      fixAt(102, 'away'),
      fixAt(112, 'away'),
    ]
    expect(changesOf(fixes)).toEqual(['entered home 50 late', 'left home 100 late'])
  })

  it('show that a device left and came back', () => {
    const fixes = [fixAt(0, 'home'), fixAt(100, 'home'), fixAt(40, 'away', 101), fixAt(50, 'home', 101)]
    expect(changesOf(fixes)).toEqual(['entered home 0', 'left home 40 late', 'entered home 50 late'])
    expect(judgeAll([...fixes, fixAt(102, 'home')]).presence?.inside[0]?.since).toBe(start + 100 * MINUTE)
  })

  it('do not repeat a change that a newer fix has shown', () => {
    const fixes = [fixAt(0, 'away'), fixAt(100, 'home'), fixAt(50, 'away', 101), fixAt(60, 'home', 101)]
    expect(changesOf(fixes)).toEqual(['entered home 100'])
  })

  it('show two visits where a newer fix had shown one', () => {
    const fixes = [
      fixAt(0, 'away'),
      fixAt(100, 'home'),
      fixAt(20, 'home', 101),
      fixAt(40, 'away', 101),
      fixAt(60, 'home', 101),
    ]
    expect(changesOf(fixes)).toEqual(['entered home 100', 'entered home 20 late', 'left home 40 late'])
  })

  it('show a stay of a visit that has ended', () => {
    const fixes = [
      fixAt(0, 'away'),
      fixAt(100, 'away'),
      fixAt(50, 'home', 101),
      fixAt(60, 'home', 101),
      fixAt(70, 'away', 101),
    ]
    expect(changesOf(fixes, presenceBounds, [area('home', 52, 10)])).toEqual([
      'entered home 50 late',
      'stayed home 60 late after 10',
      'left home 70 late',
    ])
  })
})

describe('late fixes to which the receiver jumped', () => {
  it('do not end a visit, however many there are', () => {
    const fixes = [
      fixAt(0, 'home'),
      fixAt(100, 'home'),
      fixAt(30, 'home', 101),
      fixAt(31, 'unreachable', 101),
      fixAt(32, 'unreachable', 101),
      fixAt(33, 'home', 101),
    ]
    expect(changesOf(fixes)).toEqual(['entered home 0'])
  })

  it('do not move the time of a change that a newer fix has shown', () => {
    const fixes = [
      fixAt(0, 'away'),
      fixAt(100, 'home'),
      fixAt(99, 'unreachable', 101),
      fixAt(60, 'away', 101),
      fixAt(70, 'home', 101),
    ]
    expect(changesOf(fixes)).toEqual(['entered home 100'])
  })

  it('are distinguished from a long way: it was driven, if there was time for it', () => {
    const far = fixAt(600, 'unreachable', 1_300)
    const fixes = [fixAt(0, 'home'), fixAt(1_200, 'home'), far]
    expect(changesOf(fixes)).toEqual(['entered home 0', 'left home 600 late'])
  })
})

/** Fixes a minute or more apart, some of them stored during an outage and sent after the next one. */
const spot = fc.constantFrom<Spot>('home', 'depot', 'away')
const trip = fc.array(fc.record({ spot, step: fc.integer({ min: 1, max: 20 }) }), {
  minLength: 1,
  maxLength: 25,
})
const toFixes = (steps: readonly { spot: Spot; step: number }[]): PlaceFix[] => {
  let minute = 0
  return steps.map(({ spot, step }) => fixAt((minute += step), spot))
}
/** Publishes what waits: two current fixes after the settling time. */
const withEnd = (fixes: readonly PlaceFix[]): PlaceFix[] => [
  ...fixes,
  fixAt(1_000, 'away'),
  fixAt(1_020, 'away'),
]
const received = (fixes: readonly PlaceFix[], minute: number): PlaceFix[] =>
  fixes.map((fix) => ({ ...fix, receivedAt: start + minute * MINUTE, isLate: true }))
/** Kinds of changes, each place's in the order of time. */
const order = (changes: readonly PlaceChange[]): string[] =>
  changes
    .toSorted((a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1))
    .map(({ kind, placeId }) => `${kind} ${placeId}`)
    .toSorted()
const alternates = (changes: readonly PlaceChange[]): boolean =>
  areas.every(({ placeId }) =>
    changes
      .filter((change) => change.placeId === placeId)
      .toSorted((a, b) => a.at - b.at)
      .every(({ kind }, i) => kind === (i % 2 === 0 ? 'entered' : 'left')),
  )

describe('in any order', () => {
  it('stored fixes after an outage cause the same changes as sorted ones', () => {
    fc.assert(
      fc.property(trip, fc.nat(25), fc.nat(25), (steps, one, other) => {
        const [from, to] = [Math.min(one, other) + 1, Math.max(one, other) + 1]
        // Longer than any other gap: the six longest are remembered.
        const sorted = toFixes(
          steps.map(({ spot, step }, i) => ({ spot, step: i === to ? step + 60 : step })),
        )
        const stored = sorted.slice(from, to)
        const arrived = withEnd([...sorted.slice(0, from), ...sorted.slice(to), ...received(stored, 600)])
        const expected = judgeAll(withEnd(sorted)).changes
        const { changes } = judgeAll(arrived)
        expect(order(changes)).toEqual(order(expected))
        expect(alternates(changes)).toBe(true)
        const end = sorted[to]?.at
        const exact = new Set(expected.map(({ kind, placeId, at }) => `${kind} ${placeId} ${at}`))
        for (const { kind, placeId, at } of changes)
          expect(exact.has(`${kind} ${placeId} ${at}`) || at === end || at === start + 1_000 * MINUTE).toBe(
            true,
          )
      }),
      { numRuns: 500 },
    )
  })

  it('jumps among stored fixes change nothing while the device is in a place', () => {
    fc.assert(
      fc.property(trip, fc.array(fc.nat(25), { maxLength: 5 }), (steps, jumps) => {
        const [first, ...stored] = toFixes([{ spot: 'away', step: 1 }, ...steps])
        const last = fixAt(900, 'away')
        const arrived = received(stored, 901)
        const jumping = arrived.flatMap((fix, i) => {
          // A fix that repeats its place follows the jump half a minute later.
          const isInPlace = stored[i]!.latitude !== spots.away
          const jump = { ...fix, at: fix.at + MINUTE / 2, latitude: spots.unreachable }
          return jumps.includes(i) && isInPlace ? [fix, jump] : [fix]
        })
        const found = (fixes: readonly PlaceFix[]) => judgeAll(withEnd([first!, last, ...fixes]))
        expect(found(jumping).changes).toEqual(found(arrived).changes)
      }),
      { numRuns: 500 },
    )
  })

  it('shuffled fixes cause the same kinds and number of changes as sorted ones, while gaps are remembered', () => {
    const shuffled = trip.chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.shuffledSubarray(
          steps.map((_, i) => i),
          { minLength: steps.length },
        ),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([steps, places]) => {
        const sorted = toFixes(steps)
        // Fixes before the first received one do not count, so it is also the first in time.
        const mixed = [sorted[0]!, ...places.filter((i) => i > 0).map((i) => sorted[i]!)]
        const arrived = withEnd(received(mixed, 600))
        const { changes } = judgeAll(arrived, unbounded)
        expect(order(changes)).toEqual(order(judgeAll(withEnd(sorted), unbounded).changes))
      }),
      { numRuns: 500 },
    )
  })

  it('doubled fixes change nothing', () => {
    fc.assert(
      fc.property(trip, fc.array(fc.nat(24)), (steps, repeats) => {
        const sorted = toFixes(steps)
        const doubled = sorted.flatMap((fix, i) => [
          fix,
          ...repeats.filter((n) => n <= i).map((n) => sorted[n]!),
        ])
        expect(judgeAll(doubled)).toEqual(judgeAll(sorted))
      }),
    )
  })

  it('any fixes keep the stored state small, and each change is published once', () => {
    const any = fc.array(
      fc.tuple(fc.nat(2_000), fc.constantFrom<Spot>('home', 'depot', 'away', 'edge'), fc.nat(3_000)),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(any, (fixes) => {
        const { changes, presence } = judgeAll(
          fixes.map(([minute, spot, after]) => fixAt(minute, spot, minute + after)),
        )
        const ids = changes.map(({ kind, placeId, at }) => `${kind} ${placeId} ${at}`)
        expect(new Set(ids).size).toBe(ids.length)
        expect(presence?.gaps.length ?? 0).toBeLessThanOrEqual(presenceBounds.maxGaps)
      }),
    )
  })
})
