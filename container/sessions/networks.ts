import { createLimiter } from '#shared/concurrency.ts'
import type { Log } from '#shared/log.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import type { Session } from './session.ts'

export type Networks = {
  readonly add: (session: Session) => void
  /** Sessions whose network is not stored yet. */
  readonly size: () => number
}

/** A task may have thousands of sessions that become established in the same second. */
const MAX_CALLS = 32

/**
 * Stores the networks of sessions that became established. Control is notified only if commands wait for it, or if the
 * registry did not answer: then control stores the network, and the report is repeated until it has.
 */
export function createNetworks({
  sessions,
  onWork,
  log,
}: {
  readonly sessions: Pick<SessionStore, 'establish'>
  readonly onWork: (session: Session) => void
  readonly log: Log
}): Networks {
  const limit = createLimiter(MAX_CALLS)
  let left = 0
  const store = async (session: Session): Promise<void> => {
    const { deviceId, sessionId, connection } = session
    const stored = await limit(() =>
      sessions.establish(deviceId, { sessionId, remoteAddress: connection.remoteAddress }),
    ).catch((cause: unknown) => {
      log.warn('network of an established session not stored; control is notified', { cause })
      return 'has-work' as const
    })
    if (stored === 'has-work' && session.isOwner) onWork(session)
  }
  return {
    add: (session) => {
      left++
      void store(session).finally(() => left--)
    },
    size: () => left,
  }
}
