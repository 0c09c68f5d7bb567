/** The order of messages. Only live frames may be lost. */
export const priorities = ['report', 'session', 'live'] as const
export type Priority = (typeof priorities)[number]

/**
 * `replaced`: a newer message with the same key was sent instead. `dropped`: not sent (see `Drops`), or the link
 * closed.
 */
export type PublishOutcome = 'published' | 'replaced' | 'dropped'

export type Outgoing = {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly priority: Priority
  /** A newer message with the same key replaces a waiting one; null: none. */
  readonly key: string | null
  /** Number of consecutive connections that were lost while it was in flight. */
  readonly losses: number
  readonly settle: (outcome: PublishOutcome) => void
}

type PublishQueue = {
  /** False: it is too large, and dropped. */
  readonly add: (message: Omit<Outgoing, 'losses'>) => boolean
  /**
   * Puts back messages that were in flight when the connection was lost: they go first, in their order. Returns the
   * dropped ones.
   */
  readonly putBack: (messages: readonly Outgoing[]) => readonly Outgoing[]
  /** The next message to send; null if none waits, or if the rate of the last second is used up. */
  readonly take: (nowMs: number) => Outgoing | null
  /** How long until `take` returns a message; null if none waits. */
  readonly waitMs: (nowMs: number) => number | null
  readonly waiting: (priority: Priority) => number
  readonly dropped: () => Drops
  /** Drops all waiting messages. */
  readonly clear: () => void
}

/** AWS limit: publishes per second and connection. */
const MAX_PER_SECOND = 100
const SECOND = 1_000

/** Number of dropped messages by reason. */
export type Drops = {
  /** Live frames that waited too long. */
  readonly live: number
  /** Larger than `MAX_PAYLOAD_BYTES`. */
  readonly tooLarge: number
  /** In flight when two consecutive connections were lost. */
  readonly lostTwice: number
}

/** IoT Core closes the connection after a message of more than 128 KB, including topic and headers. */
const MAX_PAYLOAD_BYTES = 100 * 1024
const MAX_LOSSES = 2

/** Messages that wait on one connection: sent by priority and in order, never above the rate in any second. */
export function createPublishQueue({
  rate = MAX_PER_SECOND,
  maxLive = 1_000,
}: { readonly rate?: number; readonly maxLive?: number } = {}): PublishQueue {
  const queues: Record<Priority, Outgoing[]> = { report: [], session: [], live: [] }
  /** Times of the newest `rate` messages, oldest first. */
  const taken: number[] = []
  const dropped = { live: 0, tooLarge: 0, lostTwice: 0 }

  const first = (): Outgoing[] | undefined =>
    priorities.map((priority) => queues[priority]).find((queue) => queue.length > 0)
  const indexOf = (queue: readonly Outgoing[], key: string | null): number =>
    key === null ? -1 : queue.findIndex((other) => other.key === key)
  const trim = (): void => {
    while (queues.live.length > maxLive) {
      dropped.live++
      queues.live.shift()!.settle('dropped')
    }
  }
  const freeAt = (): number => (taken.length < rate ? 0 : taken[0]! + SECOND)

  return {
    add(message) {
      if (Buffer.byteLength(message.payload) > MAX_PAYLOAD_BYTES) {
        dropped.tooLarge++
        message.settle('dropped')
        return false
      }
      const queue = queues[message.priority]
      const index = indexOf(queue, message.key)
      const added = { ...message, losses: 0 }
      if (index < 0) queue.push(added)
      else queue.splice(index, 1, added)[0]!.settle('replaced')
      trim()
      return true
    },
    putBack(messages) {
      const lost = messages.map((message) => ({ ...message, losses: message.losses + 1 }))
      const givenUp = lost.filter(({ losses }) => losses >= MAX_LOSSES)
      for (const message of givenUp) message.settle('dropped')
      dropped.lostTwice += givenUp.length
      for (const message of lost.filter(({ losses }) => losses < MAX_LOSSES).toReversed()) {
        const queue = queues[message.priority]
        if (indexOf(queue, message.key) < 0) queue.unshift(message)
        else message.settle('replaced')
      }
      trim()
      return givenUp
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
    dropped: () => ({ ...dropped }),
    clear() {
      for (const priority of priorities)
        for (const message of queues[priority].splice(0)) message.settle('dropped')
    },
  }
}
