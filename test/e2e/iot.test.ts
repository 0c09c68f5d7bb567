import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce } from '../bundles.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import type { RecordedCall } from '../../cdk/local/stand-ins/identities.ts'
import { dialMqtt } from '../local/mqtt-client.ts'
import { call, makeDataDir, playUntilAcked, readAll, removeDataDir, until } from './harness.ts'

const dataDir = makeDataDir()
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const calls: RecordedCall[] = []
let embedded: Embedded
beforeAll(async () => {
  await buildOnce()
  embedded = await startEmbedded(
    { host: '127.0.0.1', tcpPort: 0, httpPort: 0, dataDir, batchWindowSeconds: 0, events: false },
    silent,
    { adminKey: 'h02_test-admin-key', onCall: (one) => void calls.push(one) },
  )
})
afterAll(async () => {
  await embedded.close()
  removeDataDir(dataDir)
})

describe('embedded mode', () => {
  it('runs several gateways for one fleet, of which one may end for good', async () => {
    const second = await embedded.startGateway()
    const frames = [embedded.tcpPort, second.tcpPort].map((port, n) => {
      const text = `*HQ,9170000401,V1,12000${n},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
      return { port, bytes: Buffer.from(text) }
    })
    await call(embedded, '/v1/devices', { method: 'POST', body: [{ deviceId: '9170000401' }] })
    for (const { port, bytes } of frames) {
      // Sent again until it is acknowledged, as a tracker does.
      await until(
        () => playUntilAcked(port, bytes.toString()).catch(() => null),
        (ack) => ack !== null,
      )
    }
    await second.kill({ restart: false })
    const sent = frames.map(({ bytes }) => bytes.toString('hex'))
    await until(
      async () => {
        const rows = await readAll(embedded, '/v1/devices/9170000401/frames')
        return rows.filter(({ direction }) => direction === 'up').map(({ hex }) => hex as string)
      },
      (stored) => sent.every((hex) => stored.includes(hex)),
    )
    const refused = await fetch(`http://127.0.0.1:${second.tcpPort}`).catch((error: unknown) => error)
    expect(String((refused as Error).cause)).toContain('ECONNREFUSED')
  })

  it('lets its parts into IoT Core, each by its own key, and nobody else', async () => {
    const credentials = embedded.credentialsOf('gateway')
    const { mqttEndpoint } = embedded.iot
    const client = await dialMqtt(mqttEndpoint, 'h02gw-test', { credentials })
    expect(embedded.iot.clients()).toContain('h02gw-test')
    await client.endAsync()
    expect(calls).toContainEqual({
      accessKeyId: 'LOCALGATEWAY',
      action: 'iot:Connect',
      resource: 'arn:aws:iot:us-east-1:000000000000:client/h02gw-test',
    })
    await expect(
      dialMqtt(mqttEndpoint, 'x', { credentials: { ...credentials, accessKeyId: 'LOCALNONE' } }),
    ).rejects.toThrow('403')
  })
})
