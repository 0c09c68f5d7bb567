import { bucketCount, bucketOf, partitionKeyOf, type SessionEvent } from '#shared/domain/event.ts'
import { encodeLogRecord } from '#shared/domain/log-record.ts'
import type { PutRecords } from './put-records.ts'

/** An event on its way into the log, with what its sender wants back once it is there. */
export type Entry<Sender> = { readonly event: SessionEvent; readonly sender: Sender }

export type ForwarderOptions<Sender> = {
  readonly putRecords: PutRecords
  /** Groups of buckets that each have one call in flight. */
  readonly lanes: number
  readonly flushMs: number
  readonly maxRecordBytes?: number
  /** Wait before a refused record is tried again, doubled up to a hundredfold. */
  readonly firstRetryMs?: number
  /** The log has these: now their trackers may be acknowledged. */
  readonly onDelivered: (entries: readonly Entry<Sender>[]) => void
  /** Records that are tried again: refused one by one (`cause` null), or in a call that failed. */
  readonly onRefused: (records: number, cause: unknown) => void
  readonly onCall?: (records: number, ms: number) => void
  readonly now?: () => number
}

export type Forwarder<Sender> = {
  readonly add: (event: SessionEvent, sender: Sender) => void
  readonly bufferedBytes: () => number
  /** Sends what waits without waiting for more, until nothing is left or `until` (ms) has come; resolves to what is left. */
  readonly drain: (until: number) => Promise<number>
  readonly stop: () => void
}

type Bucket<Sender> = {
  readonly partitionKey: string
  waiting: Entry<Sender>[]
  bytes: number
  /** When the oldest of `waiting` came. */
  since: number
  /** Refused so many times in a row, and not tried before then. */
  refusals: number
  notBefore: number
}

/** What an event takes beside its bytes, in the record's header and in memory. */
const eventOverhead = 110
/** The longest wait between two tries, in first ones: 5 s at 50 ms. */
const longestRetries = 100

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
  now = Date.now,
}: ForwarderOptions<Sender>): Forwarder<Sender> {
  const buckets = Array.from({ length: bucketCount }, (_, i): Bucket<Sender> => ({
    partitionKey: partitionKeyOf(i),
    waiting: [],
    bytes: 0,
    since: 0,
    refusals: 0,
    notBefore: 0,
  }))
  const laneOf = (bucket: number): number => bucket % lanes
  const members = Array.from({ length: lanes }, (_, lane) => buckets.filter((_, i) => laneOf(i) === lane))
  const inFlight = new Set<number>()
  let buffered = 0
  let draining = false

  const isDue = (bucket: Bucket<Sender>, at: number, afterMs: number): boolean =>
    bucket.waiting.length > 0 &&
    bucket.notBefore <= at &&
    (draining || bucket.bytes >= maxRecordBytes || at - bucket.since >= afterMs)

  /** As many of the oldest events as one record takes; at least one. */
  const take = (bucket: Bucket<Sender>): Entry<Sender>[] => {
    let bytes = 0
    let count = 0
    for (const { event } of bucket.waiting) {
      const size = event.raw.length + eventOverhead
      if (count > 0 && bytes + size > maxRecordBytes) break
      bytes += size
      count++
    }
    return bucket.waiting.slice(0, count)
  }

  const remove = (bucket: Bucket<Sender>, entries: readonly Entry<Sender>[]): void => {
    bucket.waiting = bucket.waiting.slice(entries.length)
    for (const { event } of entries) bucket.bytes -= event.raw.length + eventOverhead
    bucket.since = bucket.waiting.length > 0 ? Math.max(bucket.since, bucket.waiting[0]!.event.receivedAt) : 0
  }

  const sendLane = async (lane: number): Promise<void> => {
    const at = now()
    if (inFlight.has(lane)) return
    if (!members[lane]!.some((bucket) => isDue(bucket, at, flushMs))) return
    // All that wait go along: a call costs as much as a hundred frames, and under steady traffic a lane that leaves
    // together makes no more records than buckets that leave one by one.
    const due = members[lane]!.filter((bucket) => isDue(bucket, at, 0)).map((bucket) => ({
      bucket,
      entries: take(bucket),
    }))
    inFlight.add(lane)
    try {
      const refused = await putRecords(
        due.map(({ bucket, entries }) => ({
          partitionKey: bucket.partitionKey,
          data: encodeLogRecord(entries.map(({ event }) => event)),
        })),
      )
      onCall?.(due.length, now() - at)
      const delivered: Entry<Sender>[] = []
      for (const [i, { bucket, entries }] of due.entries()) {
        if (refused.has(i)) {
          holdBack(bucket)
          continue
        }
        bucket.refusals = 0
        remove(bucket, entries)
        for (const { event } of entries) buffered -= event.raw.length + eventOverhead
        delivered.push(...entries)
      }
      onDelivered(delivered)
      if (refused.size > 0) onRefused(refused.size, null)
    } catch (cause) {
      for (const { bucket } of due) holdBack(bucket)
      onRefused(due.length, cause)
    } finally {
      inFlight.delete(lane)
    }
  }

  const holdBack = (bucket: Bucket<Sender>): void => {
    const longest = firstRetryMs * Math.min(longestRetries, 2 ** bucket.refusals++)
    bucket.notBefore = now() + longest * (0.5 + Math.random() / 2)
  }

  const sendDue = (): void => {
    for (let lane = 0; lane < lanes; lane++) void sendLane(lane)
  }
  const ticking = setInterval(sendDue, Math.max(5, Math.min(50, flushMs / 5)))

  return {
    add: (event, sender) => {
      const index = bucketOf(event.deviceId)
      const bucket = buckets[index]!
      if (bucket.waiting.length === 0) bucket.since = now()
      bucket.waiting.push({ event, sender })
      const size = event.raw.length + eventOverhead
      bucket.bytes += size
      buffered += size
      if (bucket.bytes >= maxRecordBytes) void sendLane(laneOf(index))
    },
    bufferedBytes: () => buffered,
    drain: async (until) => {
      draining = true
      while (buffered > 0 && now() < until) {
        sendDue()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return buckets.reduce((left, bucket) => left + bucket.waiting.length, 0)
    },
    stop: () => clearInterval(ticking),
  }
}
