import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { monotonicNow } from '#shared/clock.ts'
import { requireEnv, type WebhooksEnv } from '#shared/env.ts'
import { putEventsFromEnv } from '#shared/events/put-events.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createDeliveries } from '#shared/store/deliveries.ts'
import { createNoticeChannels } from '#shared/store/notice-channels.ts'
import { createReadChannelTarget, createReadSecrets } from '#shared/store/webhook-secrets.ts'
import { createWebhookStates } from '#shared/store/webhook-state.ts'
import { createWebhookStore } from '#shared/store/webhooks.ts'
import { findTarget, requirePolicy } from '#shared/webhooks/target.ts'
import { createWebhookCache } from '#shared/webhooks/webhook-cache.ts'
import { createHandleBatch, type PutBack, type SqsEvent, type SqsResponse } from './handle-batch.ts'
import { createPost } from './post.ts'
import { createSendMail } from './send-mail.ts'

const env = requireEnv([
  'STAGE',
  'FLEET_TABLE',
  'EVENT_BUS',
  'RETENTION_DAYS',
  'WEBHOOK_QUEUE',
  'WEBHOOK_TARGETS',
] satisfies (keyof WebhooksEnv)[])
const policy = requirePolicy(env.WEBHOOK_TARGETS)
const log = createLog({ part: 'webhooks', stage: env.STAGE })
const metrics = createMetrics({ stage: env.STAGE, part: 'webhooks' })
const fleet = { client: createDocumentClient(), table: env.FLEET_TABLE }
const store = createWebhookStore(fleet)
/** The list is read at most once per second, because another instance may have changed a state. */
const STATE_MAX_AGE_MS = 1_000
const cache = createWebhookCache(store.list, Date.now, STATE_MAX_AGE_MS)
const sqs = new SQSClient({
  requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
})

const { NOTICE_TOPIC_ARN: topic } = process.env

const putBack: PutBack = async (records) => {
  if (records.length === 0) return
  await sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: env.WEBHOOK_QUEUE,
      Entries: records.map(({ receiptHandle, seconds }, i) => ({
        Id: String(i),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      })),
    }),
  )
}

const handleBatch = createHandleBatch({
  listWebhooks: cache.list,
  forgetWebhooks: cache.forget,
  store,
  states: createWebhookStates(fleet),
  readSecrets: createReadSecrets(fleet),
  channels: createNoticeChannels(fleet),
  readChannelTarget: createReadChannelTarget(fleet),
  sendMail: topic ? createSendMail(topic) : null,
  deliveries: createDeliveries(fleet),
  findTarget: (url) => findTarget(url, policy),
  post: createPost().post,
  putEvents: putEventsFromEnv(env, fleet, metrics),
  putBack,
  metrics,
  log,
  now: Date.now,
  monotonic: monotonicNow,
  random: Math.random,
})

/**
 * Called by the queue's event source, at least once for each message. Messages that it returns as failed are received
 * again.
 */
export const handler = async (event: SqsEvent): Promise<SqsResponse> => {
  try {
    return await handleBatch(event)
  } finally {
    metrics.flush()
  }
}
