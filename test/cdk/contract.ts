import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { topicsOf } from '#shared/domain/topics.ts'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { entries } from '../../cdk/build/entries.ts'
import { createTables } from '../../cdk/local/create-tables.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { SWEEP_EVERY_MINUTES } from '../../cdk/schedules.ts'
import { stack } from './shared-stack.ts'
import type { Resource } from './synth.ts'

const root = join(import.meta.dirname, '../..')
const withPath = (prefix: string, type: string): Resource => {
  const found = Object.entries(stack.resources).filter(
    ([id, { Type }]) => Type === type && id.startsWith(prefix),
  )
  expect(found.map(([id]) => id)).toHaveLength(1)
  return found[0]![1]
}
/** Of each entry, what runs it. */
const environmentOf: Record<(typeof entries)[number]['name'], () => Record<string, unknown>> = {
  ingest: () => withPath('IngestPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  archive: () => withPath('ArchivePart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  control: () => withPath('ControlPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  api: () => withPath('ApiPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  notify: () => withPath('NotifyPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  webhooks: () => withPath('WebhooksPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  watch: () => withPath('WatchPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  canary: () => withPath('CanaryPart', 'AWS::Lambda::Function').Properties.Environment.Variables,
  gateway: () =>
    Object.fromEntries(
      stack
        .only('AWS::ECS::TaskDefinition')
        .Properties.ContainerDefinitions[0].Environment.map(({ Name, Value }: any) => [Name, Value]),
    ),
}

type Key = { AttributeName: string; KeyType: string }
type Index = {
  IndexName: string
  KeySchema: Key[]
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] }
}
const shapeOf = (table: {
  AttributeDefinitions?: any
  KeySchema?: any
  LocalSecondaryIndexes?: any
  GlobalSecondaryIndexes?: any
}) => ({
  attributes: (table.AttributeDefinitions as { AttributeName: string; AttributeType: string }[])
    .map(({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`)
    .toSorted(),
  key: table.KeySchema,
  indexes: Object.fromEntries(
    (['LocalSecondaryIndexes', 'GlobalSecondaryIndexes'] as const).map((kind) => [
      kind,
      ((table[kind] ?? []) as Index[])
        .map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }))
        .toSorted((a, b) => a.IndexName.localeCompare(b.IndexName)),
    ]),
  ),
})

describe('embedded mode and the stack on AWS', () => {
  it('have the same tables: keys, indexes, projections, expiry', async () => {
    const dynamo = await startDynamo({})
    const client = new DynamoDBClient({
      endpoint: dynamo.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    await createTables(client, { telemetry: 'telemetry', fleet: 'fleet' })
    for (const [name, prefix] of [
      ['telemetry', 'DataTelemetry'],
      ['fleet', 'DataFleet'],
    ] as const) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }))
      const { Properties } = withPath(prefix, 'AWS::DynamoDB::Table')
      expect(shapeOf(Properties)).toEqual(shapeOf(Table!))
      expect(Properties.TimeToLiveSpecification).toEqual({
        AttributeName: TimeToLiveDescription?.AttributeName,
        Enabled: true,
      })
    }
    client.destroy()
    await dynamo.close()
  })

  it.each(entries)('run the same $name, which knows every variable that it is given', ({ name }) => {
    const bundle = readFileSync(join(root, '.build', name, 'index.mjs'), 'utf8')
    const given = Object.keys(environmentOf[name]()).filter((variable) => variable !== 'NODE_OPTIONS')
    expect(given.filter((variable) => !bundle.includes(variable))).toEqual([])
    if (name === 'gateway') {
      expect(readFileSync(join(root, 'container/Dockerfile'), 'utf8')).toContain('COPY .build/gateway')
    } else {
      expect(/export \{[^}]*\bhandler\b/.test(bundle)).toBe(true)
    }
  })

  it('hand every path to the same app', () => {
    expect(stack.only('AWS::ApiGatewayV2::Route').Properties.RouteKey).toBe('$default')
    expect(stack.only('AWS::ApiGatewayV2::Integration').Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    })
  })

  it('speak on the same topics', () => {
    const topics = topicsOf('test')
    const { Sql } = stack.only('AWS::IoT::TopicRule').Properties.TopicRulePayload
    expect(Sql).toBe(`SELECT *, topic() AS topic FROM '${topics.upFilter}'`)
    const named = new Set(
      stack
        .ofType('AWS::IAM::Policy')
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .flatMap(({ Resource }: any) => (Array.isArray(Resource) ? Resource : [Resource]))
        .map((resource: unknown) => /:(topic|topicfilter)\/(.*)$/.exec(flatten(resource))?.[2])
        .filter((topic) => topic !== undefined),
    )
    expect(named).toEqual(
      new Set([
        topics.commands('*'),
        topics.control('*'),
        topics.upCommands,
        topics.upSessions,
        topics.live('*'),
      ]),
    )
  })

  it('sweep and run the canary once a minute', () => {
    const schedules = stack
      .ofType('AWS::Scheduler::Schedule')
      .map(({ Properties }) => [
        flatten(Properties.Target.Arn).replace(/Part.*/, ''),
        Properties.ScheduleExpression,
      ])
    expect(SWEEP_EVERY_MINUTES).toBe(1)
    expect(schedules).toEqual([
      ['<Control', `rate(${SWEEP_EVERY_MINUTES} minute)`],
      ['<Watch', 'rate(1 minute)'],
      ['<Canary', 'rate(1 minute)'],
    ])
  })

  it('call the event bus, the log and its retention by the same rules', () => {
    expect(stack.only('AWS::Events::EventBus').Properties.Name).toBe('h02-test')
    expect(stack.only('AWS::Events::Rule').Properties.EventPattern).toEqual({ source: ['h02.gateway'] })
    expect(Number(environmentOf.ingest().RETENTION_DAYS)).toBe(365)
  })
})
