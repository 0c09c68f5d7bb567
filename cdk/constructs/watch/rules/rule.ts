import { Duration } from 'aws-cdk-lib'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'

/** When people are woken. Each has its section in OPERATIONS.md under the same title. */
export type AlarmRule = {
  readonly id: string
  /** The heading of its runbook section. */
  readonly title: string
  /** What it means, in a sentence. */
  readonly meaning: string
  readonly metric: IMetric
  /** On which side of the threshold trouble lies; above it if missing. */
  readonly comparison?: 'below'
  readonly threshold: number
  /** Minutes (or periods) out of so many that must be bad. */
  readonly points: readonly [bad: number, of: number]
  /**
   * What missing data means: nothing happened, unless it says `bad`. Before the first deployment is complete all data is missing,
   * so an alarm about silence is over an expression that has a value only while another part reports.
   */
  readonly missing?: 'bad'
}

export const minutes = (count: number): Duration => Duration.minutes(count)

/** Over a period: the sum, unless another statistic is named. */
export const per = (period: Duration, statistic = 'Sum') => ({ period, statistic })

/** The sum of metrics. Silence counts as zero: a metric that was never sent must not silence the others. */
export const filled = (metrics: Readonly<Record<string, IMetric>>): string =>
  `(${Object.keys(metrics)
    .map((name) => `FILL(${name},0)`)
    .join('+')})`
