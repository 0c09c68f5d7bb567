import { afterAll, beforeAll, describe, vi } from 'vitest'
import { timeScale } from './command-system.ts'
import { closeShared, startShared } from './shared-system.ts'
import { forum } from './stories/forum.ts'
import { keeping } from './stories/keeping.ts'
import { live } from './stories/live.ts'
import { mcp } from './stories/mcp.ts'
import { migrate } from './stories/migrate.ts'
import { relay } from './stories/relay.ts'
import { safety } from './stories/safety.ts'
import { together } from './stories/together.ts'
import { verdicts } from './stories/verdicts.ts'

// Windows of eleven minutes, scaled, plus a margin: a time-out means "hangs".
vi.setConfig({ testTimeout: 300_000 + 3_000_000 * timeScale, hookTimeout: 240_000 })

beforeAll(startShared)
afterAll(closeShared)

// They mostly wait for windows to end, so they all run at the same time.
describe.concurrent('commands', () => {
  verdicts()
  forum()
  safety()
  together()
  live()
  migrate()
  keeping()
  mcp()
  relay()
})
