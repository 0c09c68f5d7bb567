import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { tables } from '#shared/domain/tables.ts'
import { settings } from '../../cdk/config/config.ts'
import { listStages } from '../../cdk/config/stages.ts'
import { HELP } from '../../cdk/local/options.ts'
import { commandsIn, optionsOf, problemsOf, toCliName } from './guide-commands.ts'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'cdk/OPERATIONS.md'), 'utf8')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
const run = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  return stdout
}

/** Packages of the SDK whose names differ from those of the CLI. */
const packages: Readonly<Record<string, string>> = {
  events: 'eventbridge',
  elbv2: 'elastic-load-balancing-v2',
  secretsmanager: 'secrets-manager',
}
const clientOf = async (service: string): Promise<Record<string, unknown>> =>
  (await import(`@aws-sdk/client-${packages[service] ?? service}`)) as Record<string, unknown>

describe('commands in the guide', () => {
  const aws = commandsIn(guide, 'aws')
  // `aws s3` has commands of its own, beside the operations of the API.
  const onApi = aws.filter(([, service]) => service !== 's3')

  it('are found in code blocks and in the text', () => {
    expect(aws.length).toBeGreaterThan(25)
    expect(aws).toContainEqual(['aws', 'ec2', 'release-address'])
    expect(aws.map((words) => words.join(' '))).toContain(
      'aws dynamodb update-time-to-live --table-name h02-prod-telemetry-restored --time-to-live-specification Enabled=true,AttributeName=ttl',
    )
  })

  it.each(onApi.map((words) => [words.join(' '), words] as const))('%s', async (_, words) => {
    expect(problemsOf(words, await clientOf(words[1]!))).toEqual([])
  })

  it('aws s3: list and remove in buckets of the stack, and create and fill one for maps', () => {
    const onS3 = aws.filter(([, service]) => service === 's3')
    const inStack = onS3.filter(([, , verb]) => verb === 'ls' || verb === 'rm')
    expect(inStack.length).toBeGreaterThan(0)
    for (const words of inStack) {
      expect(words.at(-1)).toMatch(/^s3:\/\/<\w+Bucket>$/)
      expect(optionsOf(words).map(([option]) => option)).toEqual(['--recursive'])
    }
    const others = onS3.filter((words) => !inStack.includes(words))
    expect(others.map((words) => words.join(' '))).toEqual([
      'aws s3 mb s3://my-maps',
      'aws s3 cp region.pmtiles s3://my-maps/region.pmtiles',
    ])
  })

  it('npm run: name scripts and options that exist', async () => {
    const commands = commandsIn(guide, 'npm').filter(([, verb]) => verb === 'run' || verb === 'start')
    expect(commands.length).toBeGreaterThan(10)
    for (const [, verb, ...rest] of commands) {
      const name = verb === 'start' ? 'start' : rest[0]!
      const script = scripts[name] ?? ''
      const file = script.split(' ').at(-1)!
      expect([name, existsSync(join(root, file))]).toEqual([name, true])
      const options = optionsOf(rest).map(([option]) => option)
      if (options.length === 0) continue
      const help = await run(file, '--help')
      for (const option of options) expect(`${name}: ${help}`).toMatch(new RegExp(`(^|\\s)${option}\\b`, 'm'))
    }
  })

  it('npx cdk: name commands, options, settings and stages that exist', async () => {
    const help = await run('node_modules/aws-cdk/bin/cdk', '--help')
    const commands = commandsIn(guide, 'npx').filter(([, program]) => program === 'cdk')
    expect(commands.length).toBeGreaterThan(8)
    for (const [, , verb, ...rest] of commands) {
      expect(help).toMatch(new RegExp(`^ +cdk ${verb}\\b`, 'm'))
      const app = rest[rest.indexOf('--app') + 1]
      const names = rest.includes('--app') ? ['repository'] : Object.keys(settings)
      for (const [option, value] of optionsOf(rest)) {
        expect(help).toMatch(new RegExp(`(^| )${option}\\b`, 'm'))
        if (option !== '-c') continue
        const [name, given] = value!.split('=')
        expect(names).toContain(name)
        if (name === 'stage') expect([...listStages(), '<stage>']).toContain(given)
      }
      if (rest.includes('--app')) expect(existsSync(join(root, app!.split(' ')[1]!))).toBe(true)
    }
  })

  it('npm start: the table has every option', () => {
    const rows = [...guide.matchAll(/^\| `(--[a-z-]+)` \|/gm)].map(([, option]) => option!)
    const options = [...HELP.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option!)
    expect([...rows, '--help'].toSorted()).toEqual(options.toSorted())
  })

  it('have placeholders that are outputs of the stack, or that explain what to fill in', () => {
    const outputs = [...readFileSync(join(root, 'cdk/stack.ts'), 'utf8').matchAll(/output\(\s*'(\w+)'/g)].map(
      ([, name]) => name!,
    )
    const placeholders = new Set([...guide.matchAll(/<([A-Z][A-Za-z]+)>/g)].map(([, name]) => name!))
    const known = new Set([...outputs, 'UUID'])
    expect([...placeholders].filter((name) => !known.has(name))).toEqual([])
    expect(placeholders.size).toBeGreaterThan(5)
    const table = new Set(
      [...guide.matchAll(/^\| (`[A-Z][^|]+) \|/gm)].flatMap(([, cell = '']) =>
        [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
      ),
    )
    expect(outputs.filter((name) => !table.has(name))).toEqual([])
  })

  it('set the same expiry on a restored table as the stack sets on its tables', () => {
    const words = aws.find(([, , operation]) => operation === 'update-time-to-live')!
    for (const { ttl } of Object.values(tables)) expect(words).toContain(`Enabled=true,AttributeName=${ttl}`)
  })

  it('use values that the settings accept', () => {
    const pairs = [...guide.matchAll(/`(\w+)(?:: |=)('?)([\w.-]+)\2`/g)].filter(([, name]) =>
      Object.hasOwn(settings, name!),
    )
    expect(pairs.length).toBeGreaterThan(10)
    for (const [text, name, , value] of pairs) {
      expect([text, settings[name as keyof typeof settings].read(value)]).not.toEqual([text, undefined])
    }
  })
})

describe('the check of commands in the guide', () => {
  it('names commands as the AWS CLI does', () => {
    expect(['UUID', 'TableName', 'SSESpecification', 'desiredCount'].map(toCliName)).toEqual([
      'uuid',
      'table-name',
      'sse-specification',
      'desired-count',
    ])
  })

  it.each([
    ['aws dynamodb restore-table --source-table-name t', ['no operation restore-table']],
    ['aws dynamodb update-time-to-live --table t', ['update-time-to-live has no --table']],
    ['aws dynamodb delete-table --region x --table-name', ['--table-name needs a value']],
    ['aws dynamodb update-table --table-name t --deletion-protection-enabled yes', ['takes no value']],
    ['aws dynamodb update-time-to-live --table-name t', ['needs --time-to-live-specification']],
    ['aws dynamodb update-time-to-live --table-name t --time-to-live-specification On=true', ['has no On']],
    ['aws dynamodb wait table-gone --table-name t', ['no waiter table-gone']],
  ])('finds the fault: %s', async (line, expected) => {
    const problems = problemsOf(line.split(' '), await clientOf('dynamodb'))
    expect(problems).toEqual(expect.arrayContaining(expected.map((text) => expect.stringContaining(text))))
  })
})
