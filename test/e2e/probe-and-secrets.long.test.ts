import { afterAll, beforeAll, vi } from 'vitest'
import { timeScale } from './command-system.ts'
import { closeShared, startShared } from './shared-system.ts'
import { probeProfiles } from './stories/probe-profiles.ts'
import { secrets } from './stories/secrets.ts'

// Windows of eleven minutes, scaled, plus a margin: a time-out means "hangs".
vi.setConfig({ testTimeout: 600_000 + 3_000_000 * timeScale, hookTimeout: 240_000 })

beforeAll(startShared)
afterAll(closeShared)

probeProfiles()
// The last story: it closes the system, to see what is logged then.
secrets()
