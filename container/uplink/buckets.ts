import { BUCKET_COUNT, bucketOf, partitionKeyOf, type SessionEvent } from '#shared/domain/event.ts'
import { LogRecordDraft } from '#shared/domain/log-record.ts'

/** A record of a bucket, from its first event until the log has it. */
type Draft<Sender> = {
  readonly record: LogRecordDraft
  readonly senders: Sender[]
  /** When its first event came. */
  readonly since: number
  bytes: number
  /** Whether it has been sent: later events go into the next record. */
  isSealed: boolean
}

export type Bucket<Sender> = {
  readonly partitionKey: string
  /** Records of the bucket, oldest first; only the oldest is sent. */
  drafts: Draft<Sender>[]
  isInFlight: boolean
  /** Number of consecutive refusals; not tried before `notBefore`. */
  refusals: number
  notBefore: number
}

/** A bucket with its oldest record, which is in flight. */
export type Batch<Sender> = { readonly bucket: Bucket<Sender>; readonly draft: Draft<Sender> }

/** Bytes of an event in the record header and in memory, in addition to its own bytes. */
const EVENT_OVERHEAD = 110

/** True if its oldest record can be sent. */
const isWaiting = ({ drafts, isInFlight, notBefore }: Bucket<unknown>, at: number): boolean =>
  drafts.length > 0 && !isInFlight && notBefore <= at

/**
 * Collects events in records, one bucket of devices at a time: the records of a bucket are sent one after another, so the
 * events of a device stay in order.
 */
export function createBuckets<Sender>({
  maxRecordBytes,
  maxCallBytes,
  now,
}: {
  readonly maxRecordBytes: number
  readonly maxCallBytes: number
  readonly now: () => number
}) {
  const buckets = Array.from({ length: BUCKET_COUNT }, (_, i): Bucket<Sender> => ({
    partitionKey: partitionKeyOf(i),
    drafts: [],
    isInFlight: false,
    refusals: 0,
    notBefore: 0,
  }))
  /** Where the last call ended. The next call begins with what it left out. */
  let next = 0
  /**
   * Reused: allocating per record leaves garbage for major collections, the largest cost of a gateway.
   */
  const spare: LogRecordDraft[] = []
  let buffered = 0

  const isFull = ({ drafts }: Bucket<Sender>): boolean =>
    drafts.length > 1 || (drafts[0]?.bytes ?? 0) >= maxRecordBytes

  /** The draft to which an event of this size is added. */
  const draftFor = (bucket: Bucket<Sender>, bytes: number): Draft<Sender> => {
    const newest = bucket.drafts.at(-1)
    if (newest !== undefined && !newest.isSealed && newest.bytes + bytes <= maxRecordBytes) return newest
    const draft = {
      record: spare.pop() ?? new LogRecordDraft(),
      senders: [],
      since: now(),
      bytes: 0,
      isSealed: false,
    }
    bucket.drafts.push(draft)
    return draft
  }

  return {
    bufferedBytes: () => buffered,
    /** The number of waiting events, sent or not. */
    countEvents: () =>
      buckets.reduce(
        (count, { drafts }) => count + drafts.reduce((events, { record }) => events + record.events, 0),
        0,
      ),
    /** True if the event's bucket now has a full record that can be sent. */
    add: (event: SessionEvent, sender: Sender | null): boolean => {
      const bucket = buckets[bucketOf(event.deviceId)]!
      const bytes = event.raw.length + EVENT_OVERHEAD
      const draft = draftFor(bucket, bytes)
      draft.record.add(event)
      draft.bytes += bytes
      if (sender !== null) draft.senders.push(sender)
      buffered += bytes
      return isFull(bucket) && isWaiting(bucket, now())
    },
    /** True if a record must be sent: a full one, or one whose first event came `waitMs` ago. */
    isAnyDue: (at: number, waitMs: number): boolean =>
      buckets.some(
        (bucket) => isWaiting(bucket, at) && (isFull(bucket) || at - bucket.drafts[0]!.since >= waitMs),
      ),
    /**
     * The records of the next call. It includes all waiting buckets, even those that are not due: a call costs as much
     * as a hundred frames, and under steady traffic this makes no more records than sending buckets one by one.
     */
    takeWaiting: (at: number): Batch<Sender>[] => {
      const taken: Batch<Sender>[] = []
      let bytes = 0
      for (let i = 0; i < BUCKET_COUNT && bytes < maxCallBytes; i++) {
        const bucket = buckets[next]!
        next = (next + 1) % BUCKET_COUNT
        if (!isWaiting(bucket, at)) continue
        const draft = bucket.drafts[0]!
        draft.isSealed = true
        bucket.isInFlight = true
        bytes += draft.bytes
        taken.push({ bucket, draft })
      }
      return taken
    },
    /** The log has the oldest record of the bucket. */
    drop: ({ bucket, draft }: Batch<Sender>): void => {
      bucket.refusals = 0
      bucket.drafts.shift()
      buffered -= draft.bytes
      if (spare.length < BUCKET_COUNT) {
        draft.record.clear()
        spare.push(draft.record)
      }
    },
  }
}
