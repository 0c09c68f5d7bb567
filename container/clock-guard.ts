import type { Log } from '#shared/log.ts'

type ClockGuard = {
  /** Why no tracker is accepted; null: the clock may be correct. */
  readonly obstacle: () => string | null
  readonly stop: () => void
}

/**
 * When the gateway's code was last changed, ms since 1970 UTC: no correct clock is earlier. The bundler sets it
 * (cdk/build/bundle.ts); code that runs from its sources uses a date before all of them.
 */
const BUILT_AT_MS = Date.parse(process.env.BUILT_AT ?? '2025-01-01')

const LOOK_EVERY_MS = 1_000

/**
 * A clock that is earlier than the date of its own code is wrong. Everything stored would be dated years back, and acks
 * contain the time. So no tracker is accepted until the clock is correct.
 */
export function createClockGuard({
  earliest = BUILT_AT_MS,
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
    if (is) log.info('the clock is correct again: trackers are accepted', fields)
    else log.error('the clock of this machine is wrong: no tracker is accepted until it is set', fields)
    return is
  }
  isRight()
  // This check is only for the log, which must also be written while no one calls `obstacle`.
  const looking = setInterval(isRight, LOOK_EVERY_MS)
  return {
    obstacle: () => (isRight() ? null : 'the clock of this machine is wrong'),
    stop: () => clearInterval(looking),
  }
}
