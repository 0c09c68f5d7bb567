import { describe, expect, it } from 'vitest'
import { createRoute } from './route.ts'

const drive = (seed: number, ignition?: 'off') => {
  const route = createRoute(seed, undefined, ignition)
  return Array.from({ length: 500 }, () => ({ ...route.advance(10), ignitionOn: route.ignitionOn }))
}

describe('a simulated route', () => {
  it('moves no further between two fixes than its speed allows', () => {
    const fixes = drive(3).filter(({ valid }) => valid)
    for (const [n, fix] of fixes.entries()) {
      const before = fixes[n - 1]
      if (before === undefined) continue
      const north = (fix.latitude - before.latitude) * 111_320
      const east = (fix.longitude - before.longitude) * 111_320 * Math.cos((46 * Math.PI) / 180)
      // Void fixes between the two: at most five intervals at 90 km/h.
      expect(Math.hypot(north, east)).toBeLessThan(5 * 10 * 25.5)
      expect(fix.speedKnots).toBeLessThan(49)
      expect(fix.course).toBeGreaterThanOrEqual(0)
      expect(fix.course).toBeLessThan(360)
    }
  })

  it('stops, parks with the ignition off, and drives on', () => {
    const fixes = [1, 2, 3, 4].flatMap((seed) => drive(seed))
    expect(fixes.some(({ speedKnots, ignitionOn }) => speedKnots === 0 && ignitionOn)).toBe(true)
    expect(fixes.some(({ ignitionOn }) => !ignitionOn)).toBe(true)
    expect(fixes.filter(({ speedKnots }) => speedKnots > 10).length).toBeGreaterThan(500)
  })

  it('freezes coordinates and speed while it has no satellites', () => {
    const fixes = drive(5)
    const voids = fixes.flatMap((fix, n) => (fix.valid ? [] : [[fix, fixes[n - 1]!] as const]))
    expect(voids.length).toBeGreaterThan(5)
    for (const [fix, before] of voids) {
      expect([fix.latitude, fix.longitude, fix.speedKnots]).toEqual([
        before.latitude,
        before.longitude,
        before.speedKnots,
      ])
    }
  })

  it('stays where it is with the ignition off', () => {
    expect(new Set(drive(6, 'off').map(({ latitude }) => latitude)).size).toBe(1)
  })
})
