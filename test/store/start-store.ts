import { randomBytes } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTables } from '../../cdk/local/create-tables.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'

/** A second DynamoDB for the same suites, such as DynamoDB Local. It must keep the tables of each access key apart. */
const secondStore = process.env.STORE_ENDPOINT

export const missingSecondStore: string | null = secondStore
  ? null
  : 'Set STORE_ENDPOINT to the URL of another DynamoDB, for example DynamoDB Local (which has terms of its own).'

/**
 * The clock of a stand-in whose items never expire: tests have clocks of their own, and on a busy machine it would delete
 * by the real one in the middle of them.
 */
export const clockWithoutExpiry = (): number => 0

/** Empty tables `telemetry` and `fleet`: in the stand-in, or in the DynamoDB at STORE_ENDPOINT. */
export async function startStore() {
  const stand = secondStore ? null : await startDynamo({ now: clockWithoutExpiry })
  const endpoint = secondStore ?? stand!.endpoint
  const raw = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: secondStore
      ? { accessKeyId: `test${randomBytes(8).toString('hex')}`, secretAccessKey: 'test' }
      : testCredentials,
  })
  await createTables(raw, { telemetry: 'telemetry', fleet: 'fleet' })
  return {
    endpoint,
    raw,
    close: async () => {
      raw.destroy()
      await stand?.close()
    },
  }
}
