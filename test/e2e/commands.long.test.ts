import { afterAll, beforeAll, vi } from 'vitest'
import { timeScale } from './command-system.ts'
import { closeShared, startShared } from './shared-system.ts'
import { queue } from './stories/queue.ts'
import { twoGateways } from './stories/two-gateways.ts'
import { upgrade } from './stories/upgrade.ts'
import { waits } from './stories/waits.ts'

// Windows of eleven minutes, scaled, plus a margin: a time-out means "hangs".
vi.setConfig({ testTimeout: 600_000 + 3_000_000 * timeScale, hookTimeout: 240_000 })

beforeAll(startShared)
afterAll(closeShared)

waits()
queue()
upgrade()
twoGateways()
