import { createConnection } from 'node:net'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { startGateway, TestRegistry } from './harness.ts'

/** A login of GT06 with this IMEI. */
const login = (imei: string): Buffer => Buffer.from(`78780d010${imei}00018cdd0d0a`, 'hex')

async function dial(port: number, bytes: Buffer): Promise<void> {
  const socket = createConnection(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  socket.resume()
  await once(socket, 'close')
}

const imeiOf = (n: number): string => `3593391720${String(n).padStart(5, '0')}`

it('trackers of other protocols: one is recorded by the id in its login, once a minute', async () => {
  const registry = new TestRegistry()
  let now = 0
  const gateway = await startGateway(registry, { monotonic: () => now })
  onTestFinished(gateway.close)
  await dial(gateway.listener.port, login(imeiOf(1)))
  await dial(gateway.listener.port, login(imeiOf(1)))
  expect(registry.strays).toEqual([{ deviceId: imeiOf(1), remoteAddress: '127.0.0.1', protocol: 'GT06' }])
  now = 61_000
  await dial(gateway.listener.port, login(imeiOf(1)))
  expect(registry.strays).toHaveLength(2)
})

it('trackers of other protocols: at most 20 of an address are recorded', async () => {
  const registry = new TestRegistry()
  const gateway = await startGateway(registry, { monotonic: () => 0 })
  onTestFinished(gateway.close)
  for (let n = 0; n < 40; n++) await dial(gateway.listener.port, login(imeiOf(n)))
  expect(registry.strays).toHaveLength(20)
})

it('trackers of other protocols: a port scanner is not recorded', async () => {
  const registry = new TestRegistry()
  const gateway = await startGateway(registry)
  onTestFinished(gateway.close)
  await dial(gateway.listener.port, Buffer.from('GET / HTTP/1.1\r\nhost: 359339172000001\r\n\r\n'))
  expect(registry.strays).toEqual([])
})
