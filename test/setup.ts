import { afterAll, vi } from 'vitest'

// Files of one worker share a process.
afterAll(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})
