import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { listStages } from '../../cdk/config/stages.ts'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { createApp } from '../../cdk/create-app.ts'
import { DeliveryStack } from '../../cdk/delivery-stack.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, '.github/workflows')
const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)

describe('the roles of GitHub Actions', () => {
  it('accept one environment or pull requests, and may use only the bootstrap', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'h02-delivery-'))
    try {
      const template = Template.fromStack(
        new DeliveryStack(createApp({ outdir }), {
          repository: 'team/h02',
          environments: ['prod', 'test'],
          qualifier: 'hnb659fds',
        }),
      )
      const roles = Object.values(template.findResources('AWS::IAM::Role')).map(
        ({ Properties }) => Properties,
      )
      const conditions = roles.map(
        ({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument.Statement[0].Condition,
      )
      const issuer = 'token.actions.githubusercontent.com'
      expect(conditions).toEqual(
        ['environment:prod', 'environment:test', 'pull_request'].map((subject) => ({
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: `repo:team/h02:${subject}`,
          },
        })),
      )
      const policies = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      )
      expect(policies.map(({ Action }) => Action)).toEqual(policies.map(() => 'sts:AssumeRole'))
      const deploying = ['deploy', 'file-publishing', 'image-publishing', 'lookup']
      // Anyone may open a pull request, so their role may only read.
      expect(policies.map(({ Resource }) => [Resource].flat().map(flatten))).toEqual(
        [deploying, deploying, ['lookup']].map((kinds) =>
          kinds.map(
            (kind) =>
              `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-${kind}-role-<AWS::AccountId>-*`,
          ),
        ),
      )
      const policed = Object.values(template.findResources('AWS::IAM::Policy')).map(
        ({ Properties }) => Properties.Roles.length,
      )
      expect(policed).toEqual([1, 1, 1])
    } finally {
      rmSync(outdir, { recursive: true })
    }
  })
})

describe.each(workflows)('workflow %s', (_, text) => {
  it('pins every action by its commit: a tag can be moved', () => {
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action)
    expect(used.length).toBeGreaterThan(1)
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
  })

  it('has no keys, no rights by default, and does not run code of forks with rights', () => {
    expect(text).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|pull_request_target|write-all/)
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m)
  })
})

const workflowNamed = (name: string): string => workflows.find(([file]) => file === name)![1]

it('the check workflow runs the checks, and comments a pull request with what would change', () => {
  const text = workflowNamed('check.yml')
  expect(text).toMatch(/^ {6}- run: npm run check$/m)
  expect(text).toMatch(/^ +npx cdk diff -c stage=prod .*--no-change-set/m)
  expect(text).toMatch(/^ +gh pr comment "\$PULL_REQUEST" .*--body-file comment\.md$/m)
  expect(text).toMatch(/^ {6}pull-requests: write$/m)
})

it('the deploy workflow has the environment of the stage, and a token for its role', () => {
  const text = workflowNamed('deploy.yml')
  // The role accepts tokens of this environment only, and its approvals are set there.
  expect(text).toMatch(/^ {4}environment: \$\{\{ inputs\.stage \}\}$/m)
  expect(text).toMatch(/^ {2}id-token: write$/m)
})

it('the deploy workflow offers every stage', () => {
  const text = workflowNamed('deploy.yml')
  const options = /options: \[(.+)\]/.exec(text)![1]!.split(', ')
  expect(options.toSorted()).toEqual(listStages())
})
