import { decodeLogRecord } from './domain/log-record.ts'
import type { SessionEvent } from './domain/event.ts'

/** The event of a Kinesis event source for a Lambda function (the fields that we read). */
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

/** Lambda continues from the lowest sequence number in here. */
export type BatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }

/** An event with its offset in the log. */
type LoggedEvent = {
  readonly event: SessionEvent
  readonly offset: { readonly sequence: string; readonly index: number }
}

type LogBatch = {
  /** In the order of the log. */
  readonly events: readonly LoggedEvent[]
  /** The first record that cannot be read, and why. `events` contains nothing after it, to keep the order. */
  readonly unreadable: { readonly sequence: string; readonly cause: unknown } | null
}

export function readLogBatch(event: KinesisEvent): LogBatch {
  const events: LoggedEvent[] = []
  for (const { kinesis } of event.Records) {
    const sequence = kinesis.sequenceNumber
    try {
      for (const [index, logged] of decodeLogRecord(Buffer.from(kinesis.data, 'base64')).entries())
        events.push({ event: logged, offset: { sequence, index } })
    } catch (cause) {
      return { events, unreadable: { sequence, cause } }
    }
  }
  return { events, unreadable: null }
}
