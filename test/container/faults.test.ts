import { describe, expect, it } from 'vitest'
import type { Connection } from '../../container/sockets/connection.ts'
import { TestRegistry } from './harness.ts'
import { TestBus } from './test-bus.ts'
import { until, useGateways } from './test-gateways.ts'

const VICTIM_ID = '9170000000'
const NEIGHBOUR_ID = '9170000001'
/** A second device of the socket. */
const MATE_ID = '9170000009'
const v1 = (deviceId: string, n = 0): string =>
  `*HQ,${deviceId},V1,${String(100000 + n)},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#`
const record = Buffer.from('2491700000001626042505234221210206007525961c024133ffffbbffff0001', 'hex')

const start = useGateways()

const fail = (): never => {
  throw new Error('injected')
}
type Victim = {
  readonly connection: Connection
  readonly send: (data: string | Uint8Array) => void
  readonly hangUp: () => void
  readonly registry: TestRegistry
  readonly bus: TestBus
  /** Parts of the gateway by name, including private ones. */
  readonly gateway: any
  readonly connect: Started['connect']
}
type Started = Awaited<ReturnType<typeof start>>

const sessionOf = (registry: TestRegistry): string => registry.sessions.get(VICTIM_ID)!.sessionId

/** Each path on which our code runs for one socket: how a fault is injected, and what triggers the path. */
const paths: readonly (readonly [name: string, inject: (victim: Victim) => void | Promise<void>])[] = [
  [
    'bytes that arrive',
    ({ connection, send }) => {
      Object.assign(connection.framer, { push: fail })
      send(v1(VICTIM_ID, 1))
    },
  ],
  [
    'the silence that ends a record',
    ({ connection, send }) => {
      Object.assign(connection.framer, { idle: fail })
      send(record)
    },
  ],
  [
    'the timer of a flood',
    ({ connection, send }) => {
      connection.resumeWithTokens = fail
      send(Array.from({ length: 1_100 }, (_, n) => v1(VICTIM_ID, n)).join(''))
    },
  ],
  [
    'an ack, once the log has the frame',
    ({ connection, send }) => {
      connection.socket.write = fail
      send(v1(VICTIM_ID, 1))
    },
  ],
  [
    'an ack that waits for the quiet after a text command',
    ({ connection, send }) => {
      connection.quietUntil = performance.now() + 500
      connection.socket.write = fail
      send(v1(VICTIM_ID, 1))
    },
  ],
  [
    'an answer of the registry',
    ({ registry, send }) => {
      registry.registered.set(MATE_ID, 'auto')
      registry.answers.set(MATE_ID, { establishedFrom: 5 } as never)
      send(v1(MATE_ID))
    },
  ],
  [
    'a command that is delivered',
    ({ gateway, bus, registry }) => {
      gateway.downlink.commands.conduct = fail
      bus.deliver('g1', { deviceId: VICTIM_ID, sessionId: sessionOf(registry) })
    },
  ],
  [
    'a delivery that is none',
    ({ bus, registry }) =>
      bus.deliver('g1', { deviceId: VICTIM_ID, sessionId: sessionOf(registry), raw: 5 as never }),
  ],
  [
    'the time of a command',
    async ({ gateway, bus, registry }) => {
      bus.deliver('g1', { deviceId: VICTIM_ID, sessionId: sessionOf(registry) })
      await until(() => bus.snapshots().some(({ facts }) => facts.writtenAt !== null))
      gateway.downlink.commands.conduct = fail
    },
  ],
  [
    'commands that are read at a login',
    ({ registry, send }) => {
      registry.registered.set(MATE_ID, 'auto')
      registry.answers.set(MATE_ID, { open: { commandId: 'c1' } as never })
      registry.commands.set('c1', {} as never)
      send(v1(MATE_ID))
    },
  ],
  [
    'the look for the owner of its device',
    async ({ registry, send, connect }) => {
      const newer = await connect('127.0.0.2')
      newer.send(v1(VICTIM_ID, 1))
      await until(() => newer.received !== '')
      newer.socket.destroy()
      await until(() => registry.logouts.includes(VICTIM_ID))
      registry.sessions.set(VICTIM_ID, Object.defineProperty({}, 'since', { get: fail }) as never)
      send(v1(VICTIM_ID, 2))
    },
  ],
  [
    'the timer that establishes its sessions',
    ({ gateway, registry, send }) => {
      registry.registered.set(MATE_ID, 'auto')
      registry.answers.set(MATE_ID, { establishedFrom: null })
      gateway.runner.options.owners.otherSentAt = fail
      send(v1(MATE_ID))
    },
  ],
  [
    'the end of its socket',
    ({ connection, hangUp }) => {
      Object.assign(connection.framer, { end: fail })
      hangUp()
    },
  ],
  [
    'the look for idle sockets',
    ({ connection }) => {
      Object.assign(connection.framer, { end: fail })
      connection.lastDataAt = -1_000_000
    },
  ],
]

describe('a fault in the gateway', () => {
  it.each(paths)('in the handling of %s ends that socket only', async (_, inject) => {
    const registry = new TestRegistry(VICTIM_ID, NEIGHBOUR_ID)
    const bus = new TestBus()
    const { gateway, lines, log, connect } = await start(registry, {
      downlink: bus.downlink(),
      framesPerSecond: 50,
      monotonic: () => performance.now(),
    })
    const neighbour = await connect()
    neighbour.send(v1(NEIGHBOUR_ID, 1))
    await until(() => neighbour.received !== '')
    const [kept] = gateway.connections
    const victim = await connect()
    victim.send(v1(VICTIM_ID, 0))
    await until(() => victim.received !== '')
    const connection = [...gateway.connections].find((one) => one !== kept)!

    await inject({
      connection,
      registry,
      bus,
      gateway,
      connect,
      send: (data) => victim.send(data),
      hangUp: () => victim.socket.end(),
    })
    await until(() => lines.some(({ message }) => message.startsWith('fault in handling a socket')))
    await until(() => victim.isClosed && gateway.connections.size === 1)
    neighbour.send(v1(NEIGHBOUR_ID, 2))
    await until(() => neighbour.received.split('#').length === 3)
    // Its session has ended in the log, and the tracker connects again normally.
    await until(() => log.events.some(({ kind, deviceId }) => kind === 'closed' && deviceId === VICTIM_ID))
    const again = await connect()
    again.send(v1(VICTIM_ID, 7))
    await until(() => again.received !== '')
    expect(gateway.sockets.pressure.heldBytes).toBe(0)
  })
})
