import { Duration, Stack } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot'
import { Construct } from 'constructs'
import { gatewayClientId, topicsOf } from '../../../lambdas/shared/domain/topics.ts'
import type { ControlEnv } from '../../../lambdas/shared/env.ts'
import type { Config } from '../../config/config.ts'
import { SWEEP_EVERY_MINUTES } from '../../schedules.ts'
import { allow } from '../helpers/allow.ts'
import { commandPermissions, registryActions } from './command-permissions.ts'
import { indexArn, type Data } from '../data/data.ts'
import type { LogStream } from '../data/log-stream.ts'
import { sendToWebhooks, type WebhookQueue } from '../data/webhook-queue.ts'
import { PartFunction, type Common } from './part-function.ts'
import { Every } from './schedule.ts'
import { GATEWAY_ID_IS_MADE_LATER, iotArnsOf } from '../helpers/topic-arns.ts'

type ControlProps = Common &
  Pick<Config, 'commandDelivery' | 'reservedConcurrency' | 'silentHours' | 'retentionDays'> & {
    readonly data: Data
    readonly log: LogStream
    readonly bus: IEventBus
    readonly webhookQueue: WebhookQueue
    readonly iotHost: string
  }

/** Applies reports of gateways to commands and sends the next queued one; once a minute it runs the sweep. */
export class Control extends Construct {
  readonly part: PartFunction
  readonly rule: CfnTopicRule

  constructor(scope: Construct, id: string, props: ControlProps) {
    super(scope, id)
    const { stage, data, bus } = props
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'control',
      description: "Applies gateways' reports to commands; sweeps what is due",
      memoryMb: 512,
      reservedExecutions: props.reservedConcurrency,
      timeout: Duration.minutes(1),
      environment: {
        STAGE: stage,
        TELEMETRY_TABLE: data.telemetry.tableName,
        FLEET_TABLE: data.fleet.tableName,
        EVENT_BUS: bus.eventBusName,
        WEBHOOK_QUEUE: props.webhookQueue.queue.queueUrl,
        RETENTION_DAYS: String(props.retentionDays),
        IOT_ENDPOINT: props.iotHost,
        COMMAND_DELIVERY: props.commandDelivery,
        SILENT_HOURS: String(props.silentHours),
      } satisfies ControlEnv & Record<string, string>,
      permissions: [
        { sid: 'FindDue', actions: ['dynamodb:Query'], resources: [indexArn(data.fleet, 'byDue')] },
        {
          sid: 'MoveOn',
          actions: registryActions,
          resources: [data.fleet.tableArn],
        },
        // Evidence chooses the dialect, and counters of older versions are listed by model.
        { sid: 'ListModels', actions: ['dynamodb:Query'], resources: [indexArn(data.fleet, 'byList')] },
        { sid: 'DeleteCommands', actions: ['dynamodb:BatchWriteItem'], resources: [data.fleet.tableArn] },
        { sid: 'ReadStates', actions: ['dynamodb:BatchGetItem'], resources: [data.telemetry.tableArn] },
        {
          sid: 'DeleteHistory',
          actions: ['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
          resources: [data.telemetry.tableArn],
        },
        ...commandPermissions(this, props),
        {
          sid: 'SeeGateways',
          actions: ['iot:GetConnection'],
          resources: [iotArnsOf(this, stage).client(gatewayClientId(stage, '*'))],
          wildcard: GATEWAY_ID_IS_MADE_LATER,
        },
        sendToWebhooks(props.webhookQueue),
        { sid: 'PutEvents', actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
      ],
    })
    this.rule = this.listen(props)
    new Every(this, 'Sweep', {
      target: this.part.function,
      minutes: SWEEP_EVERY_MINUTES,
      description: 'Acts on everything whose time has come',
    })
  }

  /**
   * Invokes control for each report of a gateway. A gateway repeats a report until control has answered, so a lost one
   * arrives later.
   */
  private listen({ stage, log }: ControlProps): CfnTopicRule {
    const errorRole = new Role(this, 'RuleErrorRole', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
    })
    allow(errorRole, {
      sid: 'KeepFailures',
      actions: ['s3:PutObject'],
      resources: [log.failures.arnForObjects('iot/*')],
      wildcard: 'one object per failed message',
    })
    const rule = new CfnTopicRule(this, 'Reports', {
      ruleName: `${Stack.of(this).stackName.replaceAll('-', '_')}_up`,
      topicRulePayload: {
        description: "Gateways' reports to the control function",
        sql: `SELECT *, topic() AS topic FROM '${topicsOf(stage).upFilter}'`,
        awsIotSqlVersion: '2016-03-23',
        actions: [{ lambda: { functionArn: this.part.function.functionArn } }],
        // To the failures bucket and not to a log, because a report contains data that trackers sent.
        errorAction: {
          s3: {
            bucketName: log.failures.bucketName,
            key: 'iot/${topic()}/${timestamp()}-${newuuid()}',
            roleArn: errorRole.roleArn,
          },
        },
      },
    })
    rule.node.addDependency(errorRole)
    this.part.function.addPermission('Reports', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Stack.of(this).account,
    })
    return rule
  }
}
