import { setTimeout as sleep } from 'node:timers/promises'
import type { createLimiter } from '#shared/concurrency.ts'
import type { Log } from '#shared/log.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import type { Session } from './session.ts'

/** An unknown id is listed again only after so long: unregistered trackers redial all the time. */
const listAgainMs = 60_000
const mostListed = 10_000
const longestRetryMs = 30_000

/** `unregistered`: also could not register itself. `source`: registered, but this address is not an allowed source. */
export type Answer =
  | { readonly kind: 'login'; readonly login: Login }
  | { readonly kind: 'unregistered' }
  | { readonly kind: 'source' }

/**
 * Asks the registry for a device's session until it answers. What the registry cannot answer now is not decided now: frames wait, nothing is acknowledged.
 */
export function createRegistry({
  sessions,
  gatewayId,
  registration,
  log,
  now,
  limit,
  firstRetryMs = 500,
}: {
  sessions: SessionStore
  gatewayId: string
  registration: 'open' | 'registered'
  log: Log
  now: () => number
  limit: ReturnType<typeof createLimiter>
  firstRetryMs?: number
}): (session: Session) => Promise<Answer> {
  const listedAt = new Map<string, number>()

  const list = async (session: Session): Promise<void> => {
    if (now() - (listedAt.get(session.deviceId) ?? 0) < listAgainMs) return
    await sessions.listUnknown(
      session.deviceId,
      session.connection.remoteAddress,
      session.held[0]?.peeked.type ?? null,
    )
    if (listedAt.size >= mostListed) listedAt.clear()
    listedAt.set(session.deviceId, now())
  }

  const ask = async (session: Session): Promise<Answer> => {
    const { deviceId, sessionId } = session
    const request = { deviceId, sessionId, gatewayId, remoteAddress: session.connection.remoteAddress }
    const login = await sessions.login(request)
    if (login !== null) return toAnswer(login)
    // A second id on a socket is more often a wrong id than a second device (PROTOCOL.md section 1.8).
    if (registration === 'open' && session.isFirst && (await sessions.registerOpen(deviceId))) {
      const opened = await sessions.login(request)
      if (opened !== null) return toAnswer(opened)
    }
    await list(session)
    return { kind: 'unregistered' }
  }

  return async (session) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await limit(() => ask(session))
      } catch (cause) {
        if (attempt % 10 === 0)
          log.warn('registry not reachable; frames wait, nothing is acknowledged', { cause })
        await sleep(Math.min(longestRetryMs, firstRetryMs * 2 ** attempt) * (0.5 + Math.random() / 2))
      }
    }
  }
}

const toAnswer = (login: Login | 'source-refused'): Answer =>
  login === 'source-refused' ? { kind: 'source' } : { kind: 'login', login }
