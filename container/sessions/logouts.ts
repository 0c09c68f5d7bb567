import { createLimiter } from '#shared/concurrency.ts'
import type { Log } from '#shared/log.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import type { Session } from './session.ts'

export type Logouts = {
  /** Releases the device of a session, unless a newer session has it. */
  readonly add: (session: Session) => void
  /** Number of logouts under way. */
  readonly size: () => number
}

/** All trackers of a stopping task leave at once, and each waiting call needs 100 kB in the SDK. */
const MAX_CALLS = 32

export function createLogouts(sessions: Pick<SessionStore, 'logout'>, log: Log): Logouts {
  const limit = createLimiter(MAX_CALLS)
  let underWay = 0
  const logout = async (deviceId: string, sessionId: string): Promise<void> => {
    underWay++
    try {
      await limit(() => sessions.logout(deviceId, sessionId))
    } catch (cause) {
      // The next login takes over the session anyway; until then the device is shown as online.
      log.warn('session not released; the device shows as online until its next login', { cause })
    }
    underWay--
  }
  return {
    add: ({ deviceId, sessionId }) => void logout(deviceId, sessionId),
    size: () => underWay,
  }
}
