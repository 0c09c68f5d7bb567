import { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { DecodeReason } from '../../../lambdas/shared/h02/message.ts'
import { verdicts } from '../../../lambdas/shared/domain/verdict.ts'
import { logSourceMetric } from '../functions/log-source.ts'
import { ourMetric } from './metrics.ts'
import type { Sources } from './sources.ts'

/** When people are woken. Each has its section in OPERATIONS.md under the same title. */
export type AlarmRule = {
  readonly id: string
  /** The heading of its runbook section. */
  readonly title: string
  /** What it means, in a sentence. */
  readonly meaning: string
  readonly metric: IMetric
  readonly comparison: 'above' | 'below'
  readonly threshold: number
  /** Minutes (or periods) out of so many that must be bad. */
  readonly points: readonly [bad: number, of: number]
  /**
   * What missing data means: mostly that nothing happened. Before the first deployment is complete all data is missing,
   * so an alarm about silence is over an expression that has a value only while another part reports.
   */
  readonly missing: 'fine' | 'bad'
}

const minutes = (count: number): Duration => Duration.minutes(count)
/** Silence counts as zero: a metric that was never sent must not silence the others. */
const filled = (names: readonly string[]): string => `(${names.map((name) => `FILL(${name},0)`).join('+')})`

/** All of them: the type says so when one is added. */
const reasons = Object.keys({
  'unknown-type': true,
  malformed: true,
  implausible: true,
  'too-long': true,
} satisfies Record<DecodeReason, true>)

/** Few, and symptoms first: what people who use the system would notice. */
export function alarmRules(sources: Sources): AlarmRule[] {
  const { config, data, log, ingest, control, api, notify, canary, archive } = sources
  const { stage } = config
  const per = (period: Duration, statistic = 'Sum') => ({ period, statistic })

  const undecodable = Object.fromEntries(
    reasons.map((reason, i) => [
      `u${i}`,
      ourMetric(stage, 'ingest', 'Undecodable', { ...per(minutes(15)), dimensionsMap: { reason } }),
    ]),
  )
  const concluded = Object.fromEntries(
    verdicts.map((verdict, i) => [
      `v${i}`,
      ourMetric(stage, 'control', 'CommandsConcluded', { ...per(minutes(60)), dimensionsMap: { verdict } }),
    ]),
  )
  const unanswered = `v${verdicts.indexOf('unanswered')}`
  const functions = functionsOf(sources)
  const throttles = Object.fromEntries(
    functions.map((one, i) => [`t${i}`, one.metricThrottles({ ...per(minutes(1)) })]),
  )

  const errors = Object.fromEntries(
    functions.map((one, i) => [`e${i}`, one.metricErrors({ ...per(minutes(5)) })]),
  )

  const givenUp = Object.fromEntries(
    [ingest, ...(archive === null ? [] : [archive])].flatMap(({ source }, i) => [
      [`g${i}`, logSourceMetric(source, 'OnFailureDestinationDeliveredEventCount')],
      [`d${i}`, logSourceMetric(source, 'DroppedEventCount')],
    ]),
  )

  return [
    {
      id: 'TrackersDropped',
      title: 'Trackers dropped',
      meaning:
        'In ten minutes, more than 30 % of the open sockets (and more than 10) closed and did not come back.',
      metric: new MathExpression({
        label: 'sockets lost, %',
        expression:
          'IF(FILL(closed,0)-FILL(opened,0) > 10, 100*(FILL(closed,0)-FILL(opened,0))/(FILL(open,0)/10+FILL(closed,0)-FILL(opened,0)), 0)',
        usingMetrics: {
          // Reported each minute by each task: a tenth of the sum over ten minutes is the fleet.
          open: ourMetric(stage, 'gateway', 'OpenSockets', per(minutes(10))),
          opened: ourMetric(stage, 'gateway', 'SessionsOpened', per(minutes(10))),
          closed: ourMetric(stage, 'gateway', 'SessionsClosed', per(minutes(10))),
        },
        period: minutes(10),
      }),
      comparison: 'above',
      threshold: 30,
      points: [1, 1],
      missing: 'fine',
    },
    {
      id: 'TasksMissing',
      title: 'Tasks missing',
      meaning:
        'For 15 minutes fewer gateway tasks report than the service should run: the rest carries more, and the next failure is an outage.',
      // Each task reports once a minute; what the load balancer counts differs by zone. Compared with the desired
      // number and not with tasksMin: a service scaled to 10 tasks that runs 3 is in trouble.
      metric: new MathExpression({
        label: 'missing tasks',
        expression: 'desired-FILL(reports,0)/5',
        usingMetrics: {
          desired: ourMetric(stage, 'watch', 'TasksDesired', per(minutes(5), 'Average')),
          reports: ourMetric(stage, 'gateway', 'OpenSockets', per(minutes(5), 'SampleCount')),
        },
        period: minutes(5),
      }),
      comparison: 'above',
      // A report may fall into the next period.
      threshold: 0.4,
      points: [3, 3],
      // No data of the watch function: the first deployment is not complete, or "Function errors" says why.
      missing: 'fine',
    },
    {
      id: 'HistoryLate',
      title: 'History late',
      meaning:
        'Frames wait in the log for more than five minutes before they are stored: last positions, alarms and history lag. Nothing is lost for seven days.',
      // What the function has read, and what anyone has read from the stream: the first has no data while the function
      // cannot run at all. Where the archive reads the stream too, its age says nothing of ingest.
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
      comparison: 'above',
      threshold: 5 * 60_000,
      points: [5, 5],
      missing: 'fine',
    },
    {
      id: 'NothingStored',
      title: 'Nothing stored',
      meaning:
        'For 20 minutes frames came into the log and none was stored: ingest does not run. Acknowledged frames are lost when it has not read them for seven days.',
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
      comparison: 'above',
      threshold: 0,
      // Two: with the longest batch window the first frames of a fleet are stored in the next period.
      points: [2, 2],
      missing: 'fine',
    },
    {
      id: 'FramesGivenUp',
      title: 'Frames given up',
      meaning:
        'Ingest could not store records for almost seven days, or the archive could not deliver them; they are in the failures bucket for eight more.',
      metric: new MathExpression({
        label: 'records given up',
        expression: filled(Object.keys(givenUp)),
        usingMetrics: givenUp,
        period: minutes(5),
      }),
      comparison: 'above',
      threshold: 0,
      points: [1, 1],
      missing: 'fine',
    },
    {
      id: 'UndecodableShare',
      title: 'Undecodable share',
      meaning:
        'More than 20 % of the frames (and more than 50) in 15 minutes could not be decoded. They are kept, and can be read again by a better decoder.',
      metric: new MathExpression({
        label: 'undecodable, %',
        expression: `IF(${filled(Object.keys(undecodable))} > 50, 100*${filled(Object.keys(undecodable))}/FILL(stored,1), 0)`,
        usingMetrics: {
          ...undecodable,
          stored: ourMetric(stage, 'ingest', 'RowsStored', per(minutes(15))),
        },
        period: minutes(15),
      }),
      comparison: 'above',
      threshold: 20,
      points: [2, 2],
      missing: 'fine',
    },
    {
      id: 'LogThrottles',
      title: 'Log throttles',
      meaning:
        'The log refuses records for want of shards: frames wait in the gateway, trackers get their acks late.',
      metric: log.stream.metricPutRecordsThrottledRecords({ ...per(minutes(1)) }),
      comparison: 'above',
      threshold: 0,
      points: [5, 5],
      missing: 'fine',
    },
    // A table on demand grows by itself; one with units of its own can be short of them.
    ...(config.tableCapacity === 'onDemand'
      ? []
      : [
          {
            id: 'TableThrottles',
            title: 'Table throttles',
            meaning:
              'The telemetry table has refused reads or writes for ten minutes: auto scaling does not keep up, or has come to `tableUnitsMax`. Frames wait in the log.',
            metric: new MathExpression({
              label: 'refused requests',
              expression: 'FILL(writes,0)+FILL(reads,0)',
              usingMetrics: {
                writes: data.telemetry.metric('WriteThrottleEvents', per(minutes(1))),
                reads: data.telemetry.metric('ReadThrottleEvents', per(minutes(1))),
              },
              period: minutes(1),
            }),
            comparison: 'above',
            threshold: 0,
            // A step of auto scaling takes a few minutes, and batches are refused now and then until it is done.
            points: [8, 10],
            missing: 'fine',
          } satisfies AlarmRule,
        ]),
    {
      id: 'CommandChannelDown',
      title: 'Command channel down',
      meaning:
        'A gateway task has no MQTT connection for five minutes: its trackers report, but take no commands.',
      metric: ourMetric(stage, 'gateway', 'MqttConnected', per(minutes(1), 'Minimum')),
      comparison: 'below',
      threshold: 1,
      points: [5, 5],
      missing: 'fine',
    },
    {
      id: 'UnansweredShare',
      title: 'Unanswered share',
      meaning: 'More than half of the commands of an hour (and more than 5) got neither reply nor effect.',
      metric: new MathExpression({
        label: 'unanswered, %',
        expression: `IF(FILL(${unanswered},0) > 5, 100*FILL(${unanswered},0)/${filled(Object.keys(concluded))}, 0)`,
        usingMetrics: concluded,
        period: minutes(60),
      }),
      comparison: 'above',
      threshold: 50,
      points: [1, 1],
      missing: 'fine',
    },
    {
      id: 'ApiErrors',
      title: 'API errors',
      meaning: 'The API answered with 5xx more than five times in five minutes.',
      metric: api.httpApi.metricServerError({ ...per(minutes(5)) }),
      comparison: 'above',
      threshold: 5,
      points: [1, 1],
      missing: 'fine',
    },
    {
      id: 'WrongKeys',
      title: 'Wrong keys',
      meaning:
        'More than 100 requests in five minutes came with no key, or with one that is unknown, deleted or expired.',
      metric: ourMetric(stage, 'api', 'WrongKeys', per(minutes(5))),
      comparison: 'above',
      threshold: 100,
      points: [1, 1],
      missing: 'fine',
    },
    {
      id: 'FunctionThrottles',
      title: 'Function throttles',
      meaning:
        'Lambda refuses to run our functions: the account’s concurrency is used up, by us or by others.',
      metric: new MathExpression({
        label: 'throttled calls',
        expression: filled(Object.keys(throttles)),
        usingMetrics: throttles,
        period: minutes(1),
      }),
      comparison: 'above',
      threshold: 0,
      points: [3, 5],
      missing: 'fine',
    },
    {
      id: 'FunctionErrors',
      title: 'Function errors',
      meaning:
        'For ten minutes and more a function of the stack ended with an error, or ran into its time limit.',
      metric: new MathExpression({
        label: 'failed calls',
        expression: filled(Object.keys(errors)),
        usingMetrics: errors,
        period: minutes(5),
      }),
      comparison: 'above',
      threshold: 0,
      // A single failure is repeated by whoever called; two periods of three are a fault.
      points: [2, 3],
      missing: 'fine',
    },
    {
      id: 'SweepMissing',
      title: 'Sweep missing',
      meaning:
        'Gateways report, but for ten minutes control has not acted on what is due: commands do not expire, silent devices are not noticed, deletions wait.',
      metric: new MathExpression({
        label: 'no sweep',
        // Without FILL around `reports`: no value at all before a gateway runs.
        expression: 'IF(reports > 0 AND FILL(sweeps,0) < 1, 1, 0)',
        usingMetrics: {
          reports: ourMetric(stage, 'gateway', 'OpenSockets', per(minutes(5), 'SampleCount')),
          sweeps: ourMetric(stage, 'control', 'SweepLag', per(minutes(5), 'SampleCount')),
        },
        period: minutes(5),
      }),
      comparison: 'above',
      threshold: 0,
      points: [2, 2],
      missing: 'fine',
    },
    {
      id: 'ReportsNotDelivered',
      title: 'Reports not delivered',
      meaning:
        'IoT Core could not hand reports of gateways to control: commands stay open although their outcome is known.',
      metric: new Metric({
        namespace: 'AWS/IoT',
        metricName: 'Failure',
        dimensionsMap: { RuleName: control.rule.ref, ActionType: 'Lambda' },
        ...per(minutes(5)),
      }),
      comparison: 'above',
      threshold: 0,
      points: [2, 3],
      missing: 'fine',
    },
    {
      id: 'ConnectionsRefused',
      title: 'Connections refused',
      meaning:
        'For ten minutes gateway tasks refused sockets because an address has `connectionsPerAddress` of them, or a task is full.',
      metric: ourMetric(stage, 'gateway', 'ConnectionsRefused', per(minutes(5))),
      comparison: 'above',
      threshold: 10,
      points: [2, 2],
      missing: 'fine',
    },
    {
      id: 'NotificationsStuck',
      title: 'Notifications stuck',
      meaning: 'Alarms of devices could not be handed on; they wait in a queue for 14 days.',
      metric: notify.undelivered.metricApproximateNumberOfMessagesVisible({ ...per(minutes(5), 'Maximum') }),
      comparison: 'above',
      threshold: 0,
      points: [1, 1],
      missing: 'fine',
    },
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
            comparison: 'above',
            threshold: 0,
            points: [2, 2],
            missing: 'fine',
          } satisfies AlarmRule,
          {
            id: 'ArchiveNotDelivered',
            title: 'Archive not delivered',
            meaning: 'Firehose has not written records to S3 for an hour. It gives them up after 24 hours.',
            metric: archive.store.freshness,
            comparison: 'above',
            // It gathers for 15 minutes.
            threshold: 3_600,
            points: [3, 3],
            missing: 'fine',
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

/** All functions of the stack that are ours. */
export const functionsOf = ({ ingest, control, api, notify, watch, canary, archive }: Sources) => [
  ingest.part.function,
  control.part.function,
  api.part.function,
  notify.part.function,
  watch.part.function,
  ...[canary, archive].flatMap((one) => (one === null ? [] : [one.part.function])),
]
