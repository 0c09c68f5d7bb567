/** Limits per minute. Each function instance counts by itself, so they are approximate. */
export type RateLimits = {
  readonly requestsPerKey: number
  /** Refused keys per network address; above it requests from there are refused, unless their key was accepted recently. */
  readonly wrongKeysPerAddress: number
}

export const defaultRateLimits: RateLimits = { requestsPerKey: 3_000, wrongKeysPerAddress: 30 }

const WINDOW_MS = 60_000

export type Quota = {
  readonly isExceeded: boolean
  readonly limit: number
  readonly remaining: number
  /** Seconds until the count starts again. */
  readonly resetSeconds: number
}

/** Counts in fixed windows of a minute. */
export function createCounter(limit: number, now: () => number) {
  let window = 0
  let counts = new Map<string, number>()
  const quotaOf = (count: number): Quota => ({
    isExceeded: count > limit,
    limit,
    remaining: Math.max(0, limit - count),
    resetSeconds: Math.max(1, Math.ceil(((window + 1) * WINDOW_MS - now()) / 1_000)),
  })
  const countOf = (key: string): number => {
    const current = Math.floor(now() / WINDOW_MS)
    if (current !== window) {
      window = current
      counts = new Map()
    }
    return counts.get(key) ?? 0
  }
  return {
    /** Counts one request. */
    add: (key: string): Quota => {
      const count = countOf(key) + 1
      counts.set(key, count)
      return quotaOf(count)
    },
    /** The result that the next request would get. */
    peek: (key: string): Quota => quotaOf(countOf(key) + 1),
  }
}

/** RateLimit fields as in draft-ietf-httpapi-ratelimit-headers. */
export const quotaHeaders = ({ limit, remaining, resetSeconds }: Quota): Record<string, string> => ({
  'ratelimit-policy': `"key";q=${limit};w=${WINDOW_MS / 1_000}`,
  ratelimit: `"key";r=${remaining};t=${resetSeconds}`,
})
