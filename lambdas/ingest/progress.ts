import type { SessionProgress } from '#shared/history/state.ts'

/** Sessions a state remembers the last seq of: enough for a tracker that reconnects while a producer still retries. */
const remembered = 8

export type Step =
  /** Applied before: a producer's retry. */
  | { readonly kind: 'repeat' }
  /** Of a session older than those remembered: kept, but nothing tells whether it repeats. */
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'next'; readonly newest: boolean; readonly sessions: readonly SessionProgress[] }

/** What an event (sessionId, seq) is to the sessions of a device (newest first; ids sort by login time). */
export function stepOf(sessions: readonly SessionProgress[], sessionId: string, seq: number): Step {
  const at = sessions.findIndex((known) => known.sessionId <= sessionId)
  const known = at === -1 ? undefined : sessions[at]
  if (known?.sessionId === sessionId) {
    if (seq <= known.lastSeq) return { kind: 'repeat' }
    return {
      kind: 'next',
      newest: at === 0,
      sessions: sessions.with(at, { sessionId, lastSeq: seq }),
    }
  }
  const place = at === -1 ? sessions.length : at
  if (place >= remembered) return { kind: 'forgotten' }
  return {
    kind: 'next',
    newest: place === 0,
    sessions: sessions.toSpliced(place, 0, { sessionId, lastSeq: seq }).slice(0, remembered),
  }
}
