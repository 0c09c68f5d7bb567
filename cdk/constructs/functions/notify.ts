import { Duration, Validations } from 'aws-cdk-lib'
import { Rule, type IEventBus } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Alias } from 'aws-cdk-lib/aws-kms'
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { EVENT_SOURCE } from '../../../lambdas/shared/bus/event-bus.ts'
import { NOTICE_RULES } from '../../../lambdas/shared/domain/webhooks/keys.ts'
import type { NotifyEnv } from '../../../lambdas/shared/env.ts'
import type { Config } from '../../config/config.ts'
import type { Data } from '../data/data.ts'
import { sendToWebhooks, type WebhookQueue } from '../data/webhook-queue.ts'
import { PartFunction, type Common } from './part-function.ts'

type NotifyProps = Common &
  Pick<Config, 'deviceAlarmEmail'> & {
    readonly data: Data
    readonly bus: IEventBus
    readonly webhookQueue: WebhookQueue
  }

/** Sends events about trackers to people, each at least once. */
export class Notify extends Construct {
  readonly part: PartFunction
  readonly topic: Topic
  /** Events that could not be sent after all retries. */
  readonly undelivered: Queue

  constructor(scope: Construct, id: string, props: NotifyProps) {
    super(scope, id)
    const { bus, deviceAlarmEmail } = props
    this.topic = new Topic(this, 'Topic', {
      displayName: `Trackers, ${props.stage}`,
      // Mails contain positions of vehicles.
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
      enforceSSL: true,
    })
    if (deviceAlarmEmail !== null) this.topic.addSubscription(new EmailSubscription(deviceAlarmEmail))
    this.undelivered = new Queue(this, 'Undelivered', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    })
    Validations.of(this.undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself.',
    })
    this.part = this.createFunction(props)
    this.invokeOnEvents(bus)
  }

  private createFunction(props: NotifyProps): PartFunction {
    const { data } = props
    return new PartFunction(this, 'Part', {
      ...props,
      entry: 'notify',
      description: 'Notifies people of alarms',
      memoryMb: 256,
      timeout: Duration.seconds(30),
      environment: {
        STAGE: props.stage,
        FLEET_TABLE: data.fleet.tableName,
        WEBHOOK_QUEUE: props.webhookQueue.queue.queueUrl,
        NOTIFY_TOPIC_ARN: this.topic.topicArn,
      } satisfies NotifyEnv,
      permissions: [
        {
          sid: 'ClaimOnce',
          actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          resources: [data.fleet.tableArn],
        },
        {
          sid: 'ReadRules',
          actions: ['dynamodb:Query'],
          resources: [data.fleet.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': NOTICE_RULES } },
        },
        sendToWebhooks(props.webhookQueue),
        { sid: 'Publish', actions: ['sns:Publish'], resources: [this.topic.topicArn] },
        { sid: 'KeepUndelivered', actions: ['sqs:SendMessage'], resources: [this.undelivered.queueArn] },
      ],
    })
  }

  private invokeOnEvents(bus: NotifyProps['bus']): void {
    // EventBridge invokes the function asynchronously, so failures of the function itself need a destination too.
    const invocation = new CfnEventInvokeConfig(this, 'Invocation', {
      functionName: this.part.function.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: this.undelivered.queueArn } },
    })
    invocation.node.addDependency(this.part.role)
    new Rule(this, 'Rule', {
      eventBus: bus,
      description: 'All notifications about devices',
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [
        new LambdaFunction(this.part.function, {
          deadLetterQueue: this.undelivered,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    })
  }
}
