import type { Log } from '#shared/log.ts'

export type ClockGuard = {
  /** Why no tracker is accepted; null: the clock may be right. */
  readonly obstacle: () => string | null
  readonly stop: () => void
}

/**
 * When the gateway's code was last changed, ms since 1970 UTC: no clock can be before it. Put in by the bundler
 * (cdk/build/bundle.ts); where the code runs from its sources, a date before all of it.
 */
export const builtAt = Date.parse(process.env.BUILT_AT ?? '2025-01-01')

const LOOK_EVERY_MS = 1_000

/**
 * A machine whose clock is before the date of its own code has a wrong clock: what it stored would be dated years back,
 * and acks carry the time. It accepts no one until the clock is right.
 */
export function createClockGuard({
  earliest = builtAt,
  now = Date.now,
  log,
}: {
  readonly earliest?: number
  readonly now?: () => number
  readonly log: Log
}): ClockGuard {
  let wasRight = true
  const isRight = (): boolean => {
    const is = now() >= earliest
    if (is === wasRight) return is
    wasRight = is
    const fields = { now: new Date(now()).toISOString(), earliest: new Date(earliest).toISOString() }
    if (is) log.info('the clock is right again: trackers are accepted', fields)
    else log.error('the clock of this machine is wrong: no tracker is accepted until it is set', fields)
    return is
  }
  isRight()
  // For the log: no one may ask.
  const looking = setInterval(isRight, LOOK_EVERY_MS)
  return {
    obstacle: () => (isRight() ? null : 'the clock of this machine is wrong'),
    stop: () => clearInterval(looking),
  }
}
