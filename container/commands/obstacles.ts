import { isContested, OTHER_SOCKET_MS } from '#shared/domain/contested.ts'
import type { Refusal } from '#shared/domain/refusal.ts'
import { establishesAtOf } from '../sessions/establishing.ts'
import type { Session } from '../sessions/session.ts'
import { toIso } from '#shared/domain/iso-time.ts'

/** Why a dangerous command is not written to a session, whatever the frames show; null: no obstacle. */
export function dangerObstacle(
  { contestedUntil, recent }: Session,
  { now, otherSentAt }: { readonly now: number; readonly otherSentAt: number },
): Refusal | null {
  if (isContested(contestedUntil, now)) {
    const detail = `two connections claim to be this device, until ${toIso(contestedUntil)}`
    return { code: 'contested', detail }
  }
  if (otherSentAt > 0 && now - otherSentAt <= OTHER_SOCKET_MS) {
    const ago = Math.max(0, Math.round((now - otherSentAt) / 1_000))
    return { code: 'contested', detail: `another connection of this device was active ${ago} s ago` }
  }
  return recent === null || recent.isComplete
    ? null
    : { code: 'interlock', detail: 'the device sent more frames in the last minute than can be judged' }
}

/** Why a command with a secret is not written to a session yet; null: no obstacle. */
export function secretObstacle(session: Session, otherSentAt: number, timeScale: number): Refusal | null {
  if (session.isEstablished) return null
  const at = establishesAtOf(session, otherSentAt, timeScale)
  return {
    code: 'not-established',
    detail:
      'it contains a secret, and this connection comes from a network that is new for the device; it is written ' +
      (at === null
        ? 'after two frames and a minute without another connection'
        : `from ${toIso(at)}, if no other connection of the device sends anything until then`),
  }
}
