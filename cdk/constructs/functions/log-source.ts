import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { LogStream } from '../data/log-stream.ts'
import type { Permission } from '../helpers/allow.ts'
import type { PartFunction } from './part-function.ts'

/** Records are tried until they are about to leave the log: an outage of hours must cost nothing. */
const givenUpBefore = Duration.hours(4)

/** What the role of a function needs that reads the log. */
export const readLogPermissions = (log: LogStream): Permission[] => [
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
    sid: 'KeepFailures',
    actions: ['s3:PutObject'],
    resources: [log.failures.arnForObjects('*')],
    wildcard: 'Lambda names the objects',
  },
  { sid: 'FindFailures', actions: ['s3:ListBucket'], resources: [log.failures.bucketArn] },
]

/**
 * Reads the log from its beginning into a function, in order, at least once. What the function cannot handle until it is
 * about to leave the log goes to the failures bucket, whole.
 */
export function readLog(
  part: PartFunction,
  { log, windowSeconds }: { readonly log: LogStream; readonly windowSeconds: number },
): CfnEventSourceMapping {
  // Beside the function, under the construct that made it.
  const source = new CfnEventSourceMapping(part.node.scope!, 'Source', {
    functionName: part.function.functionName,
    eventSourceArn: log.stream.streamArn,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 10_000,
    maximumBatchingWindowInSeconds: windowSeconds,
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
  source.node.addDependency(part.role)
  return source
}

/** Of the event source itself, in records. */
export const logSourceMetric = (
  source: CfnEventSourceMapping,
  metricName: string,
  period = Duration.minutes(5),
): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { EventSourceMappingUUID: source.ref },
    statistic: 'Sum',
    period,
  })
