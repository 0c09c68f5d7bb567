import { afterAll, beforeAll, vi } from 'vitest'
import { timeScale } from './command-system.ts'
import { closeShared, startShared } from './shared-system.ts'
import { probeProfiles } from './stories/probe-profiles.ts'
import { queue } from './stories/queue.ts'
import { secrets } from './stories/secrets.ts'
import { twoGateways } from './stories/two-gateways.ts'
import { upgrade } from './stories/upgrade.ts'
import { waits } from './stories/waits.ts'

// Windows of eleven minutes, scaled, plus a margin: a time-out means "hangs".
vi.setConfig({ testTimeout: 600_000 + 3_000_000 * timeScale, hookTimeout: 240_000 })

beforeAll(startShared)
afterAll(closeShared)

waits()
probeProfiles()
queue()
upgrade()
twoGateways()
// The last story: it closes the system, to see what is logged then.
secrets()
