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
  it('accept tokens of one environment, or of pull requests, and may only use the bootstrap of the CDK', () => {
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
      // Pull requests may be anyone's: their role reads.
      expect(flatten(policies.at(-1).Resource)).toMatch(/role\/cdk-hnb659fds-lookup-role-[^/]+-\*$/)
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

it('the deploy workflow offers every stage', () => {
  const text = workflows.find(([name]) => name === 'deploy.yml')![1]
  const options = /options: \[(.+)\]/.exec(text)![1]!.split(', ')
  expect(options.toSorted()).toEqual(listStages())
})
