import { Duration, Validations } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { webhookKeys } from '../../../lambdas/shared/domain/webhooks/keys.ts'
import { labelAttributes } from '../../../lambdas/shared/domain/labels.ts'
import type { Permission } from '../helpers/allow.ts'

/** Longer than one batch of deliveries takes. Messages that the function did not finish are received again after this time. */
const visibilityTimeout = Duration.seconds(60)
/** AWS limit. A failing delivery is put back about twenty times in the 24 hours in which it is retried. */
const MAX_RECEIVES = 1_000

/**
 * Events that wait for webhooks, in order for each webhook and device. High-throughput mode: the limits are those of a
 * group, so a large fleet does not share 300 calls a second (decisions/0020).
 */
export class WebhookQueue extends Construct {
  readonly queue: Queue
  /** Messages that were received more often than that; there should never be any. */
  readonly dead: Queue

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const common = {
      fifo: true,
      retentionPeriod: Duration.days(14),
      // Events contain positions of vehicles.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    }
    this.dead = new Queue(this, 'Dead', common)
    Validations.of(this.dead).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself.',
    })
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      deadLetterQueue: { queue: this.dead, maxReceiveCount: MAX_RECEIVES },
    })
  }
}

export const sendToWebhooks = ({ queue }: WebhookQueue): Permission => ({
  sid: 'SendToWebhooks',
  actions: ['sqs:SendMessage'],
  resources: [queue.queueArn],
})

/** The permissions of a part that publishes events, so that they reach webhooks. Parts that read the table have them already. */
export const webhookPermissions = (fleet: ITable, webhookQueue: WebhookQueue): Permission[] => [
  {
    sid: 'ListWebhooks',
    actions: ['dynamodb:Query'],
    resources: [fleet.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': webhookKeys.all } },
  },
  sendToWebhooks(webhookQueue),
]

/** Read access to labels of devices only, for a part that reads no other data of devices. */
export const readLabels = (fleet: ITable): Permission => ({
  sid: 'ReadLabels',
  actions: ['dynamodb:BatchGetItem'],
  resources: [fleet.tableArn],
  conditions: {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'device#*' },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...labelAttributes] },
    StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
  },
})
