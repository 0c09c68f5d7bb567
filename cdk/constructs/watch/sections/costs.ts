import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { prices } from '../../../cost/prices.ts'
import type { Sources } from '../sources.ts'
import { five, of, type Chart, type Curve, type Curves, type Section } from './curves.ts'

/** Costs by usage. */
export const costsSection = (sources: Sources, curves: Curves): Section => ({
  question: 'What does it cost?',
  hint: `List prices of us-east-1 (${prices.asOf}), from what was used; storage, data transfer and your discounts are not in it.`,
  charts: [
    costPerDay(sources, curves),
    {
      title: 'Write units per frame',
      kind: 'lines',
      unit: 'units',
      curves: [
        of('units/FILL(rows,1)', 'telemetry table', {
          units: sources.data.telemetry.metricConsumedWriteCapacityUnits({ statistic: 'Sum', period: five }),
          rows: curves.ours('ingest', 'RowsStored', '', 'Sum', five),
        }),
      ],
    },
    {
      title: 'Table units',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: [
        sources.data.telemetry.metricConsumedWriteCapacityUnits({
          period: five,
          label: 'telemetry, written',
        }),
        sources.data.telemetry.metricConsumedReadCapacityUnits({ period: five, label: 'telemetry, read' }),
        sources.data.fleet.metricConsumedWriteCapacityUnits({ period: five, label: 'fleet, written' }),
        sources.data.fleet.metricConsumedReadCapacityUnits({ period: five, label: 'fleet, read' }),
      ],
    },
  ],
})

const DAY_HOURS = 24
/** Five minutes of a day. */
const PERIODS_PER_DAY = 288
const dollars = (value: number): string => value.toPrecision(4)
const total = (names: readonly string[]): string => names.map((name) => `FILL(${name},0)`).join('+')

/** The cost of a day whose load is that of the last five minutes. */
const costPerDay = (sources: Sources, { ours }: Curves): Chart => ({
  title: 'Estimated cost per day',
  kind: 'number',
  unit: '$',
  curves: [
    standingCost(sources, ours('gateway', 'OpenSockets', '', 'SampleCount', five)),
    tablesCost(sources),
    functionsCost(sources),
    ...archiveCost(sources),
  ],
})

/** `tasks`: a metric with one sample per minute of each task. */
function standingCost({ config, entry, gateway }: Sources, tasks: IMetric): Curve {
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
  return of(
    `${dollars(DAY_HOURS * fixedHour)} + FILL(t,0)/5*${dollars(DAY_HOURS * taskHour)}`,
    'standing: load balancer, tasks, log',
    { t: tasks },
  )
}

function tablesCost({ config, data }: Sources): Curve {
  const isProvisioned = config.tableCapacity === 'provisioned'
  const { writeUnitsMillion, readUnitsMillion, writeUnitHour, readUnitHour } = prices.table
  const tables = isProvisioned ? [data.fleet] : [data.telemetry, data.fleet]
  const units = Object.fromEntries(
    tables.flatMap((table, i) => [
      [`w${i}`, table.metricConsumedWriteCapacityUnits({ statistic: 'Sum', period: five })],
      [`r${i}`, table.metricConsumedReadCapacityUnits({ statistic: 'Sum', period: five })],
    ]),
  )
  const unitsOf = (kind: 'w' | 'r'): string => total(tables.map((_, i) => `${kind}${i}`))
  const perRequest = `${PERIODS_PER_DAY}*((${unitsOf('w')})*${writeUnitsMillion}+(${unitsOf('r')})*${readUnitsMillion})/1000000`
  if (!isProvisioned) return of(perRequest, 'tables', units)
  const provisioned = (what: 'Read' | 'Write'): IMetric =>
    data.telemetry.metric(`Provisioned${what}CapacityUnits`, { statistic: 'Average', period: five })
  return of(
    `${perRequest} + ${DAY_HOURS}*(FILL(pw,0)*${writeUnitHour}+FILL(pr,0)*${readUnitHour})`,
    'tables',
    { ...units, pw: provisioned('Write'), pr: provisioned('Read') },
  )
}

function functionsCost({ ingest, control, api, archive }: Sources): Curve {
  const billed = [ingest, control, api, ...(archive === null ? [] : [archive])]
  const calls = Object.fromEntries(
    billed.flatMap(({ part }, i) => [
      [`n${i}`, part.function.metricInvocations({ statistic: 'Sum', period: five })],
      [`d${i}`, part.function.metricDuration({ statistic: 'Sum', period: five })],
    ]),
  )
  const requests = total(billed.map((_, i) => `n${i}`))
  const gbMs = billed.map(({ part }, i) => `FILL(d${i},0)*${part.memoryMb / 1_024}`).join('+')
  const { requestsMillion, gbSecond } = prices.function
  return of(
    `${PERIODS_PER_DAY}*((${requests})*${requestsMillion}/1000000+(${gbMs})/1000*${gbSecond})`,
    'functions',
    calls,
  )
}

const archiveCost = ({ archive }: Sources): Curve[] =>
  archive === null
    ? []
    : [
        of(`${PERIODS_PER_DAY}*FILL(b,0)/1000000000*${prices.delivery.gb}`, 'delivery to the archive', {
          b: archive.store.metric('IncomingBytes', 'Sum'),
        }),
      ]
