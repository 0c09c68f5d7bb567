export type Clock = {
  /** The wall clock, ms since 1970 UTC: for times that other processes compare or people read. */
  readonly now: () => number
  /** For durations, ms. Steps of the wall clock do not change it. */
  readonly monotonic: () => number
  /**
   * The wall clock without its steps, for commands under way: their windows compare times, and their times are
   * reported. It follows a step at once while no command is under way, else slowly.
   */
  readonly steady: () => number
}

/** Smaller differences are not a step: clocks are corrected in small amounts all the time. */
const MIN_STEP_MS = 1_000
/** The rate at which the steady clock follows a step: a window is too long or too short by at most this share. */
const FOLLOW_SHARE = 0.1

export function createClock({
  now,
  monotonic,
  isIdle,
}: {
  readonly now: () => number
  readonly monotonic: () => number
  /** True if no command is under way. */
  readonly isIdle: () => boolean
}): Clock {
  /** Wall clock minus monotonic clock, as `steady` counts it. */
  let offset = now() - monotonic()
  let askedAt = monotonic()
  const steady = (): number => {
    const at = monotonic()
    const wall = now()
    const step = wall - at - offset
    const allowed = (at - askedAt) * FOLLOW_SHARE
    askedAt = at
    if (Math.abs(step) < MIN_STEP_MS || isIdle()) {
      offset = wall - at
      return wall
    }
    offset += Math.max(-allowed, Math.min(allowed, step))
    return Math.round(at + offset)
  }
  return { now, monotonic, steady }
}
