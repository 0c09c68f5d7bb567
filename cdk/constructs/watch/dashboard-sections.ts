import { Duration } from 'aws-cdk-lib'
import { MathExpression, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { prices } from '../../cost/prices.ts'
import { functionsOf } from './alarm-rules.ts'
import { logSourceMetric } from '../functions/log-source.ts'
import { NAMESPACE, ourMetric } from './metrics.ts'
import type { Archive } from '../functions/archive.ts'
import type { Sources } from './sources.ts'

/** A curve, or several where its metric is a search. */
export type Curve = IMetric
export type Chart = {
  readonly title: string
  readonly kind: 'lines' | 'areas' | 'number'
  readonly curves: readonly Curve[]
  /** What the numbers are: under the curve's scale. */
  readonly unit: string
  /** A second scale, for what has another unit. */
  readonly right?: readonly Curve[]
  readonly rightUnit?: string
  /** Where trouble begins. */
  readonly limit?: { readonly value: number; readonly label: string }
}
/** One question of people who run this, and the charts that answer it. */
export type Section = { readonly question: string; readonly hint: string; readonly charts: readonly Chart[] }

const minute = Duration.minutes(1)
const five = Duration.minutes(5)

/** The dashboard, top to bottom in the order in which one asks. */
export function dashboardSections(sources: Sources): Section[] {
  const { config, data, log, entry, gateway, ingest, control, api, notify, archive } = sources
  const { stage } = config
  const ours = (part: string, name: string, label: string, statistic = 'Sum', period = minute): IMetric =>
    ourMetric(stage, part, name, { statistic, label, period })
  /** One curve for each value of a dimension, whatever values there are. */
  const each = (part: string, name: string, dimension: string, period = minute): IMetric =>
    new MathExpression({
      expression: `SEARCH('{${NAMESPACE},stage,part,${dimension}} stage="${stage}" part="${part}" MetricName="${name}"', 'Sum', ${period.toSeconds()})`,
      label: `\${PROP('Dim.${dimension}')}`,
      usingMetrics: {},
      period,
    })
  const of = (
    expression: string,
    label: string,
    usingMetrics: Record<string, IMetric>,
    period = five,
  ): IMetric => new MathExpression({ expression, label, usingMetrics, period })
  const functions = functionsOf(sources)
  const perFunction = (name: string, statistic: string): IMetric[] =>
    functions.map((one) =>
      one.metric(name, { statistic, period: five, label: one.node.scope?.node.scope?.node.id ?? name }),
    )

  return [
    {
      question: 'Are trackers getting in?',
      hint: 'Open sockets follow the fleet. Sessions opened and closed in step are reconnects; closed alone are losses.',
      charts: [
        {
          title: 'Open sockets per task',
          kind: 'lines',
          unit: 'sockets',
          curves: [
            ours('gateway', 'OpenSockets', 'average', 'Average'),
            ours('gateway', 'OpenSockets', 'fullest task', 'Maximum'),
          ],
          right: [ours('gateway', 'OpenSockets', 'all together', 'Sum')],
          rightUnit: 'sockets',
          limit: { value: config.connectionsPerTask, label: 'another task is added' },
        },
        {
          title: 'Sessions',
          kind: 'lines',
          unit: 'per minute',
          curves: [
            ours('gateway', 'SessionsOpened', 'opened'),
            ours('gateway', 'SessionsClosed', 'closed'),
            ours('gateway', 'SessionsTakenOver', 'taken over'),
            ours('gateway', 'TakeoversContested', 'contested'),
          ],
        },
        {
          title: 'Turned away',
          kind: 'lines',
          unit: 'per minute',
          curves: [
            ours('gateway', 'ConnectionsRefused', 'over a limit'),
            ours('gateway', 'Foreign', 'other protocol'),
            each('gateway', 'NotForwarded', 'reason'),
          ],
        },
        {
          title: 'Unknown and silent devices',
          kind: 'lines',
          unit: 'per 5 minutes',
          curves: [
            ours('gateway', 'UnknownDevices', 'logins of unknown ids', 'Sum', five),
            ours('control', 'DevicesSilent', 'devices found silent', 'Sum', five),
          ],
        },
        {
          title: 'Gateways behind the load balancer',
          kind: 'lines',
          unit: 'tasks',
          curves: [
            ours('watch', 'TasksDesired', 'desired', 'Maximum'),
            entry.targetGroup.metrics.healthyHostCount({
              statistic: 'Maximum',
              period: minute,
              label: 'healthy',
            }),
            entry.targetGroup.metrics.unHealthyHostCount({
              statistic: 'Maximum',
              period: minute,
              label: 'unhealthy',
            }),
          ],
          right: [
            entry.loadBalancer.metrics.tcpTargetResetCount({ period: minute, label: 'resets by tasks' }),
            entry.loadBalancer.metrics.tcpClientResetCount({ period: minute, label: 'resets by trackers' }),
          ],
          rightUnit: 'per minute',
        },
        {
          title: 'Fargate',
          kind: 'lines',
          unit: '%',
          curves: [
            gateway.service.metricCpuUtilization({ period: minute, statistic: 'Maximum', label: 'CPU' }),
            gateway.service.metricMemoryUtilization({
              period: minute,
              statistic: 'Maximum',
              label: 'memory',
            }),
          ],
          limit: { value: 80, label: 'too much' },
        },
      ],
    },
    {
      question: 'Are frames stored?',
      hint: 'Frames in and rows stored run in parallel. Age is from the socket to the table, the batch window included.',
      charts: [
        {
          title: 'Frames by type',
          kind: 'areas',
          unit: 'per minute',
          curves: [each('gateway', 'Frames', 'type')],
        },
        {
          title: 'From socket to table',
          kind: 'lines',
          unit: 'ms',
          curves: [
            ours('ingest', 'StoredAge', 'median', 'p50'),
            ours('ingest', 'StoredAge', 'slowest in a hundred', 'p99'),
          ],
        },
        {
          title: 'Undecodable by reason',
          kind: 'lines',
          unit: 'frames per 5 minutes',
          curves: [each('ingest', 'Undecodable', 'reason', five)],
        },
        {
          title: 'Acknowledged and stored',
          kind: 'lines',
          unit: 'per minute',
          curves: [
            ours('gateway', 'Acked', 'acknowledged'),
            ours('ingest', 'RowsStored', 'rows stored'),
            ours('ingest', 'ChunksWritten', 'chunks written'),
          ],
        },
      ],
    },
    {
      question: 'Are commands answered?',
      hint: 'Every command ends with a verdict. Unanswered alone is a tracker that does not speak that dialect; all unanswered is us.',
      charts: [
        {
          title: 'Commands by verdict',
          kind: 'areas',
          unit: 'per 5 minutes',
          curves: [each('control', 'CommandsConcluded', 'verdict', five)],
        },
        {
          title: 'Time to reply',
          kind: 'lines',
          unit: 'ms',
          curves: [
            ours('control', 'TimeToReply', 'median', 'p50', five),
            ours('control', 'TimeToReply', 'slowest in a hundred', 'p99', five),
          ],
        },
        {
          title: 'Command channel',
          kind: 'lines',
          unit: 'connected = 1',
          curves: [ours('gateway', 'MqttConnected', 'worst task', 'Minimum')],
          right: [each('gateway', 'CommandsRefused', 'reason', five)],
          rightUnit: 'refused per 5 minutes',
        },
      ],
    },
    {
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
            ours('control', 'SweepLag', 'oldest due item', 'Maximum'),
          ],
          limit: { value: 300_000, label: 'alarm' },
        },
        {
          title: 'Waiting in the gateway',
          kind: 'lines',
          unit: 'bytes',
          curves: [ours('gateway', 'BufferedBytes', 'fullest task', 'Maximum')],
          right: [
            ours('gateway', 'LogRefused', 'records refused by the log'),
            ours('gateway', 'PressurePauses', 'pauses of all sockets'),
          ],
          rightUnit: 'per minute',
        },
        {
          title: 'Log: refused for want of shards',
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
        ...(config.tableCapacity === 'onDemand' ? [] : [unitsKeptReady()]),
        {
          title: 'Given up, parked, undelivered',
          kind: 'lines',
          unit: 'per 5 minutes',
          curves: [
            of('FILL(m,0)', 'records given up (in the failures bucket)', {
              m: logSourceMetric(ingest.source, 'OnFailureDestinationDeliveredEventCount'),
            }),
            ours('ingest', 'EventsParked', 'events parked with a device', 'Sum', five),
            ours('control', 'SweepFailed', 'due items that failed', 'Sum', five),
            notify.undelivered.metricApproximateNumberOfMessagesVisible({
              statistic: 'Maximum',
              period: five,
              label: 'notifications in the queue',
            }),
          ],
        },
        ...(archive === null ? [] : [archiveChart(archive)]),
        {
          title: 'Function errors',
          kind: 'lines',
          unit: 'per 5 minutes',
          curves: perFunction('Errors', 'Sum'),
        },
        {
          title: 'Function throttles',
          kind: 'lines',
          unit: 'per 5 minutes',
          curves: perFunction('Throttles', 'Sum'),
        },
        {
          title: 'Function duration, slowest in a hundred',
          kind: 'lines',
          unit: 'ms',
          curves: perFunction('Duration', 'p99'),
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
    },
    {
      question: 'What does it cost?',
      hint: `List prices of us-east-1 (${prices.asOf}), from what was used; storage, data transfer and your discounts are not in it.`,
      charts: [
        costPerDay(sources),
        {
          title: 'Write units per frame',
          kind: 'lines',
          unit: 'units',
          curves: [
            of('units/FILL(rows,1)', 'telemetry table', {
              units: data.telemetry.metricConsumedWriteCapacityUnits({ statistic: 'Sum', period: five }),
              rows: ours('ingest', 'RowsStored', '', 'Sum', five),
            }),
          ],
        },
        {
          title: 'Table units',
          kind: 'lines',
          unit: 'per 5 minutes',
          curves: [
            data.telemetry.metricConsumedWriteCapacityUnits({ period: five, label: 'telemetry, written' }),
            data.telemetry.metricConsumedReadCapacityUnits({ period: five, label: 'telemetry, read' }),
            data.fleet.metricConsumedWriteCapacityUnits({ period: five, label: 'fleet, written' }),
            data.fleet.metricConsumedReadCapacityUnits({ period: five, label: 'fleet, read' }),
          ],
        },
      ],
    },
  ].map((section) => ({ ...section, charts: section.charts as Chart[] })) satisfies Section[]

  /** What the telemetry table has ready, what is used of it, and what it refuses. */
  function unitsKeptReady(): Chart {
    const table = data.telemetry
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

  /** What is archived, and what waits for it: in the log, and in Firehose. */
  function archiveChart({ part, store, source }: Archive): Chart {
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

  /** What a day like the last five minutes would cost. */
  function costPerDay({ config, gateway }: Sources): Chart {
    const isProvisioned = config.tableCapacity === 'provisioned'
    const tables = isProvisioned ? [data.fleet] : [data.telemetry, data.fleet]
    const units = Object.fromEntries(
      tables.flatMap((table, i) => [
        [`w${i}`, table.metricConsumedWriteCapacityUnits({ statistic: 'Sum', period: five })],
        [`r${i}`, table.metricConsumedReadCapacityUnits({ statistic: 'Sum', period: five })],
      ]),
    )
    const ready = (of: 'Read' | 'Write'): IMetric =>
      data.telemetry.metric(`Provisioned${of}CapacityUnits`, { statistic: 'Average', period: five })
    const perRequest = (kind: 'w' | 'r'): string => total(tables.map((_, i) => `${kind}${i}`))
    const billed = [ingest, control, api, ...(archive === null ? [] : [archive])]
    const calls = Object.fromEntries(
      billed.flatMap(({ part }, i) => [
        [`n${i}`, part.function.metricInvocations({ statistic: 'Sum', period: five })],
        [`d${i}`, part.function.metricDuration({ statistic: 'Sum', period: five })],
      ]),
    )
    const memoryGb = billed.map(({ part }) => part.memoryMb / 1_024)
    const perDay = 288
    const total = (names: string[]): string => names.map((name) => `FILL(${name},0)`).join('+')
    const taskHour =
      (config.cpuUnits / 1_024) * prices.fargate.vcpuHour +
      (config.memoryMb / 1_024) * prices.fargate.gbHour +
      (gateway.hasPublicAddress ? prices.publicAddressHour : 0)
    const fixedHour =
      prices.loadBalancer.hour +
      entry.addresses.length * prices.publicAddressHour +
      (config.shards === 0
        ? prices.stream.onDemandHour
        : config.shards * (prices.stream.shardHour + prices.stream.extendedShardHour)) +
      (config.network === 'private' ? 2 * prices.natGatewayHour : 0)
    const dollars = (value: number): string => value.toPrecision(4)
    return {
      title: 'Estimated cost per day',
      kind: 'number',
      unit: '$',
      curves: [
        of(
          `${dollars(24 * fixedHour)} + FILL(t,0)/5*${dollars(24 * taskHour)}`,
          'standing: load balancer, tasks, log',
          {
            t: ours('gateway', 'OpenSockets', '', 'SampleCount', five),
          },
        ),
        of(
          `${perDay}*((${perRequest('w')})*${prices.table.writeUnitsMillion}+(${perRequest('r')})*${prices.table.readUnitsMillion})/1000000${
            isProvisioned
              ? ` + 24*(FILL(pw,0)*${prices.table.writeUnitHour}+FILL(pr,0)*${prices.table.readUnitHour})`
              : ''
          }`,
          'tables',
          isProvisioned ? { ...units, pw: ready('Write'), pr: ready('Read') } : units,
        ),
        of(
          `${perDay}*((${total(billed.map((_, i) => `n${i}`))})*${prices.function.requestsMillion}/1000000+(${memoryGb.map((gb, i) => `FILL(d${i},0)*${gb}`).join('+')})/1000*${prices.function.gbSecond})`,
          'functions',
          calls,
        ),
        ...(archive === null
          ? []
          : [
              of(`${perDay}*FILL(b,0)/1000000000*${prices.delivery.gb}`, 'delivery to the archive', {
                b: archive.store.metric('IncomingBytes', 'Sum'),
              }),
            ]),
      ],
    }
  }
}
