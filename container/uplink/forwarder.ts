import { monotonicNow } from '#shared/clock.ts'
import { bucketCount, bucketOf, partitionKeyOf, type SessionEvent } from '#shared/domain/event.ts'
import { LogRecordDraft } from '#shared/domain/log-record.ts'
import type { PutRecords } from './put-records.ts'

export type ForwarderOptions<Sender> = {
  readonly putRecords: PutRecords
  /** Groups of buckets that each have one call in flight. */
  readonly lanes: number
  readonly flushMs: number
  readonly maxRecordBytes?: number
  /** Wait before a refused record is tried again, doubled up to a hundredfold. */
  readonly firstRetryMs?: number
  /** The log has the events of these: now they may be acknowledged. */
  readonly onDelivered: (senders: readonly Sender[]) => void
  /** Records that are tried again: refused one by one (`cause` null), or in a call that failed. */
  readonly onRefused: (records: number, cause: unknown) => void
  readonly onCall?: (records: number, ms: number) => void
  /** For durations alone; the monotonic clock if missing. */
  readonly now?: () => number
}

export type Forwarder<Sender> = {
  /** `sender`: notified once the log has the event; null if no one waits for that. */
  readonly add: (event: SessionEvent, sender: Sender | null) => void
  readonly bufferedBytes: () => number
  /** Sends what waits without waiting for more, until nothing is left or `until` (ms) has come; resolves to what is left. */
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
  /** It has been sent: what comes now goes into the next. */
  isSealed: boolean
}

type Bucket<Sender> = {
  readonly partitionKey: string
  /** Oldest first; only the oldest is sent. */
  drafts: Draft<Sender>[]
  /** Refused so many times in a row, and not tried before then. */
  refusals: number
  notBefore: number
}

/** What an event takes beside its bytes, in the record's header and in memory. */
const EVENT_OVERHEAD = 110
/** The longest wait between two tries, in first ones: 5 s at 50 ms. */
const LONGEST_RETRIES = 100

/**
 * Hands events to the log, in order per device: a device's bucket is its partition key, and no call carries more than
 * one record of a bucket, so a refused record is sent again before anything behind it. It never gives up: what it may
 * lose has not been acknowledged, and what is too much stops the sockets (gateway.ts).
 */
export function createForwarder<Sender>({
  putRecords,
  lanes,
  flushMs,
  maxRecordBytes = 25_000,
  firstRetryMs = 50,
  onDelivered,
  onRefused,
  onCall,
  now = monotonicNow,
}: ForwarderOptions<Sender>): Forwarder<Sender> {
  const buckets = Array.from({ length: bucketCount }, (_, i): Bucket<Sender> => ({
    partitionKey: partitionKeyOf(i),
    drafts: [],
    refusals: 0,
    notBefore: 0,
  }))
  const laneOf = (bucket: number): number => bucket % lanes
  const members = Array.from({ length: lanes }, (_, lane) => buckets.filter((_, i) => laneOf(i) === lane))
  const inFlight = new Set<number>()
  /**
   * Reused: allocating per record leaves garbage for major collections, the largest cost of a gateway.
   */
  const spare: LogRecordDraft[] = []
  let buffered = 0
  let draining = false

  const isFull = ({ drafts }: Bucket<Sender>): boolean =>
    drafts.length > 1 || (drafts[0]?.bytes ?? 0) >= maxRecordBytes

  const isDue = (bucket: Bucket<Sender>, at: number, afterMs: number): boolean => {
    const [oldest] = bucket.drafts
    if (oldest === undefined || bucket.notBefore > at) return false
    return draining || isFull(bucket) || at - oldest.since >= afterMs
  }

  /** The draft that an event of so many bytes joins. */
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

  const sendLane = async (lane: number): Promise<void> => {
    const at = now()
    if (inFlight.has(lane)) return
    if (!members[lane]!.some((bucket) => isDue(bucket, at, flushMs))) return
    // All that wait go along: a call costs as much as a hundred frames, and under steady traffic a lane that leaves
    // together makes no more records than buckets that leave one by one.
    const due = members[lane]!.filter((bucket) => isDue(bucket, at, 0)).map((bucket) => {
      const draft = bucket.drafts[0]!
      draft.isSealed = true
      return { bucket, draft }
    })
    inFlight.add(lane)
    try {
      const refused = await putRecords(
        due.map(({ bucket, draft }) => ({ partitionKey: bucket.partitionKey, data: draft.record.encode() })),
      )
      onCall?.(due.length, now() - at)
      for (const [i, { bucket, draft }] of due.entries()) {
        if (refused.has(i)) {
          holdBack(bucket)
          continue
        }
        bucket.refusals = 0
        bucket.drafts.shift()
        buffered -= draft.bytes
        if (spare.length < bucketCount) {
          draft.record.clear()
          spare.push(draft.record)
        }
      }
      onDelivered(due.flatMap(({ draft }, i) => (refused.has(i) ? [] : draft.senders)))
      if (refused.size > 0) onRefused(refused.size, null)
    } catch (cause) {
      for (const { bucket } of due) holdBack(bucket)
      onRefused(due.length, cause)
    } finally {
      inFlight.delete(lane)
    }
  }

  const holdBack = (bucket: Bucket<Sender>): void => {
    const longest = firstRetryMs * Math.min(LONGEST_RETRIES, 2 ** bucket.refusals++)
    bucket.notBefore = now() + longest * (0.5 + Math.random() / 2)
  }

  const sendDue = (): void => {
    if (buffered === 0) return
    for (let lane = 0; lane < lanes; lane++) void sendLane(lane)
  }
  const ticking = setInterval(sendDue, Math.max(5, Math.min(50, flushMs / 5)))

  return {
    add: (event, sender) => {
      const index = bucketOf(event.deviceId)
      const bucket = buckets[index]!
      const bytes = event.raw.length + EVENT_OVERHEAD
      const draft = draftFor(bucket, bytes)
      draft.record.add(event)
      draft.bytes += bytes
      if (sender !== null) draft.senders.push(sender)
      buffered += bytes
      if (isFull(bucket)) void sendLane(laneOf(index))
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
