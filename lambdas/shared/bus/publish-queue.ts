/** Which goes first. Live frames are the only ones that may be lost. */
export const priorities = ['report', 'session', 'live'] as const
export type Priority = (typeof priorities)[number]

/** `replaced`: a newer message with the same key went instead. `dropped`: a live frame that came too late, or the link closed. */
export type PublishOutcome = 'published' | 'replaced' | 'dropped'

export type Outgoing = {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly priority: Priority
  /** A newer message with the same key takes the place of one that still waits; null: none does. */
  readonly key: string | null
  readonly settle: (outcome: PublishOutcome) => void
}

export type PublishQueue = {
  readonly add: (message: Outgoing) => void
  /** Messages under way when the connection went: they go first again, in their order. */
  readonly putBack: (messages: readonly Outgoing[]) => void
  /** The next message that may go now; null when none waits, or when as many went within the last second as may. */
  readonly take: (nowMs: number) => Outgoing | null
  /** How long until `take` gives one; null when none waits. */
  readonly waitMs: (nowMs: number) => number | null
  readonly waiting: (priority: Priority) => number
  readonly dropped: () => number
  /** Everything that waits is dropped. */
  readonly clear: () => void
}

/** AWS: publishes per second and connection. */
const mostPerSecond = 100
const second = 1_000

/** What waits for its turn on one connection: by priority, in order, never more than the rate in any second. */
export function createPublishQueue({
  rate = mostPerSecond,
  mostLive = 1_000,
}: { readonly rate?: number; readonly mostLive?: number } = {}): PublishQueue {
  const queues: Record<Priority, Outgoing[]> = { report: [], session: [], live: [] }
  /** Times of the newest `rate` messages, oldest first. */
  const taken: number[] = []
  let dropped = 0

  const first = (): Outgoing[] | undefined =>
    priorities.map((priority) => queues[priority]).find((queue) => queue.length > 0)
  const placeOf = (queue: readonly Outgoing[], key: string | null): number =>
    key === null ? -1 : queue.findIndex((other) => other.key === key)
  const trim = (): void => {
    while (queues.live.length > mostLive) {
      dropped++
      queues.live.shift()!.settle('dropped')
    }
  }
  const freeAt = (): number => (taken.length < rate ? 0 : taken[0]! + second)

  return {
    add(message) {
      const queue = queues[message.priority]
      const place = placeOf(queue, message.key)
      if (place < 0) queue.push(message)
      else queue.splice(place, 1, message)[0]!.settle('replaced')
      trim()
    },
    putBack(messages) {
      for (const message of messages.toReversed()) {
        const queue = queues[message.priority]
        if (placeOf(queue, message.key) < 0) queue.unshift(message)
        else message.settle('replaced')
      }
      trim()
    },
    take(nowMs) {
      const message = nowMs >= freeAt() ? first()?.shift() : undefined
      if (message === undefined) return null
      taken.push(nowMs)
      if (taken.length > rate) taken.shift()
      return message
    },
    waitMs: (nowMs) => (first() === undefined ? null : Math.max(0, freeAt() - nowMs)),
    waiting: (priority) => queues[priority].length,
    dropped: () => dropped,
    clear() {
      for (const priority of priorities)
        for (const message of queues[priority].splice(0)) message.settle('dropped')
    },
  }
}
