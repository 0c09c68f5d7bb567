import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCommandBus, type CommandBus } from '#shared/bus/iot-data.ts'
import { encodeMessage, type ControlMessage, type Delivery } from '#shared/domain/command-messages.ts'
import { gatewayClientId, topicsOf } from '#shared/domain/topics.ts'
import { startIot, type Iot } from '../../cdk/local/stand-ins/iot.ts'
import { eventually } from '../local/eventually.ts'
import { dialMqtt, listenTo } from '../local/mqtt-client.ts'

const topics = topicsOf('local')
const delivery: Delivery = {
  v: 1,
  kind: 'deliver',
  deviceId: '9170000000',
  commandId: 'c1',
  attempt: 1,
  sessionId: 's1',
  notAfter: 1,
  dialect: 'text',
  intent: 'status',
  params: {},
  raw: null,
  password: null,
  danger: 'harmless',
  interlock: null,
}
const delivered = `${topics.commands('g1')} ${encodeMessage(delivery)}`
const watch: ControlMessage = { v: 1, kind: 'watch', deviceId: '9170000000', until: 1 }
let iot: Iot
let calls: string[]
const busWith = (delivery: 'direct' | 'publish'): CommandBus =>
  createCommandBus({ endpoint: iot.endpoint, delivery, stage: 'local' })

beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  calls = []
  iot = await startIot({ timeScale: 0.2, onCall: ({ action }) => void calls.push(action) })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await iot.close()
})

const connectGateway = async (gatewayId: string) => {
  const client = await dialMqtt(iot.mqttEndpoint, gatewayClientId('local', gatewayId))
  await client.subscribeAsync([topics.commands(gatewayId), topics.control(gatewayId)], { qos: 1 })
  return { client, received: listenTo(client) }
}

describe('a delivery over IoT Core', () => {
  it('is accepted when the gateway acknowledges it', async () => {
    const { client, received } = await connectGateway('g1')
    expect(await busWith('direct').deliver('g1', delivery)).toBe('taken')
    expect(received).toEqual([delivered])
    client.end(true)
  })

  it('reports that the gateway is not connected', async () => {
    expect(await busWith('direct').deliver('g2', delivery)).toBe('not-connected')
  })

  it('has an unknown outcome without the PUBACK, and is sent once', async () => {
    const { client, received } = await connectGateway('g1')
    iot.faults.withholdConfirmations(gatewayClientId('local', 'g1'), true)
    expect(await busWith('direct').deliver('g1', delivery)).toBe('unknown')
    expect(received).toHaveLength(1)
    expect(calls.filter((action) => action === 'iot:SendDirectMessage')).toHaveLength(1)
    client.end(true)
  })

  it('has an unknown outcome when IoT Core is unavailable', async () => {
    const bus = busWith('direct')
    await iot.kill()
    expect(await bus.deliver('g1', delivery)).toBe('unknown')
  })

  it('rejects when it is forbidden: nothing was sent', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'stranger')
    await expect(busWith('direct').deliver('g1', delivery)).rejects.toThrow()
  })

  it('by publish reaches the same topic, with an unknown outcome', async () => {
    const { client, received } = await connectGateway('g1')
    expect(await busWith('publish').deliver('g1', delivery)).toBe('unknown')
    await eventually(() => received).toEqual([delivered])
    client.end(true)
  })
})

describe('other messages over IoT Core', () => {
  it('go to the control topic of the gateway', async () => {
    const { client, received } = await connectGateway('g1')
    await busWith('direct').sendControl('g1', watch)
    await eventually(() => received).toEqual([`${topics.control('g1')} ${encodeMessage(watch)}`])
    client.end(true)
  })

  it('report whether a gateway is connected: never was, is, was', async () => {
    const bus = busWith('direct')
    expect(await bus.isConnected('g1')).toBe(false)
    const { client } = await connectGateway('g1')
    expect(await bus.isConnected('g1')).toBe(true)
    await client.endAsync()
    await eventually(() => bus.isConnected('g1')).toBe(false)
  })
})
