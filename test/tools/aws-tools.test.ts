import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { ECSClient } from '@aws-sdk/client-ecs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readSecret } from '#shared/store/secret.ts'
import { readConfig, type Values } from '../../cdk/config/config.ts'
import { makeChecks } from '../../cdk/tools/preflight/checks.ts'
import { redriveFailures } from '../../cdk/tools/redrive/failures.ts'
import { createInvoke } from '../../cdk/tools/redrive/lambda-invoke.ts'
import { redriveNotifications } from '../../cdk/tools/redrive/notifications.ts'
import { readStackOutputs } from '../../cdk/tools/stack-outputs.ts'
import { readDesiredTasks } from '../../lambdas/watch/desired-tasks.ts'
import { startAwsAnswers, type AwsAnswer, type AwsRequest } from './aws-answers.ts'

const root = join(import.meta.dirname, '../..')
type Answers = Record<string, (request: AwsRequest) => AwsAnswer>
let aws: Awaited<ReturnType<typeof startAwsAnswers>>
let answers: Answers

const xml = (body: string): AwsAnswer => ({ headers: { 'content-type': 'text/xml' }, body })
const json = (value: unknown, status = 200): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
})
const quotas: Record<string, number> = { 'L-0263D0A3': 5, 'L-F678F1CE': 5, 'L-0EA8095F': 60 }
const list = (tag: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `<item><${tag}>${tag}-${i}</${tag}></item>`).join('')
const noStack = xml(
  '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id h02-prod does not exist</Message></Error></ErrorResponse>',
)
const stackWith = (status: string, outputs = ''): AwsAnswer =>
  xml(
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>h02-prod</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  )

/** A fresh account, in which everything can be deployed. */
const freshAccount = (): Answers => ({
  GetCallerIdentity: () =>
    xml(
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/me</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
    ),
  GetParameter: () => json({ Parameter: { Value: '25' } }),
  'GET /endpoint': () => json({ endpointAddress: 'abc-ats.iot.eu-west-1.amazonaws.com' }),
  'GET /2016-08-19/account-settings': () =>
    json({ AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 1_000 } }),
  DescribeAddresses: () =>
    xml(
      `<DescribeAddressesResponse><addressesSet>${list('publicIp', 1)}</addressesSet></DescribeAddressesResponse>`,
    ),
  DescribeVpcs: () =>
    xml(`<DescribeVpcsResponse><vpcSet>${list('vpcId', 1)}</vpcSet></DescribeVpcsResponse>`),
  GetServiceQuota: ({ body }) =>
    json({ Quota: { Value: quotas[(JSON.parse(body) as { QuotaCode: string }).QuotaCode] } }),
  DescribeStacks: () => ({ ...noStack, status: 400 }),
})

beforeEach(async () => {
  answers = freshAccount()
  aws = await startAwsAnswers(new Proxy<Answers>({}, { get: (_, operation: string) => answers[operation] }))
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint)
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1')
})
afterEach(() => {
  vi.unstubAllEnvs()
  aws.close()
})

/** Of each check, as `kind found`. */
async function preflight(
  values: Values = { alarmEmail: 'ops@example.com' },
): Promise<Record<string, string>> {
  const config = readConfig(values)
  const found: Record<string, string> = {}
  for (const { title, find } of makeChecks()) {
    const finding = await find(config)
    expect(finding.kind === 'ok' ? finding.todo : typeof finding.todo).toBe(
      finding.kind === 'ok' ? undefined : 'string',
    )
    found[title] = `${finding.kind} ${finding.found}`
  }
  return found
}

describe('npm run preflight', () => {
  it('finds no problem in an account that has everything', async () => {
    expect(await preflight()).toEqual({
      credentials: 'ok account 111122223333, arn:aws:iam::111122223333:user/me',
      'CDK bootstrap': 'ok version 25',
      'IoT Core': 'ok abc-ats.iot.eu-west-1.amazonaws.com',
      'Lambda concurrency': 'ok 1000, 1000 of them unreserved',
      'Elastic IPs': 'ok 4 free, 2 needed',
      VPCs: 'ok 1 of 5',
      allowedSources: 'ok 1 of 60 rules of a security group',
      stack: 'ok not deployed yet',
      alarms: 'ok ops@example.com',
    })
  })

  it.each<[string, string, RegExp, Answers, Values]>([
    [
      'no bootstrap',
      'CDK bootstrap',
      /^stop none with qualifier team1/,
      { GetParameter: () => json({ __type: 'ParameterNotFound' }, 400) },
      { bootstrapQualifier: 'team1' },
    ],
    [
      'an old bootstrap',
      'CDK bootstrap',
      /^stop version 5/,
      { GetParameter: () => json({ Parameter: { Value: '5' } }) },
      {},
    ],
    ['a region without IoT Core', 'IoT Core', /^stop/, { 'GET /endpoint': () => json({}) }, {}],
    [
      'ten executions, as new accounts have',
      'Lambda concurrency',
      /^look 10 in the whole account/,
      {
        'GET /2016-08-19/account-settings': () =>
          json({ AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } }),
      },
      {},
    ],
    [
      'reserved executions that the account does not have',
      'Lambda concurrency',
      /^stop 150 unreserved; reservedConcurrency takes 60, and 100 must stay/,
      {
        'GET /2016-08-19/account-settings': () =>
          json({ AccountLimit: { ConcurrentExecutions: 150, UnreservedConcurrentExecutions: 150 } }),
      },
      { reservedConcurrency: 30 },
    ],
    [
      'too few Elastic IPs for NAT gateways and zones',
      'Elastic IPs',
      /^stop 2 free, 4 needed/,
      {
        DescribeAddresses: () =>
          xml(
            `<DescribeAddressesResponse><addressesSet>${list('publicIp', 3)}</addressesSet></DescribeAddressesResponse>`,
          ),
      },
      { network: 'private' },
    ],
    [
      'no room for a VPC',
      'VPCs',
      /^stop 5 of 5/,
      {
        DescribeVpcs: () =>
          xml(`<DescribeVpcsResponse><vpcSet>${list('vpcId', 5)}</vpcSet></DescribeVpcsResponse>`),
      },
      {},
    ],
    [
      'more networks than a security group takes rules',
      'allowedSources',
      /^stop 61 networks, a security group takes 60 rules/,
      {},
      { allowedSources: Array.from({ length: 61 }, (_, i) => `10.0.${i}.0/24`) },
    ],
    [
      'what an earlier first deployment left',
      'stack',
      /^stop ROLLBACK_COMPLETE/,
      { DescribeStacks: () => stackWith('ROLLBACK_COMPLETE') },
      {},
    ],
    [
      'protection before the first deployment has succeeded: it would block the clean-up',
      'stack',
      /^look not deployed yet, and deletionProtection is on/,
      {},
      { deletionProtection: true },
    ],
    ['no one who receives alarms', 'alarms', /^look no one/, {}, { alarmEmail: null }],
  ])('finds the problem: %s', async (_, title, expected, more, values) => {
    Object.assign(answers, more)
    expect((await preflight(values))[title]).toMatch(expected)
  })

  it('prints a line per check, and exits with 1 if a deployment would fail', async () => {
    answers.DescribeStacks = () => stackWith('ROLLBACK_COMPLETE')
    delete answers['GET /endpoint']
    const run = await promisify(execFile)(process.execPath, [
      join(root, 'cdk/tools/preflight.ts'),
      '--stage',
      'prod',
    ]).catch((error: { code: number; stdout: string }) => error)
    expect(run).toMatchObject({ code: 1 })
    expect(run.stdout).toContain('ok    credentials: account 111122223333')
    expect(run.stdout).toContain('STOP  stack: ROLLBACK_COMPLETE')
    expect(run.stdout).toContain('"If the first deployment fails"')
    // A check that cannot be made is reported, and does not stop the others.
    expect(run.stdout).toMatch(/look {2}IoT Core: .+\n {6}Not checked/)
  })
})

describe('the tool alarm-test', () => {
  it('prints its call and makes it', async () => {
    answers.SetAlarmState = () => json({})
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(root, 'cdk/tools/alarm-test.ts'),
      '--stage',
      'prod',
      '--alarm',
      'Tasks missing',
    ])
    expect(stdout).toContain(
      "aws cloudwatch set-alarm-state --alarm-name 'h02-prod: Tasks missing' --state-value ALARM",
    )
    expect(stdout).toContain('Done.')
    expect(aws.requests.map(({ operation }) => operation)).toEqual(['SetAlarmState'])
    expect(aws.requests[0]!.body).toContain('h02-prod: Tasks missing')
  })
})

describe('redrive on AWS', () => {
  const invocations = (): [name: string, event: unknown][] =>
    aws.requests.flatMap(({ path, body }) => {
      const name = /functions\/([^/]+)\/invocations/.exec(path)?.[1]
      return name === undefined ? [] : [[name, JSON.parse(body) as unknown]]
    })
  const invokable = (name: string, answer: () => AwsAnswer): void => {
    answers[`POST /2015-03-31/functions/${name}/invocations`] = answer
  }

  it('finds names in the outputs of the stack, and reports when the stack is too old', async () => {
    answers.DescribeStacks = () =>
      stackWith(
        'UPDATE_COMPLETE',
        '<member><OutputKey>FailuresBucket</OutputKey><OutputValue>failures</OutputValue></member>',
      )
    const output = await readStackOutputs('prod')
    expect(output.require('FailuresBucket')).toBe('failures')
    expect(output.find('ArchiveFunction')).toBe(null)
    expect(() => output.require('IngestFunction')).toThrow('h02-prod has no output IngestFunction')
  })

  const batch = {
    Records: [{ kinesis: { sequenceNumber: '1', data: 'AA==', approximateArrivalTimestamp: 1 } }],
  }
  const report = { v: 1, kind: 'opened' }
  const bucket = (objects: Readonly<Record<string, unknown>>): void => {
    answers['GET /failures'] = answers['GET /failures/'] = () =>
      xml(
        `<ListBucketResult><IsTruncated>false</IsTruncated>${Object.keys(objects)
          .map(
            (key, i) =>
              `<Contents><Key>${key}</Key><LastModified>2026-01-0${9 - i}T00:00:00Z</LastModified></Contents>`,
          )
          .join('')}</ListBucketResult>`,
      )
    for (const [key, content] of Object.entries(objects)) {
      answers[`GET /failures/${key}`] = () => ({ body: JSON.stringify(content) })
    }
  }
  const failures = () =>
    redriveFailures({
      s3: new S3Client({ forcePathStyle: true }),
      bucket: 'failures',
      invoke: createInvoke(),
      ingestFunction: 'ingest',
      archiveFunction: 'archive',
      controlFunction: 'control',
    })

  it('sends batches to ingest and reports to control, oldest first', async () => {
    invokable('ingest', () => json({ batchItemFailures: [] }))
    invokable('control', () => json(null))
    bucket({
      'aws/lambda/x/shard/2': { payload: JSON.stringify({ ...batch, newer: true }) },
      'aws/lambda/x/shard/1': { payload: JSON.stringify(batch) },
      'iot/h02/prod/up/sessions/3': {
        topic: 'h02/prod/up/sessions',
        base64OriginalPayload: Buffer.from(JSON.stringify(report)).toString('base64'),
      },
    })
    expect(await failures()).toBe(3)
    expect(invocations()).toEqual([
      ['control', { ...report, topic: 'h02/prod/up/sessions' }],
      ['ingest', batch],
      ['ingest', { ...batch, newer: true }],
    ])
  })

  it('sends a batch back to the function that it came from, and to none of another stack', async () => {
    invokable('archive', () => json({ batchItemFailures: [] }))
    const of = (name: string) => ({
      requestContext: { functionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}:$LATEST` },
      payload: JSON.stringify(batch),
    })
    bucket({ 'aws/lambda/x/1': of('other'), 'aws/lambda/y/2': of('archive') })
    await expect(failures()).rejects.toThrow('aws/lambda/x/1 failed again')
    expect(invocations()).toEqual([['archive', batch]])
  })

  it('stops at a batch that fails again: order is part of a history', async () => {
    invokable('ingest', () => json({ batchItemFailures: [{ itemIdentifier: '1' }] }))
    bucket({ 'b/2': { payload: '{}' }, 'a/1': { payload: JSON.stringify(batch) } })
    const error = await failures().then(
      () => null,
      (failed: Error) => failed,
    )
    expect(error?.message).toBe('a/1 failed again')
    expect(String(error?.cause)).toContain('stopped at record 1')
    expect(invocations()).toHaveLength(1)
  })

  it('deletes notifications that were handled, and leaves the others in the queue', async () => {
    const event = { 'detail-type': 'Device Silent', detail: { id: 'x' } }
    const messages = [
      { MessageId: 'm1', ReceiptHandle: 'r1', Body: JSON.stringify(event) },
      {
        MessageId: 'm2',
        ReceiptHandle: 'r2',
        Body: JSON.stringify({ requestPayload: event, version: '1.0' }),
      },
      { MessageId: 'm3', ReceiptHandle: 'r3', Body: 'not JSON' },
    ]
    answers.ReceiveMessage = () => json({ Messages: messages.splice(0) })
    answers.DeleteMessage = () => json({})
    invokable('notify', () => json(null))
    const { handled, failures } = await redriveNotifications({
      sqs: new SQSClient({ md5: false }),
      queueUrl: `${aws.endpoint}/111122223333/undelivered`,
      invoke: createInvoke(),
      notifyFunction: 'notify',
    })
    expect(handled).toBe(2)
    expect(failures).toEqual([expect.stringMatching(/^m3: /)])
    expect(invocations()).toEqual([
      ['notify', event],
      ['notify', event],
    ])
    expect(
      aws.requests
        .filter(({ operation }) => operation === 'DeleteMessage')
        .map(({ body }) => JSON.parse(body)),
    ).toEqual([
      expect.objectContaining({ ReceiptHandle: 'r1' }),
      expect.objectContaining({ ReceiptHandle: 'r2' }),
    ])
  })

  it('fails with the error of the function', async () => {
    invokable('notify', () => ({
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: JSON.stringify({ errorMessage: 'boom' }),
    }))
    await expect(createInvoke()('notify', {})).rejects.toThrow(/notify failed: .*boom/)
  })
})

describe('the secret of the admin key', () => {
  it('is read by its current version: a rotation is in effect from its first moment on', async () => {
    answers.GetSecretValue = () => json({ SecretString: 'key' })
    expect(await readSecret('admin-key')).toBe('key')
    expect(JSON.parse(aws.requests.at(-1)!.body)).toEqual({
      SecretId: 'admin-key',
      VersionStage: 'AWSCURRENT',
    })
  })
})

describe('the watch function', () => {
  it('reads the desired number of tasks from ECS, and fails when the service does not exist', async () => {
    answers.DescribeServices = () => json({ services: [{ desiredCount: 7 }] })
    expect(await readDesiredTasks(new ECSClient(), 'cluster', 'service')).toBe(7)
    expect(JSON.parse(aws.requests.at(-1)!.body)).toEqual({ cluster: 'cluster', services: ['service'] })
    answers.DescribeServices = () => json({ services: [], failures: [{ reason: 'MISSING' }] })
    await expect(readDesiredTasks(new ECSClient(), 'cluster', 'service')).rejects.toThrow('MISSING')
  })
})
