import { afterAll, beforeAll, describe, vi } from 'vitest'
import { timeScale } from './command-system.ts'
import { closeShared, startShared } from './shared-system.ts'
import { probe } from './stories/probe.ts'
import { waiting } from './stories/waiting.ts'

vi.setConfig({ testTimeout: 300_000 + 3_000_000 * timeScale, hookTimeout: 240_000 })

beforeAll(startShared)
afterAll(closeShared)

// These stories depend on short windows, which the load of others would disturb. So they have a system of their own.
describe.concurrent('commands and their timing', () => {
  probe()
  waiting()
})
