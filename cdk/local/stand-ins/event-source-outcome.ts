import type { EventRecord } from './event-source-batch.ts'

/**
 * Reads a function's answer for a batch: the index of the first record to retry (the length: none). As documented by
 * AWS, an empty list, no list or no answer mean success; a failure without a usable id fails the whole batch; of
 * several failures the lowest sequence number counts.
 */
export function firstFailed(answer: unknown, records: readonly EventRecord[]): number {
  const failures = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures
  if (failures === null || failures === undefined) return records.length
  if (!Array.isArray(failures)) return 0
  let first = records.length
  for (const failure of failures as ({ itemIdentifier?: unknown } | null)[]) {
    const at = records.findIndex(({ sequence }) => sequence === failure?.itemIdentifier)
    first = Math.min(first, Math.max(at, 0))
  }
  return first
}

type FailureInfo = {
  readonly condition: 'RecordAgeExceeded'
  readonly shardId: string
  readonly streamArn: string
  readonly functionArn: string
  readonly attempts: number
  readonly records: readonly EventRecord[]
  readonly now: number
}

/** The payload for an on-failure destination: S3 gets the whole event with it. */
export function toFailurePayload(info: FailureInfo): object {
  const { records, attempts, shardId, streamArn } = info
  const [first, last] = [records[0]!, records.at(-1)!]
  return {
    requestContext: {
      requestId: crypto.randomUUID(),
      functionArn: info.functionArn,
      condition: info.condition,
      approximateInvokeCount: attempts,
    },
    version: '1.0',
    timestamp: new Date(info.now).toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first.sequence,
      endSequenceNumber: last.sequence,
      approximateArrivalOfFirstRecord: new Date(first.arrivedAt).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.arrivedAt).toISOString(),
      batchSize: records.length,
      streamArn,
    },
    payload: JSON.stringify({ Records: records.map(({ event }) => event) }),
  }
}
