/** What the console shows in a browser that is set to miles and to a zone with summer time. */
import { describe, expect, it } from 'vitest'
import { inBrowserWith } from './other-browser.ts'

async function load() {
  const format = await import('../../lambdas/console/parts/format.ts')
  const { describeFacts } = await import('../../lambdas/console/parts/facts.ts')
  const { dayOfMotion } = await import('../../lambdas/console/parts/motion.ts')
  const { axisTimes } = await import('../../lambdas/console/track/axis-times.ts')
  return { ...format, describeFacts, dayOfMotion, axisTimes }
}

describe('a browser that is set to miles', () => {
  const console = inBrowserWith({ units: 'imperial', timeZone: 'Europe/Berlin' }, load)

  it('shows lengths in feet, and the mileage in miles', () => {
    expect([20, 200, 1_000_000].map(console().toLength)).toEqual(['66 ft', '656 ft', '3,280,840 ft'])
    expect(console().describeFacts({ mileageMetres: 20_000 })).toEqual([['mileage', '12.4 mi']])
  })

  it('reads lengths in feet, and keeps the meters of one that is only shown', () => {
    expect(console().metersOf(1_000)).toBe(304.8)
    for (const meters of [20, 33.3, 200, 1_609, 1_000_000])
      expect(console().metersOf(console().lengthOf(meters))).toBe(meters)
  })

  it.each([
    ['23 hours', '2026-03-29', ['00:00', '06:45', '12:30', '18:15', '00:00']],
    ['24 hours', '2026-03-30', ['00:00', '06:00', '12:00', '18:00', '00:00']],
    ['25 hours', '2026-10-25', ['00:00', '05:15', '11:30', '17:45', '00:00']],
  ])('labels the quarters of a day of %s with their local times', (_, day, labels) => {
    expect(console().axisTimes(day).map(console().toMinute)).toEqual(labels)
  })

  it('says what a device did last by the day of its last fix, which may be long ago', () => {
    const now = Date.parse('2026-12-01T01:00:00Z')
    const dayOf = (fixTime: string | null): string =>
      new Date(console().dayOfMotion(fixTime, now).from).toISOString()
    expect(dayOf('2026-11-30T18:30:00Z')).toBe('2026-11-29T23:00:00.000Z')
    expect(dayOf('2026-10-25T03:00:00Z')).toBe('2026-10-24T22:00:00.000Z')
    expect(['2026-12-01T00:59:00Z', '2027-12-01T00:00:00Z', null].map(dayOf)).toEqual(
      Array(3).fill('2026-11-30T23:00:00.000Z'),
    )
  })
})
