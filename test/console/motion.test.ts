import { describe, expect, it } from 'vitest'
import { describeMotion, motionOf } from '../../lambdas/console/parts/motion.ts'
import { speedNow } from '../../lambdas/console/parts/speed-now.ts'

const minutes = (count: number): string => new Date(at - count * 60_000).toISOString()
const at = new Date(2026, 2, 10, 14, 30).getTime()
const point = { latitude: 45.5, longitude: 8.05 }

const trip = (from: number, to: number | null, { lastAt = to ?? 0, endsInGap = false } = {}) => ({
  from: minutes(from),
  to: to === null ? null : minutes(to),
  lastAt: minutes(lastAt),
  start: point,
  end: point,
  distanceKm: 5,
  movingSeconds: 300,
  topSpeedKmh: 60,
  averageKmh: 40,
  endsInGap,
  isCertain: true,
})
const stop = (from: number, to: number | null, isCertain = true) => ({
  from: minutes(from),
  to: to === null ? null : minutes(to),
  lastAt: minutes(to ?? 0),
  ...point,
  isCertain,
})
const describeAt = (
  trips: ReturnType<typeof trip>[],
  stops: ReturnType<typeof stop>[],
  speedKmh: number | null = 50,
) => describeMotion(motionOf({ trips, stops }, at), speedKmh, at)

describe('what a device is doing, in words', () => {
  it('is driving since the beginning of the open trip', () => {
    expect(describeAt([trip(12, null)], [stop(90, 12)])).toBe('Driving 50 km/h for 12 min')
    expect(describeAt([trip(12, null)], [], 2)).toBe('On the way for 12 min, standing now')
    expect(describeAt([trip(12, null)], [], null)).toBe('On the way for 12 min, standing now')
  })
  it('is parked since the newest stop, with the day if it was another one', () => {
    expect(describeAt([trip(60, 28)], [stop(28, null)])).toBe('Parked since 14:02')
    expect(describeAt([], [stop(24 * 60, null)])).toMatch(/^Parked since Mon,? 9 Mar, 14:30$/)
    expect(describeAt([], [stop(3 * 1440, null, false)])).toBe('Parked for more than 3 days')
    expect(describeAt([trip(60, 28)], [])).toBe('Parked since 14:02')
  })
  it('is silent while driving, if no position came for half an hour', () => {
    expect(describeAt([trip(120, null, { lastAt: 31 })], [])).toBe('Fell silent while driving, 13:59')
    expect(describeAt([trip(120, 60, { endsInGap: true })], [])).toBe('Fell silent while driving, 13:30')
    expect(describeAt([trip(120, null, { lastAt: 29 })], [])).toBe('Driving 50 km/h for 2 h')
  })
  it('is unknown without a trip or stop', () => {
    expect(describeAt([], [])).toBe('No movement in the last days')
  })
})

describe('the speed in the list of devices', () => {
  const speedAfter = (age: number): string => {
    const fixTime = minutes(age)
    return speedNow(
      { lastPosition: { ...point, fixTime, receivedAt: fixTime, speedKnots: 43, speedKmh: 80, course: 90 } },
      at,
    )
  }

  it('is not shown of a device that fell silent while it was driving', () => {
    expect([0, 30, 31].map(speedAfter)).toEqual(['80 km/h', '80 km/h', ''])
    expect(speedNow({ lastPosition: null }, at)).toBe('')
  })
})
