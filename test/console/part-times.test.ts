import { describe, expect, it } from 'vitest'
import { inBrowserWith } from './other-browser.ts'

const load = async () => ({
  ...(await import('../../lambdas/console/parts/days.ts')),
  ...(await import('../../lambdas/console/track/part-times.ts')),
})
const part = (from: string, to: string | null, { isCertain = true, lastAt = to ?? from } = {}) => ({
  from,
  to,
  lastAt,
  isCertain,
})

/** The night in which clocks go back: this day has 25 hours. */
describe('the times of a trip on the page of a day', () => {
  const console = inBrowserWith({ timeZone: 'Europe/Berlin' }, load)
  const times = (...args: Parameters<typeof part>): string =>
    console().timesOf(part(...args), console().boundsOfDay('2026-10-25'))

  it('are written without a day if they are on that day', () => {
    expect(times('2026-10-25T05:12:00Z', '2026-10-25T06:47:00Z')).toBe('06:12 – 07:47')
    expect(times('2026-10-25T22:00:00Z', '2026-10-25T23:00:00Z')).toBe('23:00 – 00:00')
    expect(times('2026-10-25T05:12:00Z', null)).toBe('06:12 – …')
  })
  it('are written with the day if they are on another one', () => {
    expect(times('2026-10-24T21:00:00Z', '2026-10-24T22:40:00Z')).toBe('Sat 24 Oct, 23:00 – 00:40')
    expect(times('2026-10-25T22:30:00Z', '2026-10-25T23:10:00Z')).toBe('23:30 – Mon 26 Oct, 00:10')
  })
  it('begin with the day if the data that was read begins later than the part', () => {
    expect(times('2026-10-24T21:00:00Z', '2026-10-24T22:40:00Z', { isCertain: false })).toBe('00:00 – 00:40')
  })
  it('end with the last fix if the tracker has been silent for half an hour', () => {
    const trip = part('2026-10-25T05:12:00Z', null, { lastAt: '2026-10-25T06:00:00Z' })
    const at = (minute: number): boolean =>
      console().isLost(trip, Date.parse('2026-10-25T06:00:00Z') + minute * 60_000)
    expect([at(30), at(31)]).toEqual([false, true])
  })
})
