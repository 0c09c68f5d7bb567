import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Data } from '../../data/data.ts'
import type { Archive } from '../../functions/archive.ts'
import { logSourceMetric } from '../../functions/log-source.ts'
import type { Sources } from '../sources.ts'
import { five, minute, of, type Chart, type Curves, type Section } from './curves.ts'

/** Queues, failures and throttles. */
export const backlogSection = (
  { config, data, log, ingest, api, notify, archive }: Sources,
  curves: Curves,
): Section => ({
  question: 'Is anything piling up?',
  hint: 'All of these are near zero on a good day.',
  charts: [
    {
      title: 'Age of what waits: log, due items',
      kind: 'lines',
      unit: 'ms',
      curves: [
        ingest.part.function.metric('IteratorAge', {
          statistic: 'Maximum',
          period: minute,
          label: 'iterator age',
        }),
        log.stream.metricGetRecordsIteratorAgeMilliseconds({
          statistic: 'Maximum',
          period: minute,
          label: 'oldest unread record',
        }),
        curves.ours('control', 'SweepLag', 'oldest due item', 'Maximum'),
      ],
      limit: { value: 300_000, label: 'alarm' },
    },
    {
      title: 'Waiting in the gateway',
      kind: 'lines',
      unit: 'bytes',
      curves: [curves.ours('gateway', 'BufferedBytes', 'fullest task', 'Maximum')],
      right: [
        curves.ours('gateway', 'LogRefused', 'records refused by the log'),
        curves.ours('gateway', 'PressurePauses', 'pauses of all sockets'),
      ],
      rightUnit: 'per minute',
    },
    {
      title: 'Log: refused, too few shards',
      kind: 'lines',
      unit: 'records per minute',
      curves: [
        log.stream.metricPutRecordsThrottledRecords({
          statistic: 'Sum',
          period: minute,
          label: 'refused',
        }),
      ],
    },
    ...(config.tableCapacity === 'onDemand' ? [] : [unitsKeptReady(data)]),
    {
      title: 'Given up, parked, undelivered',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: [
        of('FILL(m,0)', 'records given up (in the failures bucket)', {
          m: logSourceMetric(ingest.source, 'OnFailureDestinationDeliveredEventCount'),
        }),
        curves.ours('ingest', 'EventsParked', 'events parked with a device', 'Sum', five),
        curves.ours('control', 'SweepFailed', 'due items that failed', 'Sum', five),
        notify.undelivered.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: five,
          label: 'notifications in the queue',
        }),
      ],
    },
    ...(archive === null ? [] : [archiveChart(archive, curves)]),
    {
      title: 'Function errors',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: curves.perFunction('Errors', 'Sum'),
    },
    {
      title: 'Function throttles',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: curves.perFunction('Throttles', 'Sum'),
    },
    {
      title: 'Function duration, 99th percentile',
      kind: 'lines',
      unit: 'ms',
      curves: curves.perFunction('Duration', 'p99'),
    },
    {
      title: 'HTTP API',
      kind: 'lines',
      unit: 'requests per 5 minutes',
      curves: [
        api.httpApi.metricCount({ period: five, statistic: 'Sum', label: 'requests' }),
        api.httpApi.metricClientError({ period: five, statistic: 'Sum', label: '4xx' }),
        api.httpApi.metricServerError({ period: five, statistic: 'Sum', label: '5xx' }),
      ],
      right: [api.httpApi.metricLatency({ period: five, statistic: 'p99', label: 'latency, p99' })],
      rightUnit: 'ms',
    },
  ],
})

/** Units of the telemetry table: provisioned, used, throttled. */
function unitsKeptReady({ telemetry: table }: Data): Chart {
  const a = (name: string, label: string, statistic: string): IMetric =>
    table.metric(name, { statistic, label, period: five })
  return {
    title: 'Telemetry table: units kept ready, used, refused',
    kind: 'lines',
    unit: 'units a second',
    curves: [
      a('ProvisionedWriteCapacityUnits', 'writes ready', 'Average'),
      of('w/300', 'written', { w: table.metricConsumedWriteCapacityUnits({ period: five }) }),
      a('ProvisionedReadCapacityUnits', 'reads ready', 'Average'),
      of('r/300', 'read', { r: table.metricConsumedReadCapacityUnits({ period: five }) }),
    ],
    right: [
      a('WriteThrottleEvents', 'writes refused', 'Sum'),
      a('ReadThrottleEvents', 'reads refused', 'Sum'),
    ],
    rightUnit: 'per 5 minutes',
  }
}

/** The archive: what is written, and what waits in the log and in Firehose. */
function archiveChart({ part, store, source }: Archive, { ours }: Curves): Chart {
  return {
    title: 'Archive',
    kind: 'lines',
    unit: 'per 5 minutes',
    curves: [
      ours('archive', 'RowsArchived', 'records archived', 'Sum', five),
      of('FILL(m,0)', 'records given up (in the failures bucket)', {
        m: logSourceMetric(source, 'OnFailureDestinationDeliveredEventCount'),
      }),
    ],
    right: [
      of('age/1000', 'oldest record that waits in the log', {
        age: part.function.metric('IteratorAge', { statistic: 'Maximum', period: five }),
      }),
      store.freshness.with({ label: 'oldest record that is not in S3' }),
    ],
    rightUnit: 's',
  }
}
