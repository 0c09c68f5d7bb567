import { establishesAt } from '#shared/domain/established.ts'
import type { Session } from './session.ts'

export type Establishing = {
  /** A session from a new network. */
  readonly watch: (session: Session) => void
  readonly forget: (session: Session) => void
  readonly stop: () => void
}

const LOOK_EVERY_MS = 1_000
const MIN_LOOK_MS = 20

/** When sessions from new networks become established. One timer for all of them. */
export function createEstablishing({
  timeScale,
  now,
  otherSpokeAt,
  onEstablished,
}: {
  readonly timeScale: number
  readonly now: () => number
  readonly otherSpokeAt: (session: Session) => number
  readonly onEstablished: (session: Session) => void
}): Establishing {
  const watched = new Set<Session>()

  const look = (): void => {
    for (const session of watched) {
      // Only the owner of a device receives commands.
      if (!session.isOwner) continue
      const at = establishesAtOf(session, otherSpokeAt(session), timeScale)
      if (at === null || now() < at) continue
      watched.delete(session)
      session.isEstablished = true
      onEstablished(session)
    }
  }

  const timer = setInterval(look, Math.max(MIN_LOOK_MS, LOOK_EVERY_MS * timeScale))
  return {
    watch: (session) => void watched.add(session),
    forget: (session) => void watched.delete(session),
    stop: () => clearInterval(timer),
  }
}

/** Null: not before more frames arrive. */
export const establishesAtOf = (session: Session, otherSpokeAt: number, timeScale: number): number | null =>
  establishesAt(
    {
      loggedInAt: session.lastLoginAt,
      frames: session.frames,
      otherSpokeAt,
      contestedUntil: session.contestedUntil,
    },
    timeScale,
  )
