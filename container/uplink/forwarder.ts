import { monotonicNow } from '#shared/clock.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import { createBuckets, type Batch, type Bucket } from './buckets.ts'
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
  const buckets = createBuckets<Sender>({ maxRecordBytes, maxCallBytes, now })
  let calls = 0
  let draining = false

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
      for (const [i, batch] of taken.entries()) {
        if (refused.has(i)) holdBack(batch.bucket)
        else buckets.drop(batch)
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
    if (buckets.bufferedBytes() === 0) return
    const at = now()
    const waitMs = draining ? 0 : flushMs
    while (calls < maxCalls && buckets.isAnyDue(at, waitMs)) void send(buckets.takeWaiting(at))
  }
  const ticking = setInterval(sendDue, Math.max(5, Math.min(50, flushMs / 5)))

  return {
    add: (event, sender) => {
      if (buckets.add(event, sender)) sendDue()
    },
    bufferedBytes: buckets.bufferedBytes,
    drain: async (until) => {
      draining = true
      while (buckets.bufferedBytes() > 0 && now() < until) {
        sendDue()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return buckets.countEvents()
    },
    stop: () => clearInterval(ticking),
  }
}
