import { establishesAt } from '#shared/domain/established.ts'
import type { Connection } from '../sockets/connection.ts'
import type { Session } from './session.ts'

export type Establishing = {
  /** Starts to watch a session from a new network. */
  readonly watch: (session: Session) => void
  readonly forget: (session: Session) => void
  readonly stop: () => void
}

const LOOK_EVERY_MS = 1_000
const MIN_LOOK_MS = 20

/** Decides when sessions from new networks become established. One timer serves all of them. */
export function createEstablishing({
  timeScale,
  monotonic,
  otherSentAt,
  onEstablished,
  guard,
}: {
  readonly timeScale: number
  readonly monotonic: () => number
  /** Of the monotonic clock. */
  readonly otherSentAt: (session: Session) => number
  readonly onEstablished: (session: Session) => void
  /** Runs the work of one connection; a fault in it affects no other. */
  readonly guard: (connection: Connection, work: () => void) => void
}): Establishing {
  const watched = new Set<Session>()

  const lookAt = (session: Session): void => {
    // Only the owner of a device receives commands.
    if (!session.isOwner) return
    const at = establishesAt(
      {
        loggedInAt: session.askedAt,
        frames: session.frames,
        otherSentAt: otherSentAt(session),
        contestedUntil: session.contestedUntilMonotonic,
      },
      timeScale,
    )
    if (at === null || monotonic() < at) return
    watched.delete(session)
    session.isEstablished = true
    onEstablished(session)
  }
  const look = (): void => {
    for (const session of watched) guard(session.connection, () => lookAt(session))
  }

  const timer = setInterval(look, Math.max(MIN_LOOK_MS, LOOK_EVERY_MS * timeScale))
  return {
    watch: (session) => void watched.add(session),
    forget: (session) => void watched.delete(session),
    stop: () => clearInterval(timer),
  }
}

/**
 * When a session becomes established, if no other session sends anything; null: not before more frames arrive.
 * `otherSentAt` and the result are times of the steady clock.
 */
export const establishesAtOf = (session: Session, otherSentAt: number, timeScale: number): number | null =>
  establishesAt(
    {
      loggedInAt: session.toSteady(session.askedAt),
      frames: session.frames,
      otherSentAt,
      contestedUntil: session.contestedUntil,
    },
    timeScale,
  )
