import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { testCredentials } from '../local/stand-ins/identities.ts'
import { readRunning } from '../local/running.ts'

/** The table a tool works on. */
export type Target = { readonly client: DynamoDBDocumentClient; readonly table: string }

export const targetOptions = {
  data: { type: 'string', default: '.data' },
  table: { type: 'string' },
} as const

export const TARGET_HELP = `  --data .data          data folder of a running embedded mode (npm start)
  --table NAME          the telemetry table on AWS instead, with the credentials of your shell`

/** A stack's table on AWS, or a table of the embedded mode on this machine; throws a sentence if there is neither. */
export function openTarget({ data, table }: { data: string; table?: string | undefined }): Target {
  if (table !== undefined) return { client: DynamoDBDocumentClient.from(new DynamoDBClient()), table }
  const running = readRunning(data)
  if (running === null) {
    throw new Error(
      `Nothing has run with its data in ${data}. Start the gateway there (npm start -- --data ${data}), or name a table on AWS with --table.`,
    )
  }
  const client = new DynamoDBClient({
    endpoint: running.dynamoEndpoint,
    region: 'us-east-1',
    // A running older version has no key, and accepts any.
    credentials: running.credentials ?? testCredentials,
    maxAttempts: 1,
  })
  return { client: DynamoDBDocumentClient.from(client), table: running.telemetryTable }
}

/** What a person can do about a failure, in one sentence. */
export function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') {
    return 'The embedded gateway is not running: start it with npm start.'
  }
  return error instanceof Error ? error.message : String(error)
}
