import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quietUntil, wallTime, weekdays, type QuietHours } from '#shared/domain/notices/quiet-hours.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Changes by an hour, by half an hour, at midnight, in the southern half of the year, and never. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kolkata',
  'UTC',
]
const night = (more: Partial<QuietHours> = {}): QuietHours => ({
  from: '22:00',
  to: '06:00',
  timeZone: 'Europe/Berlin',
  days: null,
  except: [],
  ...more,
})
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
const untilAt = (hours: QuietHours, time: string): string | null => iso(quietUntil(hours, Date.parse(time)))

describe('quiet hours', () => {
  it.each([
    ['before', '2026-01-10T20:59:59Z', null],
    ['at their beginning', '2026-01-10T21:00:00Z', '2026-01-11T05:00:00.000Z'],
    ['after midnight', '2026-01-11T04:59:59Z', '2026-01-11T05:00:00.000Z'],
    ['at their end', '2026-01-11T05:00:00Z', null],
    // The clock skips 02:00 to 03:00: the night is an hour shorter.
    ['in the night of the change to summer', '2026-03-28T21:00:00Z', '2026-03-29T04:00:00.000Z'],
    // It shows 02:00 to 03:00 twice: the night is an hour longer.
    ['in the night of the change to winter', '2026-10-24T20:00:00Z', '2026-10-25T05:00:00.000Z'],
  ])('%s', (_, time, until) => {
    expect(untilAt(night(), time)).toBe(until)
  })

  it('neither end early nor begin twice when the clock is set back over them', () => {
    const end = night({ from: '01:00', to: '02:30' })
    // 02:30 comes at 00:30Z and at 01:30Z.
    expect(untilAt(end, '2026-10-25T00:45:00Z')).toBe('2026-10-25T01:30:00.000Z')
    const begin = night({ from: '02:30', to: '04:00' })
    expect(untilAt(begin, '2026-10-25T01:15:00Z')).toBe('2026-10-25T03:00:00.000Z')
  })

  it('that begin at a time the clock skips begin later by what it skips', () => {
    const hours = night({ from: '01:00', to: '02:30' })
    expect(untilAt(hours, '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:30:00.000Z')
  })

  it('belong to the day on which they begin', () => {
    const friday = night({ days: ['fri'] })
    expect(untilAt(friday, '2026-01-09T23:30:00Z')).toBe('2026-01-10T05:00:00.000Z')
    expect(untilAt(friday, '2026-01-10T23:30:00Z')).toBeNull()
  })
})

const clock = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map((minutes) => [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0')).join(':'))
const hoursOf = fc
  .record({
    from: clock,
    to: clock,
    timeZone: fc.constantFrom(...zones),
    days: fc.option(fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }), { nil: null }),
    except: fc.constant([]),
  })
  .filter(({ from, to }) => from !== to)

/** The changes of a zone's clock in a year, found hour by hour: the first hours that have another offset. */
const changesOf = (timeZone: string, year: number): number[] => {
  const offset = (at: number) => wallTime(at, timeZone) - at
  const first = Date.UTC(year, 0, 1)
  return Array.from({ length: 365 * 24 }, (_, hour) => first + hour * HOUR_MS).filter(
    (at) => offset(at) !== offset(at - HOUR_MS),
  )
}
const changes = new Map(zones.map((zone) => [zone, changesOf(zone, 2026)]))
/** Around a change of the clock mostly, else anywhere in the year. */
const timeFor = ({ timeZone }: QuietHours): fc.Arbitrary<number> => {
  const near = changes.get(timeZone)!
  const around = near.length === 0 ? [Date.UTC(2026, 5, 1)] : near
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...around), fc.integer({ min: -2_160, max: 2_160 })) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constant(Date.UTC(2026, 6, 1)), fc.integer({ min: -259_200, max: 259_200 })),
      },
    )
    .map(([at, minutes]) => at + minutes * MINUTE_MS)
}
const cases = hoursOf.chain((hours) => fc.record({ hours: fc.constant(hours), now: timeFor(hours) }))
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const wallMinutes = (at: number, zone: string): number =>
  (((wallTime(at, zone) / MINUTE_MS) % 1_440) + 1_440) % 1_440

describe('quiet hours: in any zone, around changes of its clock', () => {
  it('are tested in zones that do change their clock', () => {
    expect([...changes].map(([zone, list]) => [zone, list.length])).toEqual(
      zones.map((zone) => [zone, ['Asia/Kolkata', 'UTC'].includes(zone) ? 0 : 2]),
    )
  })

  it('last until their end, without a gap, and no longer than a day and a change', () => {
    fc.assert(
      fc.property(cases, ({ hours, now }) => {
        const until = quietUntil(hours, now)
        if (until === null) return
        expect(until).toBeGreaterThan(now)
        expect(until - now).toBeLessThanOrEqual(DAY_MS + 2 * HOUR_MS)
        for (const part of [0.1, 0.5, 0.9]) {
          const between = Math.floor(now + (until - now) * part)
          expect(quietUntil(hours, between)).toBeGreaterThanOrEqual(until)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('end when the clock shows their end, unless it skips it', () => {
    fc.assert(
      fc.property(cases, ({ hours, now }) => {
        const until = quietUntil(hours, now)
        if (until === null) return
        const isSkipped = changes.get(hours.timeZone)!.some((at) => Math.abs(at - until) <= 2 * HOUR_MS)
        if (!isSkipped) expect(wallMinutes(until, hours.timeZone)).toBe(minutesOf(hours.to))
      }),
      { numRuns: 400 },
    )
  })

  it('follow the clock exactly, a day away from its changes', () => {
    fc.assert(
      fc.property(cases, ({ hours, now }) => {
        const isNear = changes.get(hours.timeZone)!.some((at) => Math.abs(at - now) <= 2 * DAY_MS)
        if (isNear || hours.days !== null) return
        const at = wallMinutes(now, hours.timeZone)
        const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
        const isQuiet = from < to ? at >= from && at < to : at >= from || at < to
        expect(quietUntil(hours, now) !== null).toBe(isQuiet)
      }),
      { numRuns: 400 },
    )
  })

  it('begin once in each night, also when the clock shows a time twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones.filter((zone) => changes.get(zone)!.length > 0)),
        hoursOf,
        (zone, given) => {
          const hours = { ...given, timeZone: zone, days: null }
          for (const change of changes.get(zone)!) {
            const begins = Array.from(
              { length: 4 * 24 * 4 },
              (_, n) => change - 2 * DAY_MS + n * 15 * MINUTE_MS,
            ).filter(
              (at) => quietUntil(hours, at) !== null && quietUntil(hours, at - 15 * MINUTE_MS) === null,
            )
            const apart = begins.slice(1).map((at, n) => at - begins[n]!)
            expect(apart.filter((ms) => ms < 22 * HOUR_MS)).toEqual([])
          }
        },
      ),
      { numRuns: 15 },
    )
  })
})
