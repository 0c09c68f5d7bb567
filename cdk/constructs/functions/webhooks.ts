import { Duration } from 'aws-cdk-lib'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import {
  DELIVERIES_PREFIX,
  SECRET_PREFIX,
  webhookKeys,
} from '../../../lambdas/shared/domain/webhooks/keys.ts'
import type { WebhooksEnv } from '../../../lambdas/shared/env.ts'
import type { Config } from '../../config/config.ts'
import type { Data } from '../data/data.ts'
import { mailNotices, type NoticeTopic } from '../data/notice-topic.ts'
import { webhookPermissions, type WebhookQueue } from '../data/webhook-queue.ts'
import type { Permission } from '../helpers/allow.ts'
import { PartFunction, type Common } from './part-function.ts'

type WebhooksProps = Common &
  Pick<Config, 'retentionDays'> & {
    readonly data: Data
    readonly bus: IEventBus
    readonly webhookQueue: WebhookQueue
    readonly noticeTopic: NoticeTopic
  }

/** Batches that are delivered at the same time. A dead or slow receiver occupies a few of them, at any load. */
const MAX_CONCURRENCY = 50
/** AWS limit for FIFO queues. */
const BATCH_SIZE = 10

/** Delivers events to webhooks and notices to their channels: in order for each device, at least once (decisions/0020). */
export class Webhooks extends Construct {
  readonly part: PartFunction

  constructor(scope: Construct, id: string, props: WebhooksProps) {
    super(scope, id)
    const { stage, data, bus, webhookQueue } = props
    const { queue } = webhookQueue
    const onItems = (sid: string, actions: readonly string[], keys: string): Permission => ({
      sid,
      actions,
      resources: [data.fleet.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
    })
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'webhooks',
      description: 'Delivers events to webhooks',
      memoryMb: 256,
      // Below the visibility timeout of the queue: deliveries begin within 20 s of a batch and take 10 s.
      timeout: Duration.seconds(45),
      environment: {
        STAGE: stage,
        FLEET_TABLE: data.fleet.tableName,
        EVENT_BUS: bus.eventBusName,
        RETENTION_DAYS: String(props.retentionDays),
        WEBHOOK_QUEUE: queue.queueUrl,
        WEBHOOK_TARGETS: 'public',
        NOTICE_TOPIC_ARN: props.noticeTopic.topic.topicArn,
      } satisfies WebhooksEnv,
      permissions: [
        {
          sid: 'ReadQueue',
          actions: [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:ChangeMessageVisibility',
            'sqs:GetQueueAttributes',
          ],
          resources: [queue.queueArn],
        },
        onItems('KeepStates', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], webhookKeys.all),
        onItems('ReadSecrets', ['dynamodb:GetItem'], `${SECRET_PREFIX}*`),
        onItems('ListDeliveries', ['dynamodb:PutItem', 'dynamodb:UpdateItem'], `${DELIVERIES_PREFIX}*`),
        // Publishes an event when a webhook is disabled.
        onItems('RecordEvents', ['dynamodb:PutItem'], 'events#*'),
        ...webhookPermissions(data.fleet, webhookQueue),
        mailNotices(props.noticeTopic),
        { sid: 'PutEvents', actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
      ],
    })
    const source = new CfnEventSourceMapping(this, 'Source', {
      functionName: this.part.function.functionName,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: MAX_CONCURRENCY },
    })
    // AWS refuses it while the role may not read the queue.
    source.node.addDependency(this.part.role)
  }
}
