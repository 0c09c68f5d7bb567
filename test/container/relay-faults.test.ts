import { afterEach, describe, expect, it } from 'vitest'
import { defaultRelaySettings } from '../../container/relay/create-relays.ts'
import { TestRegistry } from './harness.ts'
import { startOtherServer, type OtherServer } from './other-server.ts'
import { TestBus } from './test-bus.ts'
import { until, useGateways } from './test-gateways.ts'

const ID = '9170000000'
const v1 = (n = 0): string =>
  `*HQ,${ID},V1,${String(100000 + n)},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#`
const start = useGateways()
const servers: OtherServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function scene(relay: Partial<typeof defaultRelaySettings> = {}, server: { reads?: boolean } = {}) {
  const other = await startOtherServer(server)
  servers.push(other)
  const registry = new TestRegistry(ID)
  registry.answers.set(ID, { relay: { host: '127.0.0.1', port: other.port, replies: 'all' } })
  const gateway = await start(registry, {
    downlink: new TestBus().downlink(1),
    relay: { ...defaultRelaySettings, allowsPrivate: true, ...relay },
    monotonic: () => performance.now(),
  })
  const tracker = await gateway.connect()
  tracker.send(v1())
  await until(() => other.sockets.length === 1 && tracker.received.includes('#'))
  /** The gateway's parts, including private ones. */
  const inside: any = gateway.gateway
  await until(() => [...inside.relays.relays.values()][0]?.isOpen)
  return { other, registry, gateway, tracker, inside, relay: [...inside.relays.relays.values()][0] }
}
type Scene = Awaited<ReturnType<typeof scene>>

const fail = (): never => {
  throw new Error('injected')
}

const paths: readonly (readonly [name: string, inject: (scene: Scene) => void])[] = [
  ['bytes of the tracker', ({ relay, tracker }) => ((relay.fromTracker = fail), tracker.send(v1(1)))],
  ['the socket to the server', ({ relay, tracker }) => ((relay.socket.write = fail), tracker.send(v1(1)))],
  ['bytes of the server', ({ relay, other }) => ((relay.onRead = fail), other.say('CXZT'))],
  [
    'the record of a piece',
    ({ inside, other }) => ((inside.relays.options.forward = fail), other.say('*HQ,1,S26#')),
  ],
  [
    'what the tracker is written',
    ({ inside, other }) => ((inside.relays.host.write = fail), other.say('*HQ,1,S26#')),
  ],
  [
    'the tracker’s socket',
    ({ gateway, other }) => {
      const [connection] = gateway.gateway.connections
      const { socket } = connection!
      const write = socket.write.bind(socket)
      // Our acks are text; bytes of the other server are not.
      socket.write = ((...args: Parameters<typeof write>) =>
        typeof args[0] === 'string' ? write(...args) : fail()) as typeof write
      other.say('*HQ,1,S26#')
    },
  ],
  ['the look for what is due', ({ relay, other }) => ((relay.passTime = fail), other.say('CXZT'))],
  ['the end of a connection', ({ relay, other }) => ((relay.lose = fail), other.sockets[0]!.destroy())],
  [
    'changed settings',
    ({ inside, registry }) => {
      inside.relays.host.connects.done = fail
      inside.relays.changed([...inside.relays.relays.keys()][0], null)
      registry.answers.set(ID, { relay: null })
    },
  ],
]

describe('a fault in the relay to another server', () => {
  it.each(paths)('in the handling of %s ends that relay only', async (_, inject) => {
    const started = await scene()
    const { tracker, gateway, inside } = started
    inject(started)
    await until(() => gateway.lines.some(({ message }) => message.startsWith('fault in a relay')))
    expect(inside.relays.relays.size).toBe(0)
    const acks = tracker.received.split(/,V4,V1,|,R12,/).length
    tracker.send(v1(2))
    await until(() => tracker.received.split(/,V4,V1,|,R12,/).length > acks)
    expect(tracker.isClosed).toBe(false)
    expect(gateway.lines.some(({ message }) => message.startsWith('fault in handling a socket'))).toBe(false)
  })
})

it('a relay server that does not read is disconnected, and the tracker is not affected', async () => {
  const { tracker, gateway, inside } = await scene({}, { reads: false })
  const long = `*HQ,${ID},SMS,${'y'.repeat(3_900)}#`
  let largest = 0
  await until(() => {
    const [relay] = inside.relays.relays.values()
    largest = Math.max(largest, relay.counted)
    if (tracker.socket.writableLength === 0) tracker.send(long.repeat(50))
    return gateway.metrics().join('').includes('RelayStalled')
  })
  expect(largest).toBeLessThanOrEqual(64 * 1024 + 64 * 1024)
  tracker.send(v1(3))
  await until(() => gateway.log.frames().includes(v1(3)))
  expect(tracker.isClosed).toBe(false)
})

it('a relay server that floods is read slowly, and recorded up to its daily share', async () => {
  const { other, tracker, gateway, relay } = await scene({ framesPerDeviceDay: 40 })
  const socket = other.sockets[0]!
  const garbage = Buffer.from('*HQ,9170000000,S99,120000,1#nonsense\r\n'.repeat(1_000))
  const flood = (): void => {
    while (!socket.destroyed && socket.write(garbage)) {
      // Until its buffer is full.
    }
    socket.once('drain', flood)
  }
  flood()
  await until(() => relay.isPaused)
  tracker.send(v1(1))
  await until(() => gateway.log.frames().length === 2)
  await until(() => gateway.metrics().join('').includes('RelayNotRecorded'))
  const upstream = gateway.log.events.filter(({ kind }) => kind === 'upstream')
  expect(upstream).toHaveLength(40)
  expect(relay.socket.bytesRead).toBeLessThan(200_000)
  expect(gateway.log.events.filter(({ kind }) => kind === 'relayed').length).toBeLessThanOrEqual(20)
})

it('a relay server that comes back gets the bytes that waited', async () => {
  const { other, tracker, gateway } = await scene()
  other.sockets[0]!.destroy()
  await until(() => gateway.metrics().join('').includes('RelayLost'))
  tracker.send(v1(1))
  await until(() => gateway.log.frames().length === 2)
  await until(() => other.received[1] === v1(1))
})
