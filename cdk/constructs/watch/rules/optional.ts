import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { ourMetric } from '../metrics.ts'
import type { Sources } from '../sources.ts'
import { minutes, per, type AlarmRule } from './rule.ts'

/** Alarms about optional parts. */
export const optionalRules = ({ config: { stage, relay }, log, canary, archive }: Sources): AlarmRule[] => {
  return [
    ...(archive === null
      ? []
      : [
          {
            id: 'ArchiveLate',
            title: 'Archive late',
            meaning:
              'For an hour records have waited in the log for the archive, or none was archived. Nothing is lost for seven days; ingest does not wait for it.',
            metric: new MathExpression({
              label: 'records wait, or none is archived',
              expression: 'IF(FILL(age,0) > 3600000 OR (FILL(arrived,0) > 5 AND FILL(archived,0) < 1), 1, 0)',
              usingMetrics: {
                age: archive.part.function.metric('IteratorAge', per(minutes(30), 'Maximum')),
                arrived: log.stream.metricIncomingRecords(per(minutes(30))),
                archived: ourMetric(stage, 'archive', 'RowsArchived', per(minutes(30))),
              },
              period: minutes(30),
            }),
            threshold: 0,
            points: [2, 2],
          } satisfies AlarmRule,
          {
            id: 'ArchiveNotDelivered',
            title: 'Archive not delivered',
            meaning: 'Firehose has not written records to S3 for an hour. It gives them up after 24 hours.',
            metric: archive.store.freshness,
            // Firehose buffers for 15 minutes.
            threshold: 3_600,
            points: [3, 3],
          } satisfies AlarmRule,
        ]),
    ...(relay
      ? [
          {
            id: 'RelayServersDown',
            title: 'Relay servers down',
            meaning:
              'For 15 minutes more than half of the relayed devices had no connection to their other server. Their frames are stored here as usual.',
            metric: new MathExpression({
              label: 'relays without a connection, %',
              expression: 'IF(FILL(down,0) > 0, 100*FILL(down,0)/(FILL(down,0)+FILL(connected,0)), 0)',
              usingMetrics: {
                down: ourMetric(stage, 'gateway', 'RelayUpstreamDown', per(minutes(5))),
                connected: ourMetric(stage, 'gateway', 'RelaysOpen', per(minutes(5))),
              },
              period: minutes(5),
            }),
            threshold: 50,
            points: [3, 3],
          } satisfies AlarmRule,
        ]
      : []),
    ...(canary === null
      ? []
      : [
          {
            id: 'CanaryFails',
            title: 'Canary fails',
            meaning:
              'The canary acts as a tracker once a minute; its frame or its command failed three times in a row.',
            metric: ourMetric(stage, 'canary', 'CanaryPassed', per(minutes(1), 'Minimum')),
            comparison: 'below',
            threshold: 1,
            points: [3, 3],
            // No report at all means that the canary itself does not run.
            missing: 'bad',
          } satisfies AlarmRule,
        ]),
  ]
}
