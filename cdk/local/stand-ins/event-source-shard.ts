import { setTimeout as sleep } from 'node:timers/promises'
import { measure, toEvent, toEventRecord, type EventRecord } from './event-source-batch.ts'
import type { Checkpoint } from './event-source-checkpoint.ts'
import { watchNews } from './event-source-news.ts'
import { firstFailed, toFailurePayload } from './event-source-outcome.ts'
import { splitByAge, toRetries, type Part } from './event-source-part.ts'
import type { ShardReader } from './event-source-reader.ts'

export type ShardSettings = {
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly batchSize: number
  readonly windowSeconds: number
  readonly maximumRecordAgeSeconds: number
  readonly bisectOnError: boolean
  readonly reportBatchItemFailures: boolean
  readonly onFailure: (payload: object) => Promise<void>
  readonly onError: (message: string, error: unknown) => void
  readonly onNews: (listener: () => void) => () => void
  readonly pollMs: number
  readonly retryMs: { readonly firstMs: number; readonly maxMs: number }
  /** The wall clock, for the age of records. */
  readonly now: () => number
  /** For the batch window. */
  readonly monotonic: () => number
}
export type ShardCounts = { invocations: number; records: number; bytes: number }

/** Interval of reads while a batch fills, as on AWS: it may be full before its window is over. */
const FILL_MS = 1_000

/** What is read and not processed yet. */
export type ShardProgress = { oldest: number | null; caughtUp: boolean }

/** Reads one shard in order, batch by batch, until it is closed (returns true) or the source is stopped (false). */
export async function runShard({
  shardId,
  streamArn,
  reader,
  checkpoint,
  settings,
  counts,
  progress,
  signal,
}: {
  readonly shardId: string
  readonly streamArn: string
  readonly reader: ShardReader
  readonly checkpoint: Checkpoint
  readonly settings: ShardSettings
  readonly counts: ShardCounts
  readonly progress: ShardProgress
  readonly signal: AbortSignal
}): Promise<boolean> {
  const { now, monotonic, batchSize, onError } = settings
  const waiting: EventRecord[] = []
  const { rest, backOff, insist } = createRetries(shardId, settings, signal)
  const news = watchNews(settings.onNews, () => {
    progress.caughtUp = false
  })
  const noteOldest = (records: readonly EventRecord[] = waiting): void => {
    progress.oldest = (records[0] ?? waiting[0])?.arrivedAt ?? null
  }

  /** Waits for a full batch or the end of its window; null at the end of the shard. */
  const gather = async (): Promise<EventRecord[] | null> => {
    let windowEnd = waiting.length > 0 ? monotonic() + settings.windowSeconds * 1000 : null
    for (;;) {
      const { count, full } = measure(waiting, batchSize)
      if (full || (windowEnd !== null && monotonic() >= windowEnd)) return waiting.splice(0, count)
      news.reset()
      const read = await insist('reading', () => reader.read(batchSize - count, signal))
      if (signal.aborted || read === null) return []
      if (read.result === null) return waiting.length > 0 ? waiting.splice(0, count) : null
      for (const record of read.result) waiting.push(toEventRecord(record, shardId, streamArn))
      noteOldest()
      progress.caughtUp = !news.hasCome() && read.result.length === 0 && waiting.length === 0
      if (waiting.length > 0) windowEnd ??= monotonic() + settings.windowSeconds * 1000
      if (measure(waiting, batchSize).full) continue
      if (windowEnd === null) await news.wait(settings.pollMs, signal)
      else await rest(Math.min(settings.pollMs, FILL_MS, Math.max(0, windowEnd - monotonic())))
    }
  }

  const pass = (records: readonly EventRecord[]): Promise<unknown> =>
    insist('writing the checkpoint', () => checkpoint.write(shardId, records.at(-1)!.sequence))

  /** Records that arrived before are too old. */
  const oldestAllowed = (): number =>
    settings.maximumRecordAgeSeconds < 0
      ? Number.NEGATIVE_INFINITY
      : now() - settings.maximumRecordAgeSeconds * 1000

  const giveUp = async (records: readonly EventRecord[], attempts: number): Promise<boolean> => {
    const payload = toFailurePayload({
      condition: 'RecordAgeExceeded',
      shardId,
      streamArn,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:local',
      attempts,
      records,
      now: now(),
    })
    if ((await insist('giving up old records', () => settings.onFailure(payload))) === null) return false
    await pass(records)
    return true
  }

  /** Returns how many records the function has processed. */
  const tryOnce = async (records: readonly EventRecord[]): Promise<number> => {
    counts.invocations++
    counts.records += records.length
    counts.bytes += records.reduce((sum, { bytes }) => sum + bytes, 0)
    try {
      const answer = await settings.invoke(toEvent(records))
      return settings.reportBatchItemFailures ? firstFailed(answer, records) : records.length
    } catch (error) {
      onError(`${shardId}: the function failed on ${records.length} records`, error)
      return 0
    }
  }

  const handle = async (batch: EventRecord[]): Promise<void> => {
    const parts: Part[] = [{ records: batch, attempts: 0 }]
    for (let part = parts.shift(); part && !signal.aborted; part = parts.shift()) {
      const { records, attempts } = part
      noteOldest(records)
      const { old, fresh } = splitByAge(records, oldestAllowed())
      if (old.length > 0) {
        if (!(await giveUp(old, attempts))) return
        if (fresh.length > 0) parts.unshift({ records: fresh, attempts })
        continue
      }
      const done = await tryOnce(records)
      if (done > 0) await pass(records.slice(0, done))
      if (done === records.length) continue
      const retries = toRetries(part, done, settings.bisectOnError)
      parts.unshift(...retries)
      await backOff(retries[0]!.attempts)
    }
  }

  try {
    while (!signal.aborted) {
      const batch = await gather()
      if (batch === null) return true
      if (batch.length > 0) await handle(batch)
      noteOldest()
    }
    return false
  } finally {
    news.stop()
  }
}

/** Waits and retries that end when the source is stopped. */
function createRetries(
  shardId: string,
  { retryMs, onError }: Pick<ShardSettings, 'retryMs' | 'onError'>,
  signal: AbortSignal,
) {
  const rest = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => {})
  const backOff = (attempts: number): Promise<unknown> =>
    rest(Math.min(retryMs.maxMs, retryMs.firstMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2))

  /** Retries until it succeeds, or until the source is stopped (null). */
  const insist = async <Result>(
    what: string,
    act: () => Promise<Result>,
  ): Promise<{ result: Result } | null> => {
    for (let attempts = 1; ; attempts++) {
      try {
        return { result: await act() }
      } catch (error) {
        if (signal.aborted) return null
        onError(`${shardId}: ${what} failed`, error)
        await backOff(attempts)
        if (signal.aborted) return null
      }
    }
  }
  return { rest, backOff, insist }
}
