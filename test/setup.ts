import fc from 'fast-check'
import { afterAll, vi } from 'vitest'

/** The seed of all properties, so that a commit has the same result everywhere. `SEED=random npm test` tries other cases. */
const seed = process.env.SEED ?? '20260101'
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) })

// Files of one worker share a process.
afterAll(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})
