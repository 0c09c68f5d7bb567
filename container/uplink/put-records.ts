import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

export type OutgoingRecord = { readonly partitionKey: string; readonly data: Uint8Array }

/** Puts records into the log; resolves to the indexes of the refused records. Throws if the outcome is unknown. */
export type PutRecords = (records: readonly OutgoingRecord[]) => Promise<ReadonlySet<number>>

/** Kinesis as the log. The forwarder retries by itself, in order, so the SDK must not. */
export function createPutRecords(stream: string): PutRecords {
  const client = new KinesisClient({
    maxAttempts: 1,
    // The SDK would speak HTTP/2 here: one stream that stalls then stalls all.
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 }),
  })
  return async (records) => {
    const answer = await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
      }),
    )
    // Only what has a sequence number is in the log; an answer that says nothing of a record refuses it.
    const refused = new Set<number>()
    for (const i of records.keys()) if (answer.Records?.[i]?.SequenceNumber === undefined) refused.add(i)
    return refused
  }
}
