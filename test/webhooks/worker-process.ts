/** The function of webhooks in a process of its own, fed by its queue: what a test kills. */
import { startQueueSource } from '../../cdk/local/stand-ins/queue-source.ts'
import { handler } from '../../lambdas/webhooks/handler.ts'

startQueueSource({
  endpoint: process.env.AWS_ENDPOINT_URL_SQS!,
  queueUrl: process.env.WEBHOOK_QUEUE!,
  invoke: (event) => handler(event as Parameters<typeof handler>[0]),
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
  },
  concurrency: 2,
  onError: (message, cause) => console.error(message, cause),
})
