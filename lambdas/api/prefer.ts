/** API Gateway gives a request 30 s; what is left is for everything around the waiting. */
export const LONGEST_WAIT_SECONDS = 25

/**
 * When the wait of a request began: API Gateway received it then, and it may have waited for an instance since. Clocks
 * differ, so not later than now.
 */
export const arrivedAt = (timeEpoch: number | undefined, now: number): number =>
  Math.min(now, timeEpoch ?? now)

/**
 * `wait` of the Prefer header (RFC 7240), in seconds: as much of it as we can honour; null when no one asked for it.
 * A preference that makes no sense is not refused but ignored, as the RFC has it: `Preference-Applied` tells.
 */
export function readWait(header: string | undefined): number | null {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header ?? '') ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_WAIT_SECONDS)
}
