import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { join } from 'node:path'
import { fleetKeys } from '#shared/domain/device.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import { readRunning } from '../../cdk/local/running.ts'
import {
  accessKeyIdOf,
  fleetTable,
  stage,
  stream,
  telemetryTable,
  type Part,
} from '../../cdk/local/services.ts'
import { account, region } from '../../cdk/local/stand-ins/iam-policy.ts'
import { createLambda } from '../../cdk/local/stand-ins/lambda.ts'
import { call, makeDataDir, play, readAll, removeDataDir, until } from '../e2e/harness.ts'
import { startAwsFakes, type AwsFakes } from './aws-fakes.ts'
import { deniedCalls, permissionsOf, unusedActions, type Call, type Permission } from './permissions.ts'
import { synthesize, type Synthesized } from './synth.ts'

const adminKey = 'h02_test-admin-key'
const topicArn = `arn:aws:sns:${region}:${account}:h02-${stage}-told`
const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:h02-${stage}-admin-key`
const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** What nothing here can use, and why it is needed all the same. Anything else that no call uses is too much. */
const usedByAwsAlone: Readonly<Record<string, string>> = {
  'WriteLog logs:CreateLogStream': 'Lambda does, under the function’s role',
  'WriteLog logs:PutLogEvents': 'Lambda does, under the function’s role',
  'ReadLog kinesis:DescribeStream': 'Lambda checks it when the event source is made',
  'KeepFailures s3:PutObject': 'Lambda does, when records are given up',
  'FindFailures s3:ListBucket': 'Lambda checks it when the event source is made',
  'KeepUndelivered sqs:SendMessage': 'Lambda does, when an event fails for good',
}

/** What commands will use; nothing sends any yet. */
const awaitsCommands = [
  'gateway/Connect iot:Connect',
  'gateway/Subscribe iot:Subscribe',
  'gateway/Receive iot:Receive',
  'gateway/Report iot:Publish',
  'gateway/ShowLive iot:Publish',
  'control/DeliverCommands iot:SendDirectMessage',
  'control/TellGateways iot:Publish',
  'control/SeeGateways iot:GetConnection',
  'control/TellEvents events:PutEvents',
  'api/DeliverCommands iot:SendDirectMessage',
  'api/TellGateways iot:Publish',
  'api/SeeGateways iot:GetConnection',
  'api/LetWatch sts:AssumeRole',
  'live/Connect iot:Connect',
  'live/Subscribe iot:Subscribe',
  'live/Receive iot:Receive',
]

let stack: Synthesized
let permissions: Permission[]
let calls: Call[]
let embedded: Embedded
let fakes: AwsFakes
const dataDir = makeDataDir()
const seen = new Map<string, Call>()
const parts = ['gateway', 'ingest', 'control', 'api', 'notify', 'canary'] as const
const partOf = (accessKeyId: string): string | null => {
  if (accessKeyId.startsWith('ASIA')) return 'live'
  return parts.find((part) => accessKeyIdOf(part as Part) === accessKeyId) ?? null
}

beforeAll(async () => {
  stack = await synthesize({ stage, canary: true, batchWindowSeconds: 1 })
  const record = ({
    accessKeyId,
    action,
    resource,
  }: {
    accessKeyId: string
    action: string
    resource: string
  }) => {
    const part = partOf(accessKeyId)
    if (part !== null) seen.set(`${part} ${action} ${resource}`, { part, action, resource })
  }
  fakes = await startAwsFakes({ [secretArn]: adminKey }, record)
  embedded = await startEmbedded(
    { host: '127.0.0.1', tcpPort: 0, httpPort: 0, dataDir, batchWindowSeconds: 0, events: false },
    silent,
    {
      onCall: record,
      notify: { topicArn, endpoint: fakes.endpoint },
      sweepEveryMs: 300,
      env: {
        gateway: { REGISTRATION: 'registered' },
        api: { ADMIN_KEY: '', ADMIN_KEY_SECRET: secretArn, AWS_ENDPOINT_URL_SECRETS_MANAGER: fakes.endpoint },
      },
    },
  )
  await useEverything()
  calls = [...seen.values()]
  permissions = permissionsOf(stack, localNameOf)
})
afterAll(async () => {
  await embedded?.close()
  fakes?.close()
  removeDataDir(dataDir)
})

/** What a reference of the template is called on this machine. */
function localNameOf(reference: string): string {
  const [id = '', attribute] = reference.slice(1, -1).split('.')
  const pseudo: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::AccountId': account,
  }
  if (pseudo[id] !== undefined) return pseudo[id]
  const names: readonly (readonly [prefix: string, type: string, name: string])[] = [
    [
      'DataTelemetry',
      'AWS::DynamoDB::Table',
      `arn:aws:dynamodb:${region}:${account}:table/${telemetryTable}`,
    ],
    ['DataFleet', 'AWS::DynamoDB::Table', `arn:aws:dynamodb:${region}:${account}:table/${fleetTable}`],
    ['LogStream', 'AWS::Kinesis::Stream', `arn:aws:kinesis:${region}:${account}:stream/${stream}`],
    ['EventsBus', 'AWS::Events::EventBus', `arn:aws:events:${region}:${account}:event-bus/h02-${stage}`],
    ['ApiLiveRole', 'AWS::IAM::Role', `arn:aws:iam::${account}:role/h02-${stage}-live`],
    ['ApiAdminKey', 'AWS::SecretsManager::Secret', secretArn],
    ['NotifyTopic', 'AWS::SNS::Topic', topicArn],
  ]
  const type = stack.resources[id]?.Type
  const [, , name] = names.find(([prefix, of]) => id.startsWith(prefix) && of === type) ?? []
  return name ?? `<${id}${attribute === undefined ? '' : `.${attribute}`}>`
}

const frame = (id: string, status = 'FFFFFBFF'): Buffer => {
  const at = new Date().toISOString().replaceAll(/\D/g, '')
  const date = `${at.slice(6, 8)}${at.slice(4, 6)}${at.slice(2, 4)}`
  return Buffer.from(
    `*HQ,${id},V1,${at.slice(8, 14)},A,4221.2102,N,00752.5961,W,024.05,133,${date},${status},214,03,13140,5085#`,
  )
}

/** A tour through everything that the system does, as its users see it. */
async function useEverything(): Promise<void> {
  const ask = async (path: string, method = 'GET', body?: unknown): Promise<any> => {
    const answer = await call(embedded, path, { method, ...(body !== undefined && { body }) })
    expect([method, path, answer.status >= 200 && answer.status < 300]).toEqual([method, path, true])
    return answer.body
  }
  const [known, adopted, parked] = ['9170000001', '9170000002', '9170000003']
  await ask('/v1/devices', 'POST', [{ deviceId: known }, { deviceId: parked }])
  // An alarm goes over the bus to people; an unknown id is listed, adopted, and listened to.
  await play(embedded.tcpPort, [frame(known), frame(known, 'FFFFFBFD')], 500)
  await until(
    async () => fakes.told,
    (told) => told.length > 0,
  )
  await play(embedded.tcpPort, [frame(adopted)], 500)
  await until(
    () => readAll(embedded, '/v1/unknown-devices'),
    (items) => items.some(({ deviceId }) => deviceId === adopted),
  )
  await ask(`/v1/unknown-devices/${adopted}/adopt`, 'POST', {})
  await until(
    async () => {
      await play(embedded.tcpPort, [frame(adopted)], 500)
      return readAll(embedded, `/v1/devices/${adopted}/frames`)
    },
    (frames) => frames.length > 0,
  )
  // History by reception and by fix time, the fleet's last positions, settings, keys.
  const from = new Date(Date.now() - 3_600_000).toISOString()
  await ask(`/v1/devices/${known}/positions?from=${from}`)
  await ask(`/v1/devices/${known}/frames?from=${from}`)
  await ask('/v1/positions')
  await ask('/v1/devices')
  await ask(`/v1/devices/${known}`)
  await ask(`/v1/devices/${known}`, 'PATCH', { name: 'Van' })
  const { key } = await ask('/v1/keys', 'POST', { name: 'reader', scopes: ['read'] })
  await fetch(`${embedded.httpUrl}/v1/devices`, { headers: { authorization: `Bearer ${key}` } })
  const keys = await ask('/v1/keys')
  await ask(`/v1/keys/${keys.items[0].keyId}`, 'DELETE')
  await parkEvents(parked)
  // A deletion is done by the sweep; its last pass, days later, removes the device itself.
  for (const deviceId of [known, parked]) await ask(`/v1/devices/${deviceId}`, 'DELETE')
  await until(
    () => historyRows(parked),
    (items) => items.every(({ sk }) => sk === 'state'),
  )
  await admin().send(
    new UpdateCommand({
      TableName: fleetTable,
      Key: fleetKeys.device(parked),
      UpdateExpression: 'SET purgeBefore = :then, dueAt = :then',
      ExpressionAttributeValues: { ':then': Date.now() - 9 * 86_400_000 },
    }),
  )
  await until(
    () => admin().send(new GetCommand({ TableName: fleetTable, Key: fleetKeys.device(parked) })),
    ({ Item }) => Item === undefined,
  )
  await visitAsCanary()
}

const admin = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: readRunning(dataDir)!.dynamoEndpoint,
      region,
      credentials: { accessKeyId: accessKeyIdOf('admin'), secretAccessKey: 'local' },
    }),
  )

async function historyRows(deviceId: string): Promise<any[]> {
  const { Items = [] } = await admin().send(
    new QueryCommand({
      TableName: telemetryTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': deviceId },
    }),
  )
  return Items
}

/** A state that no fold can read: the device's events wait beside it. */
async function parkEvents(deviceId: string): Promise<void> {
  await admin().send(
    new UpdateCommand({
      TableName: telemetryTable,
      Key: { pk: deviceId, sk: 'state' },
      UpdateExpression: 'SET f = :f, n = :n, tail = :tail',
      ExpressionAttributeValues: { ':f': 250, ':n': 1, ':tail': 'damaged' },
    }),
  )
  await play(embedded.tcpPort, [frame(deviceId)], 500)
  await until(
    () => historyRows(deviceId),
    (items) => items.some(({ sk }) => String(sk).startsWith('parked#')),
  )
}

async function visitAsCanary(): Promise<void> {
  const lines: string[] = []
  const canary = createLambda({
    name: 'canary',
    file: join(import.meta.dirname, '../../.build/canary/index.mjs'),
    env: {
      STAGE: stage,
      TRACKER_HOST: '127.0.0.1',
      TRACKER_PORT: String(embedded.tcpPort),
      API_URL: embedded.httpUrl,
      ADMIN_KEY_SECRET: secretArn,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: fakes.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyIdOf('canary' as Part),
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    concurrency: 1,
    timeoutMs: 58_000,
    onLog: (line) => lines.push(line),
  })
  await canary.invoke({})
  await canary.close()
  expect(lines.join('\n')).toContain('"CanaryPassed":1')
}

describe('each part', () => {
  it('may do everything that it did on a tour through the whole system', () => {
    expect(deniedCalls(calls, permissions)).toEqual([])
    expect(new Set(calls.map(({ part }) => part))).toEqual(
      new Set(['gateway', 'ingest', 'control', 'api', 'notify', 'canary']),
    )
  })

  it('may do nothing else, save what AWS does in its name', () => {
    const unused = unusedActions(calls, permissions).filter(
      (one) => usedByAwsAlone[one.slice(one.indexOf('/') + 1)] === undefined,
    )
    expect(unused).toEqual(awaitsCommands)
  })

  it('needs every statement: without any one of them a call of the tour is denied', () => {
    const used = permissions.filter((one) => unusedActions(calls, [one]).length < one.actions.length)
    const needless = used.filter(
      (one) =>
        deniedCalls(
          calls,
          permissions.filter((other) => other !== one),
        ).length === 0,
    )
    expect(needless).toEqual([])
    expect(used.length).toBeGreaterThan(10)
  })
})
