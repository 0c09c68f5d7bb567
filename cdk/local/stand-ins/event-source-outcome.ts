import type { EventRecord } from './event-source-batch.ts'

/**
 * What a function's answer says about its batch: from which record on it must be tried again (its length: from none).
 * As AWS documents it: no failures, no list and no answer are success; a failure without a usable id is a failure of
 * the whole batch; of several, the lowest sequence number counts.
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

export type FailureInfo = {
  readonly condition: 'RecordAgeExceeded'
  readonly shardId: string
  readonly streamArn: string
  readonly functionArn: string
  readonly attempts: number
  readonly records: readonly EventRecord[]
  readonly now: number
}

/** What an on-failure destination gets: S3 gets the whole event with it. */
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
