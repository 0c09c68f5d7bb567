import { Duration } from 'aws-cdk-lib'
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { fleetKeys } from '../../../lambdas/shared/domain/device.ts'
import type { IngestEnv } from '../../../lambdas/shared/env.ts'
import type { Data } from '../data/data.ts'
import type { LogStream } from '../data/log-stream.ts'
import { readLabels, webhookPermissions, type WebhookQueue } from '../data/webhook-queue.ts'
import { readLog, readLogPermissions } from './log-source.ts'
import { PartFunction, type Common } from './part-function.ts'

type IngestProps = Common & {
  readonly data: Data
  readonly log: LogStream
  readonly bus: IEventBus
  readonly webhookQueue: WebhookQueue
  readonly retentionDays: number
  readonly reservedConcurrency: number
  readonly batchWindowSeconds: number
}

/** Applies batches of the log to the telemetry table. */
export class Ingest extends Construct {
  readonly part: PartFunction
  readonly source: CfnEventSourceMapping

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id)
    const { data, log, bus } = props
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'ingest',
      description: 'Folds the log into device states and history',
      // CPU is proportional to memory: a batch is at most 6 MB of base64, compressed and decoded device by device.
      memoryMb: 1_024,
      reservedExecutions: props.reservedConcurrency,
      timeout: Duration.minutes(2),
      environment: {
        STAGE: props.stage,
        TELEMETRY_TABLE: data.telemetry.tableName,
        FLEET_TABLE: data.fleet.tableName,
        RETENTION_DAYS: String(props.retentionDays),
        EVENT_BUS: bus.eventBusName,
        WEBHOOK_QUEUE: props.webhookQueue.queue.queueUrl,
      } satisfies IngestEnv,
      permissions: [
        ...readLogPermissions(log),
        {
          sid: 'SaveStates',
          actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:PartiQLUpdate'],
          resources: [data.telemetry.tableArn],
        },
        {
          sid: 'ParkEvents',
          actions: ['dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
          resources: [data.telemetry.tableArn],
        },
        {
          sid: 'RecordEvents',
          actions: ['dynamodb:PutItem', 'dynamodb:GetItem'],
          resources: [data.fleet.tableArn],
          // It decodes data that anyone may send, so it may only access the events of the fleet table.
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'events#*' } },
        },
        {
          sid: 'ReadPlaces',
          actions: ['dynamodb:Query'],
          resources: [data.fleet.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': fleetKeys.place('').pk } },
        },
        ...webhookPermissions(data.fleet, props.webhookQueue),
        readLabels(data.fleet),
        { sid: 'PutEvents', actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
      ],
    })
    this.source = readLog(this.part, { log, windowSeconds: props.batchWindowSeconds })
  }
}
