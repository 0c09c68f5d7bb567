import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { drawDashboard } from '../../cdk/tools/draw-dashboard.ts'
import { synthesize, type Resource, type Synthesized } from './synth.ts'

let stack: Synthesized
beforeAll(async () => {
  stack = await synthesize({
    tableCapacity: 'provisioned',
    tableUnitsMin: 288,
    tableUnitsMax: 1_152,
    batchWindowSeconds: 60,
  })
})

const tableOf = (which: string): readonly [id: string, table: Resource] =>
  Object.entries(stack.resources).find(
    ([id, { Type }]) => Type === 'AWS::DynamoDB::Table' && id.startsWith(`Data${which}`),
  )!
const scaled = (): Record<string, any>[] =>
  stack
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .map(({ Properties }) => Properties)
    .filter(({ ServiceNamespace }) => ServiceNamespace === 'dynamodb')

describe('provisioned units of the telemetry table', () => {
  it('start at the maximum, so a switch under load does not throttle', () => {
    const [, { Properties }] = tableOf('Telemetry')
    expect(Properties.BillingMode ?? 'PROVISIONED').toBe('PROVISIONED')
    expect(Properties.ProvisionedThroughput).toEqual({ ReadCapacityUnits: 1_152, WriteCapacityUnits: 1_152 })
  })

  it('scale for reads and for writes', () => {
    const [id] = tableOf('Telemetry')
    expect(
      scaled().map(({ ScalableDimension, MinCapacity, MaxCapacity, ResourceId }) => [
        ScalableDimension,
        MinCapacity,
        MaxCapacity,
        flatten(ResourceId),
      ]),
    ).toEqual(
      ['dynamodb:table:ReadCapacityUnits', 'dynamodb:table:WriteCapacityUnits'].map((dimension) => [
        dimension,
        288,
        1_152,
        expect.stringContaining(id),
      ]),
    )
  })

  it('are used to 70 %, which leaves room for bursts', () => {
    const policies = stack
      .ofType('AWS::ApplicationAutoScaling::ScalingPolicy')
      .map(({ Properties }) => Properties.TargetTrackingScalingPolicyConfiguration)
      .filter(({ PredefinedMetricSpecification: of }) =>
        String(of?.PredefinedMetricType).startsWith('DynamoDB'),
      )
    expect(
      policies.map((policy) => [
        policy.PredefinedMetricSpecification.PredefinedMetricType,
        policy.TargetValue,
        policy.DisableScaleIn ?? false,
      ]),
    ).toEqual([
      ['DynamoDBReadCapacityUtilization', 70, false],
      ['DynamoDBWriteCapacityUtilization', 70, false],
    ])
  })

  it('have no global index beside them: one without units of its own would throttle its table', () => {
    expect(tableOf('Telemetry')[1].Properties.GlobalSecondaryIndexes).toBeUndefined()
  })

  it('leave the fleet table on demand, for the logins after a release', () => {
    const [, { Properties }] = tableOf('Fleet')
    expect(Properties.BillingMode).toBe('PAY_PER_REQUEST')
    expect(Properties.ProvisionedThroughput).toBeUndefined()
    for (const index of Properties.GlobalSecondaryIndexes) expect(index.ProvisionedThroughput).toBeUndefined()
  })

  it('that do not suffice raise an alarm, which has its section in OPERATIONS.md', () => {
    const alarm = stack
      .ofType('AWS::CloudWatch::Alarm')
      .find(({ Properties }) => Properties.AlarmName === 'h02-prod: Table throttles')!
    const [id] = tableOf('Telemetry')
    const read = alarm.Properties.Metrics.filter(({ MetricStat }: any) => MetricStat).map(
      ({ MetricStat: { Metric } }: any) => [Metric.MetricName, flatten(Metric.Dimensions[0].Value)],
    )
    expect(read).toEqual([
      ['WriteThrottleEvents', `<${id}>`],
      ['ReadThrottleEvents', `<${id}>`],
    ])
    expect(alarm.Properties.AlarmDescription).toContain('section "Table throttles"')
    const guide = readFileSync(join(import.meta.dirname, '../../cdk/OPERATIONS.md'), 'utf8')
    expect(guide).toMatch(/^#### Table throttles\n(?:.+\n)+/m)
  })

  it('are shown, and priced by the hour in the estimate of the day', () => {
    const body = flatten(stack.only('AWS::CloudWatch::Dashboard').Properties.DashboardBody)
    expect(body).toContain('24*(FILL(pw,0)*0.00065+FILL(pr,0)*0.00013)')
    const page = drawDashboard(stack.template.toJSON() as any)
    expect(page).toContain('Telemetry table: units kept ready, used, refused')
    expect(page).not.toMatch(/NaN|undefined/)
  })
})
