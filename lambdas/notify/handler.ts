import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { requireEnv, type NotifyEnv } from '#shared/env.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createNotices } from '#shared/store/notices.ts'
import type { RuleEvent } from './bus-event.ts'
import { createHttpReceiver } from './http-receiver.ts'
import { createNotify } from './notify.ts'
import { createSendToAll, type Receiver } from './send-to-all.ts'
import { readTarget } from './targets.ts'

const env = requireEnv(['STAGE', 'FLEET_TABLE'] satisfies (keyof NotifyEnv)[])
const log = createLog({ part: 'notify', stage: env.STAGE })
const metrics = createMetrics({ stage: env.STAGE, part: 'notify' })

/** Mail: people subscribe to the topic. */
function createTopic(topic: string): Receiver {
  const sns = new SNSClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
  })
  return {
    name: 'topic',
    wants: () => true,
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
      return 'sent'
    },
  }
}

/** Addresses as `NOTIFY_TARGETS` has them, separated by blanks. */
const readTargets = (text: string): Receiver[] =>
  text
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => {
      const target = readTarget(one)
      if ('problem' in target) throw new Error(`NOTIFY_TARGETS: ${target.problem}`)
      return createHttpReceiver(target)
    })

const { NOTIFY_TOPIC_ARN: topic, NOTIFY_TARGETS: targets = '' } = process.env
const receivers = [...(topic ? [createTopic(topic)] : []), ...readTargets(targets)]
const notify = createNotify({
  notices: createNotices({ client: createDocumentClient(), table: env.FLEET_TABLE }),
  send: createSendToAll({ receivers, metrics, log }),
  metrics,
  log,
})

/** Called asynchronously by the rule on the event bus, once per event: a call that throws is retried. */
export const handler = async (event: RuleEvent): Promise<void> => {
  // Nothing is sent then, so nothing must be remembered, and nothing counts for the limits.
  if (!receivers.some(({ wants }) => wants(event))) return
  try {
    await notify(event)
  } finally {
    metrics.flush()
  }
}
