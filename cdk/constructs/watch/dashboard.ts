import {
  AlarmStatusWidget,
  Dashboard as CdkDashboard,
  GraphWidget,
  GraphWidgetView,
  LegendPosition,
  PeriodOverride,
  SingleValueWidget,
  TextWidget,
  TextWidgetBackground,
  type Alarm,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { dashboardSections } from './dashboard-sections.ts'
import type { Chart } from './sections/curves.ts'
import type { Sources } from './sources.ts'

const WHOLE_WIDTH = 24
const HEIGHT = 6

/**
 * One page that answers from top to bottom: can trackers connect, are frames stored, commands answered, queues empty,
 * and at what cost.
 */
export class Dashboard extends Construct {
  readonly dashboard: CdkDashboard

  constructor(scope: Construct, id: string, sources: Sources, alarms: readonly Alarm[]) {
    super(scope, id)
    const { stage, runbookUrl } = sources.config
    this.dashboard = new CdkDashboard(this, 'Dashboard', {
      dashboardName: `h02-${stage}`,
      defaultInterval: Duration.hours(3),
      // Keeps sums per minute at every zoom level.
      periodOverride: PeriodOverride.INHERIT,
    })
    this.dashboard.addWidgets(
      new AlarmStatusWidget({
        title: `Alarms (what to do: ${runbookUrl ?? 'cdk/OPERATIONS.md'})`,
        width: WHOLE_WIDTH,
        height: 3,
        alarms: [...alarms],
      }),
    )
    for (const { question, hint, charts } of dashboardSections(sources)) {
      this.dashboard.addWidgets(
        new TextWidget({
          markdown: `## ${question}\n${hint}`,
          width: WHOLE_WIDTH,
          height: 2,
          background: TextWidgetBackground.TRANSPARENT,
        }),
      )
      for (const row of rowsOf(charts)) {
        this.dashboard.addWidgets(...row.map((chart) => toWidget(chart, WHOLE_WIDTH / row.length)))
      }
    }
  }
}

/** Distributes charts over rows of three or four. */
function rowsOf(charts: readonly Chart[]): Chart[][] {
  const count = Math.ceil(charts.length / 4)
  const perRow = Math.ceil(charts.length / count)
  return Array.from({ length: count }, (_, i) => charts.slice(i * perRow, (i + 1) * perRow))
}

function toWidget(chart: Chart, width: number): IWidget {
  if (chart.kind === 'number') {
    return new SingleValueWidget({
      title: `${chart.title}, ${chart.unit}`,
      width,
      height: HEIGHT,
      metrics: [...chart.curves],
      fullPrecision: false,
    })
  }
  return new GraphWidget({
    title: chart.title,
    width,
    height: HEIGHT,
    view: GraphWidgetView.TIME_SERIES,
    stacked: chart.kind === 'areas',
    left: [...chart.curves],
    leftYAxis: { label: chart.unit, min: 0, showUnits: false },
    ...(chart.right && {
      right: [...chart.right],
      rightYAxis: { label: chart.rightUnit ?? '', min: 0, showUnits: false },
    }),
    ...(chart.limit && { leftAnnotations: [chart.limit] }),
    legendPosition: LegendPosition.BOTTOM,
  })
}
