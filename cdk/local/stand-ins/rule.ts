import { createAsyncInvoke } from './async-invoke.ts'
import type { ReceivedEvent } from './event-bus.ts'

export type Rule = {
  readonly onEvent: (event: ReceivedEvent) => void
  /** Waits for running calls; waiting retries are given up. */
  readonly stop: () => Promise<void>
}

/** An EventBridge rule that passes every event to a function, asynchronously. */
export function createRule({
  invoke,
  onError,
  retryMs = [5_000, 35_000],
}: {
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly onError: (error: unknown) => void
  readonly retryMs?: readonly number[]
}): Rule {
  const { start, stop } = createAsyncInvoke({ invoke, retryMs, onError })
  return {
    onEvent: ({ id, source, detailType, time, detail }) =>
      start({ version: '0', id, source, 'detail-type': detailType, time, detail }),
    stop,
  }
}
