import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { LogStream } from '../data/log-stream.ts'
import type { Permission } from '../helpers/allow.ts'
import type { PartFunction } from './part-function.ts'

/** Records are retried until shortly before they expire from the log, so that an outage of hours loses nothing. */
const givenUpBefore = Duration.hours(4)

/** The permissions of a function that reads the log. */
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
 * Lets a function read the log from its beginning, in order, at least once. What the function cannot process before it
 * expires from the log goes to the failures bucket, complete.
 */
export function readLog(
  part: PartFunction,
  { log, windowSeconds }: { readonly log: LogStream; readonly windowSeconds: number },
): CfnEventSourceMapping {
  // Created next to the function, in the construct that contains it.
  const source = new CfnEventSourceMapping(part.node.scope!, 'Source', {
    functionName: part.function.functionName,
    eventSourceArn: log.stream.streamArn,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 10_000,
    maximumBatchingWindowInSeconds: windowSeconds,
    functionResponseTypes: ['ReportBatchItemFailures'],
    bisectBatchOnFunctionError: true,
    // Limited by age, not by count: a hundred quick failures are over in minutes, and each would leave a gap in a
    // history.
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: log.retention.toSeconds() - givenUpBefore.toSeconds(),
    destinationConfig: { onFailure: { destination: log.failures.bucketArn } },
    // Off by default. No other metric reports records that were given up.
    metricsConfig: { metrics: ['EventCount'] },
  })
  // The mapping is refused while the role may not read the stream.
  source.node.addDependency(part.role)
  return source
}

/** A metric of the event source itself, in records. */
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
