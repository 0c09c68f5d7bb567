import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fleetKeys } from '#shared/domain/device.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import { readRunning } from '../../cdk/local/running.ts'
import {
  accessKeyIdOf,
  DELIVERY_STREAM,
  FLEET_TABLE,
  STAGE,
  STREAM,
  TELEMETRY_TABLE,
  WEBHOOK_QUEUE,
  type Part,
} from '../../cdk/local/services.ts'
import { ACCOUNT, REGION } from '../../cdk/local/stand-ins/iam-policy.ts'
import { createLambda } from '../../cdk/local/stand-ins/lambda.ts'
import { makeDataDir, play, readAll, removeDataDir, until } from '../e2e/harness.ts'
import { dialMqtt, listenTo } from '../local/mqtt-client.ts'
import { createTracker } from '../simulator/tracker.ts'
import { startAwsFakes, type AwsFakes } from './aws-fakes.ts'
import { deniedCalls, permissionsOf, unusedActions, type Call, type Permission } from './permissions.ts'
import { synthesize, type Synthesized } from './synth.ts'
import { silent } from '../silent-log.ts'

const ADMIN_KEY = 'h02_test-admin-key'
const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:h02-${STAGE}-notifications`
const SECRET_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:h02-${STAGE}-admin-key`
const NOTICE_TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:h02-${STAGE}-notices`
/** Factor by which windows and leases are shorter. */
const TIME_SCALE = '0.02'

/** Permissions that cannot be used here, and why they are needed. Any other unused permission is a fault. */
const usedByAwsAlone: Readonly<Record<string, string>> = {
  'WriteLog logs:CreateLogStream': 'Lambda does, under the function’s role',
  'WriteLog logs:PutLogEvents': 'Lambda does, under the function’s role',
  'ReadLog kinesis:DescribeStream': 'Lambda checks it when the event source is made',
  'KeepFailures s3:PutObject': 'Lambda does, when records are given up',
  'FindFailures s3:ListBucket': 'Lambda checks it when the event source is made',
  'ReadQueue sqs:GetQueueAttributes': 'Lambda’s poller does',
  'KeepUndelivered sqs:SendMessage': 'Lambda does, when an event fails for good',
}

let stack: Synthesized
let permissions: Permission[]
let calls: Call[]
let embedded: Embedded
let fakes: AwsFakes
const closing: (() => void)[] = []
const dataDir = makeDataDir()
const seen = new Map<string, Call>()
const parts = ['gateway', 'ingest', 'archive', 'control', 'api', 'notify', 'webhooks', 'canary'] as const
const partOf = (accessKeyId: string): string | null => {
  if (accessKeyId.startsWith('ASIA')) return 'live'
  return parts.find((part) => accessKeyIdOf(part as Part) === accessKeyId) ?? null
}

beforeAll(async () => {
  stack = await synthesize({ stage: STAGE, canary: true, archive: true, batchWindowSeconds: 1 })
  const record = ({
    accessKeyId,
    action,
    resource,
    leadingKeys = [],
  }: {
    accessKeyId: string
    action: string
    resource: string
    leadingKeys?: readonly string[]
  }) => {
    const part = partOf(accessKeyId)
    // Policies ask for the kind of item: what the key begins with, or the whole key of a list such as `places`.
    const kinds = new Set(leadingKeys.map((key) => key.replace(/#.*/s, '#')))
    const name = [part, action, resource, ...[...kinds].filter(Boolean).toSorted()].join(' ')
    if (part !== null) seen.set(name, { part, action, resource, leadingKeys })
  }
  fakes = await startAwsFakes({ [SECRET_ARN]: ADMIN_KEY }, record)
  const noticeTopic = { NOTICE_TOPIC_ARN, AWS_ENDPOINT_URL_SNS: fakes.endpoint }
  embedded = await startEmbedded(
    {
      host: '127.0.0.1',
      tcpPort: 0,
      httpPort: 0,
      dataDir,
      batchWindowSeconds: 0,
      events: false,
      archive: true,
      webhookPrivate: true,
    },
    silent,
    {
      onCall: record,
      notify: { topicArn: TOPIC_ARN, endpoint: fakes.endpoint },
      sweepEveryMs: 300,
      archiveWindowSeconds: 0,
      env: {
        gateway: { REGISTRATION: 'registered', TIME_SCALE: TIME_SCALE },
        control: { TIME_SCALE: TIME_SCALE },
        webhooks: noticeTopic,
        api: {
          ENGINE_COMMANDS: 'on',
          TIME_SCALE: TIME_SCALE,
          ...noticeTopic,
          ADMIN_KEY: '',
          ADMIN_KEY_SECRET: SECRET_ARN,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: fakes.endpoint,
        },
      },
    },
  )
  await useEverything()
  calls = [...seen.values()]
  permissions = permissionsOf(stack, localNameOf)
})
afterAll(async () => {
  await embedded?.close()
  for (const close of closing) close()
  fakes?.close()
  removeDataDir(dataDir)
})

/** What a reference of the template is called on this machine. */
function localNameOf(reference: string): string {
  const [id = '', attribute] = reference.slice(1, -1).split('.')
  const pseudo: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
  }
  if (pseudo[id] !== undefined) return pseudo[id]
  const names: readonly (readonly [prefix: string, type: string, name: string])[] = [
    [
      'DataTelemetry',
      'AWS::DynamoDB::Table',
      `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TELEMETRY_TABLE}`,
    ],
    ['DataFleet', 'AWS::DynamoDB::Table', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${FLEET_TABLE}`],
    ['LogStream', 'AWS::Kinesis::Stream', `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${STREAM}`],
    ['EventsBus', 'AWS::Events::EventBus', `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/h02-${STAGE}`],
    ['ApiLiveRole', 'AWS::IAM::Role', `arn:aws:iam::${ACCOUNT}:role/h02-${STAGE}-live`],
    ['WebhookQueueDead', 'AWS::SQS::Queue', `arn:aws:sqs:${REGION}:${ACCOUNT}:${WEBHOOK_QUEUE}-dead`],
    ['WebhookQueue', 'AWS::SQS::Queue', `arn:aws:sqs:${REGION}:${ACCOUNT}:${WEBHOOK_QUEUE}`],
    ['ApiAdminKey', 'AWS::SecretsManager::Secret', SECRET_ARN],
    ['NotifyTopic', 'AWS::SNS::Topic', TOPIC_ARN],
    ['Notices', 'AWS::SNS::Topic', NOTICE_TOPIC_ARN],
    [
      'ArchiveStoreDelivery',
      'AWS::KinesisFirehose::DeliveryStream',
      `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/${DELIVERY_STREAM}`,
    ],
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

async function ask(
  path: string,
  method = 'GET',
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<any> {
  const answer = await fetch(embedded.httpUrl + path, {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
  return text === '' ? null : JSON.parse(text)
}

/** Uses every feature of the system like a user. */
async function useEverything(): Promise<void> {
  const [known, adopted, parked] = ['9170000001', '9170000002', '9170000003']
  const hooks = await makeWebhooks()
  const notices = await makeNotices()
  await ask('/v1/devices', 'POST', [{ deviceId: known, labels: { use: 'van' } }, { deviceId: parked }])
  // An alarm goes over the bus to people; an unknown id is listed, adopted, and listened to.
  await play(embedded.tcpPort, [frame(known), frame(known, 'FFFFFBFD')], 500)
  await until(
    async () => fakes.received,
    (mails) => mails.length > 0,
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
  await ask(`/v1/keys/${keys.items[0].keyId}/rotate`, 'POST', {})
  await ask(`/v1/keys/${keys.items[0].keyId}`, 'DELETE')
  await ask('/v1/audit')
  await parkEvents(parked)
  // A deletion is done by the sweep; its last pass, days later, removes the device itself.
  for (const deviceId of [known, parked]) await ask(`/v1/devices/${deviceId}`, 'DELETE')
  await until(
    () => historyRows(parked),
    (items) => items.every(({ sk }) => sk === 'state'),
  )
  await admin().send(
    new UpdateCommand({
      TableName: FLEET_TABLE,
      Key: fleetKeys.device(parked),
      UpdateExpression: 'SET purgeBefore = :then, dueAt = :then',
      ExpressionAttributeValues: { ':then': Date.now() - 9 * 86_400_000 },
    }),
  )
  await until(
    () => admin().send(new GetCommand({ TableName: FLEET_TABLE, Key: fleetKeys.device(parked) })),
    ({ Item }) => Item === undefined,
  )
  await useCommands()
  await notices.end()
  await hooks.end()
  await visitAsCanary()
}

/**
 * Webhooks that all parts publish to: one of a labelled device, one of everything whose receiver fails and then says that it is
 * gone, and one of the event that says so.
 */
async function makeWebhooks(): Promise<{ readonly end: () => Promise<void> }> {
  const received = new Set<string>()
  let failure = 500
  const receiver = createServer((request, response) => {
    request.resume()
    received.add(request.url ?? '')
    response.writeHead(request.url === '/failing' ? failure : 204).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  closing.push(() => void receiver.close())
  const { port } = receiver.address() as AddressInfo
  const make = async (path: string, wanted: object): Promise<string> => {
    const body = { url: `http://127.0.0.1:${port}${path}`, ...wanted }
    const { webhookId } = await ask('/v1/webhooks', 'POST', body)
    return `/v1/webhooks/${webhookId}`
  }
  const receives = (path: string): Promise<unknown> =>
    until(
      async () => received,
      (paths) => paths.has(path),
    )
  const labelled = await make('/labelled', { labels: { use: 'van' } })
  const failing = await make('/failing', {})
  await make('/disabled', { events: ['webhook.disabled'] })
  await ask(labelled, 'PATCH', { description: 'vans' })
  await ask(`${labelled}/rotate`, 'POST', {})
  await ask(`${labelled}/test`, 'POST', {})
  return {
    end: async () => {
      await receives('/labelled')
      await receives('/failing')
      failure = 410
      await ask('/v1/devices', 'POST', [{ deviceId: '9170000005' }])
      await receives('/disabled')
      const isOfIt = ({ deviceId }: any): boolean => deviceId === '9170000005'
      const { items } = await until(
        () => ask(`${failing}/deliveries`),
        (list) => list.items.some(isOfIt),
      )
      const { deliveryId } = items.find(isOfIt)
      await ask(`${failing}/deliveries/${deliveryId}/redeliver`, 'POST', {})
      await ask(failing, 'DELETE')
    },
  }
}

/** A rule about vans by e-mail, which an alarm has to reach. */
async function makeNotices(): Promise<{ readonly end: () => Promise<void> }> {
  const target = { kind: 'email', address: 'me@example.com' }
  const { channelId } = await ask('/v1/notice-channels', 'POST', { name: 'Mail', target })
  const channel = `/v1/notice-channels/${channelId}`
  const wanted = { name: 'Vans', on: ['alarm.raised'], labels: { use: 'van' }, channels: [channelId] }
  const { ruleId } = await ask('/v1/notice-rules', 'POST', wanted)
  await ask(`/v1/notice-rules/${ruleId}`, 'PATCH', { debounceMinutes: 10 })
  await ask(`${channel}/test`, 'POST', {})
  return {
    end: async () => {
      await until(
        async () => fakes.received,
        (mails) => mails.some((text) => text.startsWith('Van') || text.startsWith('9170000001: ')),
      )
      await ask(channel, 'PATCH', { target })
      await ask(`/v1/notice-rules/${ruleId}`, 'DELETE')
      await ask(channel, 'DELETE')
    },
  }
}

const admin = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: readRunning(dataDir)!.dynamoEndpoint,
      region: REGION,
      credentials: embedded.credentialsOf('admin'),
    }),
  )

async function historyRows(deviceId: string): Promise<any[]> {
  const { Items = [] } = await admin().send(
    new QueryCommand({
      TableName: TELEMETRY_TABLE,
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
      TableName: TELEMETRY_TABLE,
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

/** A tracker that answers; commands at once, later, in two steps, and under a gateway that dies. */
async function useCommands(): Promise<void> {
  const deviceId = '9170000004'
  const path = `/v1/devices/${deviceId}`
  await ask('/v1/devices', 'POST', [{ deviceId, password: '0000' }])
  const order = (body: object, headers: Record<string, string> = {}): Promise<any> =>
    ask(`${path}/commands`, 'POST', body, { prefer: 'wait=20', ...headers })
  // Waits for the device; one is cancelled meanwhile.
  const waiting = await order({ intent: 'read-status' }, { prefer: 'wait=0' })
  const unwanted = await order({ intent: 'mileage-read' }, { prefer: 'wait=0' })
  await ask(`${path}/commands/${unwanted.commandId}`, 'DELETE')
  const { url, clientId, topic } = await ask(`${path}/live`, 'POST', {})
  const watcher = await dialMqtt('', clientId, { url })
  await watcher.subscribeAsync(topic, { qos: 0 })
  const live = listenTo(watcher)

  const second = await embedded.startGateway({ REGISTRATION: 'registered', TIME_SCALE: TIME_SCALE })
  const start = (port: number) => {
    const tracker = createTracker({
      host: '127.0.0.1',
      port,
      deviceId,
      profile: 'st906l',
      timeScale: 0.02,
      ignition: 'on',
    })
    tracker.start()
    return tracker
  }
  const first = start(embedded.tcpPort)
  const concluded = (commandId: string): Promise<any> =>
    until(
      () => ask(`${path}/commands/${commandId}`),
      ({ state }) => state === 'concluded',
    )
  await concluded(waiting.commandId)
  await until(
    async () => live,
    (messages) => messages.length > 0,
  )
  await watcher.endAsync()
  await ask(path, 'PATCH', { name: 'Truck' })
  const key = { 'idempotency-key': 'tour-1' }
  for (const body of [
    { intent: 'interval-on', params: { seconds: 20 } },
    { intent: 'interval-on', params: { seconds: 20 } },
  ]) {
    await order(body, key)
  }
  const { confirmation } = await order({ intent: 'engine-cut' })
  await ask(`${path}/commands/confirm`, 'POST', { token: confirmation.token })
  const { probeId } = await ask(`${path}/probe`, 'POST', {})
  await ask(`${path}/probe/${probeId}`)
  for (const read of [`${path}/catalogue`, `${path}/commands`, `${path}/audit`, '/v1/evidence'])
    await ask(read)
  // The other gateway takes the device over, reports the first, and dies with a command in hand.
  const before = await until(
    () => ask(path),
    ({ session }) => session !== null,
  )
  const other = start(second.tcpPort)
  await until(
    async () => [...seen.keys()],
    (made) => made.some((one) => one.startsWith('gateway iot:Publish') && one.endsWith('/control')),
  )
  await first.stop()
  await until(
    () => ask(path),
    ({ session }) => session !== null && session.gatewayId !== before.session.gatewayId,
  )
  const { commandId } = await order({ intent: 'read-config' }, { prefer: 'wait=0' })
  await until(
    () => ask(`${path}/commands/${commandId}`),
    ({ attempts }) => attempts.length > 0,
  )
  await second.kill({ restart: false })
  await until(
    async () => [...seen.keys()],
    (made) => made.some((one) => one.startsWith('control iot:GetConnection')),
  )
  await other.stop()
  // The device is silent for a long time, so people are notified.
  await admin().send(
    new UpdateCommand({
      TableName: FLEET_TABLE,
      Key: fleetKeys.device(deviceId),
      UpdateExpression: 'SET dueAt = :now',
      ExpressionAttributeValues: { ':now': Date.now() },
    }),
  )
  await until(
    async () => [...seen.keys()],
    (made) =>
      made.some((one) => one.startsWith('control dynamodb:BatchGetItem') && one.includes(TELEMETRY_TABLE)),
  )
  // Its commands, and the bytes beside the audit, are deleted with it.
  await ask(path, 'DELETE')
  await until(
    async () => [...seen.keys()],
    (made) =>
      made.some((one) => one.startsWith('control dynamodb:BatchWriteItem') && one.includes(FLEET_TABLE)),
  )
}

async function visitAsCanary(): Promise<void> {
  const lines: string[] = []
  const canary = createLambda({
    name: 'canary',
    file: join(import.meta.dirname, '../../.build/canary/index.mjs'),
    env: {
      STAGE: STAGE,
      TRACKER_HOST: '127.0.0.1',
      TRACKER_PORT: String(embedded.tcpPort),
      API_URL: embedded.httpUrl,
      ADMIN_KEY_SECRET: SECRET_ARN,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: fakes.endpoint,
      AWS_REGION: REGION,
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

describe('the IAM policy of each part', () => {
  it('allows every call that the part made in a tour through the whole system', () => {
    expect(deniedCalls(calls, permissions)).toEqual([])
    expect(new Set(calls.map(({ part }) => part))).toEqual(
      new Set(['gateway', 'ingest', 'archive', 'control', 'api', 'live', 'notify', 'webhooks', 'canary']),
    )
  })

  it('allows nothing else, except what AWS does on its behalf', () => {
    const unused = unusedActions(calls, permissions).filter(
      (one) => usedByAwsAlone[one.slice(one.indexOf('/') + 1)] === undefined,
    )
    expect(unused).toEqual([])
  })

  it('has only needed statements: without any of them a call of the tour is denied', () => {
    const used = permissions.filter(
      (one) => one.effect === 'Allow' && unusedActions(calls, [one]).length < one.actions.length,
    )
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

describe('the audit table, by IAM policies', () => {
  const fleet = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${FLEET_TABLE}`
  const changing = ['BatchWriteItem', 'DeleteItem', 'PartiQLDelete', 'PartiQLUpdate', 'UpdateItem']

  it('can be added to by the parts that act, and is never changed or deleted', () => {
    const writes = calls.filter(
      ({ action, leadingKeys = [] }) =>
        !/:(Get|BatchGet|Query)/.test(action) && leadingKeys.some((key) => key.startsWith('audit#')),
    )
    expect(new Set(writes.map(({ part, action }) => `${part} ${action}`))).toEqual(
      new Set(['api dynamodb:PutItem', 'control dynamodb:PutItem']),
    )
  })

  it('cannot be changed or deleted by any part, even one that may change other items', () => {
    const parts = new Set(permissions.map(({ part }) => part))
    const callOf = (part: string, action: string, leadingKeys: readonly string[]): Call => ({
      part,
      action: `dynamodb:${action}`,
      resource: fleet,
      leadingKeys,
    })
    const denied: Call[] = []
    const others: Call[] = []
    for (const part of parts) {
      for (const action of changing) {
        denied.push(callOf(part, action, ['audit#9170000000']), callOf(part, action, ['audit#key#admin']))
        // One of many items of a batch.
        denied.push(callOf(part, action, ['device#9170000000', 'audit#9170000000']))
        others.push(callOf(part, action, ['device#9170000000']))
      }
    }
    expect(deniedCalls(denied, permissions)).toEqual(denied)
    // Because of the Deny alone: even a role with all other permissions on the table could not.
    const all = [...parts].map((part) => ({
      part,
      effect: 'Allow' as const,
      sid: 'Everything',
      actions: ['dynamodb:*'],
      resources: ['*'],
    }))
    expect(deniedCalls(denied, [...permissions, ...all])).toEqual(denied)
    expect(deniedCalls(others, [...permissions, ...all])).toEqual([])
    const changes = others.length - deniedCalls(others, permissions).length
    expect(changes).toBeGreaterThan(5)
  })

  it('is protected from every role of the stack', () => {
    const roles = Object.entries(stack.resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    const policies = stack.ofType('AWS::IAM::Policy')
    for (const [id] of roles) {
      const statements = policies
        .filter(({ Properties }) => Properties.Roles.some(({ Ref }: any) => Ref === id))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      expect([id, statements.filter(({ Sid }: any) => Sid === 'KeepAudit')]).toEqual([
        id,
        [
          {
            Sid: 'KeepAudit',
            Effect: 'Deny',
            Action: changing.map((action) => `dynamodb:${action}`),
            Resource: expect.anything(),
            Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['audit#*'] } },
          },
        ],
      ])
    }
  })
})
