import { monotonicNow } from '#shared/clock.ts'
import { BUCKET_COUNT, bucketOf, partitionKeyOf, type SessionEvent } from '#shared/domain/event.ts'
import { LogRecordDraft } from '#shared/domain/log-record.ts'
import type { PutRecords } from './put-records.ts'

type ForwarderOptions<Sender> = {
  readonly putRecords: PutRecords
  /** How many calls may be in flight. */
  readonly maxCalls: number
  /** Records beyond this size go into another call. */
  readonly maxCallBytes?: number
  readonly flushMs: number
  readonly maxRecordBytes?: number
  /** Wait before a refused record is tried again, doubled up to a hundredfold. */
  readonly firstRetryMs?: number
  /** Called when the log has the events of these senders: they may be acknowledged now. */
  readonly onDelivered: (senders: readonly Sender[]) => void
  /** Called for records that are retried: refused one by one (`cause` null), or part of a call that failed. */
  readonly onRefused: (records: number, cause: unknown) => void
  readonly onCall?: (records: number, ms: number) => void
  /** Only measures durations; by default the monotonic clock. */
  readonly now?: () => number
}

export type Forwarder<Sender> = {
  /** `sender`: notified once the log has the event; null if no one waits for that. */
  readonly add: (event: SessionEvent, sender: Sender | null) => void
  readonly bufferedBytes: () => number
  /**
   * Sends waiting events without waiting for more, until none is left or until the time `until` (ms); resolves to the number that
   * is left.
   */
  readonly drain: (until: number) => Promise<number>
  readonly stop: () => void
}

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

type Bucket<Sender> = {
  readonly partitionKey: string
  /** Records of the bucket, oldest first; only the oldest is sent. */
  drafts: Draft<Sender>[]
  isInFlight: boolean
  /** Number of consecutive refusals; not tried before `notBefore`. */
  refusals: number
  notBefore: number
}

/** A bucket with its oldest record, which is in flight. */
type Batch<Sender> = { readonly bucket: Bucket<Sender>; readonly draft: Draft<Sender> }

/** Bytes of an event in the record header and in memory, in addition to its own bytes. */
const EVENT_OVERHEAD = 110
/** The longest delay between two attempts, as a multiple of the first: 5 s at 50 ms. */
const LONGEST_RETRIES = 100

/**
 * Hands events to the log, in order per device: a device's bucket is its partition key, and no call carries more than
 * one record of a bucket, so a refused record is sent again before anything behind it. It never gives up. A tracker
 * keeps what is not acknowledged, and a gateway with too many waiting bytes stops reading its sockets (gateway.ts).
 */
export function createForwarder<Sender>({
  putRecords,
  maxCalls,
  maxCallBytes = 500_000,
  flushMs,
  maxRecordBytes = 25_000,
  firstRetryMs = 50,
  onDelivered,
  onRefused,
  onCall,
  now = monotonicNow,
}: ForwarderOptions<Sender>): Forwarder<Sender> {
  const buckets = Array.from({ length: BUCKET_COUNT }, (_, i): Bucket<Sender> => ({
    partitionKey: partitionKeyOf(i),
    drafts: [],
    isInFlight: false,
    refusals: 0,
    notBefore: 0,
  }))
  let calls = 0
  /** Where the last call ended. The next call begins with what it left out. */
  let next = 0
  /**
   * Reused: allocating per record leaves garbage for major collections, the largest cost of a gateway.
   */
  const spare: LogRecordDraft[] = []
  let buffered = 0
  let draining = false

  const isFull = ({ drafts }: Bucket<Sender>): boolean =>
    drafts.length > 1 || (drafts[0]?.bytes ?? 0) >= maxRecordBytes

  const isWaiting = ({ drafts, isInFlight, notBefore }: Bucket<Sender>, at: number): boolean =>
    drafts.length > 0 && !isInFlight && notBefore <= at

  const isDue = (bucket: Bucket<Sender>, at: number): boolean =>
    isWaiting(bucket, at) && (draining || isFull(bucket) || at - bucket.drafts[0]!.since >= flushMs)

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

  /**
   * The records of the next call. It includes all waiting buckets, even those that are not due: a call costs as much
   * as a hundred frames, and under steady traffic this makes no more records than sending buckets one by one.
   */
  const takeWaiting = (at: number): Batch<Sender>[] => {
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
  }

  const send = async (taken: readonly Batch<Sender>[]): Promise<void> => {
    const at = now()
    calls++
    try {
      const refused = await putRecords(
        taken.map(({ bucket, draft }) => ({
          partitionKey: bucket.partitionKey,
          data: draft.record.encode(),
        })),
      )
      onCall?.(taken.length, now() - at)
      for (const [i, { bucket, draft }] of taken.entries()) {
        if (refused.has(i)) {
          holdBack(bucket)
          continue
        }
        bucket.refusals = 0
        bucket.drafts.shift()
        buffered -= draft.bytes
        if (spare.length < BUCKET_COUNT) {
          draft.record.clear()
          spare.push(draft.record)
        }
      }
      onDelivered(taken.flatMap(({ draft }, i) => (refused.has(i) ? [] : draft.senders)))
      if (refused.size > 0) onRefused(refused.size, null)
    } catch (cause) {
      for (const { bucket } of taken) holdBack(bucket)
      onRefused(taken.length, cause)
    } finally {
      calls--
      for (const { bucket } of taken) bucket.isInFlight = false
    }
  }

  const holdBack = (bucket: Bucket<Sender>): void => {
    const longest = firstRetryMs * Math.min(LONGEST_RETRIES, 2 ** bucket.refusals++)
    bucket.notBefore = now() + longest * (0.5 + Math.random() / 2)
  }

  const sendDue = (): void => {
    if (buffered === 0) return
    const at = now()
    while (calls < maxCalls && buckets.some((bucket) => isDue(bucket, at))) void send(takeWaiting(at))
  }
  const ticking = setInterval(sendDue, Math.max(5, Math.min(50, flushMs / 5)))

  return {
    add: (event, sender) => {
      const bucket = buckets[bucketOf(event.deviceId)]!
      const bytes = event.raw.length + EVENT_OVERHEAD
      const draft = draftFor(bucket, bytes)
      draft.record.add(event)
      draft.bytes += bytes
      if (sender !== null) draft.senders.push(sender)
      buffered += bytes
      if (isFull(bucket) && isWaiting(bucket, now())) sendDue()
    },
    bufferedBytes: () => buffered,
    drain: async (until) => {
      draining = true
      while (buffered > 0 && now() < until) {
        sendDue()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return buckets.reduce(
        (left, { drafts }) => left + drafts.reduce((events, { record }) => events + record.events, 0),
        0,
      )
    },
    stop: () => clearInterval(ticking),
  }
}
