import { essentialMetrics } from './essential-metrics.ts'
import { logOnly } from './log-only.ts'

type Dimensions = Readonly<Record<string, string>>
type Unit = 'Count' | 'Milliseconds' | 'Bytes' | 'None'

/**
 * Metrics in CloudWatch's embedded metric format: JSON lines on stdout that become metrics, in Lambda and in a
 * container. Counts are added up until they are flushed. A device id is never a dimension, because each value costs a
 * metric. Names in log-only.ts are written too, but not declared as metrics.
 */
export type Metrics = {
  readonly count: (name: string, by?: number, dimensions?: Dimensions) => void
  /** The value at the time of the flush. */
  readonly gauge: (name: string, value: number, unit?: Unit) => void
  /**
   * One of many measurements; the flush sends all of them, so percentiles are real. At most 100 are kept between
   * flushes.
   */
  readonly measure: (name: string, value: number, unit?: Unit) => void
  readonly flush: () => void
}

const NAMESPACE = 'H02'
/** EMF accepts at most 100 values of a metric in one line. */
const MAX_VALUES = 100

export function createMetrics(
  base: Dimensions,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  now: () => number = Date.now,
  isFew = process.env.METRICS === 'few',
): Metrics {
  type Series = {
    readonly dimensions: Dimensions
    readonly values: Map<string, { value: number | number[]; unit: Unit }>
  }
  let series = new Map<string, Series>()

  const seriesOf = (dimensions: Dimensions): Series => {
    const key = Object.entries(dimensions).flat().join('|')
    let found = series.get(key)
    if (!found) series.set(key, (found = { dimensions, values: new Map() }))
    return found
  }
  const none: Dimensions = {}

  return {
    count: (name, by = 1, dimensions = none) => {
      const { values } = seriesOf(dimensions)
      const known = values.get(name)?.value
      values.set(name, { value: (typeof known === 'number' ? known : 0) + by, unit: 'Count' })
    },
    gauge: (name, value, unit = 'None') => {
      seriesOf(none).values.set(name, { value, unit })
    },
    measure: (name, value, unit = 'Milliseconds') => {
      const { values } = seriesOf(none)
      const known = values.get(name)?.value
      if (!Array.isArray(known)) values.set(name, { value: [value], unit })
      else if (known.length < MAX_VALUES) known.push(value)
      // Further values replace random ones, so that the sample stays fair to later values.
      else known[Math.floor(Math.random() * MAX_VALUES)] = value
    },
    flush: () => {
      const full = series
      series = new Map()
      for (const { dimensions, values } of full.values()) {
        const all = { ...base, ...dimensions }
        const declared = [...values].filter(([name]) => {
          const id = `${base.part}/${name}`
          return logOnly[id] === undefined && (!isFew || essentialMetrics.has(id))
        })
        write(
          JSON.stringify({
            ...(declared.length > 0 && {
              _aws: {
                Timestamp: now(),
                CloudWatchMetrics: [
                  {
                    Namespace: NAMESPACE,
                    Dimensions: [Object.keys(all)],
                    Metrics: declared.map(([Name, { unit }]) => ({ Name, Unit: unit })),
                  },
                ],
              },
            }),
            ...all,
            ...Object.fromEntries([...values].map(([name, { value }]) => [name, value])),
          }),
        )
      }
    },
  }
}
