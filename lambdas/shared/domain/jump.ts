import { metersBetween, type Point } from './distance.ts'

type TimedPoint = Point & { readonly at: number }

/** A fix that could only be reached faster than `maxSpeedKmh` is a jump of the receiver; shorter jumps are drift. */
export const jumpRules = { maxSpeedKmh: 300, minMeters: 1_000 } as const

const METERS_PER_MS = (jumpRules.maxSpeedKmh * 1_000) / 3_600_000

/** Whether a device that is at two points this far apart, after this time, can only have got there by a jump. */
export const isTooFar = (meters: number, ms: number): boolean =>
  meters > Math.max(jumpRules.minMeters, METERS_PER_MS * ms)

/** Times are fix times, ms since 1970 UTC. */
export const isJump = (from: TimedPoint, to: TimedPoint): boolean =>
  isTooFar(metersBetween(from, to), to.at - from.at)
