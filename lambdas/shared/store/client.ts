import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** Without the second option, a map of texts that has the name `constructor` is not accepted. */
export const marshallOptions = { removeUndefinedValues: true, convertClassInstanceToMap: true } as const

/** One client per process. Region, credentials and endpoint come from the environment, as the SDK reads it. */
export const createDocumentClient = (maxSockets = 64): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      requestHandler: new NodeHttpHandler({
        connectionTimeout: 3_000,
        requestTimeout: 10_000,
        httpAgent: { maxSockets },
        httpsAgent: { maxSockets },
      }),
    }),
    { marshallOptions },
  )
