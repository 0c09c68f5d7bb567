import { messageTypes } from '#h02'
import type { Metrics } from '#shared/metrics.ts'

export type FrameCounts = {
  readonly count: (type: string | null) => void
  readonly countAck: () => void
  /** Returns the counts since the last call. */
  readonly report: () => void
}

/** Counts frames by type, and acks. A metric for each frame would cost more than the frame. */
export function createFrameCounts(metrics: Metrics): FrameCounts {
  const types = new Map<string, number>()
  let acked = 0
  return {
    count: (type) => {
      // Trackers can invent types, so unknown ones share a name.
      const name = type === null ? 'presence' : messageTypes.has(type) ? type : 'other'
      types.set(name, (types.get(name) ?? 0) + 1)
    },
    countAck: () => {
      acked++
    },
    report: () => {
      for (const [type, count] of types) metrics.count('Frames', count, { type })
      types.clear()
      metrics.count('Acked', acked)
      acked = 0
    },
  }
}
