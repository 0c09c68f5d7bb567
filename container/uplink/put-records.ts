import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

export type OutgoingRecord = { readonly partitionKey: string; readonly data: Uint8Array }

/** Puts records into the log; resolves to the indexes of the refused records. Throws if the outcome is unknown. */
export type PutRecords = (records: readonly OutgoingRecord[]) => Promise<ReadonlySet<number>>

/** Kinesis as the log. The forwarder retries by itself, in order, so the SDK must not. */
export function createPutRecords(stream: string): PutRecords {
  const client = new KinesisClient({
    maxAttempts: 1,
    // By default the SDK uses HTTP/2 for Kinesis, where one stalled stream blocks all others.
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 }),
  })
  return async (records) => {
    const answer = await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
      }),
    )
    // Only a record with a sequence number is in the log. A record that is missing from the answer counts as refused.
    const refused = new Set<number>()
    for (const i of records.keys()) if (answer.Records?.[i]?.SequenceNumber === undefined) refused.add(i)
    return refused
  }
}
