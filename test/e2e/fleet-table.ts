import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { readRunning } from '../../cdk/local/running.ts'

/** The fleet's table of a running embedded mode, as an administrator reaches it. */
export function openFleetTable(dataDir: string): {
  readonly client: DynamoDBDocumentClient
  readonly table: string
} {
  const { dynamoEndpoint, fleetTable, credentials } = readRunning(dataDir)!
  const client = new DynamoDBClient({
    endpoint: dynamoEndpoint,
    region: 'us-east-1',
    credentials: credentials!,
  })
  return { client: DynamoDBDocumentClient.from(client), table: fleetTable }
}
