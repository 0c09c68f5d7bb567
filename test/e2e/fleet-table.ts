import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { readRunning } from '../../cdk/local/running.ts'
import { credentialsOf } from '../../cdk/local/services.ts'

/** The fleet's table of a running embedded mode, as an administrator reaches it. */
export function openFleetTable(dataDir: string): {
  readonly client: DynamoDBDocumentClient
  readonly table: string
} {
  const { dynamoEndpoint, fleetTable } = readRunning(dataDir)!
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = credentialsOf('admin')
  const client = new DynamoDBClient({
    endpoint: dynamoEndpoint,
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  })
  return { client: DynamoDBDocumentClient.from(client), table: fleetTable }
}
