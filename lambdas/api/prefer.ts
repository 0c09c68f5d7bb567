/** API Gateway ends a request after 30 s; the rest of the time is for everything except waiting. */
const LONGEST_WAIT_SECONDS = 25

/**
 * When the wait of a request began: when API Gateway received it, because it may have waited for an instance since.
 * Clocks differ, so at the latest now.
 */
export const arrivedAt = (timeEpoch: number | undefined, now: number): number =>
  Math.min(now, timeEpoch ?? now)

/**
 * `wait` of the Prefer header (RFC 7240) in seconds, limited to what can be honoured; null if absent. As the RFC
 * requires, an invalid preference is ignored; `Preference-Applied` shows what was applied.
 */
export function readWait(header: string | undefined): number | null {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header ?? '') ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_WAIT_SECONDS)
}
