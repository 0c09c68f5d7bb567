import { Duration } from 'aws-cdk-lib'
import { MathExpression, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { NAMESPACE, ourMetric } from '../metrics.ts'
import { functionsOf, type Sources } from '../sources.ts'

/** A curve, or several if its metric is a search expression. */
export type Curve = IMetric
export type Chart = {
  readonly title: string
  readonly kind: 'lines' | 'areas' | 'number'
  readonly curves: readonly Curve[]
  /** Label of the left axis. */
  readonly unit: string
  /** Curves with another unit, on the right axis. */
  readonly right?: readonly Curve[]
  readonly rightUnit?: string
  /** A horizontal line where trouble begins. */
  readonly limit?: { readonly value: number; readonly label: string }
}
/** One question of the people who run this, and the charts that answer it. */
export type Section = { readonly question: string; readonly hint: string; readonly charts: readonly Chart[] }

export const minute = Duration.minutes(1)
export const five = Duration.minutes(5)

/** A metric math expression as a curve. */
export const of = (
  expression: string,
  label: string,
  usingMetrics: Record<string, IMetric>,
  period = five,
): IMetric => new MathExpression({ expression, label, usingMetrics, period })

/** Makes the curves of a stage. */
export function createCurves(sources: Sources) {
  const { stage } = sources.config
  const ours = (part: string, name: string, label: string, statistic = 'Sum', period = minute): IMetric =>
    ourMetric(stage, part, name, { statistic, label, period })
  /** One curve for each value that a dimension has. */
  const each = (part: string, name: string, dimension: string, period = minute): IMetric =>
    new MathExpression({
      expression: `SEARCH('{${NAMESPACE},stage,part,${dimension}} stage="${stage}" part="${part}" MetricName="${name}"', 'Sum', ${period.toSeconds()})`,
      label: `\${PROP('Dim.${dimension}')}`,
      usingMetrics: {},
      period,
    })
  const functions = functionsOf(sources)
  const perFunction = (name: string, statistic: string): IMetric[] =>
    functions.map((one) =>
      one.metric(name, { statistic, period: five, label: one.node.scope?.node.scope?.node.id ?? name }),
    )
  return { ours, each, perFunction }
}
export type Curves = ReturnType<typeof createCurves>
