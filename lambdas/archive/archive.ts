import type { ArchiveRecord } from '#shared/domain/archive-record.ts'
import { readLogBatch, type BatchResponse, type KinesisEvent } from '#shared/log-batch.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { RegisteredDevice } from '#shared/store/registered-device.ts'
import type { Delivery } from './delivery.ts'
import { pack, type Line } from './pack.ts'
import { bareRecord, toRecords } from './to-records.ts'

type ArchivePorts = {
  readonly readDevices: (deviceIds: readonly string[]) => Promise<ReadonlyMap<string, RegisteredDevice>>
  readonly deliver: Delivery
  readonly metrics: Pick<Metrics, 'count'>
  readonly log: Pick<Log, 'error'>
}

/**
 * Delivers a batch of the log to the archive, decoded. It reads the log independently of ingest, so a problem here
 * stops nothing else. If a record is not delivered, it and all that follow come again, so a record may be delivered
 * twice, with the same id.
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
      // The device was deleted after this was received, or the event is from before its current registration: it must
      // not be shown any more.
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
        // A bug, which would repeat: the shard must not wait for it. The bytes are left out, because they may not be
        // masked; a corrected version can deliver them again while the log has them.
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
      log.error('the delivery stream did not accept all records; they are sent again', {
        sequence: firstLeft.firstSequence,
        cause,
      })
      failures.push(firstLeft.firstSequence)
    }
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) }
  }
