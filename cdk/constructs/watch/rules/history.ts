import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { DecodeReason } from '../../../../lambdas/shared/h02/message.ts'
import { logSourceMetric } from '../../functions/log-source.ts'
import { ourMetric } from '../metrics.ts'
import type { Sources } from '../sources.ts'
import { filled, minutes, per, type AlarmRule } from './rule.ts'

/** An object, so that the compiler requires every reason. */
const reasons = Object.keys({
  'unknown-type': true,
  malformed: true,
  implausible: true,
  'too-long': true,
} satisfies Record<DecodeReason, true>)

/** Alarms about the way from the log into the table. */
export const historyRules = ({ config, data, log, ingest, archive }: Sources): AlarmRule[] => {
  const { stage } = config
  const undecodable = Object.fromEntries(
    reasons.map((reason, i) => [
      `u${i}`,
      ourMetric(stage, 'ingest', 'Undecodable', { ...per(minutes(15)), dimensionsMap: { reason } }),
    ]),
  )
  const givenUp = Object.fromEntries(
    [ingest, ...(archive === null ? [] : [archive])].flatMap(({ source }, i) => [
      [`g${i}`, logSourceMetric(source, 'OnFailureDestinationDeliveredEventCount')],
      [`d${i}`, logSourceMetric(source, 'DroppedEventCount')],
    ]),
  )

  return [
    {
      id: 'HistoryLate',
      title: 'History late',
      meaning:
        'Frames wait in the log for more than five minutes before they are stored: last positions, alarms and history lag. Nothing is lost for seven days.',
      // Two ages: of what the function has read, and of what anyone has read from the stream. The first has no data
      // while the function cannot run at all. With an archive, the second does not show whether ingest reads.
      metric:
        archive === null
          ? new MathExpression({
              label: 'age of the oldest unread frame, ms',
              expression: 'IF(FILL(read,0) > FILL(stream,0), FILL(read,0), FILL(stream,0))',
              usingMetrics: {
                read: ingest.part.function.metric('IteratorAge', per(minutes(1), 'Maximum')),
                stream: log.stream.metricGetRecordsIteratorAgeMilliseconds(per(minutes(1), 'Maximum')),
              },
              period: minutes(1),
            })
          : ingest.part.function.metric('IteratorAge', per(minutes(1), 'Maximum')),
      threshold: 5 * 60_000,
      points: [5, 5],
    },
    {
      id: 'NothingStored',
      title: 'Nothing stored',
      meaning:
        'For 20 minutes frames came into the log and none was stored: ingest does not run. Acknowledged frames are lost if it does not read them within seven days.',
      // The age of unread records has no data when nothing reads them, which is the worst case.
      metric: new MathExpression({
        label: 'frames come in, none is stored',
        expression: 'IF(FILL(arrived,0) > 5 AND FILL(stored,0) < 1, 1, 0)',
        usingMetrics: {
          arrived: log.stream.metricIncomingRecords(per(minutes(10))),
          stored: ourMetric(stage, 'ingest', 'RowsStored', per(minutes(10))),
        },
        period: minutes(10),
      }),
      threshold: 0,
      // Two periods: with the longest batch window the first frames of a fleet are stored in the next period.
      points: [2, 2],
    },
    {
      id: 'FramesGivenUp',
      title: 'Frames given up',
      meaning:
        'Ingest could not store records for almost seven days, or the archive could not deliver them; they stay in the failures bucket for eight days.',
      metric: new MathExpression({
        label: 'records given up',
        expression: filled(givenUp),
        usingMetrics: givenUp,
        period: minutes(5),
      }),
      threshold: 0,
      points: [1, 1],
    },
    {
      id: 'UndecodableShare',
      title: 'Undecodable share',
      meaning:
        'More than 20 % of the frames (and more than 50) in 15 minutes could not be decoded. They are stored, and a better decoder can read them later.',
      metric: new MathExpression({
        label: 'undecodable, %',
        expression: `IF(${filled(undecodable)} > 50, 100*${filled(undecodable)}/FILL(stored,1), 0)`,
        usingMetrics: {
          ...undecodable,
          stored: ourMetric(stage, 'ingest', 'RowsStored', per(minutes(15))),
        },
        period: minutes(15),
      }),
      threshold: 20,
      points: [2, 2],
    },
    {
      id: 'LogThrottles',
      title: 'Log throttles',
      meaning:
        'The log throttles writes because it has too few shards: frames wait in the gateway and acks are late.',
      metric: log.stream.metricPutRecordsThrottledRecords({ ...per(minutes(1)) }),
      threshold: 0,
      points: [5, 5],
    },
    // An on-demand table scales by itself; a provisioned one can be short of units.
    ...(config.tableCapacity === 'onDemand'
      ? []
      : [
          {
            id: 'TableThrottles',
            title: 'Table throttles',
            meaning:
              'The telemetry table has refused reads or writes for ten minutes: auto scaling does not keep up, or has reached `tableUnitsMax`. Frames wait in the log.',
            metric: new MathExpression({
              label: 'refused requests',
              expression: 'FILL(writes,0)+FILL(reads,0)',
              usingMetrics: {
                writes: data.telemetry.metric('WriteThrottleEvents', per(minutes(1))),
                reads: data.telemetry.metric('ReadThrottleEvents', per(minutes(1))),
              },
              period: minutes(1),
            }),
            threshold: 0,
            // A step of auto scaling takes a few minutes; single batches are throttled until it is done.
            points: [8, 10],
          } satisfies AlarmRule,
        ]),
  ]
}
