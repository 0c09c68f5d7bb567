import { setTimeout as sleep } from 'node:timers/promises'

/** Runs a chore repeatedly, with a pause between two runs, until stopped. A run that fails is logged and repeated. */
export function startBroom(
  everyMs: number,
  sweep: (signal: AbortSignal) => Promise<void>,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    for (;;) {
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await sweep(signal).catch((error: unknown) => console.error(error))
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
