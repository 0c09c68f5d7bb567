import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorOf } from '../../cdk/constructs/watch/alarms.ts'
import { publishers } from '../../cdk/constructs/watch/rules/events.ts'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { drawDashboard } from '../../cdk/tools/draw-dashboard.ts'
import { ARCHIVE_ALARM_METRICS } from '../../cdk/cost/lines.ts'
import { ALARM_METRICS } from '../../cdk/cost/load.ts'
import { essentialMetrics } from '../../lambdas/shared/essential-metrics.ts'
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
    ['lambdas/archive', 'archive'],
    ['lambdas/control', 'control'],
    ...publishers.map((part) => ['lambdas/shared/events', part] as const),
    ['lambdas/api', 'api'],
    ['lambdas/notify', 'notify'],
    ['lambdas/webhooks', 'webhooks'],
    ['lambdas/watch', 'watch'],
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
  it('asks questions in the order in which people ask them', () => {
    const questions = [...bodyOf().matchAll(/## ([^\\]+\?)/g)].map(([, question]) => question)
    expect(questions).toEqual([
      'Are trackers getting in?',
      'Are frames stored?',
      'Are commands answered?',
      'Do applications get their events?',
      'Is anything piling up?',
      'What does it cost?',
    ])
  })

  it('shows only metrics that a part sends', () => {
    const sent = sentMetrics()
    expect([...watchedMetrics()].filter((metric) => !sent.has(metric))).toEqual([])
  })

  it('logs metrics that no chart and no alarm reads without publishing them', () => {
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
  const guide = readFileSync(join(root, 'cdk/OPERATIONS.md'), 'utf8')

  it('links to a runbook section with its urgency, its meaning, where to look, and what to do', () => {
    const alarms = stack.ofType('AWS::CloudWatch::Alarm')
    expect(alarms).toHaveLength(25)
    for (const { Properties } of alarms) {
      const title = String(Properties.AlarmName).replace('h02-test: ', '')
      expect(Properties.AlarmDescription).toContain(`https://example.com/OPERATIONS.md#${anchorOf(title)}`)
      const section = new RegExp(`^#### ${title}\\n([\\s\\S]*?)(?=^#)`, 'm').exec(`${guide}\n#`)?.[1] ?? ''
      expect(section, `OPERATIONS.md has a section "${title}"`).toMatch(
        /\*Urgency: (now|today|this week)\.\*[\s\S]*\*Look:\*[\s\S]*\*Do:\*/,
      )
    }
  })

  it('notifies people when it is over, too', () => {
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

  /** What CloudWatch needs to hand an alarm to a topic of ours: the default policy is gone once there is another. */
  const publishers = (): Map<string, unknown[]> => {
    const found = new Map<string, unknown[]>()
    for (const { Properties } of stack.ofType('AWS::SNS::TopicPolicy')) {
      const allowed = Properties.PolicyDocument.Statement.filter(
        ({ Effect, Action }: any) => Effect === 'Allow' && [Action].flat().includes('sns:Publish'),
      )
      for (const topic of Properties.Topics) found.set(flatten(topic), allowed)
    }
    return found
  }

  it('may be published by CloudWatch: with the TLS deny alone no mail would ever arrive', () => {
    const topics = new Set(
      stack
        .ofType('AWS::CloudWatch::Alarm')
        .flatMap(({ Properties }) =>
          [...Properties.AlarmActions, ...Properties.OKActions].map((action: unknown) => flatten(action)),
        ),
    )
    expect(topics.size).toBe(1)
    for (const topic of topics) {
      expect(publishers().get(topic)).toEqual([
        expect.objectContaining({
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ])
    }
  })

  const alarmOf = (title: string) =>
    stack
      .ofType('AWS::CloudWatch::Alarm')
      .find(({ Properties }) => Properties.AlarmName === `h02-test: ${title}`)!.Properties
  const metricsOf = (title: string): string[] =>
    alarmOf(title)
      .Metrics.filter(({ MetricStat }: any) => MetricStat)
      .map(({ MetricStat: { Metric, Stat } }: any) => `${Metric.Namespace} ${Metric.MetricName} ${Stat}`)
  const expressionOf = (title: string): string =>
    alarmOf(title).Metrics.find(({ Expression }: any) => Expression).Expression

  it('alarms when ingest stops: the age of unread records has no data then', () => {
    expect(metricsOf('Nothing stored')).toEqual(['AWS/Kinesis IncomingRecords Sum', 'H02 RowsStored Sum'])
    expect(expressionOf('Nothing stored')).toBe('IF(FILL(arrived,0) > 5 AND FILL(stored,0) < 1, 1, 0)')
    // Here the archive reads the stream too, so the stream's own age says nothing of ingest; see variants.long.test.ts.
    expect(alarmOf('History late')).toMatchObject({ MetricName: 'IteratorAge', Statistic: 'Maximum' })
  })

  it('counts the errors of every function: a function without one would fail unseen', () => {
    const watched = alarmOf('Function errors')
      .Metrics.filter(({ MetricStat }: any) => MetricStat)
      .map(({ MetricStat: { Metric } }: any) => flatten(Metric.Dimensions[0].Value))
    const ours = Object.entries(stack.resources)
      .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes('Part'))
      .map(([id]) => `<${id}>`)
    expect(watched.toSorted()).toEqual(ours.toSorted())
    expect(ours.length).toBeGreaterThanOrEqual(6)
  })

  it('counts events that any part which publishes them could not publish', () => {
    const part = (logicalId: string) => /^(\w+?)Part/.exec(logicalId)![1]!.toLowerCase()
    const withBus = Object.entries(stack.resources)
      .filter(([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && Properties.Environment)
      .filter(([, { Properties }]) => 'EVENT_BUS' in Properties.Environment.Variables)
      .map(([id]) => part(id))
    const watched = alarmOf('Events not published')
      .Metrics.filter(({ MetricStat }: any) => MetricStat?.Metric.MetricName === 'EventsNotPublished')
      .map(
        ({ MetricStat: { Metric } }: any) => Metric.Dimensions.find(({ Name }: any) => Name === 'part').Value,
      )
    expect(watched.toSorted()).toEqual(withBus.toSorted())
    expect(watched.length).toBeGreaterThan(3)
  })

  it('compares the running tasks with the desired number', () => {
    expect(metricsOf('Tasks missing')).toEqual(['H02 TasksDesired Average', 'H02 OpenSockets SampleCount'])
    const schedule = Object.entries(stack.resources).find(([id]) => id.startsWith('WatchVisitSchedule'))![1]
    expect(schedule.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^GatewayService/)]))
  })

  it('is silent while the first deployment runs: all data is missing, and nothing has gone wrong', () => {
    const breaching = stack
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.TreatMissingData !== 'notBreaching')
      .map(({ Properties }) => Properties.AlarmName)
    // The canary is created last and runs at once.
    expect(breaching).toEqual(['h02-test: Canary fails'])
    // An alarm about silence has a value only while another part reports, so that metric has no FILL.
    expect(expressionOf('Sweep missing')).toBe('IF(reports > 0 AND FILL(sweeps,0) < 1, 1, 0)')
    expect(expressionOf('Tasks missing')).toBe('desired-FILL(reports,0)/5')
  })

  it('covers reports that IoT Core cannot deliver, wrong keys, and refused connections', () => {
    expect(alarmOf('Reports not delivered')).toMatchObject({
      Namespace: 'AWS/IoT',
      MetricName: 'Failure',
      Dimensions: [
        { Name: 'ActionType', Value: 'Lambda' },
        { Name: 'RuleName', Value: { Ref: expect.stringMatching(/^ControlReports/) } },
      ],
    })
    expect(alarmOf('Wrong keys')).toMatchObject({ MetricName: 'WrongKeys', Threshold: 100 })
    expect(alarmOf('Connections refused')).toMatchObject({ MetricName: 'ConnectionsRefused' })
  })

  it('reads what a stack with few metrics still reports, and the scaling too', () => {
    const read = new Set(['gateway/OpenSockets'])
    for (const { Properties } of stack.ofType('AWS::CloudWatch::Alarm')) {
      for (const metric of Properties.Metrics?.map(({ MetricStat }: any) => MetricStat?.Metric) ?? [
        Properties,
      ]) {
        if (metric?.Namespace !== 'H02') continue
        const { Value } = metric.Dimensions.find(({ Name }: any) => Name === 'part')
        read.add(`${Value}/${metric.MetricName}`)
      }
    }
    expect([...essentialMetrics].toSorted()).toEqual([...read].toSorted())
  })

  it('costs what the model says: an alarm over an expression costs once for each metric in it', () => {
    const count = stack
      .ofType('AWS::CloudWatch::Alarm')
      // Of the optional parts, the cost model only contains the archive.
      .filter(({ Properties }) => !/Canary|Relay/.test(Properties.AlarmName))
      .reduce(
        (sum, { Properties }) =>
          sum + (Properties.Metrics?.filter(({ MetricStat }: any) => MetricStat).length ?? 1),
        0,
      )
    // Errors and throttles of the canary, and the two alarms of Fargate's scaling.
    expect(count - 2 + 2).toBe(ALARM_METRICS + ARCHIVE_ALARM_METRICS)
  })
})
