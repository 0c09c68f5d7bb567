import { setTimeout as sleep } from 'node:timers/promises'
import { measure, toEvent, toEventRecord, type EventRecord } from './event-source-batch.ts'
import type { Checkpoint } from './event-source-checkpoint.ts'
import { firstFailed, toFailurePayload } from './event-source-outcome.ts'
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
  const { now, monotonic, batchSize, retryMs, onError } = settings
  const waiting: EventRecord[] = []
  const rest = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => {})
  /** Resolves when new records came after the last read, or after `ms`. */
  let wake = (): void => {}
  let hasNews = false
  const stopNews = settings.onNews(() => {
    hasNews = true
    progress.caughtUp = false
    wake()
  })
  const waitForNews = async (ms: number): Promise<void> => {
    if (hasNews || signal.aborted) return
    const news = Promise.withResolvers<void>()
    wake = news.resolve
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', wake)
    await news.promise
    clearTimeout(timer)
    signal.removeEventListener('abort', wake)
  }
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

  const noteOldest = (records: readonly EventRecord[] = waiting): void => {
    progress.oldest = (records[0] ?? waiting[0])?.arrivedAt ?? null
  }

  /** Waits for a full batch or the end of its window; null at the end of the shard. */
  const gather = async (): Promise<EventRecord[] | null> => {
    let windowEnd = waiting.length > 0 ? monotonic() + settings.windowSeconds * 1000 : null
    for (;;) {
      const { count, full } = measure(waiting, batchSize)
      if (full || (windowEnd !== null && monotonic() >= windowEnd)) return waiting.splice(0, count)
      hasNews = false
      const read = await insist('reading', () => reader.read(batchSize - count, signal))
      if (signal.aborted || read === null) return []
      if (read.result === null) return waiting.length > 0 ? waiting.splice(0, count) : null
      for (const record of read.result) waiting.push(toEventRecord(record, shardId, streamArn))
      noteOldest()
      progress.caughtUp = !hasNews && read.result.length === 0 && waiting.length === 0
      if (waiting.length > 0) windowEnd ??= monotonic() + settings.windowSeconds * 1000
      if (measure(waiting, batchSize).full) continue
      if (windowEnd === null) await waitForNews(settings.pollMs)
      else await rest(Math.min(settings.pollMs, FILL_MS, Math.max(0, windowEnd - monotonic())))
    }
  }

  const pass = (records: readonly EventRecord[]): Promise<unknown> =>
    insist('writing the checkpoint', () => checkpoint.write(shardId, records.at(-1)!.sequence))

  const isTooOld = ({ arrivedAt }: EventRecord): boolean =>
    settings.maximumRecordAgeSeconds >= 0 && now() - arrivedAt > settings.maximumRecordAgeSeconds * 1000

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
    const parts = [{ records: batch, attempts: 0 }]
    for (let part = parts.shift(); part && !signal.aborted; part = parts.shift()) {
      const { records, attempts } = part
      noteOldest(records)
      const fresh = records.findIndex((record) => !isTooOld(record))
      const old = fresh < 0 ? records : records.slice(0, fresh)
      if (old.length > 0) {
        const payload = toFailurePayload({
          condition: 'RecordAgeExceeded',
          shardId,
          streamArn,
          functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:local',
          attempts,
          records: old,
          now: now(),
        })
        if ((await insist('giving up old records', () => settings.onFailure(payload))) === null) return
        await pass(old)
        if (fresh > 0) parts.unshift({ records: records.slice(fresh), attempts })
        continue
      }
      const failed = await tryOnce(records)
      if (failed > 0) await pass(records.slice(0, failed))
      if (failed === records.length) continue
      const again = records.slice(failed)
      const tries = failed > 0 ? 1 : attempts + 1
      const half = Math.ceil(again.length / 2)
      if (failed === 0 && settings.bisectOnError && again.length > 1)
        parts.unshift(
          { records: again.slice(0, half), attempts: tries },
          { records: again.slice(half), attempts },
        )
      else parts.unshift({ records: again, attempts: tries })
      await backOff(tries)
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
    stopNews()
  }
}
