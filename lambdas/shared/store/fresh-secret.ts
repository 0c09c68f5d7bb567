import type { Log } from '../log.ts'

/** Below the five minutes within which a new value is promised to be in effect. */
const MAX_AGE_MS = 240_000
const RETRY_MS = 15_000

/**
 * A secret that may change while the process runs. It is read at first use and again when it is older than four minutes;
 * callers share one read. A failed re-read keeps the value and is repeated after 15 s: an outage of Secrets Manager must
 * not lock everyone out. The first read rejects when it fails.
 */
export function createFreshSecret<T>({
  read,
  now,
  log,
}: {
  readonly read: () => Promise<T>
  /** Wall clock, ms: the monotonic clock of a frozen Lambda instance may stand still. */
  readonly now: () => number
  readonly log: Pick<Log, 'error'>
}): () => Promise<T> {
  let known: { value: T } | null = null
  /** When the value may have been read, and for how long it is used from then on. */
  let since = 0
  let useForMs = 0
  let reading: Promise<T> | null = null
  const load = async (): Promise<T> => {
    // Before the read: what it returns may be as old as its beginning.
    const asked = now()
    try {
      known = { value: await read() }
      since = asked
      useForMs = MAX_AGE_MS
      return known.value
    } catch (cause) {
      if (known === null) throw cause
      since = now()
      useForMs = RETRY_MS
      log.error('secret not read again; the value before stays in effect', { cause })
      return known.value
    } finally {
      reading = null
    }
  }
  return async () => {
    const age = now() - since
    // A clock that was set back must not keep a value for longer.
    if (known !== null && age >= 0 && age < useForMs) return known.value
    return (reading ??= load())
  }
}
