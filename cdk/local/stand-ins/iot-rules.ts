import { createAsyncInvoke } from './async-invoke.ts'
import { readJsonObject } from './http.ts'
import type { Message } from './iot-faults.ts'
import { matchesTopic } from './mqtt-topic.ts'

/** `SELECT *, topic() AS topic FROM '<filter>'` with a function as its action. */
export type RuleHandler = (event: Readonly<Record<string, unknown>>) => Promise<unknown>
export type TopicRule = {
  /** Accepts no more messages and waits for running calls; waiting retries are given up. */
  readonly stop: () => Promise<void>
}

type IotRules = {
  readonly add: (filter: string, handler: RuleHandler) => TopicRule
  /** Starts the actions for a message without waiting for them. */
  readonly take: (message: Message) => void
  readonly stop: () => Promise<void>
}

/** One and two minutes on AWS; shorter here. */
const defaultRetryMs = [1_000, 2_000]

export function createIotRules({
  retryMs = defaultRetryMs,
  onError,
}: {
  readonly retryMs?: readonly number[]
  readonly onError: (message: string, cause: unknown) => void
}): IotRules {
  type Entry = TopicRule & {
    readonly filter: string
    readonly start: (event: Readonly<Record<string, unknown>>) => void
  }
  const entries = new Set<Entry>()

  return {
    add(filter, handler) {
      const { start, stop } = createAsyncInvoke({
        invoke: handler,
        retryMs,
        onError: (cause, isLast) =>
          onError(`rule ${filter}: the function failed ${isLast ? 'for good' : 'and is tried again'}`, cause),
      })
      const entry: Entry = {
        filter,
        start,
        stop: () => {
          entries.delete(entry)
          return stop()
        },
      }
      entries.add(entry)
      return entry
    },
    take({ topic, payload }) {
      for (const { filter, start } of entries) {
        if (!matchesTopic(filter, topic)) continue
        const fields = readJsonObject(payload)
        if (fields) start({ ...fields, topic })
        else onError(`rule ${filter}: a payload is not a JSON object`, new Error(`on topic ${topic}`))
      }
    },
    stop: async () => void (await Promise.all([...entries].map(({ stop }) => stop()))),
  }
}
