/** API Gateway ends a request after 30 s; the rest is for everything besides the waiting. */
const LONGEST_WAIT_SECONDS = 25

/**
 * When the wait of a request began: API Gateway received it then, and it may have waited for an instance since. Clocks
 * differ, so not later than now.
 */
export const arrivedAt = (timeEpoch: number | undefined, now: number): number =>
  Math.min(now, timeEpoch ?? now)

/**
 * `wait` of the Prefer header (RFC 7240), in seconds, at most what can be honoured; null if it is absent.
 * An invalid preference is ignored, as the RFC says; `Preference-Applied` shows what was applied.
 */
export function readWait(header: string | undefined): number | null {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header ?? '') ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_WAIT_SECONDS)
}
