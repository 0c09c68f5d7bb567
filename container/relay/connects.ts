import { TokenBucket } from '../sockets/token-bucket.ts'

export type Connects<Relay> = {
  /** Calls `onTurn` when the connect may begin: at once if nothing waits. */
  readonly ask: (relay: Relay) => void
  /** Its connect has succeeded or failed, or it does not need to connect any more. */
  readonly done: (relay: Relay) => void
  /** Starts waiting connects that are due by now. */
  readonly pass: () => void
  readonly waiting: () => number
}

/**
 * Limits the connects of one gateway: how many are under way and how many begin per second. When a whole fleet comes
 * back, they queue.
 */
const MAX_CONNECTING = 64
const PER_SECOND = 50

export function createConnects<Relay>({
  monotonic,
  onTurn,
}: {
  readonly monotonic: () => number
  readonly onTurn: (relay: Relay) => void
}): Connects<Relay> {
  const waiting = new Set<Relay>()
  const connecting = new Set<Relay>()
  const tokens = new TokenBucket({ perMs: PER_SECOND / 1_000, burst: PER_SECOND }, monotonic())

  const pass = (): void => {
    for (const relay of waiting) {
      if (connecting.size >= MAX_CONNECTING || !tokens.take(monotonic())) return
      waiting.delete(relay)
      connecting.add(relay)
      onTurn(relay)
    }
  }
  return {
    ask: (relay) => {
      waiting.add(relay)
      pass()
    },
    done: (relay) => {
      waiting.delete(relay)
      connecting.delete(relay)
    },
    pass,
    waiting: () => waiting.size,
  }
}
