import type { KinesisClientConfig } from '@aws-sdk/client-kinesis'
import { testCredentials, type Credentials } from './identities.ts'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** A client for the stand-in. It uses HTTP/1.1; the SDK's default for Kinesis is HTTP/2. */
export const kinesisConfig = (
  endpoint: string,
  credentials: Credentials = testCredentials,
): KinesisClientConfig => ({
  endpoint,
  region: 'us-east-1',
  credentials,
  requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 30_000 }),
})
