import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { requireEnv, type NotifyEnv } from '#shared/env.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createNoticeRules } from '#shared/store/notice-rules.ts'
import { createNotices } from '#shared/store/notices.ts'
import { createWebhookQueue } from '#shared/bus/webhook-queue.ts'
import { createWebhookCache } from '#shared/webhooks/webhook-cache.ts'
import type { RuleEvent } from './bus-event.ts'
import { createHttpReceiver } from './http-receiver.ts'
import { createNotifyByRules } from './notify-by-rules.ts'
import { createNotify } from './notify.ts'
import { createReadNamedDevice } from './read-named-device.ts'
import { createSendToAll, type Receiver } from './send-to-all.ts'
import { readTarget } from './targets.ts'

const env = requireEnv(['STAGE', 'FLEET_TABLE', 'WEBHOOK_QUEUE'] satisfies (keyof NotifyEnv)[])
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

/** Addresses in the format of `NOTIFY_TARGETS`: separated by blanks. */
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
const fleet = { client: createDocumentClient(), table: env.FLEET_TABLE }
const common = { notices: createNotices(fleet), metrics, log }
const notify = createNotify({ ...common, send: createSendToAll({ receivers, metrics, log }) })
/** A new rule applies after at most this time. The cache saves a table read per event of a flood. */
const RULES_MAX_AGE_MS = 1_000
const notifyByRules = createNotifyByRules({
  ...common,
  listRules: createWebhookCache(createNoticeRules(fleet).list, Date.now, RULES_MAX_AGE_MS).list,
  readDevice: createReadNamedDevice(fleet),
  send: createWebhookQueue(env.WEBHOOK_QUEUE),
  now: Date.now,
})

/** Without a receiver nothing is stored, and nothing counts for the limits. */
const notifyInstallation = async (event: RuleEvent): Promise<void> => {
  if (receivers.some(({ wants }) => wants(event))) await notify(event)
}

/** Called asynchronously by the rule on the event bus, once per event: a call that throws is retried. */
export const handler = async (event: RuleEvent): Promise<void> => {
  try {
    const results = await Promise.allSettled([notifyByRules(event), notifyInstallation(event)])
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  } finally {
    metrics.flush()
  }
}
