/**
 * Prints what logins that wait for the registry take, beside what is accounted for them:
 * `node --expose-gc test/container/held-memory.ts`
 */
import type { Socket } from 'node:net'
import { Gateway } from '../../container/gateway.ts'
import { createMetrics } from '#shared/metrics.ts'
import { TestRegistry } from './harness.ts'

const COUNT = 20_000
const registry = new TestRegistry()
registry.login = () => new Promise(() => {})
const silent = (): void => {}
const gateway = new Gateway({
  gatewayId: 'g1',
  registration: 'registered',
  sessions: registry,
  putRecords: async () => new Set(),
  flushMs: 250,
  maxBufferedBytes: 1e12,
  framesPerSecond: 50,
  framesPerDeviceDay: 1e6,
  bytesPerDeviceDay: 1e9,
  loginMs: 60_000,
  idleMs: 60_000,
  downlink: null,
  log: { info: silent, warn: silent, error: silent },
  metrics: createMetrics({}, silent),
})
const memory = (): number => {
  globalThis.gc!()
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
const frame = (n: number, m = 0): Buffer =>
  Buffer.from(
    `*HQ,${400_000_000_000_000 + n},V1,${100_000 + m},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#`,
  )

const before = memory()
const connections = Array.from({ length: COUNT }, () =>
  gateway.sockets.open({ pause: silent, resume: silent, remoteAddress: '192.0.2.1' } as unknown as Socket),
)
const opened = memory()
for (const [n, connection] of connections.entries()) connection.onData(frame(n))
const asking = memory()
const accountedFirst = gateway.sockets.pressure.heldBytes
for (let m = 1; m <= 4; m++)
  for (const [n, connection] of connections.entries()) connection.onData(frame(n, m))
const held = memory()
const accounted = gateway.sockets.pressure.heldBytes
const per = (bytes: number, of = COUNT): string => `${Math.round(bytes / of)} bytes`
console.log(`a connection: ${per(opened - before)}`)
console.log(`a login that waits with one frame: ${per(asking - opened)}; accounted ${per(accountedFirst)}`)
console.log(
  `each further frame: ${per(held - asking, 4 * COUNT)}; accounted ${per(accounted - accountedFirst, 4 * COUNT)}`,
)
process.exit(0)
