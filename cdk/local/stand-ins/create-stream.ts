import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ResourceInUseException,
} from '@aws-sdk/client-kinesis'
import type { Credentials } from './identities.ts'
import { kinesisConfig } from './kinesis-config.ts'

/** Creates a stream unless it exists, and waits until it is active. An existing one keeps its shards. */
export async function createStream(
  endpoint: string,
  name: string,
  {
    shards = 1,
    retentionHours = 7 * 24,
    credentials,
  }: {
    readonly shards?: number
    readonly retentionHours?: number
    readonly credentials?: Credentials
  } = {},
): Promise<void> {
  const client = new KinesisClient(kinesisConfig(endpoint, credentials))
  try {
    await client
      .send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
      .catch((error: unknown) => {
        if (!(error instanceof ResourceInUseException)) throw error
      })
    for (;;) {
      const { StreamDescriptionSummary: summary } = await client.send(
        new DescribeStreamSummaryCommand({ StreamName: name }),
      )
      if (summary?.StreamStatus === 'ACTIVE') {
        if ((summary.RetentionPeriodHours ?? 24) < retentionHours)
          await client.send(
            new IncreaseStreamRetentionPeriodCommand({
              StreamName: name,
              RetentionPeriodHours: retentionHours,
            }),
          )
        return
      }
      await sleep(20)
    }
  } finally {
    client.destroy()
  }
}
