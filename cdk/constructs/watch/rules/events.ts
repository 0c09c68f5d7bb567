import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { ourMetric } from '../metrics.ts'
import type { Sources } from '../sources.ts'
import { filled, minutes, per, type AlarmRule } from './rule.ts'

/** The parts that publish events. */
export const publishers = ['ingest', 'control', 'api', 'webhooks'] as const

/** Alarms about events. */
export const eventRules = ({ config: { stage } }: Sources): AlarmRule[] => {
  const failed = Object.fromEntries(
    publishers.map((part) => [part, ourMetric(stage, part, 'EventsNotPublished', per(minutes(5)))]),
  )
  return [
    {
      id: 'EventsNotPublished',
      title: 'Events not published',
      meaning:
        'For ten minutes or longer events could not be recorded, or not be handed to webhooks or the event bus.',
      metric: new MathExpression({
        label: 'events not published',
        expression: filled(failed),
        usingMetrics: failed,
        period: minutes(5),
      }),
      threshold: 0,
      // A single failure is repeated by ingest and control; two periods out of three are a fault.
      points: [2, 3],
    },
  ]
}
