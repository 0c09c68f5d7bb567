import { defineConfig } from 'vitest/config'
import config, { LONG_TESTS } from './vitest.config.ts'

export default defineConfig({
  test: {
    ...config.test,
    include: [LONG_TESTS],
    exclude: [],
    // Browsers draw by software, with several processes each, so waiting for them takes longer.
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
})
