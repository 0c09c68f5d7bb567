import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../lambdas/console/api/client.ts'
import type { DaySummaryAnswer } from '../../lambdas/console/api/types.ts'
import { dayBefore } from '../../lambdas/console/parts/days.ts'
import { toDistance, toDuration, toWhen } from '../../lambdas/console/parts/format.ts'

import { nearestTo } from '../../lambdas/console/track/nearest.ts'
import { createSummaryReader } from '../../lambdas/console/track/read-summary.ts'
import { addMonths, weeksOf } from '../../lambdas/console/track/weeks.ts'

const at = new Date(2026, 2, 10, 14, 2).getTime()

describe('days, times and distances', () => {
  it('are counted over the ends of months and years', () => {
    expect([dayBefore('2026-03-01', 1), dayBefore('2026-03-01', -31)]).toEqual(['2026-02-28', '2026-04-01'])
    expect(dayBefore('2026-01-01', 1)).toBe('2025-12-31')
  })
  it('are shown as durations and lengths', () => {
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
  it('are shown with the day only where it is a different day', () => {
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
  it('is one that no other is nearer than', () => {
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

/** An API that refuses more days than it can read at once. */
function createSummaries(maxDays: number) {
  const asked: number[] = []
  const read = createSummaryReader(async ({ firstDay, lastDay }) => {
    const days = weeksOf(firstDay.slice(0, 7))
      .flat()
      .filter((day) => day !== null && day >= firstDay && day <= lastDay)
    asked.push(days.length)
    if (days.length > maxDays) throw new Refusal(400, { type: 'urn:h02:problem:invalid-request' })
    return {
      days: days.map(
        (day) =>
          ({
            day,
            trips: 1,
            distanceKm: 0.5,
            movingSeconds: 60,
            topSpeedKmh: Number(day!.slice(-2)),
          }) as DaySummaryAnswer,
      ),
    }
  })
  const march = weeksOf('2026-03').map((week) => week.filter((day) => day !== null))
  return { asked, readMarch: () => read(march) }
}

describe('what a device drove in a month', () => {
  it.each([
    ['at once', 31, [31], [31]],
    ['by weeks if a month is refused', 7, [31, 1, 7, 7, 7, 7, 2], [1, 7, 7, 7, 7, 2]],
    ['by days if a week is refused', 1, [31, 1, 7, ...Array<number>(31).fill(1)], Array<number>(31).fill(1)],
  ])('is read %s', async (_, maxDays, first, later) => {
    const { asked, readMarch } = createSummaries(maxDays)
    const { days, total } = await readMarch()
    expect(days.map(({ day }) => day)).toEqual(weeksOf('2026-03').flat().filter(Boolean))
    expect(total).toEqual({ trips: 31, distanceKm: 15.5, movingSeconds: 1_860, topSpeedKmh: 31 })
    expect(asked.splice(0)).toEqual(first)
    await readMarch()
    expect(asked).toEqual(later)
  })
  it('is not read if a single day is refused', async () => {
    await expect(createSummaries(0).readMarch()).rejects.toBeInstanceOf(Refusal)
  })
})
