import { NodeHttpHandler } from '@smithy/node-http-handler'

/** An SDK client that talks to a stand-in over HTTP/1.1, as the programs do. Its time-outs mean "hangs", never "is slow". */
export const clientConfig = (endpoint: string, maxAttempts = 1) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts,
  requestHandler: new NodeHttpHandler({ connectionTimeout: 60_000, requestTimeout: 120_000 }),
})
