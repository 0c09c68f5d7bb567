import { decodeLogRecord } from '#shared/domain/log-record.ts'
import type { Entry } from './fold.ts'

/** What a Kinesis event source hands to a Lambda (the parts we read). */
export type KinesisEvent = {
  readonly Records: readonly {
    readonly kinesis: {
      readonly sequenceNumber: string
      readonly data: string
      /** Epoch seconds. */
      readonly approximateArrivalTimestamp: number
    }
  }[]
}

/** Lambda goes on from the lowest sequence number named here. */
export type BatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }

export type Batch = {
  /** Entries by device, in the order of the log. */
  readonly devices: ReadonlyMap<string, Entry[]>
  /** The first record that cannot be read, and why. Nothing behind it is in `devices`: order comes first. */
  readonly unreadable: { readonly sequence: string; readonly cause: unknown } | null
}

export function readBatch(event: KinesisEvent): Batch {
  const devices = new Map<string, Entry[]>()
  for (const { kinesis } of event.Records) {
    const sequence = kinesis.sequenceNumber
    try {
      for (const [index, logged] of decodeLogRecord(Buffer.from(kinesis.data, 'base64')).entries()) {
        const entries = devices.get(logged.deviceId)
        const entry: Entry = { event: logged, offset: { sequence, index } }
        if (entries) entries.push(entry)
        else devices.set(logged.deviceId, [entry])
      }
    } catch (cause) {
      return { devices, unreadable: { sequence, cause } }
    }
  }
  return { devices, unreadable: null }
}
