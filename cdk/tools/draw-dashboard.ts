import { flatten } from '../constructs/helpers/flatten.ts'
import { POINTS, sampleOf, valuesOf } from './sample-metrics.ts'

type Options = {
  readonly id?: string
  readonly label?: string
  readonly stat?: string
  readonly period?: number
  readonly expression?: string
  readonly visible?: boolean
  readonly yAxis?: 'left' | 'right'
}
type Axis = { readonly label?: string }
type Widget = {
  readonly type: 'text' | 'metric' | 'alarm'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly properties: {
    readonly title?: string
    readonly markdown?: string
    readonly view?: string
    readonly stacked?: boolean
    readonly alarms?: readonly string[]
    readonly metrics?: readonly (readonly (string | Options)[])[]
    readonly yAxis?: { readonly left?: Axis; readonly right?: Axis }
    readonly annotations?: {
      readonly horizontal?: readonly { readonly value: number; readonly label: string }[]
    }
  }
}
type Curve = { readonly label: string; readonly values: readonly number[]; readonly onRight: boolean }
type Template = {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >
}

const unit = { width: 60, height: 46 }
const colors = ['#0972d3', '#d45b07', '#037f0c', '#8456ce', '#c33d69', '#067f94', '#8d6605', '#5f6b7a']

/** Draws the dashboard of a synthesized template as a page with sample data, to see what it will look like. */
export function drawDashboard({ Resources }: Template): string {
  const found = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')
  if (!found) throw new Error('the template has no dashboard')
  const { widgets } = JSON.parse(bodyOf(found.Properties.DashboardBody as JsonPieces)) as {
    widgets: readonly Widget[]
  }
  const alarmNames = Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
      .map(([id, { Properties }]) => [`<${id}.Arn>`, String(Properties.AlarmName)]),
  )
  const rows = Math.max(...widgets.map(({ y, height }) => y + height))
  return `<!doctype html><meta charset="utf-8"><title>${escape(String(found.Properties.DashboardName))}</title>
<style>
  body { margin: 0; background: #f2f3f3; font: 13px/1.35 "Helvetica Neue", Arial, sans-serif; color: #16191f }
  main { position: relative; width: ${24 * unit.width}px; height: ${rows * unit.height}px }
  section { position: absolute; box-sizing: border-box; padding: 4px }
  section > div { box-sizing: border-box; height: 100%; background: #fff; border: 1px solid #d5dbdb; padding: 6px 10px; overflow: hidden }
  section.text > div { background: none; border: 0 }
  h2 { margin: 4px 0 0; font-size: 18px } h3 { margin: 0; font-size: 13px } p { margin: 0; color: #414d5c }
  .alarms { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px }
  .alarms span { padding: 5px 10px; border-left: 4px solid #037f0c; background: #f2fcf3 }
  .numbers { display: flex; gap: 24px; align-items: end; height: 80% } .numbers b { display: block; font-size: 30px }
</style><main>${widgets.map((widget) => drawWidget(widget, alarmNames)).join('\n')}</main>`
}

/** JSON in pieces, joined by references that only CloudFormation can resolve. */
type JsonPieces = { readonly 'Fn::Join': readonly [string, readonly unknown[]] }
const bodyOf = (body: JsonPieces): string =>
  body['Fn::Join'][1]
    .map((piece) => (typeof piece === 'string' ? piece : flatten(piece).replaceAll('"', '')))
    .join('')

function drawWidget(widget: Widget, alarmNames: Readonly<Record<string, string>>): string {
  const { type, x, y, width, height, properties } = widget
  const box = `left:${x * unit.width}px;top:${y * unit.height}px;width:${width * unit.width}px;height:${height * unit.height}px`
  return `<section class="${type}" style="${box}"><div>${content()}</div></section>`

  function content(): string {
    if (type === 'text') {
      const [heading = '', ...rest] = (properties.markdown ?? '').split('\n')
      return `<h2>${escape(heading.replace(/^#+ /, ''))}</h2><p>${escape(rest.join(' '))}</p>`
    }
    const title = `<h3>${escape(properties.title ?? '')}</h3>`
    if (type === 'alarm') {
      const names = (properties.alarms ?? []).map((arn) => alarmNames[arn] ?? arn)
      return `${title}<div class="alarms">${names.map((name) => `<span>${escape(name)}</span>`).join('')}</div>`
    }
    const curves = curvesOf(properties.metrics ?? [])
    if (properties.view === 'singleValue') {
      const numbers = curves.map(
        ({ label, values }) => `<div><b>${values.at(-1)!.toFixed(2)}</b>${escape(label)}</div>`,
      )
      return `${title}<div class="numbers">${numbers.join('')}</div>`
    }
    return title + drawChart(widget, curves)
  }
}

/** The curves of a widget, with its expressions computed from the other curves. */
function curvesOf(metrics: readonly (readonly (string | Options)[])[]): Curve[] {
  const named = new Map<string, readonly number[]>()
  const rows = metrics.map((metric) => {
    const last = metric.at(-1)
    const options: Options = typeof last === 'object' ? last : {}
    const names = metric.filter((part): part is string => typeof part === 'string')
    return { options, names }
  })
  for (const { options, names } of rows) {
    if (names.length > 0 && options.id)
      named.set(
        options.id,
        sampleOf(names[1]!, options.stat ?? 'Average', options.period ?? 300, names.slice(2)),
      )
  }
  return rows.flatMap(({ options, names }): Curve[] => {
    if (options.visible === false) return []
    const onRight = options.yAxis === 'right'
    const label = options.label ?? names[1] ?? options.expression ?? ''
    const search = /^SEARCH\('\{[^}]*,(\w+)\}.*MetricName="(\w+)"', 'Sum', (\d+)\)/.exec(
      options.expression ?? '',
    )
    if (search) {
      const [, dimension = '', name = '', period] = search
      return valuesOf(name).map((value) => ({
        label: value,
        values: sampleOf(name, 'Sum', Number(period), [dimension, value]),
        onRight,
      }))
    }
    const values = options.expression
      ? workOut(options.expression, named)
      : sampleOf(names[1]!, options.stat ?? 'Average', options.period ?? 300, names.slice(2))
    return [{ label, values, onRight }]
  })
}

/** The metric math that the dashboard uses: arithmetic and FILL. */
function workOut(expression: string, named: ReadonlyMap<string, readonly number[]>): number[] {
  const ids = [...named.keys()]
  // oxlint-disable-next-line typescript/no-implied-eval -- our own template, on a developer's machine
  const run = new Function('FILL', ...ids, `return ${expression}`) as (...values: unknown[]) => number
  const fill = (value: number | undefined, otherwise: number): number => value ?? otherwise
  return Array.from({ length: POINTS }, (_, i) => run(fill, ...ids.map((id) => named.get(id)?.[i])))
}

function drawChart({ width, height, properties }: Widget, curves: readonly Curve[]): string {
  const w = width * unit.width - 30
  const h = height * unit.height - 66
  const hasRight = curves.some(({ onRight }) => onRight)
  const plot = { left: 52, right: hasRight ? w - 52 : w - 6, top: 16, bottom: h - 16 }
  const limits = properties.annotations?.horizontal ?? []
  const stacked = properties.stacked === true ? stack(curves) : curves
  const topOf = (side: boolean): number => {
    const values = stacked.filter(({ onRight }) => onRight === side).flatMap((curve) => curve.values)
    return niceTop(Math.max(1, ...values, ...(side ? [] : limits.map(({ value }) => value * 1.05))))
  }
  const tops = { left: topOf(false), right: topOf(true) }
  const xAt = (i: number): number => plot.left + ((plot.right - plot.left) * i) / (POINTS - 1)
  const yAt = (value: number, top: number): number => plot.bottom - ((plot.bottom - plot.top) * value) / top
  const grid = [0, 0.5, 1].map((share) => {
    const at = yAt(share, 1)
    const right = hasRight
      ? `<text x="${plot.right + 6}" y="${at + 4}">${short(tops.right * share)}</text>`
      : ''
    return `<line x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}" stroke="#e9ebed"/><text x="${plot.left - 6}" y="${at + 4}" text-anchor="end">${short(tops.left * share)}</text>${right}`
  })
  const hours = ['−3 h', '−2 h', '−1 h', 'now'].map(
    (label, i) =>
      `<text x="${plot.left + ((plot.right - plot.left) * i) / 3}" y="${h - 2}" text-anchor="${i === 3 ? 'end' : 'middle'}">${label}</text>`,
  )
  const paths = stacked.map(({ values, onRight }, i) => {
    const top = onRight ? tops.right : tops.left
    const line = values.map((value, at) => `${xAt(at).toFixed(1)},${yAt(value, top).toFixed(1)}`).join(' ')
    const color = colors[i % colors.length]
    const area = `${plot.left},${plot.bottom} ${line} ${plot.right},${plot.bottom}`
    return properties.stacked
      ? `<polygon points="${area}" fill="${color}" />`
      : `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="1.5"${onRight ? ' stroke-dasharray="5 3"' : ''}/>`
  })
  const marks = limits.map(({ value, label }) => {
    const at = yAt(value, tops.left)
    return `<line x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}" stroke="#d13212" stroke-dasharray="3 3"/><text x="${plot.right}" y="${at - 3}" text-anchor="end" fill="#d13212">${escape(label)}</text>`
  })
  const { left, right } = properties.yAxis ?? {}
  const axes = `<text x="0" y="10">${escape(left?.label ?? '')}</text>${hasRight ? `<text x="${w}" y="10" text-anchor="end">${escape(right?.label ?? '')}</text>` : ''}`
  const legend = curves.map(
    ({ label, onRight }, i) =>
      `<span style="white-space:nowrap;margin-right:12px"><span style="color:${colors[i % colors.length]}">■</span> ${escape(label)}${onRight ? ' →' : ''}</span>`,
  )
  const drawn = properties.stacked ? paths.toReversed() : paths
  return `<svg width="${w}" height="${h}" font-size="11" fill="#5f6b7a">${axes}${grid.join('')}${drawn.join('')}${marks.join('')}${hours.join('')}</svg><div style="font-size:11.5px;line-height:1.3">${legend.join(' ')}</div>`
}

const stack = (curves: readonly Curve[]): Curve[] => {
  const sums = Array.from({ length: POINTS }, () => 0)
  return curves.map((curve) => ({
    ...curve,
    values: curve.values.map((value, i) => (sums[i] = sums[i]! + value)),
  }))
}

const niceTop = (value: number): number => {
  const step = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 8, 10].find((factor) => factor * step >= value) ?? 10) * step
}

const short = (value: number): string =>
  value >= 1_000_000
    ? `${+(value / 1_000_000).toPrecision(3)} M`
    : value >= 1_000
      ? `${+(value / 1_000).toPrecision(3)} k`
      : String(+value.toPrecision(3))

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
