type Waits = { readonly firstMs: number; readonly maxMs?: number }

const longest = (attempt: number, { firstMs, maxMs = Number.POSITIVE_INFINITY }: Waits): number =>
  Math.min(maxMs, firstMs * 2 ** attempt)

/**
 * How long to wait after failure `attempt` (0 is the first), ms: a random time between half of a limit and the limit, which doubles
 * each time.
 */
export const backOffMs = (attempt: number, waits: Waits): number =>
  longest(attempt, waits) * (0.5 + Math.random() / 2)

/** The same after a conflict with another writer, ms: a random time from 0 to the limit, so that the two do not conflict again. */
export const conflictWaitMs = (attempt: number, waits: Waits): number =>
  longest(attempt, waits) * Math.random()
