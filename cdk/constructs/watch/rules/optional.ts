import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { ourMetric } from '../metrics.ts'
import type { Sources } from '../sources.ts'
import { minutes, per, type AlarmRule } from './rule.ts'

/** Of parts that a stack may have. */
export const optionalRules = ({ config: { stage }, log, canary, archive }: Sources): AlarmRule[] => {
  return [
    ...(archive === null
      ? []
      : [
          {
            id: 'ArchiveLate',
            title: 'Archive late',
            meaning:
              'For an hour records wait in the log for the archive, or none of them was archived. Nothing is lost for seven days; ingest does not wait for it.',
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
            // It gathers for 15 minutes.
            threshold: 3_600,
            points: [3, 3],
          } satisfies AlarmRule,
        ]),
    ...(canary === null
      ? []
      : [
          {
            id: 'CanaryFails',
            title: 'Canary fails',
            meaning:
              'The canary plays a tracker each minute; three times in a row its frame, or its command, did not come through.',
            metric: ourMetric(stage, 'canary', 'CanaryPassed', per(minutes(1), 'Minimum')),
            comparison: 'below',
            threshold: 1,
            points: [3, 3],
            // A canary that says nothing is a dead one.
            missing: 'bad',
          } satisfies AlarmRule,
        ]),
  ]
}
