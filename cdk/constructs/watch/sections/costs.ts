import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { prices } from '../../../cost/prices.ts'
import type { Sources } from '../sources.ts'
import { five, of, type Chart, type Curves, type Section } from './curves.ts'

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

/** The cost of a day whose load is that of the last five minutes. */
function costPerDay(
  { config, data, entry, gateway, ingest, control, api, archive }: Sources,
  { ours }: Curves,
): Chart {
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
