import { setTimeout as sleep } from 'node:timers/promises'

type AsyncInvoke<Event> = {
  /** Calls the function, and again if it fails. No one waits for the result. */
  readonly start: (event: Event) => void
  /** Waits for running calls; waiting retries are given up. */
  readonly stop: () => Promise<void>
}

/** An asynchronous invocation: a call that fails is retried twice, as on Lambda (after one and two minutes there). */
export function createAsyncInvoke<Event>({
  invoke,
  retryMs,
  onError,
}: {
  readonly invoke: (event: Event) => Promise<unknown>
  readonly retryMs: readonly number[]
  /** `isLast`: no retry is left, so the event is lost. */
  readonly onError: (cause: unknown, isLast: boolean) => void
}): AsyncInvoke<Event> {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  const deliver = async (event: Event): Promise<void> => {
    for (const waitMs of [...retryMs, null]) {
      try {
        await invoke(event)
        return
      } catch (cause) {
        const isLast = waitMs === null || stopping.signal.aborted
        onError(cause, isLast)
        if (isLast) return
        await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
        if (stopping.signal.aborted) return
      }
    }
  }
  return {
    start(event) {
      const delivery = deliver(event).finally(() => running.delete(delivery))
      running.add(delivery)
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
