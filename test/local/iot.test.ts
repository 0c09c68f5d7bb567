import {
  ForbiddenException,
  GatewayTimeoutException,
  GetConnectionCommand,
  InvalidRequestException,
  IoTDataPlaneClient,
  PublishCommand,
  RequestEntityTooLargeException,
  ResourceNotFoundException,
  SendDirectMessageCommand,
} from '@aws-sdk/client-iot-data-plane'
import { AssumeRoleCommand, MalformedPolicyDocumentException, STSClient } from '@aws-sdk/client-sts'
import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { presignMqttUrl, type Credentials } from '#shared/bus/presign.ts'
import { createIdentities, type RecordedCall } from '../../cdk/local/stand-ins/identities.ts'
import { startIot, type Iot } from '../../cdk/local/stand-ins/iot.ts'
import { startSts, type Sts } from '../../cdk/local/stand-ins/sts.ts'
import { clientConfig } from './client-config.ts'
import { freePort } from '../free-port.ts'
import { eventually } from './eventually.ts'
import { dialMqtt, listenTo } from './mqtt-client.ts'

let now = 0
let iot: Iot
let sts: Sts
let data: IoTDataPlaneClient
let calls: RecordedCall[]
let problems: string[]
let clients: MqttClient[]

beforeEach(async () => {
  now = Date.now()
  calls = []
  problems = []
  clients = []
  const identities = createIdentities({ test: 'test', LOCALAPI: 'local' })
  const onCall = (call: RecordedCall) => void calls.push(call)
  iot = await startIot({
    port: await freePort(),
    identities,
    onCall,
    onError: (message, cause) => void problems.push(`${message}: ${String(cause)}`),
    retryMs: [1, 1],
    // Of the waits for a PUBACK: 1 s becomes 300 ms where none comes, 15 s become 4.5 s where one must.
    timeScale: 0.3,
    now: () => now,
  })
  sts = await startSts({ identities, onCall, now: () => now })
  data = new IoTDataPlaneClient(clientConfig(iot.endpoint))
})
afterEach(async () => {
  for (const client of clients) client.end(true)
  data.destroy()
  await iot.close()
  await sts.close()
})

const dial = async (clientId: string, more: Parameters<typeof dialMqtt>[2] = {}) => {
  const client = await dialMqtt(iot.mqttEndpoint, clientId, more)
  clients.push(client)
  return client
}
const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()))
const publish = (topic: string, payload = 'x', by = data) =>
  by.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(payload) }))
const sendDirect = (clientId: string, more = {}) =>
  data.send(
    new SendDirectMessageCommand({
      clientId,
      topic: 'h02/local/gw/g1/commands',
      confirmation: true,
      timeout: 15,
      payload: Buffer.from('hello'),
      ...more,
    }),
  )

describe('a direct message of IoT Core', () => {
  it('is confirmed by the PUBACK of a client without subscriptions', async () => {
    const received = listenTo(await dial('h02gw-g1'))
    await sendDirect('h02gw-g1')
    expect(received).toEqual(['h02/local/gw/g1/commands hello'])
  })

  it('is answered only once the client has acknowledged', async () => {
    const client = await dial('h02gw-g1')
    const held = Promise.withResolvers<() => void>()
    client.handleMessage = (_packet, next) => held.resolve(() => next())
    let isAnswered = false
    const answer = sendDirect('h02gw-g1').then(() => (isAnswered = true))
    const acknowledge = await held.promise
    await publish('h02/local/other')
    expect(isAnswered).toBe(false)
    acknowledge()
    await answer
  })

  it('is confirmed by its own PUBACK, not by another', async () => {
    const client = await dial('h02gw-g1')
    const received = listenTo(client)
    client.handleMessage = (packet, next) =>
      next(packet.payload.toString() === 'first' ? new Error('not acknowledged') : undefined)
    const first = sendDirect('h02gw-g1', { payload: Buffer.from('first'), timeout: 1 })
    const outcome = expect(first).rejects.toThrow(GatewayTimeoutException)
    await eventually(() => received.length).toBe(1)
    await sendDirect('h02gw-g1', { payload: Buffer.from('second') })
    await outcome
  })

  it('to a client that is not connected is a 404', async () => {
    await expect(sendDirect('h02gw-unknown')).rejects.toThrow(ResourceNotFoundException)
    const client = await dial('h02gw-g1')
    await client.endAsync()
    await eventually(() => iot.clients()).toEqual([])
    await expect(sendDirect('h02gw-g1')).rejects.toThrow(ResourceNotFoundException)
  })

  it('without its PUBACK is a 504, although the client may have received it', async () => {
    const received = listenTo(await dial('h02gw-g1'))
    iot.faults.withholdConfirmations('h02gw-g1', true)
    await expect(sendDirect('h02gw-g1', { timeout: 1 })).rejects.toThrow(GatewayTimeoutException)
    await eventually(() => received.length).toBe(1)
    iot.faults.withholdConfirmations('h02gw-g1', false)
    await sendDirect('h02gw-g1')
    expect(received).toHaveLength(2)
  })

  it('is also a 504 when the connection breaks before the PUBACK', async () => {
    const client = await dial('h02gw-g1')
    client.handleMessage = () => iot.cut('h02gw-g1')
    await expect(sendDirect('h02gw-g1')).rejects.toThrow(GatewayTimeoutException)
  })

  it('reaches the client three times when the SDK may try three times', async () => {
    const received = listenTo(await dial('h02gw-g1'))
    iot.faults.withholdConfirmations('h02gw-g1', true)
    const eager = new IoTDataPlaneClient(clientConfig(iot.endpoint, 3))
    await expect(
      eager.send(
        new SendDirectMessageCommand({ clientId: 'h02gw-g1', topic: 'a', confirmation: true, timeout: 1 }),
      ),
    ).rejects.toThrow(GatewayTimeoutException)
    eager.destroy()
    await eventually(() => received.length).toBe(3)
  })

  it('without confirmation returns at once', async () => {
    const client = await dial('h02gw-g1')
    const received = listenTo(client)
    client.handleMessage = () => {}
    await sendDirect('h02gw-g1', { confirmation: false })
    await eventually(() => received.length).toBe(1)
  })

  it('goes to no topic rule and to no other subscriber', async () => {
    const events: unknown[] = []
    iot.rule('h02/#', async (event) => events.push(event))
    const other = await dial('other')
    const heard = listenTo(other)
    await other.subscribeAsync('#', { qos: 1 })
    await dial('h02gw-g1')
    await sendDirect('h02gw-g1', { payload: Buffer.from('{}') })
    await publish('h02/last', '{}')
    await eventually(() => heard).toEqual(['h02/last {}'])
    expect(events).toEqual([{ topic: 'h02/last' }])
  })

  it.each([
    ['an empty topic', { topic: '' }],
    ['a wildcard', { topic: 'a/+' }],
    ['eight slashes', { topic: 'a/b/c/d/e/f/g/h/i' }],
    ['16 seconds', { timeout: 16 }],
    ['a client id that begins with $', { clientId: '$x' }],
  ])('with %s is invalid', async (_, more) => {
    await expect(sendDirect('h02gw-g1', more)).rejects.toThrow(InvalidRequestException)
  })
})

describe('the broker of the IoT Core stand-in', () => {
  it('delivers messages of the data plane and of clients to all subscribers', async () => {
    const [one, two] = [await dial('one'), await dial('two')]
    const heard = listenTo(one)
    await one.subscribeAsync(['h02/local/gw/g1/#', 'h02/+/up/commands'], { qos: 1 })
    await publish('h02/local/gw/g1/control', '1')
    await two.publishAsync('h02/local/up/commands', '2', { qos: 1 })
    await two.publishAsync('h02/local/up/commands/deeper', '3', { qos: 1 })
    await publish('h02/local/gw/g1/commands', '4')
    await eventually(() => heard).toEqual([
      'h02/local/gw/g1/control 1',
      'h02/local/up/commands 2',
      'h02/local/gw/g1/commands 4',
    ])
  })

  it('lets the newest connection keep a client id, and closes the older one', async () => {
    const first = await dial('h02gw-g1')
    const cut = closed(first)
    const second = await dial('h02gw-g1')
    const heard = listenTo(second)
    await cut
    await sendDirect('h02gw-g1')
    expect(heard).toHaveLength(1)
    expect(iot.clients()).toEqual(['h02gw-g1'])
  })

  it('reports whether a client is connected, until half an hour after it left', async () => {
    const ask = () => data.send(new GetConnectionCommand({ clientId: 'h02gw-g1' }))
    await expect(ask()).rejects.toThrow(ResourceNotFoundException)
    const client = await dial('h02gw-g1')
    expect(await ask()).toMatchObject({ connected: true, clientId: 'h02gw-g1', connectedSince: now })
    await client.endAsync()
    await eventually(async () => (await ask()).connected).toBe(false)
    now += 31 * 60_000
    await expect(ask()).rejects.toThrow(ResourceNotFoundException)
  })

  it('allows 50 subscriptions on a connection', async () => {
    const client = await dial('one')
    for (let i = 0; i < 50; i++) await client.subscribeAsync(`t/${i}`)
    await expect(client.subscribeAsync('t/50')).rejects.toThrow()
  })

  it('accepts messages up to 128 kB', async () => {
    await publish('big', 'x'.repeat(128 * 1024))
    await expect(publish('big', 'x'.repeat(128 * 1024 + 1))).rejects.toThrow(RequestEntityTooLargeException)
    const client = await dial('one')
    const cut = closed(client)
    client.publish('big', 'x'.repeat(128 * 1024 + 1), { qos: 1 })
    await cut
  })

  it('starts again on the same port after a kill, without sessions', async () => {
    const client = await dial('h02gw-g1')
    const cut = closed(client)
    await iot.kill()
    await cut
    await expect(publish('a')).rejects.toThrow()
    await iot.restart()
    await publish('a')
    await expect(sendDirect('h02gw-g1')).rejects.toThrow(ResourceNotFoundException)
    const again = listenTo(await dial('h02gw-g1'))
    await sendDirect('h02gw-g1')
    expect(again).toHaveLength(1)
  })
})

describe('injected faults', () => {
  const heardBy = async (...faults: Parameters<Iot['faults']['on']>[]) => {
    const client = await dial('one')
    await client.subscribeAsync('up/#', { qos: 1 })
    for (const fault of faults) iot.faults.on(...fault)
    return listenTo(client)
  }

  it('drop and double a share of the messages of chosen topics', async () => {
    const heard = await heardBy(['up/a', 'drop', 1], ['up/b', 'double', 2])
    for (const n of ['1', '2', '3']) {
      await publish('up/a', n)
      await publish('up/b', n)
    }
    await publish('up/end')
    await eventually(() => heard.at(-1)).toBe('up/end x')
    expect(heard.filter((text) => text.startsWith('up/a'))).toEqual(['up/a 2', 'up/a 3'])
    expect(heard.filter((text) => text.startsWith('up/b'))).toEqual(
      ['1', '1', '2', '2', '3'].map((n) => `up/b ${n}`),
    )
  })

  it('swap a message with the next one of its topic', async () => {
    const heard = await heardBy(['up/a', 'reorder', 1])
    for (const n of ['1', '2', '3']) await publish('up/a', n)
    await eventually(() => heard).toEqual(['up/a 2', 'up/a 1', 'up/a 3'])
  })

  it('may be chosen per message; when they end, held messages are sent', async () => {
    const heard = await heardBy([
      'up/#',
      ({ payload }) => (payload.toString() === 'odd' ? { delayMs: 3_600_000 } : null),
    ])
    await publish('up/a', 'odd')
    await publish('up/a', 'even')
    await eventually(() => heard).toEqual(['up/a even'])
    iot.faults.clear()
    await eventually(() => heard).toEqual(['up/a even', 'up/a odd'])
  })

  it('also affect rules and direct messages', async () => {
    const events: unknown[] = []
    iot.rule('up/a', async (event) => events.push(event))
    iot.faults.on('up/a', 'double')
    iot.faults.on('h02/local/gw/g1/commands', 'double', 1)
    await publish('up/a', '{"n":1}')
    await eventually(() => events.length).toBe(2)
    const received = listenTo(await dial('h02gw-g1'))
    await sendDirect('h02gw-g1')
    await eventually(() => received.length).toBe(2)
    iot.faults.on('h02/local/gw/g1/commands', 'drop', 1)
    await expect(sendDirect('h02gw-g1', { timeout: 1 })).rejects.toThrow(GatewayTimeoutException)
    expect(received).toHaveLength(2)
  })

  it('lose the ack of a message that was delivered, with the connection', async () => {
    const heard = await heardBy(['up/a', 'lose-ack', 1])
    const sender = await dial('two')
    const cut = closed(sender)
    let isAcknowledged = false
    sender.publish('up/a', '1', { qos: 1 }, (error) => (isAcknowledged ||= !error))
    await cut
    await eventually(() => heard).toEqual(['up/a 1'])
    expect(isAcknowledged).toBe(false)
  })
})

describe('a topic rule', () => {
  it('passes the fields of the payload and the topic to the function', async () => {
    const events: unknown[] = []
    iot.rule('h02/local/up/+', async (event) => events.push(event))
    const client = await dial('h02gw-g1')
    await client.publishAsync('h02/local/up/sessions', '{"deviceId":"1","n":{"a":[1]}}', { qos: 1 })
    await client.publishAsync('h02/local/up', '{}', { qos: 1 })
    await client.publishAsync('h02/other/up/sessions', '{}', { qos: 1 })
    await client.publishAsync('h02/local/up/commands', '{"topic":"forged"}', { qos: 1 })
    await eventually(() => events).toEqual([
      { deviceId: '1', n: { a: [1] }, topic: 'h02/local/up/sessions' },
      { topic: 'h02/local/up/commands' },
    ])
  })

  it('retries a failing function twice, then reports it', async () => {
    let calls = 0
    iot.rule('up', async () => {
      calls++
      throw new Error(`no ${calls}`)
    })
    await publish('up', '{}')
    await eventually(() => problems.at(-1)).toBe('rule up: the function failed for good: Error: no 3')
    expect(calls).toBe(3)
  })

  it('does not delay messages while its function runs', async () => {
    const gate = Promise.withResolvers<void>()
    const started: unknown[] = []
    const rule = iot.rule('up', async (event) => {
      started.push(event)
      await gate.promise
    })
    const client = await dial('one')
    for (let n = 0; n < 20; n++) await client.publishAsync('up', `{"n":${n}}`, { qos: 1 })
    await eventually(() => started.length).toBe(20)
    let isStopped = false
    const stopped = rule.stop().then(() => (isStopped = true))
    await publish('up', '{}')
    expect(started).toHaveLength(20)
    expect(isStopped).toBe(false)
    gate.resolve()
    await stopped
  })

  it('ignores payloads that are not a JSON object', async () => {
    const events: unknown[] = []
    iot.rule('up', async (event) => events.push(event))
    for (const payload of ['no', '[1]', '{"a":1}']) await publish('up', payload)
    await eventually(() => events).toEqual([{ a: 1, topic: 'up' }])
    expect(problems).toHaveLength(2)
  })
})

describe('a signature of an MQTT URL', () => {
  const refused = (more: Parameters<typeof dialMqtt>[2]) => expect(dial('one', more)).rejects.toThrow('403')
  const known = { accessKeyId: 'test', secretAccessKey: 'test' }

  it('of a known key and its secret opens the connection, and identifies the client', async () => {
    await dial('one', { credentials: { accessKeyId: 'LOCALAPI', secretAccessKey: 'local' } })
    expect(calls).toEqual([
      {
        accessKeyId: 'LOCALAPI',
        action: 'iot:Connect',
        resource: 'arn:aws:iot:us-east-1:000000000000:client/one',
      },
    ])
  })

  it('with another secret or by another key is refused', async () => {
    await refused({ credentials: { ...known, secretAccessKey: 'other' } })
    await refused({ credentials: { ...known, accessKeyId: 'other' } })
    await refused({ credentials: { ...known, sessionToken: 'none' } })
    expect(problems).toHaveLength(3)
  })

  it('is valid for this host, this path and its time only', async () => {
    const sign = (more = {}) =>
      presignMqttUrl({ endpoint: iot.mqttEndpoint, region: 'us-east-1', credentials: known, ...more })
    await refused({ url: (await sign()).replace('/mqtt?', '/other?') })
    await refused({ url: (await sign()).replace('X-Amz-Expires=86400', 'X-Amz-Expires=86401') })
    await refused({
      url: (await sign({ endpoint: 'wss://elsewhere' })).replace('wss://elsewhere', iot.mqttEndpoint),
    })
    await refused({ url: await sign({ signingDate: new Date(now - 61_000), expiresInSeconds: 60 }) })
    await refused({ url: await sign({ signingDate: new Date(now + 3_600_000) }) })
    await dial('one', { url: await sign({ signingDate: new Date(now - 50_000), expiresInSeconds: 60 }) })
  })

  it('is checked by the data plane too', async () => {
    const stranger = new IoTDataPlaneClient({
      ...clientConfig(iot.endpoint),
      credentials: { accessKeyId: 'stranger', secretAccessKey: 'x' },
    })
    await expect(publish('a', 'x', stranger)).rejects.toThrow(ForbiddenException)
    stranger.destroy()
  })
})

describe('credentials of AssumeRole', () => {
  const arn = (rest: string) => `arn:aws:iot:us-east-1:000000000000:${rest}`
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: arn('client/h02live-*') },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: [arn('topicfilter/h02/local/live/1')] },
      { Effect: 'Allow', Action: ['iot:Receive'], Resource: arn('topic/h02/local/live/1') },
    ],
  })
  const assume = async (Policy: string | undefined, more = {}): Promise<Credentials> => {
    const client = new STSClient({
      ...clientConfig(sts.endpoint),
      credentials: { accessKeyId: 'LOCALAPI', secretAccessKey: 'local' },
    })
    try {
      const { Credentials } = await client.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::000000000000:role/h02-local-live',
          RoleSessionName: 'live',
          DurationSeconds: 900,
          Policy,
          ...more,
        }),
      )
      expect(Credentials?.Expiration).toEqual(new Date(now + 900_000))
      return {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }
    } finally {
      client.destroy()
    }
  }

  it('allow the client ids, subscriptions and topics of the session policy, and nothing else', async () => {
    const credentials = await assume(policy)
    await expect(dial('h02gw-g1', { credentials })).rejects.toThrow('Not authorized')
    const viewer = await dial('h02live-x', { credentials })
    const heard = listenTo(viewer)
    await viewer.subscribeAsync('h02/local/live/1', { qos: 1 })
    await expect(viewer.subscribeAsync('h02/local/live/2', { qos: 1 })).rejects.toThrow()
    await expect(viewer.subscribeAsync('h02/local/live/+', { qos: 1 })).rejects.toThrow()
    await publish('h02/local/live/2', 'not for you')
    await publish('h02/local/live/1', 'for you')
    await eventually(() => heard).toEqual(['h02/local/live/1 for you'])
    await expect(sendDirect('h02live-x')).rejects.toThrow(ForbiddenException)
    const cut = closed(viewer)
    viewer.publish('h02/local/live/1', 'forged', { qos: 1 })
    await cut
    expect(heard).toHaveLength(1)
  })

  it('receive nothing on topics with permission to subscribe only', async () => {
    const only = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['iot:Connect', 'iot:Subscribe'], Resource: '*' },
        { Effect: 'Allow', Action: 'iot:*', Resource: arn('topic/may/*') },
        { Effect: 'Deny', Action: 'iot:Receive', Resource: arn('topic/may/not') },
      ],
    })
    const viewer = await dial('viewer', { credentials: await assume(only) })
    const heard = listenTo(viewer)
    await viewer.subscribeAsync('#', { qos: 1 })
    for (const topic of ['other', 'may/not', 'may/do']) await publish(topic)
    await eventually(() => heard).toEqual(['may/do x'])
  })

  it('require their session token, and expire', async () => {
    const { sessionToken: _, ...bare } = await assume(policy)
    await expect(dial('h02live-x', { credentials: bare })).rejects.toThrow('403')
    const credentials = await assume(policy)
    await expect(
      dial('h02live-x', { credentials: { ...credentials, sessionToken: 'other' } }),
    ).rejects.toThrow('403')
    const url = await presignMqttUrl({ endpoint: iot.mqttEndpoint, region: 'us-east-1', credentials })
    expect(url).toMatch(/&X-Amz-Signature=[0-9a-f]{64}&X-Amz-Security-Token=[^&]+$/)
    now += 900_000
    await expect(dial('h02live-x', { url })).rejects.toThrow('403')
  })

  it('end the connection when they or the URL expire, whichever is first', async () => {
    const credentials = await assume(policy)
    const sign = (expiresInSeconds: number) =>
      presignMqttUrl({ endpoint: iot.mqttEndpoint, region: 'us-east-1', credentials, expiresInSeconds })
    const short = await dial('h02live-short', { url: await sign(2) })
    const cut = closed(short)
    const long = await dial('h02live-long', { url: await sign(86_400) })
    const heard = listenTo(long)
    await long.subscribeAsync('h02/local/live/1', { qos: 1 })
    await cut
    await eventually(() => iot.clients()).toEqual(['h02live-long'])
    await publish('h02/local/live/1', 'before')
    await eventually(() => heard).toEqual(['h02/local/live/1 before'])
    now += 900_000
    await publish('h02/local/live/1', 'after')
    await expect(long.subscribeAsync('h02/local/live/1', { qos: 1 })).rejects.toThrow()
    expect(heard).toHaveLength(1)
  })

  it('limit the data plane as well', async () => {
    const by = new IoTDataPlaneClient({ ...clientConfig(iot.endpoint), credentials: await assume(policy) })
    await expect(publish('h02/local/live/1', 'x', by)).rejects.toThrow(ForbiddenException)
    by.destroy()
  })

  it('are refused for unknown policies and roles, and above one hour', async () => {
    await expect(assume('{"Version":"2012-10-17"}')).rejects.toThrow(MalformedPolicyDocumentException)
    const conditional = policy.replace('"Effect"', '"Condition":{},"Effect"')
    await expect(assume(conditional)).rejects.toThrow('Condition is not supported on this machine')
    await expect(assume(policy, { DurationSeconds: 3_601 })).rejects.toThrow('DurationSeconds')
    await expect(assume(policy, { RoleArn: 'unknown' })).rejects.toThrow('not authorized')
  })

  it('are recorded with the assumed role', async () => {
    await assume(policy)
    expect(calls).toEqual([
      {
        accessKeyId: 'LOCALAPI',
        action: 'sts:AssumeRole',
        resource: 'arn:aws:iam::000000000000:role/h02-local-live',
      },
    ])
  })
})
