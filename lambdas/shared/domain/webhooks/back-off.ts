import type { WebhookState } from './webhook.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Waits after a failure: the first, the second, and so on. */
const waits = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
] as const
/** One event that fails while others succeed is sent again at least so often. */
const MAX_EVENT_WAIT_MS = 10 * MINUTE_MS
/** A webhook that fails for this long is disabled; an event that fails for this long while others succeed is dropped. */
export const GIVE_UP_MS = 24 * HOUR_MS

/**
 * Different events that fail without a success between them, over such a time, and so pause a webhook. One that fails
 * again and again counts once: it must not hold up the others.
 */
const FAILURES_TO_PAUSE = 5
/** Longer than a process may not know of a success of another one. */
const FAILING_TO_PAUSE_MS = 3 * SECOND_MS

/** An answer that takes longer makes a webhook slow for a while: deliveries of it then run a few at a time. */
export const SLOW_MS = 3 * SECOND_MS
export const SLOW_FOR_MS = MINUTE_MS
const SLOW_SLOTS = 5

/** At most a quarter more, so that what failed together does not come again together. */
const jittered = (ms: number, random: number): number => Math.round(ms * (1 + random / 4))
const waitOf = (failures: number): number => waits[Math.min(Math.max(failures, 1), waits.length) - 1]!

/** How long one event waits that failed so often. */
export const eventWait = (failures: number, random: number): number =>
  jittered(Math.min(waitOf(failures), MAX_EVENT_WAIT_MS), random)

/** How long a webhook is paused for the nth time. */
export const pauseOf = (pauses: number, random: number): number => jittered(waitOf(pauses), random)

/** How long what came during a pause waits until its end. */
export const waitForPause = (pausedUntil: number, now: number, random: number): number =>
  Math.max(SECOND_MS, pausedUntil - now) + Math.round(5 * SECOND_MS * random)

/** What failed itself goes after what was not tried yet: should it be the only one that fails, another one succeeds. */
export const AFTER_OTHERS_MS = 10 * SECOND_MS

/** How long a delivery waits that found too many others of its webhook running. */
export const waitForSlot = (random: number): number => Math.round(2 * SECOND_MS + 4 * SECOND_MS * random)

/** Deliveries of a webhook that may run at once; null: no limit. */
export function slotsOf({ pausedUntil, slowUntil }: WebhookState, now: number): number | null {
  // The pause is over, and one delivery finds out whether it succeeds again.
  if (pausedUntil !== null) return 1
  return slowUntil !== null && now < slowUntil ? SLOW_SLOTS : null
}

/** What follows from a failure, by the state that includes it. */
export function afterFailure(
  { failures, failingSince, pausedUntil }: WebhookState,
  now: number,
): 'go-on' | 'pause' | 'disable' {
  const failingMs = now - (failingSince ?? now)
  if (failingMs >= GIVE_UP_MS) return 'disable'
  const isStill = pausedUntil !== null
  return isStill || (failures >= FAILURES_TO_PAUSE && failingMs >= FAILING_TO_PAUSE_MS) ? 'pause' : 'go-on'
}
