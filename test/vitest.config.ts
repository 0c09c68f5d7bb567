import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    // Two cores, and the end-to-end tests start servers of their own: more workers only make them wait.
    maxWorkers: 2,
    // Files of one worker share what they import: loading the AWS SDK and the CDK anew for each file takes longer than
    // most files run. So a file undoes what it changes in its process; test/setup.ts does for the usual things.
    isolate: false,
    // Machines are shared and slow: a time-out here means "hangs", never "is slow".
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
})
