import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayBefore, toDistance, toDuration, toWhen } from '../../lambdas/console/parts/format.ts'
import { nearestTo } from '../../lambdas/console/track/nearest.ts'
import { addMonths, weeksOf } from '../../lambdas/console/track/weeks.ts'

const at = new Date(2026, 2, 10, 14, 2).getTime()

describe('days, times and distances', () => {
  it('counts days over the ends of months and years', () => {
    expect([dayBefore('2026-03-01', 1), dayBefore('2026-03-01', -31)]).toEqual(['2026-02-28', '2026-04-01'])
    expect(dayBefore('2026-01-01', 1)).toBe('2025-12-31')
  })
  it('shows times spent, and distances', () => {
    expect([59, 60, 3_540, 3_900, 86_400].map(toDuration)).toEqual([
      '59 s',
      '1 min',
      '59 min',
      '1 h 05 min',
      '24 h 00 min',
    ])
    expect([0, 0.04, 12.34, 99.96, 240.4].map(toDistance)).toEqual([
      '0 km',
      '0 km',
      '12.3 km',
      '100 km',
      '240 km',
    ])
  })
  it('names the day only where it is another one', () => {
    expect(toWhen(at, at + 3_600_000)).toBe('14:02')
    expect(toWhen(at, at + 86_400_000)).toMatch(/^Tue,? 10 Mar, 14:02$/)
  })
})

describe('the calendar', () => {
  it('has weeks from Monday on, with every day of the month once', () => {
    const weeks = weeksOf('2026-03')
    expect(weeks[0]).toEqual([null, null, null, null, null, null, '2026-03-01'])
    expect(weeks.at(-1)).toEqual(['2026-03-30', '2026-03-31', null, null, null, null, null])
    expect(weeksOf('2027-02').flat()).toHaveLength(28)
    expect(weeksOf('2028-02').flat().filter(Boolean)).toHaveLength(29)
  })
  it('counts months over the ends of years', () => {
    expect([addMonths('2026-12', 1), addMonths('2026-01', -1), addMonths('2026-03', 0)]).toEqual([
      '2027-01',
      '2025-12',
      '2026-03',
    ])
  })
})

describe('the fix nearest to a time', () => {
  it('is none that another one is nearer than', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(times, fc.integer({ min: -50, max: 1_050 }), (unsorted, time) => {
        const fixes = unsorted.toSorted((a, b) => a - b).map((one) => ({ at: one }))
        const found = Math.abs(fixes[nearestTo(fixes, time)]!.at - time)
        expect(found).toBe(Math.min(...fixes.map((fix) => Math.abs(fix.at - time))))
      }),
    )
  })
  it('is the first where there is none', () => {
    expect(nearestTo([], 5)).toBe(0)
  })
})
