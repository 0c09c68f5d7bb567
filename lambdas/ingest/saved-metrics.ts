import { messageTypes } from '#h02'
import type { Metrics } from '#shared/metrics.ts'
import type { Entry, FoldResult } from './fold.ts'

/** Counts the frames of a saved fold by type, undecodable ones by reason, and measures their age. */
export const countSaved =
  (metrics: Metrics, now: () => number = Date.now) =>
  ({ types, reasons, chunks, applied }: FoldResult, entries: readonly Entry[]): void => {
    for (const [type, count] of types) {
      // A device may send any type, and each value of a dimension costs a metric.
      metrics.count('Decoded', count, { type: messageTypes.has(type) ? type : 'other' })
    }
    for (const [reason, count] of reasons) metrics.count('Undecodable', count, { reason })
    metrics.count('RowsStored', applied)
    metrics.count('ChunksWritten', chunks.length)
    metrics.count('StatesSaved')
    const oldest = entries[0]
    if (oldest) metrics.measure('StoredAge', now() - oldest.event.receivedAt)
  }
