import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis'
import { setTimeout as sleep } from 'node:timers/promises'
import { requireApplied, type Invoke } from './lambda-invoke.ts'

type LogPorts = {
  readonly kinesis: Pick<KinesisClient, 'send'>
  readonly stream: string
  readonly invoke: Invoke
  /** Ingest or the archive. */
  readonly reader: string
  readonly from: Date
  readonly now?: () => number
  readonly pauseMs?: number
}

/** Lambda accepts 6 MB of JSON in a synchronous call, including base64 and the surrounding fields. */
const MAX_BATCH_BYTES = 3_500_000
/** AWS limit: five reads per second and shard, of which the event source needs some. */
const PAUSE_MS = 400

/**
 * Sends the log, from a time until now, to a function that reads it, shard by shard and in order: to ingest what a
 * restored table is missing, to the archive what S3 is missing. Ingest recognizes what the table already has. Resolves
 * to the number of records. Throws when the function fails.
 */
export async function redriveLog(ports: LogPorts): Promise<number> {
  const { kinesis, stream, invoke, reader, from, now = Date.now, pauseMs = PAUSE_MS } = ports
  const until = now()
  let count = 0
  // Parents before children: after a split the older records of a device are in the parent.
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: stream }))
  const ordered = Shards.toSorted((a, b) => a.ShardId!.localeCompare(b.ShardId!))
  for (const { ShardId } of ordered) {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: stream,
        ShardId,
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: from,
      }),
    )
    let iterator = ShardIterator
    while (iterator !== undefined) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }))
      const records = (page.Records ?? []).map(
        ({ Data, SequenceNumber, PartitionKey, ApproximateArrivalTimestamp }) => ({
          eventSource: 'aws:kinesis',
          eventID: `${ShardId}:${SequenceNumber}`,
          kinesis: {
            partitionKey: PartitionKey,
            sequenceNumber: SequenceNumber,
            data: Buffer.from(Data ?? []).toString('base64'),
            approximateArrivalTimestamp: (ApproximateArrivalTimestamp?.getTime() ?? 0) / 1_000,
          },
        }),
      )
      for (const Records of splitBySize(records)) {
        requireApplied(await invoke(reader, { Records }))
        count += Records.length
      }
      const isDone = records.length === 0 && (page.MillisBehindLatest ?? 0) === 0
      const isPast = (records.at(-1)?.kinesis.approximateArrivalTimestamp ?? 0) * 1_000 > until
      iterator = isDone || isPast ? undefined : page.NextShardIterator
      if (iterator !== undefined) await sleep(pauseMs)
    }
  }
  return count
}

function splitBySize<R extends { readonly kinesis: { readonly data: string } }>(
  records: readonly R[],
): R[][] {
  const batches: R[][] = []
  let bytes = Infinity
  for (const record of records) {
    const size = record.kinesis.data.length + 300
    if (bytes + size > MAX_BATCH_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(record)
    bytes += size
  }
  return batches
}
