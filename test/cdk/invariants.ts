import { describe, expect, it } from 'vitest'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { stack } from './shared-stack.ts'

type Statement = {
  Sid?: string
  Effect: string
  Action: string | string[]
  Resource?: unknown
  Principal?: unknown
}
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value])
const statements = (): Statement[] =>
  stack
    .ofType('AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])

describe('the whole stack', () => {
  it('passes cdk-nag and CloudFormation’s validation', () => {
    // Synthesis throws otherwise; an unexplained wildcard is a finding, too.
    expect(Object.keys(stack.resources).length).toBeGreaterThan(100)
  })

  it('grants no wildcard action: a role could do more than was reviewed', () => {
    const actions = statements().flatMap(({ Action }) => list(Action))
    expect(actions.filter((action) => action.includes('*'))).toEqual([])
    const resourcePolicies = [
      ...stack.ofType('AWS::S3::BucketPolicy'),
      ...stack.ofType('AWS::SQS::QueuePolicy'),
      ...stack.ofType('AWS::SNS::TopicPolicy'),
    ].flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
    // Those only forbid (traffic without TLS).
    expect(
      resourcePolicies.filter(({ Effect, Action }) => Effect === 'Allow' && flatten(Action).includes('*')),
    ).toEqual([])
  })

  it('attaches no managed policy of AWS: they grow without notice', () => {
    const attached = stack
      .ofType('AWS::IAM::Role')
      .flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])
    expect(attached).toEqual([])
  })

  it('names the purpose of each statement', () => {
    const nameless = statements().filter(({ Sid }) => Sid === undefined)
    // The execution role and the permission to a dead-letter queue are written by the CDK.
    expect(nameless.flatMap(({ Action }) => list(Action)).toSorted()).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ])
  })

  it('gives each function a role of its own', () => {
    const roles = stack.ofType('AWS::Lambda::Function').map(({ Properties }) => flatten(Properties.Role))
    expect(new Set(roles).size).toBe(roles.length)
  })

  it('lets no one watch but through the api function', () => {
    const [live] = Object.entries(stack.resources).filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Role' && id.startsWith('ApiLive'),
    )
    const { AssumeRolePolicyDocument, MaxSessionDuration } = live![1].Properties
    expect(AssumeRolePolicyDocument.Statement).toHaveLength(1)
    expect(flatten(AssumeRolePolicyDocument.Statement[0].Principal.AWS)).toMatch(/^<ApiRole\w+\.Arn>$/)
    expect(MaxSessionDuration).toBe(3_600)
  })

  it('keeps no log permanently, and none after the stack is gone', () => {
    const groups = stack.ofType('AWS::Logs::LogGroup')
    expect(groups.length).toBeGreaterThanOrEqual(8)
    for (const { Properties, DeletionPolicy } of groups) {
      expect(Properties.RetentionInDays).toBeGreaterThan(0)
      expect(DeletionPolicy).toBe('Delete')
    }
    const functions = stack.ofType('AWS::Lambda::Function')
    expect(functions.filter(({ Properties }) => Properties.LoggingConfig?.LogGroup === undefined)).toEqual([])
  })

  it('keeps what cannot be made again: tables, log, failures, addresses, and nothing else', () => {
    const kept = Object.values(stack.resources).filter(({ DeletionPolicy }) =>
      DeletionPolicy?.startsWith('Retain'),
    )
    const types = kept.map(({ Type }) => Type).toSorted()
    expect([...new Set(types)]).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::EC2::EIP',
      'AWS::Kinesis::Stream',
      'AWS::S3::Bucket',
    ])
  })

  it('is what was reviewed: any other template shows as a difference', () => {
    const masked = JSON.stringify(stack.template.toJSON(), null, 1).replaceAll(
      /[0-9a-f]{64}/g,
      '<asset hash>',
    )
    expect(masked).not.toMatch(/[0-9a-f]{64}/)
    expect(JSON.parse(masked)).toMatchSnapshot()
  })
})
