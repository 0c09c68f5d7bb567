import { Duration } from 'aws-cdk-lib'
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'

/** Namespace of what our own parts print (lambdas/shared/metrics.ts). */
export const NAMESPACE = 'H02'

/** A metric of ours, as its part prints it. Its dimensions are part of its name: a missing one is another metric. */
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
