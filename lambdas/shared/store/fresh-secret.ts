import type { Log } from '../log.ts'

/** A new value is promised to take effect within five minutes. */
const MAX_AGE_MS = 240_000
const RETRY_MS = 15_000

/**
 * A secret that may change while the process runs. It is read at first use and again after four minutes; concurrent
 * callers share one read. If a later read fails, the old value stays in use and the read is repeated after 15 s,
 * because an outage of Secrets Manager must not lock everyone out. The first read rejects if it fails.
 */
export function createFreshSecret<T>({
  read,
  now,
  log,
}: {
  readonly read: () => Promise<T>
  /** Wall clock, ms: the monotonic clock of a frozen Lambda instance may stop. */
  readonly now: () => number
  readonly log: Pick<Log, 'error'>
}): () => Promise<T> {
  let known: { value: T } | null = null
  /** When the value was read at the earliest, and how long it is used from then on. */
  let since = 0
  let useForMs = 0
  let reading: Promise<T> | null = null
  const load = async (): Promise<T> => {
    // Taken before the read: the returned value may be as old as its start.
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
      log.error('cannot read the secret again; the previous value stays in use', { cause })
      return known.value
    } finally {
      reading = null
    }
  }
  return async () => {
    const age = now() - since
    // A clock that was set back must not prolong a value's use.
    if (known !== null && age >= 0 && age < useForMs) return known.value
    return (reading ??= load())
  }
}
