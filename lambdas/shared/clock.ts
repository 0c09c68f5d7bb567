import { performance } from 'node:perf_hooks'

/**
 * Milliseconds that pass in this process, whatever happens to the wall clock: for every duration. Its values mean
 * nothing in another process; times that are stored or compared elsewhere come from `Date.now()`.
 */
export const monotonicNow = (): number => performance.now()
