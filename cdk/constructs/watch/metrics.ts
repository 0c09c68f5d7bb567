import { Duration } from 'aws-cdk-lib'
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'

/** Namespace of the metrics that our own parts log (lambdas/shared/metrics.ts). */
export const NAMESPACE = 'H02'

/**
 * One of our metrics, as its part logs it. The dimensions belong to the identity: with one missing it is another
 * metric.
 */
export const ourMetric = (
  stage: string,
  part: string,
  metricName: string,
  { dimensionsMap, ...options }: MetricOptions = {},
): Metric =>
  new Metric({
    namespace: NAMESPACE,
    metricName,
    period: Duration.minutes(1),
    ...options,
    dimensionsMap: { stage, part, ...dimensionsMap },
  })
