import { defineConfig } from 'vitest/config'
import config, { LONG_TESTS } from './vitest.config.ts'

export default defineConfig({ test: { ...config.test, include: [LONG_TESTS], exclude: [] } })
