import type { ArchiveRecord } from '#shared/domain/archive-record.ts'
import { readLogBatch, type BatchResponse, type KinesisEvent } from '#shared/log-batch.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { RegisteredDevice } from '#shared/store/devices.ts'
import type { Delivery } from './delivery.ts'
import { pack, type Line } from './pack.ts'
import { bareRecord, toRecords } from './to-records.ts'

export type ArchivePorts = {
  readonly readDevices: (deviceIds: readonly string[]) => Promise<ReadonlyMap<string, RegisteredDevice>>
  readonly deliver: Delivery
  readonly metrics: Pick<Metrics, 'count'>
  readonly log: Pick<Log, 'error'>
}

/**
 * Delivers a batch of the log to the archive, decoded. It reads the log beside ingest and by itself: whatever stops it
 * stops nothing else. What could not be delivered comes again with all that follows, so a record may be delivered twice;
 * its id is the same then.
 */
export const createArchive =
  ({ readDevices, deliver, metrics, log }: ArchivePorts) =>
  async (event: KinesisEvent): Promise<BatchResponse> => {
    const { events, unreadable } = readLogBatch(event)
    const failures: string[] = []
    if (unreadable !== null) {
      const { sequence, cause } = unreadable
      log.error('log record cannot be read; the shard waits for a version that can', { sequence, cause })
      failures.push(sequence)
    }
    const devices = await readDevices([...new Set(events.map(({ event }) => event.deviceId))])
    const lines = events.flatMap(({ event, offset }): Line[] => {
      const device = devices.get(event.deviceId)
      // Deleted since it was received, or before the device was registered again: no one may see it any more.
      if (device === undefined || event.receivedAt < (device.purgeBefore ?? 0)) {
        metrics.count('RowsForgotten')
        return []
      }
      const toLine = (record: ArchiveRecord): Line => ({
        text: JSON.stringify(record),
        sequence: offset.sequence,
      })
      try {
        return toRecords(event, device).map(toLine)
      } catch (cause) {
        // A fault of ours, which would repeat: the shard must not wait for it. Its bytes are left out, because they may
        // not be masked; a corrected version delivers them again while the log has them.
        const { deviceId, sessionId, seq } = event
        log.error('event archived without its contents', { deviceId, sessionId, seq, cause })
        return [toLine({ ...bareRecord(event), reason: 'failed' })]
      }
    })
    const packets = pack(lines)
    const { taken, cause } = await deliver(packets)
    const firstLeft = packets[taken]
    if (firstLeft === undefined) metrics.count('RowsArchived', lines.length)
    else {
      log.error('the delivery stream did not take all records; they come again', {
        sequence: firstLeft.firstSequence,
        cause,
      })
      failures.push(firstLeft.firstSequence)
    }
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) }
  }
