import { performance } from 'node:perf_hooks'

/**
 * Milliseconds of this process's monotonic clock, for every duration. Its values have no meaning in another process;
 * times that are stored or compared elsewhere come from `Date.now()`.
 */
export const monotonicNow = (): number => performance.now()
