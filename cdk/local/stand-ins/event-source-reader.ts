import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis'
import type { ReadRecord } from './event-source-batch.ts'

export type ShardReader = {
  /** The next records; null when the shard is closed and completely read. */
  readonly read: (limit: number, signal: AbortSignal) => Promise<ReadRecord[] | null>
}

/** Reads a shard from its beginning, or after a sequence number. */
export function createShardReader(
  client: KinesisClient,
  stream: string,
  shardId: string,
  after: string | undefined,
): ShardReader {
  let last = after
  let iterator: string | undefined

  const renew = async (abortSignal: AbortSignal): Promise<string | undefined> => {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName: stream,
        ShardId: shardId,
        ...(last === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last }),
      }),
      { abortSignal },
    )
    return ShardIterator
  }

  return {
    read: async (limit, abortSignal) => {
      iterator ??= await renew(abortSignal)
      try {
        const { Records = [], NextShardIterator } = await client.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }),
          { abortSignal },
        )
        iterator = NextShardIterator
        last = Records.at(-1)?.SequenceNumber ?? last
        if (Records.length === 0 && NextShardIterator === undefined) return null
        return Records.map((record) => ({
          sequence: record.SequenceNumber!,
          partitionKey: record.PartitionKey!,
          data: record.Data!,
          arrivedAt: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
        }))
      } catch (error) {
        // After any failure, because it is unknown what this iterator returned.
        iterator = undefined
        if (error instanceof ExpiredIteratorException) return []
        throw error
      }
    },
  }
}
