import { connect } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdentities } from '../../cdk/local/stand-ins/identities.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { startEventBus, type ReceivedEvent } from '../../cdk/local/stand-ins/event-bus.ts'
import { startIot } from '../../cdk/local/stand-ins/iot.ts'
import { startKinesis } from '../../cdk/local/stand-ins/kinesis.ts'
import { startSts } from '../../cdk/local/stand-ins/sts.ts'
import { send, signHeaders, type Plain } from './signed.ts'

const known = { accessKeyId: 'known', secretAccessKey: 'a secret of this start' }
const identities = createIdentities({ [known.accessKeyId]: known.secretAccessKey })
const session = identities.mint({ policy: null, expiresAt: Date.now() + 3_600_000 })
const expired = identities.mint({ policy: null, expiresAt: Date.now() - 1 })
const events: ReceivedEvent[] = []
const json = (target: string, body: object, version = '1.1'): Plain => ({
  method: 'POST',
  path: '/',
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
  body: JSON.stringify(body),
})

const doors = [
  {
    name: 'DynamoDB',
    service: 'dynamodb',
    start: () => startDynamo({ identities }),
    ask: json('DynamoDB_20120810.ListTables', {}, '1.0'),
  },
  {
    name: 'Kinesis',
    service: 'kinesis',
    start: () => startKinesis({ identities }),
    ask: json('Kinesis_20131202.ListStreams', {}),
  },
  {
    name: 'EventBridge',
    service: 'events',
    start: () => startEventBus({ onEvent: (event) => events.push(event), identities }),
    ask: json('AWSEvents.PutEvents', { Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] }),
  },
  {
    name: 'STS',
    service: 'sts',
    start: () => startSts({ identities }),
    ask: {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::000000000000:role/x',
        RoleSessionName: 'me',
      }).toString(),
    },
  },
  {
    name: 'IoT data plane',
    service: 'iotdata',
    start: () => startIot({ identities, onError: () => {} }),
    ask: { method: 'POST', path: '/topics/a%2Fb', headers: {}, body: '{}' },
  },
] as const

describe.each(doors)('$name', ({ service, start, ask }) => {
  let endpoint: string
  let close: () => Promise<void>
  beforeAll(async () => {
    const started = await start()
    ;({ endpoint, close } = started)
  })
  afterAll(() => close())

  const sign = (more: Partial<Parameters<typeof signHeaders>[2]> = {}, plain: Plain = ask) =>
    signHeaders(endpoint, plain, { service, credentials: known, ...more })
  const expectRefused = async (headers: Record<string, string>, more: Partial<Plain> = {}) => {
    const before = events.length
    const answer = await send(endpoint, { ...ask, ...more, headers })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(events).toHaveLength(before)
    return answer
  }

  it('answers requests that a known key signed, without CORS headers', async () => {
    for (const credentials of [known, { ...session, sessionToken: session.sessionToken! }]) {
      const answer = await send(endpoint, { ...ask, headers: await sign({ credentials }) })
      expect(answer.text).not.toContain('signature')
      expect(answer.status).toBe(200)
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('refuses requests that are not signed by a known key', async () => {
    await expectRefused(ask.headers)
    const { sessionToken: _, ...withoutToken } = session
    for (const credentials of [
      { ...known, secretAccessKey: 'local' },
      { accessKeyId: 'LOCALADMIN', secretAccessKey: 'local' },
      { accessKeyId: 'test', secretAccessKey: 'test' },
      { ...known, sessionToken: 'x' },
      { ...withoutToken },
      { ...expired, sessionToken: expired.sessionToken! },
    ])
      await expectRefused(await sign({ credentials }))
  })

  it('refuses a signature of another time, service, body, path, method or header', async () => {
    const headers = await sign()
    for (const minutes of [-6, 6]) {
      await expectRefused(await sign({ at: new Date(Date.now() + minutes * 60_000) }))
    }
    await expectRefused(await sign({ service: 's3' }))
    await expectRefused(headers, { body: `${ask.body} ` })
    await expectRefused(headers, { path: `${ask.path}?a=b` })
    await expectRefused(headers, { method: 'PUT' })
    await expectRefused({ ...headers, 'x-amz-target': 'DynamoDB_20120810.Scan' })
    await expectRefused({ ...headers, 'x-amz-other': 'not signed' })
    await expectRefused({
      ...headers,
      authorization: headers.authorization!.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    })
    await expectRefused({ ...headers, authorization: headers.authorization!.replace('host;', '') })
  })

  it('refuses every other host name, as after DNS rebinding, even with a correct signature', async () => {
    const { port } = new URL(endpoint)
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `127.0.0.1.evil.example:${port}`,
    ])
      await expectRefused(await signHeaders(`http://${host}`, ask, { service, credentials: known }))
    const own = await signHeaders(`http://localhost:${port}`, ask, { service, credentials: known })
    expect((await send(endpoint, { ...ask, headers: own })).status).toBe(200)
  })

  it('refuses requests of web pages, preflights among them', async () => {
    for (const origin of ['https://evil.example', 'null', endpoint])
      await expectRefused({ ...(await sign()), origin })
    await expectRefused(
      {
        host: new URL(endpoint).host,
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-amz-target',
      },
      { method: 'OPTIONS', body: '' },
    )
    await expectRefused(await sign({}, { ...ask, method: 'OPTIONS' }), {
      method: 'OPTIONS',
      path: '/nothing',
    })
  })

  it('listens on 127.0.0.1 only', async () => {
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.2')
    const [error] = await once(socket, 'error')
    expect(error.code).toBe('ECONNREFUSED')
  })
})
