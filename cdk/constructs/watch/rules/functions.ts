import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { ourMetric } from '../metrics.ts'
import { functionsOf, type Sources } from '../sources.ts'
import { filled, minutes, per, type AlarmRule } from './rule.ts'

/** Alarms about the API and all functions of the stack. */
export const functionRules = (sources: Sources): AlarmRule[] => {
  const { api } = sources
  const { stage } = sources.config
  const functions = functionsOf(sources)
  const throttles = Object.fromEntries(
    functions.map((one, i) => [`t${i}`, one.metricThrottles({ ...per(minutes(1)) })]),
  )
  const errors = Object.fromEntries(
    functions.map((one, i) => [`e${i}`, one.metricErrors({ ...per(minutes(5)) })]),
  )

  return [
    {
      id: 'ApiErrors',
      title: 'API errors',
      meaning: 'The API answered with 5xx more than five times in five minutes.',
      metric: api.httpApi.metricServerError({ ...per(minutes(5)) }),
      threshold: 5,
      points: [1, 1],
    },
    {
      id: 'WrongKeys',
      title: 'Wrong keys',
      meaning:
        'More than 100 requests in five minutes came with no key, or with one that is unknown, deleted or expired.',
      metric: ourMetric(stage, 'api', 'WrongKeys', per(minutes(5))),
      threshold: 100,
      points: [1, 1],
    },
    {
      id: 'FunctionThrottles',
      title: 'Function throttles',
      meaning:
        'Lambda throttles our functions: the account’s concurrency is used up, by this stack or by others.',
      metric: new MathExpression({
        label: 'throttled calls',
        expression: filled(throttles),
        usingMetrics: throttles,
        period: minutes(1),
      }),
      threshold: 0,
      points: [3, 5],
    },
    {
      id: 'FunctionErrors',
      title: 'Function errors',
      meaning: 'For ten minutes or longer a function of the stack failed or timed out.',
      metric: new MathExpression({
        label: 'failed calls',
        expression: filled(errors),
        usingMetrics: errors,
        period: minutes(5),
      }),
      threshold: 0,
      // A single failure is retried by the caller; two periods out of three are a fault.
      points: [2, 3],
    },
  ]
}
