import { afterEach, describe, expect, it } from 'vitest'
import { relayReplies, type RelayReplies } from '#shared/domain/relay.ts'
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
async function otherServer(options?: Parameters<typeof startOtherServer>[0]): Promise<OtherServer> {
  const server = await startOtherServer(options)
  servers.push(server)
  return server
}

/** A gateway with one device that is relayed; its tracker is connected, and has sent one frame. */
async function relayed(
  replies: RelayReplies,
  {
    server,
    bus = new TestBus(),
    timeScale,
  }: { server?: OtherServer; bus?: TestBus; timeScale?: number } = {},
) {
  const other = server ?? (await otherServer())
  const registry = new TestRegistry(ID)
  registry.answers.set(ID, { relay: { host: '127.0.0.1', port: other.port, replies } })
  const gateway = await start(registry, {
    downlink: bus.downlink(timeScale),
    relay: { ...defaultRelaySettings, allowsPrivate: true },
  })
  const tracker = await gateway.connect()
  tracker.send(v1())
  await until(() => other.received.at(-1) === v1())
  await until(() => tracker.received.includes('#'))
  /** What the tracker received beside our acks. */
  const heard = (): string => tracker.received.replace(/\*HQ,\d+,(?:R12|V4),[^#]*#/g, '')
  const events = (kind: string): string[] =>
    gateway.log.events
      .filter((one) => one.kind === kind)
      .map(({ raw }) => Buffer.from(raw).toString('latin1'))
  const reports = () =>
    bus.published.filter(({ message }) => message.kind === 'relayed').map(({ message }) => message)
  return { other, registry, bus, gateway, tracker, heard, events, reports }
}

describe('to the relay server', () => {
  it('every byte is sent in order, even outside of frames', async () => {
    const { other, tracker, gateway } = await relayed('drop')
    const bytes = [
      '\r\njunk',
      v1(1).slice(0, 40),
      v1(1).slice(40),
      Buffer.from('2491700000001626', 'hex').toString('latin1'),
      '*HQ,x',
    ]
    let sent = v1()
    for (const piece of bytes) {
      sent += piece
      tracker.send(piece)
      await until(() => other.received[0] === sent)
    }
    tracker.socket.end()
    await until(() => other.sockets[0]!.readableEnded)
    expect(other.received).toEqual([sent])
    expect(gateway.log.frames()).toContain(v1(1))
  })

  it('bytes that arrived before the registry answered are sent', async () => {
    const other = await otherServer()
    const registry = new TestRegistry(ID)
    registry.answers.set(ID, { relay: { host: '127.0.0.1', port: other.port, replies: 'drop' } })
    let answer = (): void => {}
    registry.answering = () => new Promise((resolve) => (answer = resolve))
    const gateway = await start(registry, { relay: { ...defaultRelaySettings, allowsPrivate: true } })
    const tracker = await gateway.connect()
    tracker.send(`ab${v1(1)}\r`)
    await until(() => registry.logins.length === 1)
    tracker.send(v1(2).slice(0, 30))
    await until(() =>
      [...gateway.gateway.connections].some(({ socket }) => socket.bytesRead === 3 + v1(1).length + 30),
    )
    answer()
    tracker.send(v1(2).slice(30))
    await until(() => other.received[0] === `ab${v1(1)}\r${v1(2)}`)
  })

  it('nothing is sent of a device without a relay, or of an unregistered one', async () => {
    const other = await otherServer()
    const registry = new TestRegistry('9170000001')
    registry.answers.set(ID, { relay: { host: '127.0.0.1', port: other.port, replies: 'all' } })
    const gateway = await start(registry, { relay: { ...defaultRelaySettings, allowsPrivate: true } })
    for (const id of [ID, '9170000001']) (await gateway.connect()).send(v1().replace(ID, id))
    await until(() => gateway.log.frames('9170000001').length === 1 && registry.unknown.has(ID))
    expect(other.sockets).toEqual([])
  })

  it('nothing more is sent when the socket has a second registered device', async () => {
    const { other, registry, tracker, gateway } = await relayed('all')
    registry.registered.set('9170000002', 'auto')
    tracker.send(v1(5).replace(ID, '9170000002'))
    await until(() => other.sockets[0]!.readableEnded)
    tracker.send(v1(6))
    await until(() => gateway.log.frames(ID).length === 2)
    expect(other.received[0]).not.toContain(v1(6))
  })

  it('frames go to another server when the registry changes it, and to none when it is null', async () => {
    const { registry, bus, tracker, other } = await relayed('drop')
    const second = await otherServer()
    registry.answers.set(ID, { relay: { host: '127.0.0.1', port: second.port, replies: 'drop' } })
    bus.control('g1', { v: 1, kind: 'changed', deviceId: ID })
    await until(() => second.sockets.length === 1)
    tracker.send(v1(1))
    await until(() => second.received[0] === v1(1))
    registry.answers.set(ID, { relay: null })
    bus.control('g1', { v: 1, kind: 'changed', deviceId: ID })
    await until(() => second.sockets[0]!.readableEnded && other.sockets[0]!.readableEnded)
  })
})

describe('from the relay server', () => {
  const rows: readonly (readonly [what: string, bytes: string, reaches: readonly RelayReplies[]])[] = [
    ['a read', 'CXZT', ['harmless', 'all']],
    ['an interval', '8050000 20', ['harmless', 'all']],
    ['a restore', `*HQ,${ID},S20,120000,1,0#`, ['harmless', 'all']],
    ['a phone number', 'A1,+491701234567', ['all']],
    ['another server', '8040000 gps.example.com 5013', ['all']],
    ['an unknown word', `*HQ,${ID},S99,120000,1#`, ['all']],
    ['an unknown text', 'hello', ['all']],
    ['an ack R12', `*HQ,${ID},R12,120000#`, []],
    ['an ack V4', `*HQ,${ID},V4,V1,20260102120000#`, []],
    ['an echo', `*HQ,${ID},HTBT#`, []],
    ['a cut', `*HQ,${ID},S20,120000,1,1#`, []],
    ['a cut as text', '9400000', []],
    ['a frame without its end', `*HQ,${ID},S2`, []],
    ['an end without its frame', '0,120000,1,1#', []],
  ]
  it.each(relayReplies)(
    'with replies: %s, commands are all recorded, and written by that rule',
    async (replies) => {
      const { other, tracker, heard, events, reports } = await relayed(replies)
      let [written, sent] = ['', 1]
      for (const [n, [what, bytes, reaches]] of rows.entries()) {
        other.say(bytes)
        // A frame without its end is recorded when the connection ends.
        if (bytes.startsWith('*') && !bytes.endsWith('#')) {
          other.sockets.at(-1)!.end()
          await until(() => other.sockets.length === 2)
        }
        await until(() => events('upstream').length === n + 1)
        if (reaches.includes(replies)) written += bytes
        await until(() => heard() === written)
        // An ack comes behind whatever was written before, and ends a text.
        tracker.send(v1(++sent))
        await until(() => tracker.received.split(/,V4,V1,|,R12,/).length === sent + 1)
        expect(heard(), what).toBe(written)
      }
      expect(events('upstream')).toEqual(rows.map(([, bytes]) => bytes))
      expect(events('relayed').join('')).toBe(written)
      expect(reports().map(({ raw }) => Buffer.from(raw, 'hex').toString('latin1'))).toEqual(
        events('relayed'),
      )
      for (const { server } of reports()) expect(server).toBe(`127.0.0.1:${other.port}`)
    },
  )

  it('commands in one piece are split, and those in several pieces joined', async () => {
    const { other, events } = await relayed('drop')
    other.say(`*HQ,${ID},R12,120000#\r\nCXZT*HQ,${ID},S26,`)
    await until(() => events('upstream').length === 2)
    other.say('120000#')
    await until(() => events('upstream').length === 3)
    expect(events('upstream')).toEqual([`*HQ,${ID},R12,120000#`, '\r\nCXZT', `*HQ,${ID},S26,120000#`])
  })

  it('commands do not reach a session that is not established', async () => {
    const other = await otherServer()
    const registry = new TestRegistry(ID)
    registry.answers.set(ID, {
      establishedFrom: null,
      relay: { host: '127.0.0.1', port: other.port, replies: 'all' },
    })
    const bus = new TestBus()
    const gateway = await start(registry, {
      downlink: bus.downlink(1),
      relay: { ...defaultRelaySettings, allowsPrivate: true },
    })
    const tracker = await gateway.connect()
    tracker.send(v1())
    await until(() => other.received[0] === v1())
    other.say(`*HQ,${ID},S26,120000#`)
    await until(() => gateway.log.events.some(({ kind }) => kind === 'upstream'))
    tracker.send(v1(1))
    await until(() => tracker.received.split('#').length === 3)
    expect(tracker.received).not.toContain('S26')
  })

  it('a command waits while our own is open, and is dropped if that lasts', async () => {
    const bus = new TestBus()
    const { other, registry, heard, events, gateway } = await relayed('all', { bus, timeScale: 1 })
    const { sessionId } = registry.sessions.get(ID)!
    bus.deliver('g1', { deviceId: ID, sessionId, intent: 'read-status', dialect: 'text' })
    await until(() => heard() === 'CXZT')
    other.say(`*HQ,${ID},S26,120000#`)
    await until(() => gateway.metrics().join('').includes('open-command'))
    expect(events('upstream')).toHaveLength(1)
    expect(heard()).toBe('CXZT')
  })
})

it('a reply to the relay server concludes no command of ours', async () => {
  const bus = new TestBus()
  const { other, registry, heard, tracker } = await relayed('all', { bus, timeScale: 1 })
  other.say('VENDOR1')
  await until(() => heard() === 'VENDOR1')
  const { sessionId } = registry.sessions.get(ID)!
  bus.deliver('g1', {
    deviceId: ID,
    sessionId,
    raw: Buffer.from('hello').toString('hex'),
    intent: 'raw',
    dialect: 'text',
    danger: 'disruptive',
  })
  await until(() => heard().includes('hello'))
  tracker.send(`*HQ,${ID},SMS,SET OK#`)
  await until(() =>
    bus.snapshots().some(({ timeline }) => timeline.some(({ text }) => text.includes('other server'))),
  )
  expect(bus.snapshots().every(({ facts }) => facts.reply === null)).toBe(true)
})

it('a relay to the gateway itself is refused', async () => {
  const registry = new TestRegistry(ID)
  const gateway = await start(registry, { relay: { ...defaultRelaySettings, allowsPrivate: true } })
  registry.answers.set(ID, { relay: { host: '127.0.0.1', port: gateway.listener.port, replies: 'all' } })
  const tracker = await gateway.connect()
  tracker.send(v1())
  await until(() =>
    gateway.lines.some(({ cause }) => String(cause).includes('the address is that of this gateway')),
  )
  expect(registry.logins).toHaveLength(1)
})

it('a relay to a private address is refused unless allowed', async () => {
  const other = await otherServer()
  const registry = new TestRegistry(ID)
  registry.answers.set(ID, { relay: { host: 'vendor.example.com', port: other.port, replies: 'all' } })
  const gateway = await start(registry, {
    relay: { ...defaultRelaySettings, resolveName: async () => ['127.0.0.1'] },
  })
  const tracker = await gateway.connect()
  tracker.send(v1())
  await until(() => gateway.lines.some(({ cause }) => String(cause).includes('not public')))
  expect(other.sockets).toEqual([])
})
