/**
 * Adds up the metrics that the parts print for CloudWatch (#shared/metrics.ts): counts since the start, the newest value
 * of gauges, and sum and number of measurements. A line that declares no metrics is ignored.
 */
export type Series = {
  /** Name in the style of Prometheus, with the unit and `_total`. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'summary'
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** Null unless it is a summary. */
  readonly count: number | null
}

/** Metrics that are gauges, which the EMF format does not say. */
const gauges = new Set([
  'OpenSockets',
  'BufferedBytes',
  'MqttConnected',
  'RelaysOpen',
  'RelayUpstreamDown',
  'RelayBytes',
  'DevicesCommanded',
  'SweepLag',
])
const MS_PER_SECOND = 1_000

type Unit = 'Count' | 'Milliseconds' | 'Bytes' | 'None'
type Line = {
  readonly part?: string
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string; readonly Unit: Unit }[]
    }[]
  }
  readonly [name: string]: unknown
}

export function createEmfTotals() {
  const all = new Map<string, Series>()
  const add = (line: Line, name: string, unit: Unit, dimensions: readonly string[]): void => {
    const value = line[name]
    const scale = unit === 'Milliseconds' ? 1 / MS_PER_SECOND : 1
    const values = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'number')
    if (values.length === 0) return
    const own = dimensions.filter((dimension) => dimension !== 'stage' && dimension !== 'part')
    const labels = Object.fromEntries(own.map((dimension) => [dimension, String(line[dimension])]))
    const type = gauges.has(name) ? 'gauge' : unit === 'Count' ? 'counter' : 'summary'
    const key = JSON.stringify([line.part, name, labels])
    const before = all.get(key)
    const sum = values.reduce((total, one) => total + one * scale, 0)
    all.set(key, {
      name: toName(line.part ?? '', name, unit, type),
      type,
      help: `${name} of ${line.part} (see the metrics of OPERATIONS.md)`,
      labels,
      value: type === 'gauge' ? sum : (before?.value ?? 0) + sum,
      count: type === 'summary' ? (before?.count ?? 0) + values.length : null,
    })
  }
  return {
    /** A line that a part printed. */
    take: (text: string): void => {
      if (!text.includes('"_aws"')) return
      for (const line of readLine(text)) {
        for (const { Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? [])
          for (const { Name, Unit } of Metrics) add(line, Name, Unit, Dimensions[0] ?? [])
      }
    },
    series: (): readonly Series[] => [...all.values()],
  }
}

/** Empty if the line is not JSON, because a part may print anything. */
function readLine(text: string): readonly Line[] {
  try {
    return [JSON.parse(text) as Line]
  } catch {
    return []
  }
}

/** `OpenSockets` of the gateway becomes `h02_gateway_open_sockets`; counts end in `_total`, times are in seconds. */
function toName(part: string, name: string, unit: Unit, type: Series['type']): string {
  const snake = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
  const suffix =
    type === 'counter'
      ? '_total'
      : unit === 'Milliseconds'
        ? '_seconds'
        : unit === 'Bytes' && !snake.endsWith('_bytes')
          ? '_bytes'
          : ''
  return `h02_${part}_${snake}${suffix}`
}
