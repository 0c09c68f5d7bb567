import { isContested, OTHER_SOCKET_MS } from '#shared/domain/contested.ts'
import type { Refusal } from '#shared/domain/refusal.ts'

/** What a gateway knows of the session that would receive a command. Times in ms; 0: never. */
export type WatchedSession = {
  readonly contestedUntil: number
  /** When another session of the device spoke last, from another address. */
  readonly otherSpokeAt: number
  /** All frames of the last minute were kept. */
  readonly isComplete: boolean
}

/** Why a dangerous command is not written, whatever the frames show; null: nothing stands in its way. */
export function dangerObstacle(
  { contestedUntil, otherSpokeAt, isComplete }: WatchedSession,
  now: number,
): Refusal | null {
  if (isContested(contestedUntil, now)) {
    return {
      code: 'contested',
      detail: `two connections claim to be this device, until ${iso(contestedUntil)}`,
    }
  }
  if (otherSpokeAt > 0 && now - otherSpokeAt <= OTHER_SOCKET_MS) {
    const ago = Math.max(0, Math.round((now - otherSpokeAt) / 1_000))
    return { code: 'contested', detail: `another connection of this device was active ${ago} s ago` }
  }
  return isComplete
    ? null
    : { code: 'interlock', detail: 'the device sent more frames in the last minute than can be judged' }
}

/** Why a command with a secret is not written yet. `at`: when the session becomes established; null: with more frames. */
export const secretObstacle = (at: number | null): Refusal => ({
  code: 'not-established',
  detail:
    'it carries a secret, and this connection comes from a network that is new for the device; it is written ' +
    (at === null
      ? 'after two frames and a minute without another connection'
      : `from ${iso(at)}, if no other connection of the device sends anything until then`),
})

const iso = (ms: number): string => new Date(ms).toISOString()
