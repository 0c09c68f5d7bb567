import type { SessionProgress } from '#shared/history/state-bytes.ts'

/** Number of sessions whose last seq is remembered: enough for a tracker that reconnects while a producer still retries. */
const REMEMBERED = 8

type Step =
  /** Applied before: a producer's retry. */
  | { readonly kind: 'repeat' }
  /** Of a session older than the remembered ones: stored, but it is unknown whether it repeats. */
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'next'; readonly newest: boolean; readonly sessions: readonly SessionProgress[] }

/**
 * The relation of an event to the sessions of its device, newest first. They are ordered by the registry's epoch,
 * because gateways' clocks may differ; sessions of log format 1 have none and are ordered by their ids, which begin
 * with the login time.
 */
export function stepOf(
  sessions: readonly SessionProgress[],
  {
    sessionId,
    epoch,
    seq,
  }: { readonly sessionId: string; readonly epoch: number | null; readonly seq: number },
): Step {
  const progress: SessionProgress = { sessionId, epoch, lastSeq: seq }
  const known = sessions.findIndex((one) => one.sessionId === sessionId)
  if (known >= 0) {
    if (seq <= sessions[known]!.lastSeq) return { kind: 'repeat' }
    return { kind: 'next', newest: known === 0, sessions: sessions.with(known, progress) }
  }
  const older = sessions.findIndex((one) => isOlder(one, progress))
  const at = older < 0 ? sessions.length : older
  if (at >= REMEMBERED) return { kind: 'forgotten' }
  return {
    kind: 'next',
    newest: at === 0,
    sessions: sessions.toSpliced(at, 0, progress).slice(0, REMEMBERED),
  }
}

const isOlder = (a: SessionProgress, b: SessionProgress): boolean =>
  a.epoch !== null && b.epoch !== null ? a.epoch < b.epoch : a.sessionId < b.sessionId
