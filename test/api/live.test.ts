import { STSClient } from '@aws-sdk/client-sts'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presignMqttUrl } from '#shared/bus/presign.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { grantsOf, isKeyValid } from '#shared/store/live-grants.ts'
import { startIot } from '../../cdk/local/stand-ins/iot.ts'
import { createIdentities, type RecordedCall } from '../../cdk/local/stand-ins/identities.ts'
import { startSts } from '../../cdk/local/stand-ins/sts.ts'
import { createOpenLive } from '../../lambdas/api/live/open-live.ts'
import { dialMqtt } from '../local/mqtt-client.ts'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

const now = Date.now()
const DEVICE_ID = '9170000000'
const PATH = `/v1/devices/${DEVICE_ID}/live`
const calls: RecordedCall[] = []
let api: Awaited<ReturnType<typeof startApi>>
let close: () => Promise<void>

beforeAll(async () => {
  const identities = createIdentities({ LOCALAPI: 'secret' })
  const onCall = (call: RecordedCall): void => void calls.push(call)
  const iot = await startIot({ identities, onCall, onError: () => {} })
  const sts = await startSts({ identities, onCall })
  const client = new STSClient({
    endpoint: sts.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'LOCALAPI', secretAccessKey: 'secret' },
  })
  const openLive = createOpenLive({
    sts: client,
    roleArn: 'arn:aws:iam::000000000000:role/h02-test-live',
    region: 'us-east-1',
    stage: 'test',
    sign: (credentials, expiresInSeconds) =>
      presignMqttUrl({ endpoint: iot.mqttEndpoint, region: 'us-east-1', credentials, expiresInSeconds }),
  })
  api = await startApi({ now: () => now, openLive })
  await api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID } })
  close = async () => {
    await api.close()
    client.destroy()
    await sts.close()
    await iot.close()
  }
})
afterAll(() => close())

const readItem = async () => {
  const { Attributes } = await api.client.send(
    new UpdateCommand({
      TableName: api.table,
      Key: fleetKeys.device(DEVICE_ID),
      UpdateExpression: 'set touched = :yes',
      ExpressionAttributeValues: { ':yes': true },
      ReturnValues: 'ALL_NEW',
    }),
  )
  return Attributes ?? {}
}

describe('watching a device', () => {
  it('notifies its gateway and the next one, and is never shortened', async () => {
    const session = { sessionId: 's1', gatewayId: 'g1', remoteAddress: '192.0.2.1', since: now }
    await api.client.send(
      new UpdateCommand({
        TableName: api.table,
        Key: fleetKeys.device(DEVICE_ID),
        UpdateExpression: 'set #session = :session',
        ExpressionAttributeNames: { '#session': 'session' },
        ExpressionAttributeValues: { ':session': session },
      }),
    )
    const answer = await api.call('POST', PATH, { body: { seconds: 3_600 } })
    expect(answer.status).toBe(201)
    await expectDocumented(api.app, 'POST', '/v1/devices/{deviceId}/live', answer)
    expect(Date.parse(answer.json.expiresAt)).toBe(now + 3_600_000)
    const until = now + 3_600_000
    const grantId = answer.json.topic.split('/').at(-1)
    const grant = { grantId, keyId: null, until }
    expect(api.fakes.notified).toEqual([
      { gatewayId: 'g1', message: { v: 1, kind: 'watch', deviceId: DEVICE_ID, until, grant } },
    ])
    expect(grantsOf(await readItem())).toEqual([grant])
    expect((await api.call('POST', PATH, { body: { seconds: 60 } })).status).toBe(201)
    expect(
      grantsOf(await readItem())
        .map((one) => one.until)
        .toSorted((a, b) => a - b),
    ).toEqual([now + 60_000, until])
  })

  it('works by an MQTT URL that can receive this device under its own client id only', async () => {
    const { url, clientId, topic } = (await api.call('POST', PATH)).json
    const client = await dialMqtt('', clientId, { url })
    await client.subscribeAsync(topic, { qos: 0 })
    await client.endAsync()
    const grantId = topic.split('/').at(-1)
    expect(topic).toBe(`h02/test/live/${DEVICE_ID}/${grantId}`)
    expect(clientId).toBe(`h02live-test-${DEVICE_ID}-${grantId}`)

    await expect(dialMqtt('', 'h02gw-g1', { url })).rejects.toThrow()
    const another = clientId.replace(DEVICE_ID, '9170000001')
    await expect(dialMqtt('', another, { url })).rejects.toThrow()
    const nosy = await dialMqtt('', clientId, { url })
    for (const other of [
      `h02/test/live/${DEVICE_ID}`,
      `h02/test/live/${DEVICE_ID}/+`,
      `h02/test/live/${DEVICE_ID}/${'0'.repeat(16)}`,
      `h02/test/live/9170000001/${grantId}`,
      'h02/test/live/+',
      'h02/test/live/#',
      'h02/test/#',
      'h02/test/up/commands',
    ]) {
      await expect(nosy.subscribeAsync(other, { qos: 1 })).rejects.toThrow()
    }
    await nosy.endAsync(true)
    expect(api.log.join()).not.toContain('X-Amz-Signature')
  })

  it('adds one grant of its key for each URL; a device keeps the newest eight', async () => {
    const made = await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })
    const { keyId, key } = made.json
    const topics: string[] = []
    for (let n = 0; n < 10; n++) topics.push((await api.call('POST', PATH, { key })).json.topic)
    expect(new Set(topics).size).toBe(10)
    const grants = grantsOf(await readItem())
    expect(grants).toHaveLength(8)
    expect(grants.some(({ grantId }) => topics.at(-1)!.endsWith(`/${grantId}`))).toBe(true)
    expect(grants.filter((grant) => grant.keyId === keyId).length).toBe(5)
    expect(await isKeyValid(api, { keyId, deviceId: DEVICE_ID }, now)).toBe(true)
    await api.call('DELETE', `/v1/keys/${keyId}`)
    expect(await isKeyValid(api, { keyId, deviceId: DEVICE_ID }, now)).toBe(false)
  })

  it('of several devices takes one connection, which receives them and no other', async () => {
    const ids = ['9170000011', '9170000012', '9170000013']
    const body = ids.map((deviceId, i) => ({ deviceId, labels: { fleet: i < 2 ? 'live' : 'other' } }))
    await api.call('POST', '/v1/devices', { body })
    const answer = await api.call('POST', '/v1/live', { body: { labels: { fleet: 'live' } } })
    expect([answer.status, answer.json.deviceIds]).toEqual([201, ids.slice(0, 2)])
    await expectDocumented(api.app, 'POST', '/v1/live', answer)
    const { url, clientId, topic } = answer.json
    const grantId = topic.split('/').at(-1)
    expect(topic).toBe(`h02/test/live/+/${grantId}`)
    const client = await dialMqtt('', clientId, { url })
    await client.subscribeAsync(topic, { qos: 0 })
    for (const other of [`h02/test/live/+/${'0'.repeat(16)}`, 'h02/test/live/+/+', 'h02/test/live/#']) {
      await expect(client.subscribeAsync(other, { qos: 0 })).rejects.toThrow()
    }
    await client.endAsync(true)
    const another = (await api.call('POST', '/v1/live', { body: { deviceIds: ids.slice(2) } })).json
    expect(another.deviceIds).toEqual(ids.slice(2))
  })

  it('of several devices is refused when the key does not see one of them', async () => {
    const { key } = (
      await api.call('POST', '/v1/keys', { body: { scopes: ['read'], devices: { ids: [DEVICE_ID] } } })
    ).json
    const call = (body: object) => api.call('POST', '/v1/live', { key, body })
    expect((await call({ deviceIds: [DEVICE_ID] })).status).toBe(201)
    expect((await call({ deviceIds: [DEVICE_ID, '9170000011'] })).status).toBe(404)
    expect((await call({ labels: { fleet: 'live' } })).status).toBe(404)
    expect((await call({})).status).toBe(400)
    expect((await call({ deviceIds: [DEVICE_ID], labels: { fleet: 'live' } })).status).toBe(400)
  })

  it('of more than a hundred devices is refused, naming the limit', async () => {
    const many = Array.from({ length: 101 }, (_, n) => ({
      deviceId: String(9_190_000_000 + n),
      labels: { fleet: 'large' },
    }))
    await api.call('POST', '/v1/devices', { body: many })
    const answer = await api.call('POST', '/v1/live', { body: { labels: { fleet: 'large' } } })
    expect([answer.status, answer.json.detail]).toEqual([
      422,
      expect.stringContaining('more than 100 devices'),
    ])
  })

  it.each([{ seconds: 30 }, { seconds: 3_601 }, { seconds: 1.5 }, { minutes: 3 }])(
    'refuses %j',
    async (body) => {
      expect((await api.call('POST', PATH, { body })).status).toBe(400)
    },
  )

  it('of a device that is not registered is refused', async () => {
    expect((await api.call('POST', '/v1/devices/42/live')).status).toBe(404)
  })
})
