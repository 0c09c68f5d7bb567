import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { verdicts } from '../../../../lambdas/shared/domain/verdict.ts'
import { ourMetric } from '../metrics.ts'
import type { Sources } from '../sources.ts'
import { filled, minutes, per, type AlarmRule } from './rule.ts'

/** Alarms about commands and about control. */
export const commandRules = ({ config: { stage }, control, notify }: Sources): AlarmRule[] => {
  const concluded = Object.fromEntries(
    verdicts.map((verdict, i) => [
      `v${i}`,
      ourMetric(stage, 'control', 'CommandsConcluded', { ...per(minutes(60)), dimensionsMap: { verdict } }),
    ]),
  )
  const unanswered = `v${verdicts.indexOf('unanswered')}`

  return [
    {
      id: 'UnansweredShare',
      title: 'Unanswered share',
      meaning: 'More than half of the commands of an hour (and more than 5) got neither reply nor effect.',
      metric: new MathExpression({
        label: 'unanswered, %',
        expression: `IF(FILL(${unanswered},0) > 5, 100*FILL(${unanswered},0)/${filled(concluded)}, 0)`,
        usingMetrics: concluded,
        period: minutes(60),
      }),
      threshold: 50,
      points: [1, 1],
    },
    {
      id: 'SweepMissing',
      title: 'Sweep missing',
      meaning:
        'Gateways report, but for ten minutes the sweep of control has not run: commands do not expire, silent devices are not reported, deletions wait.',
      metric: new MathExpression({
        label: 'no sweep',
        // `reports` has no FILL: before a gateway runs the expression must have no value.
        expression: 'IF(reports > 0 AND FILL(sweeps,0) < 1, 1, 0)',
        usingMetrics: {
          reports: ourMetric(stage, 'gateway', 'OpenSockets', per(minutes(5), 'SampleCount')),
          sweeps: ourMetric(stage, 'control', 'SweepLag', per(minutes(5), 'SampleCount')),
        },
        period: minutes(5),
      }),
      threshold: 0,
      points: [2, 2],
    },
    {
      id: 'ReportsNotDelivered',
      title: 'Reports not delivered',
      meaning:
        'IoT Core could not deliver reports of gateways to control: commands stay open although their outcome is known.',
      metric: new Metric({
        namespace: 'AWS/IoT',
        metricName: 'Failure',
        dimensionsMap: { RuleName: control.rule.ref, ActionType: 'Lambda' },
        ...per(minutes(5)),
      }),
      threshold: 0,
      points: [2, 3],
    },
    {
      id: 'NotificationsStuck',
      title: 'Notifications stuck',
      meaning: 'Alarms of devices could not be handed on; they wait in a queue for 14 days.',
      metric: notify.undelivered.metricApproximateNumberOfMessagesVisible({ ...per(minutes(5), 'Maximum') }),
      threshold: 0,
      points: [1, 1],
    },
  ]
}
