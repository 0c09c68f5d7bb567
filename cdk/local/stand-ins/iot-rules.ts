import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from './iot-faults.ts'
import { readJsonObject } from './http.ts'
import { matchesTopic } from './mqtt-topic.ts'

/** `SELECT *, topic() AS topic FROM '<filter>'` with a function as its action. */
export type RuleHandler = (event: Readonly<Record<string, unknown>>) => Promise<unknown>
export type Rule = {
  /** Takes no more messages, waits for those in hand; waits between tries are cut short and tried no more. */
  readonly stop: () => Promise<void>
}

export type IotRules = {
  readonly add: (filter: string, handler: RuleHandler) => Rule
  /** Starts what the message calls for; never waits for it. */
  readonly take: (message: Message) => void
  readonly stop: () => Promise<void>
}

/** Lambda's asynchronous invocation tries twice more, after one and two minutes; nobody waits so long here. */
const defaultRetryMs = [1_000, 2_000]

export function createIotRules({
  retryMs = defaultRetryMs,
  onError,
}: {
  readonly retryMs?: readonly number[]
  readonly onError: (message: string, cause: unknown) => void
}): IotRules {
  type Entry = {
    readonly filter: string
    readonly start: (event: Record<string, unknown>) => void
    readonly rule: Rule
  }
  const entries = new Set<Entry>()

  const add = (filter: string, handler: RuleHandler): Rule => {
    const running = new Set<Promise<void>>()
    const stopping = new AbortController()
    const invoke = async (event: Record<string, unknown>): Promise<void> => {
      for (const waitMs of [...retryMs, null]) {
        try {
          await handler(event)
          return
        } catch (cause) {
          if (waitMs === null || stopping.signal.aborted) {
            onError(`rule ${filter}: the function failed for good`, cause)
            return
          }
          onError(`rule ${filter}: the function failed and is tried again`, cause)
          await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
          if (stopping.signal.aborted) return
        }
      }
    }
    const entry: Entry = {
      filter,
      start(event) {
        const one = invoke(event).finally(() => running.delete(one))
        running.add(one)
      },
      rule: {
        stop: async () => {
          entries.delete(entry)
          stopping.abort()
          await Promise.all(running)
        },
      },
    }
    entries.add(entry)
    return entry.rule
  }

  return {
    add,
    take({ topic, payload }) {
      for (const { filter, start } of entries) {
        if (!matchesTopic(filter, topic)) continue
        const fields = readJsonObject(payload)
        if (fields) start({ ...fields, topic })
        else onError(`rule ${filter}: a payload is no JSON object`, new Error(`on topic ${topic}`))
      }
    },
    stop: async () => void (await Promise.all([...entries].map(({ rule }) => rule.stop()))),
  }
}
