import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import type { IngestEnv } from '../../../lambdas/shared/env.ts'
import type { Data } from '../data/data.ts'
import type { LogStream } from '../data/log-stream.ts'
import { PartFunction, type Common } from './part-function.ts'

export type IngestProps = Common & {
  readonly data: Data
  readonly log: LogStream
  readonly bus: IEventBus
  readonly retentionDays: number
  readonly reservedConcurrency: number
  readonly batchWindowSeconds: number
}

/** Records are tried until they are about to leave the log: an outage of hours must cost nothing. */
const givenUpBefore = Duration.hours(4)

/** Folds batches of the log into the telemetry table. */
export class Ingest extends Construct {
  readonly part: PartFunction
  private readonly source: CfnEventSourceMapping

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id)
    const { data, log, bus } = props
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'ingest',
      description: 'Folds the log into device states and history',
      // CPU comes with memory: a batch is 6 MB of base64 at most, compressed and decoded device by device.
      memoryMb: 1_024,
      reservedExecutions: props.reservedConcurrency,
      timeout: Duration.minutes(2),
      environment: {
        STAGE: props.stage,
        TELEMETRY_TABLE: data.telemetry.tableName,
        FLEET_TABLE: data.fleet.tableName,
        RETENTION_DAYS: String(props.retentionDays),
        EVENT_BUS: bus.eventBusName,
      } satisfies IngestEnv,
      permissions: [
        {
          sid: 'ReadLog',
          actions: [
            'kinesis:DescribeStream',
            'kinesis:DescribeStreamSummary',
            'kinesis:GetRecords',
            'kinesis:GetShardIterator',
            'kinesis:ListShards',
          ],
          resources: [log.stream.streamArn],
        },
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
        { sid: 'PutEvents', actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
        {
          sid: 'KeepFailures',
          actions: ['s3:PutObject'],
          resources: [log.failures.arnForObjects('*')],
          wildcard: 'Lambda names the objects',
        },
        { sid: 'FindFailures', actions: ['s3:ListBucket'], resources: [log.failures.bucketArn] },
      ],
    })
    this.source = new CfnEventSourceMapping(this, 'Source', {
      functionName: this.part.function.functionName,
      eventSourceArn: log.stream.streamArn,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 10_000,
      maximumBatchingWindowInSeconds: props.batchWindowSeconds,
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      // By age, never by count: a hundred quick failures are over in minutes, and each would be a hole in a history.
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: log.retention.toSeconds() - givenUpBefore.toSeconds(),
      destinationConfig: { onFailure: { destination: log.failures.bucketArn } },
      // Off by default, and nothing else reports records that were given up.
      metricsConfig: { metrics: ['EventCount'] },
    })
    // It is refused when the role may not read the stream yet.
    this.source.node.addDependency(this.part.role)
  }

  /** Of the event source itself, in records. */
  sourceMetric(metricName: string, period = Duration.minutes(5)): Metric {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { EventSourceMappingUUID: this.source.ref },
      statistic: 'Sum',
      period,
    })
  }
}
