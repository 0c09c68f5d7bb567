import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // Two cores, and the end-to-end tests start servers of their own: more workers only make them wait.
    maxWorkers: 2,
    // Machines are shared and slow: a time-out here means "hangs", never "is slow".
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
})
