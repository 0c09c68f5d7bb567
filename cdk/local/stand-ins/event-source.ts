import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListShardsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import { monotonicNow } from '#shared/clock.ts'
import { MAX_RECORDS } from './event-source-batch.ts'
import { openCheckpoint } from './event-source-checkpoint.ts'
import { createShardReader } from './event-source-reader.ts'
import { runShard, type ShardCounts, type ShardProgress, type ShardSettings } from './event-source-shard.ts'
import type { Credentials } from './identities.ts'
import { kinesisConfig } from './kinesis-config.ts'

export type EventSource = {
  /** Waits for the running invocation. Records that were not processed are read again at the next start. */
  readonly stop: () => Promise<void>
  readonly lag: () => {
    /** Age of the oldest record that is read and not processed, ms; 0 if there is none. */
    readonly ageMs: number
    /** True if the last read of every shard found nothing to process. */
    readonly caughtUp: boolean
  }
  /** What the function was invoked with so far, retries included: what Lambda would bill. */
  readonly counts: () => Readonly<ShardCounts>
}

export type EventSourceOptions = {
  readonly endpoint: string
  readonly stream: string
  readonly invoke: (event: unknown) => Promise<unknown>
  /** The credentials for reading: those of the function, as on AWS. */
  readonly credentials?: Credentials
  /** Records per invocation, at most 10,000. */
  readonly batchSize?: number
  readonly windowSeconds?: number
  /** −1: records are retried as long as the stream keeps them. */
  readonly maximumRecordAgeSeconds?: number
  readonly bisectOnError?: boolean
  readonly reportBatchItemFailures?: boolean
  /** Receives what is given up. The shard waits until it resolves. */
  readonly onFailure?: (payload: object) => Promise<void>
  readonly onError?: (message: string, error: unknown) => void
  readonly checkpointFile?: string
  /**
   * Calls `listener` when there may be new records; returns a function that unsubscribes. Without it, records are
   * polled.
   */
  readonly onNews?: (listener: () => void) => () => void
  /** Pause after a read that found nothing: 50 ms, or half a minute with `onNews`. */
  readonly pollMs?: number
  readonly retryMs?: ShardSettings['retryMs']
  readonly now?: () => number
  readonly monotonic?: () => number
}

/** Stored in place of a sequence number at the end of a closed shard. */
const FINISHED = 'finished'

/**
 * A Kinesis event source of a Lambda function: from the oldest record, one batch per shard at a time, at least once.
 * The checkpoint is written after each batch, so a restart repeats at most the running batch.
 */
export async function startEventSource(options: EventSourceOptions): Promise<EventSource> {
  const { endpoint, stream, checkpointFile, windowSeconds = 0, batchSize = MAX_RECORDS } = options
  if (batchSize < 1 || batchSize > MAX_RECORDS)
    throw new Error(`the batch size must be from 1 to ${MAX_RECORDS}, not ${batchSize}`)
  if (windowSeconds < 0 || windowSeconds > 300)
    throw new Error(`the batch window must be from 0 to 300 seconds, not ${windowSeconds}`)
  const settings: ShardSettings = {
    invoke: options.invoke,
    batchSize,
    windowSeconds,
    maximumRecordAgeSeconds: options.maximumRecordAgeSeconds ?? -1,
    bisectOnError: options.bisectOnError ?? true,
    reportBatchItemFailures: options.reportBatchItemFailures ?? true,
    onFailure: options.onFailure ?? (async () => {}),
    onError: options.onError ?? ((message, error) => console.error(message, error)),
    onNews: options.onNews ?? (() => () => {}),
    pollMs: options.pollMs ?? (options.onNews ? 30_000 : 50),
    retryMs: options.retryMs ?? { firstMs: 200, maxMs: 30_000 },
    now: options.now ?? Date.now,
    monotonic: options.monotonic ?? monotonicNow,
  }
  const client = new KinesisClient(kinesisConfig(endpoint, options.credentials))
  const stopping = new AbortController()
  const counts: ShardCounts = { invocations: 0, records: 0, bytes: 0 }
  const shards = new Map<string, { readonly progress: ShardProgress; readonly running: Promise<void> }>()

  const { StreamDescriptionSummary: summary } = await client.send(
    new DescribeStreamSummaryCommand({ StreamName: stream }),
  )
  const streamArn = summary?.StreamARN ?? `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`
  // A stream of the same name that was created again has other sequence numbers.
  const identity = `${stream} ${summary?.StreamCreationTimestamp?.toISOString()}`
  const checkpoint = openCheckpoint(checkpointFile, identity)

  /** A shard starts when its parents are completely read, which keeps the order over a split. */
  const startShards = async (): Promise<void> => {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
    const known = new Set(Shards.map(({ ShardId }) => ShardId))
    const isReady = ({ ParentShardId, AdjacentParentShardId }: Shard): boolean =>
      [ParentShardId, AdjacentParentShardId].every(
        (parent) => !parent || !known.has(parent) || checkpoint.read(parent) === FINISHED,
      )
    for (const shard of Shards) {
      const shardId = shard.ShardId!
      if (!shards.has(shardId) && checkpoint.read(shardId) !== FINISHED && isReady(shard)) startShard(shardId)
    }
  }
  const startShard = (shardId: string): void => {
    const progress: ShardProgress = { oldest: null, caughtUp: false }
    const run = async (): Promise<void> => {
      const isClosed = await runShard({
        shardId,
        streamArn,
        reader: createShardReader(client, stream, shardId, checkpoint.read(shardId)),
        checkpoint,
        settings,
        counts,
        progress,
        signal: stopping.signal,
      })
      if (!isClosed) return
      await checkpoint.write(shardId, FINISHED)
      await startShards()
    }
    const running = run().catch((error: unknown) => settings.onError(`${shardId}: reading has ended`, error))
    shards.set(shardId, { progress, running })
  }
  await startShards()

  return {
    stop: async () => {
      stopping.abort()
      await Promise.all([...shards.values()].map(({ running }) => running))
      client.destroy()
    },
    lag: () => {
      const all = [...shards.values()].map(({ progress }) => progress)
      const oldest = Math.min(...all.map((progress) => progress.oldest ?? Number.POSITIVE_INFINITY))
      return {
        ageMs: Number.isFinite(oldest) ? Math.max(0, settings.now() - oldest) : 0,
        caughtUp: all.every((progress) => progress.caughtUp && progress.oldest === null),
      }
    },
    counts: () => ({ ...counts }),
  }
}
