import { setTimeout as sleep } from 'node:timers/promises'

/** Runs a task repeatedly, with a pause before each run, until stopped. A failed run is logged; the next one follows as usual. */
export function startBackgroundTask(
  everyMs: number,
  task: (signal: AbortSignal) => Promise<void>,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    for (;;) {
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await task(signal).catch((error: unknown) => console.error(error))
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
