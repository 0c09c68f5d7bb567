import { setTimeout as sleep } from 'node:timers/promises'
import type { ReceivedEvent } from './event-bus.ts'

export type Rule = {
  readonly onEvent: (event: ReceivedEvent) => void
  /** Waits for what is running; what waits to be tried again is given up. */
  readonly stop: () => Promise<void>
}

/**
 * An EventBridge rule that hands every event to a function. It calls asynchronously, so a function that throws is
 * called twice more, as Lambda does (after one and two minutes there; sooner here).
 */
export function createRule({
  invoke,
  onError,
  retryMs = [5_000, 35_000],
}: {
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly onError: (error: unknown) => void
  readonly retryMs?: readonly number[]
}): Rule {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  const deliver = async ({ id, source, detailType, time, detail }: ReceivedEvent): Promise<void> => {
    const event = { version: '0', id, source, 'detail-type': detailType, time, detail }
    for (const wait of [0, ...retryMs]) {
      if (wait > 0) await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      try {
        await invoke(event)
        return
      } catch (error) {
        onError(error)
      }
    }
  }
  return {
    onEvent: (event) => {
      const delivery = deliver(event).finally(() => running.delete(delivery))
      running.add(delivery)
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
