import type { Series } from './emf-totals.ts'

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function toExposition(all: readonly Series[]): string {
  const families = Map.groupBy(all, ({ name }) => name)
  const lines = [...families]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, series]) => [
      `# HELP ${name} ${series[0]!.help}`,
      `# TYPE ${name} ${series[0]!.type}`,
      ...series.flatMap(({ labels, value, count }) =>
        count === null
          ? [`${name}${toLabels(labels)} ${value}`]
          : [`${name}_sum${toLabels(labels)} ${value}`, `${name}_count${toLabels(labels)} ${count}`],
      ),
    ])
  return `${lines.join('\n')}\n`
}

function toLabels(labels: Series['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
