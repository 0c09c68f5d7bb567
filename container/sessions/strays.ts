import type { Foreign } from '#h02'
import { readForeignId } from '#h02'
import type { Log } from '#shared/log.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import type { UnknownIds } from './unknown-ids.ts'

type Strays = {
  /** A socket spoke another protocol. `bytes`: the chunk in which that was recognized. */
  readonly add: (remoteAddress: string, foreign: Foreign, bytes: Uint8Array) => void
}

/** Limit of simultaneous writes; further ones are dropped, because a refused tracker connects again. */
const MAX_CALLS = 4
/** Minimum time between two records of one tracker, ms. */
const NOTE_EVERY_MS = 60_000
const MAX_NOTED = 10_000

/**
 * Records trackers that speak another protocol, under the id in their login, so that a diagnosis can explain why nothing arrives.
 * Like ids that are not registered, they cost a token of their address and one of the gateway.
 */
export function createStrays({
  sessions,
  unknownIds,
  monotonic,
  log,
}: {
  readonly sessions: Pick<SessionStore, 'noteStray'>
  readonly unknownIds: Pick<UnknownIds, 'takeToken'>
  readonly monotonic: () => number
  readonly log: Log
}): Strays {
  const notedAt = new Map<string, number>()
  let calls = 0

  const isDue = (deviceId: string): boolean => {
    const at = monotonic()
    if (at - (notedAt.get(deviceId) ?? Number.NEGATIVE_INFINITY) < NOTE_EVERY_MS) return false
    notedAt.delete(deviceId)
    notedAt.set(deviceId, at)
    if (notedAt.size > MAX_NOTED) notedAt.delete(notedAt.keys().next().value!)
    return true
  }

  return {
    add: (remoteAddress, { name }, bytes) => {
      const deviceId = readForeignId(name, bytes)
      if (deviceId === null || calls >= MAX_CALLS) return
      if (!isDue(deviceId) || !unknownIds.takeToken(remoteAddress)) return
      calls++
      void sessions
        .noteStray(deviceId, { remoteAddress, protocol: name })
        .catch((cause: unknown) => log.warn('a tracker of another protocol was not noted', { cause }))
        .finally(() => calls--)
    },
  }
}
