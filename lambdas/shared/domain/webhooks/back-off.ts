import type { WebhookState } from './webhook.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Waits after the first failure, the second, and so on. */
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
/** An event that fails while others succeed is retried at least at this interval. */
const MAX_EVENT_WAIT_MS = 10 * MINUTE_MS
/** A webhook that fails for this long is disabled; an event that fails for this long while others succeed is dropped. */
export const GIVE_UP_MS = 24 * HOUR_MS

/**
 * A webhook is paused after this many different events have failed over at least this time without a success in between. An event
 * that fails repeatedly counts once, because it must not delay the others.
 */
const FAILURES_TO_PAUSE = 5
/** Longer than it takes until a process learns of a success in another process. */
const FAILING_TO_PAUSE_MS = 3 * SECOND_MS

/** After an answer that takes longer than this, a webhook counts as slow for a while: only a few of its deliveries run at a time. */
export const SLOW_MS = 3 * SECOND_MS
export const SLOW_FOR_MS = MINUTE_MS
const SLOW_SLOTS = 5

/** Adds up to a quarter, so that events that failed together are not retried at the same moment. */
const jittered = (ms: number, random: number): number => Math.round(ms * (1 + random / 4))
const waitOf = (failures: number): number => waits[Math.min(Math.max(failures, 1), waits.length) - 1]!

/** The wait of an event after this many failures, ms. */
export const eventWait = (failures: number, random: number): number =>
  jittered(Math.min(waitOf(failures), MAX_EVENT_WAIT_MS), random)

/** The length of the nth pause of a webhook, ms. */
export const pauseOf = (pauses: number, random: number): number => jittered(waitOf(pauses), random)

/** The wait of an event that arrives during a pause, until the end of the pause. */
export const waitForPause = (pausedUntil: number, now: number, random: number): number =>
  Math.max(SECOND_MS, pausedUntil - now) + Math.round(5 * SECOND_MS * random)

/** An event that has failed is sent after untried ones: if it is the only one that fails, another one succeeds first. */
export const AFTER_OTHERS_MS = 10 * SECOND_MS

/** The wait of a delivery if too many others of its webhook are running. */
export const waitForSlot = (random: number): number => Math.round(2 * SECOND_MS + 4 * SECOND_MS * random)

/** Limit of simultaneous deliveries of a webhook; null: no limit. */
export function slotsOf({ pausedUntil, slowUntil }: WebhookState, now: number): number | null {
  // The pause has ended, and one delivery tests whether the webhook works again.
  if (pausedUntil !== null) return 1
  return slowUntil !== null && now < slowUntil ? SLOW_SLOTS : null
}

/** The consequence of a failure, from the state that includes it. */
export function afterFailure(
  { failures, failingSince, pausedUntil }: WebhookState,
  now: number,
): 'go-on' | 'pause' | 'disable' {
  const failingMs = now - (failingSince ?? now)
  if (failingMs >= GIVE_UP_MS) return 'disable'
  const isStill = pausedUntil !== null
  return isStill || (failures >= FAILURES_TO_PAUSE && failingMs >= FAILING_TO_PAUSE_MS) ? 'pause' : 'go-on'
}
