import { forEachLimited } from '#shared/concurrency.ts'
import { emptyState, fromStateItem } from '#shared/history/state.ts'
import type { Log } from '#shared/log.ts'
import type { ReadItem } from '#shared/store/batch-get.ts'
import type { ParkedStore } from '#shared/store/parked.ts'
import type { TelemetryStore } from '#shared/store/telemetry.ts'
import type { Effect } from './effects.ts'
import { fold, type Entry, type FoldResult } from './fold.ts'
import { readBatch, type BatchResponse, type KinesisEvent } from './kinesis-event.ts'

export type IngestPorts = {
  readonly telemetry: TelemetryStore
  readonly parked: ParkedStore
  /** Hands effects to the event bus; they may repeat, so their ids do not. */
  readonly deliver: (effects: readonly Effect[]) => Promise<void>
  /** Told of each fold that was saved. */
  readonly onSaved: (result: FoldResult, entries: readonly Entry[]) => void
  readonly log: Log
  readonly retentionDays: number
}

/** Saves in flight: DynamoDB answers in milliseconds, so one at a time would waste the invocation's seconds. */
const savesInFlight = 32

/**
 * Folds a batch of the log into the devices' states. A device whose save fails is reported and comes again with all
 * that follows; what was saved is skipped then by its watermark. Effects go before chunks, chunks before the state:
 * whatever a crash leaves undone is done again, and done twice it is the same.
 */
export const createIngest =
  (ports: IngestPorts) =>
  async (event: KinesisEvent): Promise<BatchResponse> => {
    const { devices, unreadable } = readBatch(event)
    const failures: string[] = []
    if (unreadable !== null) {
      ports.log.error('log record cannot be read; the shard waits for a version that can', {
        sequence: unreadable.sequence,
        cause: unreadable.cause,
      })
      failures.push(unreadable.sequence)
    }
    const items = await ports.telemetry.loadStates([...devices.keys()])
    await forEachLimited(devices, savesInFlight, async ([deviceId, entries]) => {
      try {
        await ingestDevice(ports, deviceId, entries, items.get(deviceId))
      } catch (cause) {
        ports.log.error('device not saved; its events come again', { deviceId, cause })
        failures.push(entries[0]!.place!.sequence)
      }
    })
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) }
  }

async function ingestDevice(
  { telemetry, parked, deliver, onSaved, log, retentionDays }: IngestPorts,
  deviceId: string,
  entries: readonly Entry[],
  loaded: ReadItem | undefined,
): Promise<void> {
  for (let item = loaded; ; item = (await telemetry.loadStates([deviceId])).get(deviceId)) {
    if (item?.x !== undefined) return parked.park(deviceId, entries, retentionDays)
    let result: FoldResult
    try {
      result = fold(item ? fromStateItem(item) : emptyState(deviceId), entries, { retentionDays })
    } catch (cause) {
      // The fold is pure: it would throw again tomorrow. Its events wait beside the state, in order, for redrive.
      log.error('device parked: its state and events do not fold', { deviceId, cause })
      return parked.park(deviceId, entries, retentionDays)
    }
    if (result.applied === 0) return
    await deliver(result.effects)
    for (const chunk of result.chunks) await telemetry.putChunk(chunk, result.state.version)
    if (await telemetry.saveState(result.state, result)) return onSaved(result, entries)
    log.warn('state was saved by another invocation; folding again', { deviceId })
  }
}
