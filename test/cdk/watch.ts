import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorOf } from '../../cdk/constructs/watch/alarms.ts'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { drawDashboard } from '../../cdk/tools/draw-dashboard.ts'
import { logOnly } from '../../lambdas/shared/log-only.ts'
import { stack } from './shared-stack.ts'

const root = join(import.meta.dirname, '../..')

const bodyOf = (): string => {
  const { DashboardBody } = stack.only('AWS::CloudWatch::Dashboard').Properties
  return DashboardBody['Fn::Join'][1]
    .map((piece: unknown) => (typeof piece === 'string' ? piece : flatten(piece).replaceAll('"', '')))
    .join('')
}

/** Metrics in the code of the parts, as `part/name`. */
function sentMetrics(): Set<string> {
  const sources: readonly (readonly [folder: string, part: string])[] = [
    ['container', 'gateway'],
    ['lambdas/ingest', 'ingest'],
    ['lambdas/control', 'control'],
    ['lambdas/api', 'api'],
    ['lambdas/notify', 'notify'],
    ['lambdas/canary', 'canary'],
  ]
  const sent = new Set<string>()
  for (const [folder, part] of sources) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const code = readFileSync(join(root, folder, file), 'utf8')
      for (const [, name] of code.matchAll(
        /(?:\bcount|\bgauge|\bmeasure|\btimed)\(\s*(?:'\w+',\s*)?'([A-Z]\w+)'/g,
      ))
        sent.add(`${part}/${name}`)
    }
  }
  return sent
}

/** Ours that dashboard and alarms look at, as `part/name`. */
function watchedMetrics(): Set<string> {
  const watched = new Set<string>()
  for (const [, name, part] of bodyOf().matchAll(/\["H02","(\w+)","part","(\w+)"/g))
    watched.add(`${part}/${name}`)
  for (const [, part, name] of bodyOf().matchAll(/part=\\"(\w+)\\" MetricName=\\"(\w+)\\"/g))
    watched.add(`${part}/${name}`)
  for (const { Properties } of stack.ofType('AWS::CloudWatch::Alarm')) {
    const metrics = Properties.Metrics?.map(({ MetricStat }: any) => MetricStat?.Metric) ?? [Properties]
    for (const metric of metrics.filter((one: any) => one?.Namespace === 'H02')) {
      const { Value } = metric.Dimensions.find(({ Name }: any) => Name === 'part')
      watched.add(`${Value}/${metric.MetricName}`)
    }
  }
  return watched
}

describe('the dashboard', () => {
  it('asks in the order in which people do', () => {
    const questions = [...bodyOf().matchAll(/## ([^\\]+\?)/g)].map(([, question]) => question)
    expect(questions).toEqual([
      'Are trackers getting in?',
      'Are frames stored?',
      'Are commands answered?',
      'Is anything piling up?',
      'What does it cost?',
    ])
  })

  it('shows nothing that nobody sends: such a chart is empty for ever, and looks like a good day', () => {
    const sent = sentMetrics()
    expect([...watchedMetrics()].filter((metric) => !sent.has(metric))).toEqual([])
  })

  it('leaves nothing out that costs: what no chart and no alarm reads is kept in the log, and is no metric', () => {
    const shown = watchedMetrics()
    const unseen = [...sentMetrics()].filter((metric) => !shown.has(metric))
    expect(unseen.toSorted()).toEqual(Object.keys(logOnly).toSorted())
  })

  it('fits on a page, no widget over another', () => {
    const { widgets } = JSON.parse(bodyOf())
    const cells = new Set<string>()
    for (const { x, y, width, height } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24)
      for (let i = x; i < x + width; i++) {
        for (let j = y; j < y + height; j++) {
          expect(cells.has(`${i},${j}`)).toBe(false)
          cells.add(`${i},${j}`)
        }
      }
    }
  })

  it('can be drawn without AWS', () => {
    const page = drawDashboard(stack.template.toJSON() as any)
    expect(page).toContain('Open sockets per task')
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(20)
    expect(page).not.toMatch(/NaN|undefined/)
  })
})

describe('every alarm', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')

  it('leads to a section of README that says what it means, where to look, and what to do', () => {
    const alarms = stack.ofType('AWS::CloudWatch::Alarm')
    expect(alarms).toHaveLength(13)
    for (const { Properties } of alarms) {
      const title = String(Properties.AlarmName).replace('h02-test: ', '')
      expect(Properties.AlarmDescription).toContain(`https://example.com/README.md#${anchorOf(title)}`)
      const section = new RegExp(`^#### ${title}\\n([\\s\\S]*?)(?=^#)`, 'm').exec(`${readme}\n#`)?.[1] ?? ''
      expect(section, `README has a section "${title}"`).toMatch(/\*Look:\*[\s\S]*\*Do:\*/)
    }
  })

  it('tells people when it is over, too', () => {
    for (const { Properties } of stack.ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions).toEqual(Properties.OKActions)
      expect(Properties.AlarmActions).toHaveLength(1)
    }
  })

  it('reads at most ten metrics, which is what CloudWatch takes', () => {
    for (const { Properties } of stack.ofType('AWS::CloudWatch::Alarm')) {
      const metrics = (Properties.Metrics ?? []).filter(({ MetricStat }: any) => MetricStat)
      expect(metrics.length).toBeLessThanOrEqual(10)
    }
  })
})
