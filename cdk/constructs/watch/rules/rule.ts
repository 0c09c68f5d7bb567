import { Duration } from 'aws-cdk-lib'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'

/** An alarm. Each has a section with the same title in OPERATIONS.md. */
export type AlarmRule = {
  readonly id: string
  /** The heading of its runbook section. */
  readonly title: string
  /** One sentence on what the alarm means. */
  readonly meaning: string
  readonly metric: IMetric
  /** `below`: alarms when the value is below the threshold. By default above. */
  readonly comparison?: 'below'
  readonly threshold: number
  /** How many periods out of how many must be bad. */
  readonly points: readonly [bad: number, of: number]
  /**
   * How missing data counts: as fine, unless it says `bad`. Before the first deployment is complete all data is
   * missing, so an alarm about silence uses an expression that has a value only while another part reports.
   */
  readonly missing?: 'bad'
}

export const minutes = (count: number): Duration => Duration.minutes(count)

/** A period with a statistic: the sum, unless another one is named. */
export const per = (period: Duration, statistic = 'Sum') => ({ period, statistic })

/** The sum of metrics. A metric without data counts as zero, so that it does not blank the others. */
export const filled = (metrics: Readonly<Record<string, IMetric>>): string =>
  `(${Object.keys(metrics)
    .map((name) => `FILL(${name},0)`)
    .join('+')})`
