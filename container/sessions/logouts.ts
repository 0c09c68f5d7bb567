import { createLimiter } from '#shared/concurrency.ts'
import type { Log } from '#shared/log.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import type { Session } from './session.ts'

export type Logouts = {
  /** Gives the device of a session back, unless a newer session has it. */
  readonly add: (session: Session) => void
  /** How many are under way. */
  readonly size: () => number
}

/** All trackers of a task that stops leave at once: each call takes 100 kB while it waits in the SDK. */
const MAX_CALLS = 32

export function createLogouts(sessions: Pick<SessionStore, 'logout'>, log: Log): Logouts {
  const limit = createLimiter(MAX_CALLS)
  let underWay = 0
  const logout = async (deviceId: string, sessionId: string): Promise<void> => {
    underWay++
    try {
      await limit(() => sessions.logout(deviceId, sessionId))
    } catch (cause) {
      // The next login takes the session anyway; until then the device shows as online.
      log.warn('session not given back', { cause })
    }
    underWay--
  }
  return {
    add: ({ deviceId, sessionId }) => void logout(deviceId, sessionId),
    size: () => underWay,
  }
}
