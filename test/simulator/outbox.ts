type Entry = { readonly bytes: Uint8Array; readonly counts: boolean; waited: number; isSent: boolean }

type OutboxOptions = {
  /** A frame stays until `acked`, else until it was handed to the socket. */
  readonly keeps: boolean
  readonly limit?: number
}

type Outbox = {
  readonly add: (bytes: Uint8Array, counts: boolean) => void
  /** The frames to send now: new ones, and kept ones that waited too long for their ack. */
  readonly take: () => { readonly bytes: Uint8Array; readonly isFirst: boolean; readonly counts: boolean }[]
  /** An interval has passed. */
  readonly tick: () => void
  /** Acks name no frame: each is for the oldest transmission that has none. */
  readonly acked: () => void
  /** The connection is gone, and acks under way with it: everything is sent again. */
  readonly lost: () => void
  readonly size: number
}

const TICKS_TO_REPEAT = 3

/** Frames that a tracker still has to send; the oldest are dropped when its memory is full. */
export function createOutbox({ keeps, limit = 500 }: OutboxOptions): Outbox {
  let entries: Entry[] = []
  let inFlight: Entry[] = []

  return {
    add(bytes, counts) {
      entries.push({ bytes, counts, waited: Infinity, isSent: false })
      if (entries.length > limit) entries.shift()
    },
    take() {
      const due = entries.filter((entry) => entry.waited >= TICKS_TO_REPEAT)
      const taken = due.map(({ bytes, isSent, counts }) => ({ bytes, isFirst: !isSent, counts }))
      for (const entry of due) {
        entry.waited = 0
        entry.isSent = true
      }
      if (keeps) inFlight.push(...due)
      else entries = entries.filter((entry) => !entry.isSent)
      return taken
    },
    tick() {
      for (const entry of entries) entry.waited++
    },
    acked() {
      const entry = inFlight.shift()
      if (entry !== undefined) entries = entries.filter((other) => other !== entry)
    },
    lost() {
      inFlight = []
      for (const entry of entries) entry.waited = Infinity
    },
    get size() {
      return entries.length
    },
  }
}
