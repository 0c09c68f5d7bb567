import { emptyState, fromStateItem } from '#shared/history/state.ts'
import { fold } from './fold.ts'
import type { IngestPorts } from './ingest.ts'

/** Parked events folded at a time. */
const BATCH_SIZE = 200

/**
 * Folds the parked events of a device, oldest first, and ends the parking. They bypass the watermarks and are added to
 * the late tail: rows from before the parking may repeat there, and readers drop repeats by (session, seq). Resolves to
 * the number of events; rejects, with the remaining events still parked, if the fold still throws.
 */
export const createRedrive =
  ({
    telemetry,
    parked,
    deliver,
    retentionDays,
  }: Omit<IngestPorts, 'onSaved' | 'log' | 'isMovedRequested' | 'areasOf'>) =>
  async (deviceId: string): Promise<number> => {
    let folded = 0
    for (;;) {
      const batch = await parked.readParked(deviceId, BATCH_SIZE)
      if (batch.length === 0) {
        await parked.unpark(deviceId)
        // Events that were parked at this moment have marked the device again.
        if ((await parked.readParked(deviceId, 1)).length === 0) return folded
        continue
      }
      const item = (await telemetry.loadStates([deviceId])).get(deviceId)
      const state = item ? fromStateItem(item) : emptyState(deviceId)
      const entries = batch.map(({ event }) => ({ event, offset: null }))
      const result = fold(state, entries, { retentionDays })
      await deliver(result.effects)
      for (const chunk of result.chunks) await telemetry.putChunk(chunk, result.state.version)
      if (result.applied > 0 && !(await telemetry.saveState(result.state, result))) continue
      await parked.removeParked(
        deviceId,
        batch.map((event) => event.sortKey),
      )
      folded += batch.length
    }
  }
