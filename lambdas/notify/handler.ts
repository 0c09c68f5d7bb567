import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { requireEnv, type NotifyEnv } from '#shared/env.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createNotices } from '#shared/store/notices.ts'
import type { RuleEvent } from './bus-event.ts'
import { createNotify } from './notify.ts'

const env = requireEnv(['STAGE', 'FLEET_TABLE'] satisfies (keyof NotifyEnv)[])
const topic = process.env.NOTIFY_TOPIC_ARN
const log = createLog({ part: 'notify', stage: env.STAGE })
const metrics = createMetrics({ stage: env.STAGE, part: 'notify' })

const sns = new SNSClient({
  requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
})
const notify = createNotify({
  notices: createNotices({ client: createDocumentClient(), table: env.FLEET_TABLE }),
  send: async ({ subject, text }, event) => {
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Subject: subject,
        Message: text,
        // Subscriptions filter by it; SNS attributes are not metric dimensions.
        MessageAttributes: { detailType: { DataType: 'String', StringValue: event['detail-type'] } },
      }),
    )
    metrics.count('NotificationsSent')
  },
  metrics,
  log,
})

/** Called asynchronously by the rule on the event bus, once per event: a call that throws is retried. */
export const handler = async (event: RuleEvent): Promise<void> => {
  // Without a topic nothing is sent, and nothing must be remembered.
  if (!topic) return
  try {
    await notify(event)
  } finally {
    metrics.flush()
  }
}
