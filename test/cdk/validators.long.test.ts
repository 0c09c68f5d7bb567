import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Values } from '../../cdk/config/config.ts'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { isSkipped } from '../skip.ts'
import { synthesize, type Synthesized } from './synth.ts'

/** A folder with cfn-lint and parliament (`pip install cfn-lint parliament`), as the check workflow has it. */
const validators = process.env.VALIDATORS ?? ''
const missing = existsSync(join(validators, 'cfn-lint'))
  ? null
  : 'Set VALIDATORS to the bin folder of a Python environment with cfn-lint and parliament.'

const existing: Values = {
  network: 'existing',
  vpcId: 'vpc-0a1b2c3d',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  publicSubnetIds: ['subnet-0a000000', 'subnet-0b000000'],
}
const names: Values = {
  trackerHost: 'trackers.example.com',
  apiDomain: 'gps.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-0000-0000-0000-000000000000',
}
const configurations: Record<string, Values> = {
  default: {},
  'private network': { network: 'private' },
  'existing network': existing,
  'existing network, private subnets': {
    ...existing,
    privateSubnetIds: ['subnet-0c000000', 'subnet-0d000000'],
  },
  'provisioned table': { tableCapacity: 'provisioned', tableUnitsMin: 10, tableUnitsMax: 100 },
  'publish delivery': { commandDelivery: 'publish', engineCommands: true },
  canary: { canary: true },
  JWT: { jwtIssuer: 'https://id.example.com', jwtAudience: 'h02', oidcClientId: 'console' },
  'one task': { tasksMin: 1, tasksMax: 1 },
  'eight to a hundred tasks': { tasksMin: 8, tasksMax: 100, cpuUnits: 1_024, memoryMb: 2_048 },
  'on-demand stream': { shards: 0 },
  'window 0': { batchWindowSeconds: 0 },
  'window 300': { batchWindowSeconds: 300 },
  'names with a zone': { ...names, hostedZoneId: 'Z0123456789ABC' },
  'names without a zone': names,
  small: { size: 'small' },
  archive: { archive: true },
  everything: {
    alarmEmail: 'ops@example.com',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:pager',
    monthlyBudget: 100,
    deletionProtection: true,
    permissionsBoundary: 'arn:aws:iam::111122223333:policy/team',
    tags: { team: 'fleet' },
    reservedConcurrency: 20,
    archive: true,
    telemetryTableName: 'telemetry-restored',
    fleetTableName: 'fleet-restored',
  },
}

/** Actions that are newer than parliament's list of them. */
const newActions = ['iot:SendDirectMessage', 'iot:GetConnection']

/** An ARN that such a resource could have. */
const arnOf: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'arn:aws:dynamodb:eu-west-1:111122223333:table/t',
  'AWS::Kinesis::Stream': 'arn:aws:kinesis:eu-west-1:111122223333:stream/s',
  'AWS::S3::Bucket': 'arn:aws:s3:::bucket',
  'AWS::SNS::Topic': 'arn:aws:sns:eu-west-1:111122223333:topic',
  'AWS::SQS::Queue': 'arn:aws:sqs:eu-west-1:111122223333:queue',
  'AWS::Lambda::Function': 'arn:aws:lambda:eu-west-1:111122223333:function:f',
  'AWS::IAM::Role': 'arn:aws:iam::111122223333:role/r',
  'AWS::SecretsManager::Secret': 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-abcdef',
  'AWS::Logs::LogGroup': 'arn:aws:logs:eu-west-1:111122223333:log-group:g:*',
  'AWS::Events::EventBus': 'arn:aws:events:eu-west-1:111122223333:event-bus/b',
  'AWS::KinesisFirehose::DeliveryStream': 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/d',
  'AWS::ECS::Service': 'arn:aws:ecs:eu-west-1:111122223333:service/c/s',
}

/** A policy document of the template with values in the place of references. */
function resolve(value: unknown, { resources }: Synthesized): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, { resources } as Synthesized))
  if (typeof value !== 'object' || value === null) return value
  const [key] = Object.keys(value)
  if (key === 'Ref' || key?.startsWith('Fn::') === true) {
    return flatten(value).replaceAll(/<([^>]+)>/g, (_, reference: string) => {
      const pseudo = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111122223333' }
      const type = resources[reference.split('.')[0]!]?.Type ?? ''
      return pseudo[reference as keyof typeof pseudo] ?? arnOf[type] ?? 'x'
    })
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, resolve(one, { resources } as Synthesized)]),
  )
}

const ANALYSIS = `
import json, sys
from parliament import analyze_policy_string
for id, document in json.load(sys.stdin):
    for finding in analyze_policy_string(json.dumps(document)).findings:
        print(id, finding.issue, finding.title, json.dumps(finding.detail, default=str))
`

describe.skipIf(isSkipped('templates by cfn-lint and parliament', missing))('independent validators', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h02-validators-'))
  const stacks: Record<string, Synthesized> = {}
  beforeAll(async () => {
    for (const [name, values] of Object.entries(configurations)) stacks[name] = await synthesize(values)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('cfn-lint finds no error in the template of any configuration', () => {
    const files = Object.entries(stacks).map(([name, { template }]) => {
      const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.json`)
      writeFileSync(file, JSON.stringify(template.toJSON()))
      return file
    })
    expect(files.length).toBeGreaterThanOrEqual(11)
    let found = ''
    try {
      // W3005: DependsOn that is implied, which the CDK writes. W3010: zones as text, which a setting names.
      const ignored = ['--ignore-checks', 'W3005', 'W3010', 'W3037']
      execFileSync(join(validators, 'cfn-lint'), [...ignored, '--regions', 'eu-west-1', '--', ...files])
    } catch (error) {
      found = String((error as { stdout?: Buffer }).stdout ?? error)
    }
    expect(found).toBe('')
    // cfn-lint computes for minutes, longer on a machine that does other things.
  }, 900_000)

  it('parliament finds no fault in any policy: unknown actions, resources that do not fit, malformed conditions', () => {
    const policies = Object.entries(stacks).flatMap(([name, stack]) =>
      Object.entries(stack.resources)
        .filter(([, { Type }]) => Type === 'AWS::IAM::Policy')
        .map(([id, { Properties }]) => [`${name}/${id}`, resolve(Properties.PolicyDocument, stack)] as const),
    )
    expect(policies.length).toBeGreaterThan(100)
    const found = execFileSync(join(validators, 'python'), ['-c', ANALYSIS], {
      input: JSON.stringify(policies),
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line !== '' && !newActions.some((action) => line.includes(action.split(':')[1]!)))
    expect(found).toEqual([])
  })
})
