import { defineConfig } from 'vitest/config'
import { WaitsFirst } from './waits-first.ts'

/** Tests that are slow by nature run with npm run test:long. */
export const LONG_TESTS = 'test/**/*.long.test.ts'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: [LONG_TESTS],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    // Failures and a summary; what a test prints is shown when it fails.
    reporters: ['minimal'],
    silent: 'passed-only',
    // For two cores: tests of whole systems mostly wait for windows to end, while others compute.
    maxWorkers: 4,
    sequence: { sequencer: WaitsFirst },
    // Stories of devices that wait side by side in one system: test/e2e/commands.test.ts.
    maxConcurrency: 100,
    // Files of one worker share their imports, because loading the AWS SDK and the CDK for each file takes longer than most files
    // run. So a file must undo its changes to the process; test/setup.ts does that for the usual ones.
    isolate: false,
    // Machines are shared and slow: a time-out here means "hangs", never "is slow".
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 100_000, interval: 10 } },
  },
})
