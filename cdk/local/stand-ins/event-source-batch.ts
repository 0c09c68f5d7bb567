import { Buffer } from 'node:buffer'

export type ReadRecord = {
  readonly sequence: string
  readonly partitionKey: string
  readonly data: Uint8Array
  /** ms */
  readonly arrivedAt: number
}
/** A record as the function gets it, with its length in the event. */
export type EventRecord = {
  readonly sequence: string
  readonly arrivedAt: number
  readonly bytes: number
  readonly event: object
}

/** AWS limits per invocation. */
export const MAX_RECORDS = 10_000
const MAX_BYTES = 6 * 1024 * 1024
const wrapping = '{"Records":[]}'.length

export function toEventRecord(record: ReadRecord, shardId: string, streamArn: string): EventRecord {
  const { sequence, partitionKey, data, arrivedAt } = record
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
  const kinesis = {
    kinesisSchemaVersion: '1.0',
    partitionKey,
    sequenceNumber: sequence,
    data: '',
    approximateArrivalTimestamp: arrivedAt / 1000,
  }
  const event = {
    kinesis,
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/local',
    awsRegion: streamArn.split(':')[3] ?? 'us-east-1',
    eventSourceARN: streamArn,
  }
  const bytes = Buffer.byteLength(JSON.stringify(event)) + base64.length + 1
  kinesis.data = base64
  return { sequence, arrivedAt, bytes, event }
}

export const toEvent = (records: readonly EventRecord[]): object => ({
  Records: records.map(({ event }) => event),
})

/** How many of the waiting records fit into one invocation, and whether it is full. */
export function measure(
  waiting: readonly EventRecord[],
  batchSize: number,
): { readonly count: number; readonly full: boolean } {
  let bytes = wrapping
  for (const [i, record] of waiting.entries()) {
    bytes += record.bytes
    // A single record always fits: its limit is far below the limit of an event.
    if (i > 0 && bytes > MAX_BYTES) return { count: i, full: true }
    if (i + 1 === batchSize) return { count: batchSize, full: true }
  }
  return { count: waiting.length, full: false }
}
