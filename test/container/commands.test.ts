import { describe, expect, it } from 'vitest'
import { MESSAGE_FORMAT } from '#shared/domain/command-messages.ts'
import { judge } from '#shared/domain/verdict.ts'
import { dateOf, timeOf } from '../simulator/encode.ts'
import { TestRegistry, type TestTracker } from './harness.ts'
import { until, useGateways } from './test-gateways.ts'
import { stored, withFacts } from './scene.ts'
import { STAGE, TestBus } from './test-bus.ts'

const ID = '9170000000'
const OTHER = '9170000001'
const V = MESSAGE_FORMAT

/** A position of now. */
const v1 = ({ deviceId = ID, knots = 0, status = 'FFFFFFFF', at = Date.now() } = {}): string =>
  `*HQ,${deviceId},V1,${timeOf(at)},A,4221.2102,N,00752.5961,W,${knots.toFixed(2)},133,${dateOf(at)},${status},214,03,13140,5085#`

/** Sent once after power-on. */
const boot = (): string => v1().replace(',V1,', ',V6,').replace('#', ',8940051807190947031F#')

const startWith = useGateways()
const start = (
  registry: TestRegistry,
  bus: TestBus,
  { timeScale = 1, ...options }: Parameters<typeof startWith>[1] & { timeScale?: number } = {},
) => startWith(registry, { downlink: bus.downlink(timeScale), ...options })
type Started = Awaited<ReturnType<typeof start>>

/** A tracker that has its session. */
async function online({ connect, log }: Started, address?: string): Promise<TestTracker> {
  const known = log.frames(ID).length
  const tracker = await connect(address)
  tracker.send(v1())
  await until(() => log.frames(ID).length > known)
  return tracker
}
const sessionOf = (registry: TestRegistry): string => registry.sessions.get(ID)!.sessionId
/** `8057391 20`, as it is seen on the wire. */
const orderInterval = (bus: TestBus, registry: TestRegistry) =>
  bus.deliver('g1', {
    deviceId: ID,
    sessionId: sessionOf(registry),
    intent: 'interval-on',
    params: { seconds: 20 },
    password: '7391',
  })
/** What metrics lines count by a name. */
const sumOf = (lines: readonly string[], name: string): number =>
  lines.reduce((sum, line) => sum + Number(JSON.parse(line)[name] ?? 0), 0)
const withoutAcks = (tracker: TestTracker): string => tracker.received.replaceAll(/\*HQ,\d+,R12,\d{6}#/g, '')

describe('a command in the gateway', () => {
  it('as a text, which ends by silence alone, is written alone: a due ack waits', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    let stoppedAt: number | null = null
    const gateway = await start(registry, bus, { now: () => stoppedAt ?? Date.now() })
    const tracker = await online(gateway)
    await until(() => tracker.received.includes(',R12,'))
    gateway.log.isHeld = true
    tracker.send(v1({ at: Date.now() + 1_000 }))
    await until(() => gateway.log.isAsked)
    const before = tracker.received.length
    const sinceThen = (): string => tracker.received.slice(before)
    // Its time stands still from the write on: however slow this machine is, the text is quite new.
    stoppedAt = Date.now()
    orderInterval(bus, registry)
    await until(() => sinceThen() !== '')
    gateway.log.letGo()
    // The log has the frame, and its ack is made but not written (until the quiet is over: socket-watch.test.ts).
    await until(() => [...gateway.gateway.connections][0]!.unwrittenAcks !== '')
    stoppedAt = null
    await until(() => sinceThen().endsWith('#'))
    expect(sinceThen()).toMatch(/^8057391 20\*HQ,\d+,R12,\d{6}#$/)
  })

  it.each([
    [true, 'FFFFFBFF'],
    [false, 'FFFFFFFF'],
  ])(
    'is confirmed by gaps between frames with the ignition on; wired the other way round: %s',
    async (ignitionInverted, status) => {
      const [registry, bus] = [new TestRegistry(ID), new TestBus()]
      registry.answers.set(ID, { ignitionInverted })
      const gateway = await start(registry, bus, { downlink: bus.downlink(1) })
      const tracker = await online(gateway)
      orderInterval(bus, registry)
      await until(() => withoutAcks(tracker).includes('8057391 20'))
      const at = Date.now()
      tracker.send(`*HQ,${ID},SMS,SET OK#`)
      for (let n = 0; n < 4; n++) tracker.send(v1({ at: at + n * 20_000, status }))
      await until(() => bus.snapshots().at(-1)?.facts.effect != null)
      expect(bus.snapshots().at(-1)!.facts.effect).toMatchObject({ seen: 'expected', likely: false })
    },
  )

  it.each([
    ['set-server', { host: '203.0.113.9', port: 5013 }, null, true],
    ['raw', {}, '8040000 gps.example.com 5013', true],
    ['raw', {}, '8040000 203.0.113.10 5013', false],
  ])('that sets the server to %s %j %j points the tracker to us: %s', async (intent, params, raw, isOurs) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, {
      publicServers: [{ host: 'gps.example.com', port: 5013 }],
      resolveName: async () => ['203.0.113.9'],
    })
    const tracker = await online(gateway)
    bus.deliver('g1', {
      deviceId: ID,
      sessionId: sessionOf(registry),
      intent,
      params,
      raw: raw === null ? null : Buffer.from(raw).toString('hex'),
    })
    await until(() => withoutAcks(tracker).startsWith('8040000 '))
    const written = () =>
      bus
        .snapshots()
        .at(-1)
        ?.timeline.find(({ kind }) => kind === 'written')
    await until(() => written() !== undefined)
    expect(written()!.text.includes('the address is our own')).toBe(isOurs)
  })

  it('is written to socket and log, unmasked, and reported with its reply', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    orderInterval(bus, registry)
    await until(() => withoutAcks(tracker) === '8057391 20')
    tracker.send(`*HQ,${ID},SMS,SET OK#`)
    await until(() => bus.snapshots().at(-1)?.reply != null)
    await until(() => gateway.log.events.length === 4)
    expect(gateway.log.events.map(({ kind, seq }) => `${seq} ${kind}`)).toEqual([
      '1 opened',
      '2 frame',
      '3 written',
      '4 frame',
    ])
    expect(Buffer.from(gateway.log.events[2]!.raw).toString()).toBe('8057391 20')
    const last = bus.snapshots().at(-1)!
    expect(last).toMatchObject({
      gatewayId: 'g1',
      sessionId: sessionOf(registry),
      epoch: 1,
      facts: { written: 'yes', reply: { ok: true } },
      reply: { text: 'SET OK' },
    })
    expect(last.timeline.map(({ kind }) => kind)).toEqual(['taken', 'written', 'reply'])
  })

  it('gets its whole reply although it contains a #, and shows bytes that are not a frame', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), intent: 'read-phones' })
    await until(() => bus.snapshots().at(-1)?.facts.written === 'yes')
    tracker.send(`SET OK${v1({ at: Date.now() + 1_000 })}`)
    await until(() => bus.snapshots().at(-1)?.timeline.at(-1)?.text === 'Bytes arrived that are not a frame')
    expect(bus.snapshots().at(-1)!.facts.reply).toBeNull()
    tracker.send(`*HQ,${ID},SMS,C10#:1:13950443465,2:#,3:#${v1({ at: Date.now() + 2_000 })}`)
    await until(() => bus.snapshots().at(-1)?.reply?.text === 'C10#:1:13950443465,2:#,3:')
    expect(bus.snapshots().at(-1)!.facts.reply).toMatchObject({ ok: true })
  })

  it('carries the tracker’s own maker code', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await gateway.connect()
    tracker.send(v1().replace('*HQ', '*TH'))
    await until(() => gateway.log.frames().length === 1)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), intent: 'arm' })
    await until(() => /\*TH,9170000000,SCF,\d{6},0,0#/.test(tracker.received))
  })

  it('is refused for a device without a session here, and for a session that has ended', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    bus.deliver('g1', { deviceId: ID, sessionId: 's0' })
    await until(() => bus.snapshots().length === 1)
    expect(bus.snapshots()[0]).toMatchObject({ epoch: 0, facts: { written: 'no' } })
    const tracker = await online(gateway)
    const session = sessionOf(registry)
    tracker.socket.destroy()
    await until(() => registry.logouts.length === 1)
    bus.deliver('g1', { deviceId: ID, sessionId: session, commandId: 'c2' })
    await until(() => bus.snapshots('c2').length === 1)
    expect(bus.snapshots('c2')[0]!.facts.refusal).toMatch(/^no-session/)
    expect(gateway.metrics().join()).toContain('"reason":"no-session"')
  })

  it('is unanswered when its reply window is over', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, { timeScale: 0.002 })
    await online(gateway)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry) })
    await until(() => bus.snapshots().some(({ facts }) => facts.replyWindowOver))
    expect(judge(bus.snapshots().at(-1)!.facts, false)).toMatchObject({ verdict: 'unanswered' })
  })

  it('that is dangerous is checked against the frames of the last minute', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    let ahead = 0
    const gateway = await start(registry, bus, { now: () => Date.now() + ahead, idleMs: 600_000 })
    const tracker = await gateway.connect()
    tracker.send(v1({ knots: 11.34 }))
    await until(() => gateway.log.frames().length === 1)
    const order = { deviceId: ID, sessionId: sessionOf(registry), intent: 'engine-cut' }
    const interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }
    bus.deliver('g1', { ...order, interlock })
    await until(() => bus.snapshots().length === 1)
    expect(bus.snapshots()[0]!.facts.refusal).toMatch(/^interlock: moving: last fix 21 km\/h/)
    tracker.send(v1({ knots: 1 }))
    await until(() => gateway.log.frames().length === 2)
    bus.deliver('g1', { ...order, interlock, commandId: 'c2' })
    await until(() => bus.snapshots('c2').length === 1)
    expect(bus.snapshots('c2')[0]!.facts.refusal).toMatch(/^interlock: moving: a recent fix 21 km\/h/)
    ahead = 61_000
    const notAfter = Date.now() + ahead + 5_000
    tracker.send(v1({ knots: 1, at: Date.now() + ahead }))
    await until(() => gateway.log.frames().length === 3)
    bus.deliver('g1', { ...order, interlock, notAfter, commandId: 'c3' })
    await until(() => tracker.received.includes(',S20,'))
  })

  it('is confirmed by the frames that follow, which are decoded only while it is under way', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), intent: 'arm' })
    await until(() => tracker.received.includes(',SCF,'))
    const cmdTime = /SCF,(\d{6})/.exec(tracker.received)![1]
    tracker.send(`*HQ,${ID},V4,SCF,${cmdTime}#` + v1({ status: 'FFFFFDFF' }) + v1({ status: 'FFFFFDFF' }))
    await until(() => bus.snapshots().at(-1)?.facts.effect != null)
    expect(judge(bus.snapshots().at(-1)!.facts, true)).toMatchObject({ verdict: 'confirmed' })
  })

  it('is repeated in its reports until control has settled it', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, { timeScale: 0.01 })
    const tracker = await online(gateway)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry) })
    await until(() => tracker.received.includes('CXZT'))
    tracker.send(`*HQ,${ID},SMS,ST906\nUT:30,30,300\nGSM:26#`)
    await until(() => bus.snapshots().at(-1)?.reply != null)
    const { n } = bus.snapshots().at(-1)!
    await until(() => bus.snapshots().filter((one) => one.n === n).length >= 3)
    bus.control('g1', { v: V, kind: 'settled', deviceId: ID, commandId: 'c1', attempt: 1, n })
    const known = bus.snapshots().length
    // Another one stays unsettled: its third repeat is due after the next one of the first would have been.
    bus.deliver('g1', { deviceId: OTHER, sessionId: 's0', commandId: 'c2' })
    await until(() => bus.snapshots('c2').length >= 4)
    expect(bus.snapshots()).toHaveLength(known)
  })

  it('takes the state before it from the newest recent frame', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await gateway.connect()
    for (let n = 0; n < 4; n++) tracker.send(v1({ status: 'FFFFFDFF' }))
    tracker.send(v1())
    await until(() => gateway.log.frames().length === 5)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), intent: 'arm' })
    await until(() => bus.snapshots().at(-1)?.facts.written === 'yes')
    expect(bus.snapshots().at(-1)!.facts.already).toBe(false)
  })

  it('is forgotten when it is reported, settled and its windows are over', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, { timeScale: 0.001 })
    bus.deliver('g1', { deviceId: ID, sessionId: 's0', notAfter: Date.now() })
    await until(() => bus.snapshots().length > 0)
    const gauge = (): unknown =>
      JSON.parse(gateway.metrics().findLast((line) => line.includes('DevicesCommanded'))!)
    expect(gauge()).toMatchObject({ DevicesCommanded: 1 })
    bus.control('g1', { v: V, kind: 'settled', deviceId: ID, commandId: 'c1', attempt: 1, n: 1 })
    await until(() => (gauge() as { DevicesCommanded: number }).DevicesCommanded === 0)
  })

  it('is reported when control asks, known or not', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    await online(gateway)
    bus.control('g1', { v: V, kind: 'ask', deviceId: ID, commandId: 'c1', attempt: 1 })
    await until(() => bus.snapshots().length === 1)
    expect(bus.snapshots()[0]).toMatchObject({ known: false, epoch: 1, n: 0 })
  })

  it('in the format of another version is ignored', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    await online(gateway)
    for (const message of ['{', 'null', '{"v":9,"kind":"deliver"}', '{"v":1,"kind":"watch"}']) {
      bus.send(`h02/${STAGE}/gw/g1/commands`, message)
    }
    expect(gateway.lines.filter(({ message }) => message === 'message not understood; ignored')).toHaveLength(
      4,
    )
  })
})

describe('a device with work for its session', () => {
  const reportsOf = (bus: TestBus, deviceId: string) =>
    bus.sessionReports().filter((report) => report.deviceId === deviceId)

  it('has its session reported until control knows', async () => {
    const [registry, bus] = [new TestRegistry(ID, OTHER), new TestBus()]
    registry.answers.set(ID, { queued: 1 })
    registry.answers.set(OTHER, { queued: 1 })
    const gateway = await start(registry, bus, { timeScale: 0.01 })
    await online(gateway)
    await until(() => reportsOf(bus, ID).length >= 3)
    const report = reportsOf(bus, ID)[0]!
    expect(report).toMatchObject({ event: 'opened', epoch: 1, gatewayId: 'g1', remoteAddress: '127.0.0.1' })
    bus.control('g1', { v: V, kind: 'session-settled', deviceId: ID, sessionId: report.sessionId })
    const known = reportsOf(bus, ID).length
    // Another one stays unsettled: its third repeat is due after the next one of the first would have been.
    ;(await gateway.connect()).send(v1({ deviceId: OTHER }))
    await until(() => reportsOf(bus, OTHER).length >= 4)
    expect(reportsOf(bus, ID)).toHaveLength(known)
  })

  it('is not reported any more when its session has closed', async () => {
    const [registry, bus] = [new TestRegistry(ID, OTHER), new TestBus()]
    registry.answers.set(ID, { queued: 1 })
    registry.answers.set(OTHER, { queued: 1 })
    const gateway = await start(registry, bus, { timeScale: 0.02 })
    const tracker = await online(gateway)
    tracker.socket.destroy()
    await until(() => registry.logouts.length === 1)
    const known = reportsOf(bus, ID).length
    // Another report stays unsettled: its second repeat is due after the next repeat of the first would have been.
    ;(await gateway.connect()).send(v1({ deviceId: OTHER }))
    await until(() => reportsOf(bus, OTHER).length >= 4)
    expect(reportsOf(bus, ID)).toHaveLength(known)
  })

  it('is reported; a device without work is not', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    tracker.send(boot())
    await until(() => gateway.log.frames(ID).length === 2)
    expect(bus.published).toEqual([])
  })

  it('and with desired settings has its session reported, and its boot frame once', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, { keepsSettings: true, usualSessionMs: 3_600_000 })
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    expect(reportsOf(bus, ID)).toMatchObject([{ event: 'opened' }])
    tracker.send(boot() + boot() + v1())
    await until(() => gateway.log.frames(ID).length === 4)
    expect(reportsOf(bus, ID).map(({ event }) => event)).toEqual(['opened', 'booted'])
  })

  it('and with desired settings, but short sessions as usual, is reported for a boot frame only', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, { keepsSettings: true, usualSessionMs: 30_000 })
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    expect(reportsOf(bus, ID)).toEqual([])
    tracker.send(boot())
    await until(() => reportsOf(bus, ID).length > 0)
    expect(reportsOf(bus, ID)).toMatchObject([{ event: 'booted' }])
  })

  it('has its open commands adopted, with the frame that arrived while they were read', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const restart = stored('restart', { deviceId: ID, at: Date.now() - 20_000 })
    registry.commands.set(
      'c1',
      withFacts(restart, { written: 'yes', writtenAt: Date.now() - 20_000, already: false }),
    )
    registry.answers.set(ID, { open: { commandId: 'c1', effectKey: 'restart' } })
    const reading = Promise.withResolvers<void>()
    registry.reading = reading.promise
    const gateway = await start(registry, bus)
    const tracker = await gateway.connect()
    tracker.send(boot())
    await until(() => gateway.log.frames().length === 1)
    expect(bus.snapshots()).toEqual([])
    reading.resolve()
    await until(() => bus.snapshots().at(-1)?.facts.effect != null)
    expect(bus.snapshots().at(-1)).toMatchObject({
      epoch: 1,
      facts: { effect: { seen: 'expected', likely: false } },
    })
  })

  it('has the frames that arrived while commands were read processed in order', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const at = Date.now() - 20_000
    const restart = withFacts(stored('restart', { deviceId: ID, at }), { written: 'yes', writtenAt: at })
    registry.commands.set('c1', restart)
    registry.answers.set(ID, { open: { commandId: 'c1', effectKey: 'restart' }, usualSessionMs: 3_600_000 })
    const reading = Promise.withResolvers<void>()
    registry.reading = reading.promise
    const gateway = await start(registry, bus)
    const tracker = await gateway.connect()
    tracker.send(v1() + v1() + v1() + boot())
    await until(() => gateway.log.frames().length === 4)
    reading.resolve()
    await until(() => bus.snapshots().at(-1)?.facts.effect != null)
    // Three frames without a boot frame: what comes after them is no boot of this restart.
    expect(bus.snapshots().at(-1)!.facts.effect).toMatchObject({ likely: true })
  })

  it('has its open commands adopted although the table is unreachable at first', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.commands.set('c1', stored('read-status', { deviceId: ID }))
    registry.answers.set(ID, { open: { commandId: 'c1', effectKey: null } })
    const reading = Promise.withResolvers<void>()
    registry.reading = reading.promise
    const gateway = await start(registry, bus)
    await online(gateway)
    registry.isUnavailable = true
    reading.resolve()
    await until(() => gateway.lines.some(({ message }) => message.startsWith('commands cannot be read')))
    registry.isUnavailable = false
    await until(() => bus.snapshots().length > 0)
    expect(bus.snapshots()[0]!.timeline.map(({ kind }) => kind)).toEqual(['adopted'])
  })
})

describe('events that wait while commands are read', () => {
  it('are dropped above 1,000 when they are frames, but never when they are deliveries', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const at = Date.now() - 20_000
    const restart = stored('restart', { deviceId: ID, at })
    registry.commands.set('c1', withFacts(restart, { written: 'yes', writtenAt: at, replyWindowOver: true }))
    registry.answers.set(ID, { watching: [{ commandId: 'c1', effectKey: 'restart' }] })
    const reading = Promise.withResolvers<void>()
    registry.reading = reading.promise
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    const order = { deviceId: ID, sessionId: sessionOf(registry), notAfter: Date.now() + 3_600_000 }
    // The oldest of all, in front of every frame that is dropped.
    bus.deliver('g1', { ...order, commandId: 'c2' })
    for (let n = 0; n < 1_100; n++) tracker.send(v1())
    await until(() => gateway.log.frames().length === 1_101)
    bus.deliver('g1', { ...order, commandId: 'c3' })
    expect(withoutAcks(tracker)).toBe('')
    reading.resolve()
    await until(() => withoutAcks(tracker) === 'CXZT')
    await until(() => bus.snapshots('c2').at(-1)?.facts.written === 'yes')
    // Its turn has run too: the first command is still open.
    expect(bus.snapshots('c3')[0]!.facts.refusal).toMatch(/^busy/)
    // 1,101 frames and two deliveries waited.
    expect(sumOf(gateway.metrics(), 'TurnsDropped')).toBe(103)
    expect(
      gateway.lines.filter(
        ({ message }) => message === 'frames not matched with commands: too many are waiting',
      ),
    ).toHaveLength(1)
  })
})

describe('messages that the link drops', () => {
  it('are counted once each, live frames separately from the others', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const counted = () => {
      const lines = gateway.metrics().splice(0)
      return [sumOf(lines, 'LiveDropped'), sumOf(lines, 'MessagesDropped')]
    }
    expect(counted()).toEqual([0, 0])
    bus.dropped = { live: 5, tooLarge: 1, lostTwice: 2 }
    expect([counted(), counted()]).toEqual([
      [5, 3],
      [0, 0],
    ])
    bus.dropped = { live: 5, tooLarge: 1, lostTwice: 4 }
    expect(counted()).toEqual([0, 2])
    bus.dropped = { live: 9, tooLarge: 2, lostTwice: 4 }
    expect(counted()).toEqual([4, 1])
  })
})

describe('two gateways', () => {
  async function pair(registry: TestRegistry, bus: TestBus, options: Parameters<typeof start>[2] = {}) {
    return [
      await start(registry, bus, options),
      await start(registry, bus, { gatewayId: 'g2', ...options }),
    ] as const
  }

  it('a tracker that moves keeps its open command: written by the first, answered on the second', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first, second] = await pair(registry, bus)
    const before = await online(first)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry) })
    await until(() => withoutAcks(before) === 'CXZT')
    await until(() => bus.snapshots().at(-1)?.facts.written === 'yes')
    registry.commands.set(
      'c1',
      withFacts(stored('read-status', { deviceId: ID }), bus.snapshots().at(-1)!.facts),
    )
    registry.answers.set(ID, { open: { commandId: 'c1', effectKey: null } })
    before.socket.destroy()
    const after = await online(second)
    await until(() => bus.snapshots().some(({ gatewayId }) => gatewayId === 'g2'))
    after.send(`*HQ,${ID},SMS,ST906\nUT:30,30,300\nGSM:26#`)
    await until(() => bus.snapshots().at(-1)?.reply != null)
    expect(bus.snapshots().at(-1)).toMatchObject({ gatewayId: 'g2', epoch: 2, facts: { written: 'yes' } })
    expect(withoutAcks(after)).toBe('')
  })

  it('the owner closes an older socket from the same address', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first, second] = await pair(registry, bus)
    const before = await online(first)
    await online(second)
    await until(() => before.isClosed)
    expect(bus.toGateway('g1')).toMatchObject([
      { kind: 'evict', epoch: 2, remoteAddress: '127.0.0.1', close: false },
    ])
    expect(registry.sessions.get(ID)!.gatewayId).toBe('g2')
  })

  it('a displaced session of another network gets no commands and contests once', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    // Unsettled reports are repeated only after eight minutes.
    const [first, second] = await pair(registry, bus, { timeScale: 100 })
    const displaced = await online(first, '127.0.0.1')
    const lost = sessionOf(registry)
    await online(second, '127.99.0.1')
    for (let n = 0; n < 3; n++) displaced.send(v1())
    await until(() => first.log.frames(ID).length === 4 && bus.sessionReports().length > 0)
    expect(displaced.isClosed).toBe(false)
    bus.deliver('g1', { deviceId: ID, sessionId: lost })
    await until(() => bus.snapshots().length === 1)
    expect(bus.snapshots()[0]!.facts.refusal).toMatch(/^no-session/)
    expect(bus.sessionReports()).toMatchObject([
      { event: 'contested', sessionId: lost, epoch: 1, gatewayId: 'g1', remoteAddress: '127.0.0.1' },
    ])
  })

  it.each([-3_600_000, 0, 3_600_000])(
    'the next frame of a displaced session contests the device, also with a clock %d ms ahead',
    async (ahead) => {
      const [registry, bus] = [new TestRegistry(ID), new TestBus()]
      const [first] = await pair(registry, bus)
      const displaced = await online(first)
      expect(bus.sessionReports()).toEqual([])
      const evict = {
        sessionId: 'x',
        remoteAddress: '10.1.2.3',
        loggedInAt: Date.now() + ahead,
        close: false,
      }
      bus.control('g1', { v: V, kind: 'evict', deviceId: ID, epoch: 2, ...evict })
      displaced.send(v1())
      await until(() => first.log.frames(ID).length === 2)
      expect(bus.sessionReports()).toMatchObject([{ event: 'contested', ownerAddress: '10.1.2.3' }])
      expect(displaced.isClosed).toBe(false)
    },
  )

  it('a displaced session from the same address contests nothing', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first, second] = await pair(registry, bus)
    registry.answers.set(ID, { contestedUntil: Date.now() + 60_000 })
    const displaced = await online(first, '127.0.0.1')
    await online(second, '127.0.0.1')
    displaced.send(v1())
    await until(() => first.log.frames(ID).length === 2)
    expect(bus.sessionReports()).toEqual([])
    expect(displaced.isClosed).toBe(false)
  })

  it('logins of one gateway that are answered out of order leave the device to the later one', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first] = await pair(registry, bus)
    const answered = Promise.withResolvers<void>()
    registry.answering = async ({ remoteAddress }) => {
      if (remoteAddress === '127.0.0.1') await answered.promise
    }
    const earlier = await first.connect('127.0.0.1')
    earlier.send(v1())
    await until(() => registry.logins.length === 1)
    const later = await first.connect('127.0.0.2')
    later.send(v1())
    await until(() => first.log.frames(ID).length === 1)
    answered.resolve()
    await until(() => first.log.frames(ID).length === 2)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry) })
    await until(() => later.received.includes('CXZT'))
    expect(earlier.received).not.toContain('CXZT')
  })

  it('no socket is closed for another while the device is contested', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first, second] = await pair(registry, bus)
    registry.answers.set(ID, { contestedUntil: Date.now() + 60_000 })
    const before = await online(first)
    await online(second)
    before.send(v1())
    await until(() => first.log.frames(ID).length === 2)
    expect(before.isClosed).toBe(false)
  })

  it('an older owner closes no socket', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first] = await pair(registry, bus)
    const tracker = await online(first)
    const evict = { sessionId: 'x', remoteAddress: '127.0.0.1', loggedInAt: 0, close: false } as const
    bus.control('g1', { v: V, kind: 'evict', deviceId: ID, epoch: 1, ...evict })
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry) })
    await until(() => tracker.received.includes('CXZT'))
    expect(tracker.isClosed).toBe(false)
  })

  it.each([
    ['of another gateway', 'g2', false],
    ['of another gateway, which it has contested', 'g2', true],
    ['of its own gateway', 'g1', false],
    ['of its own gateway, which it has contested', 'g1', true],
  ])(
    'a displaced session owns the device again at its next frame when an owner %s has left',
    async (...reported) => {
      const [, where, isContested] = reported
      const [registry, bus] = [new TestRegistry(ID), new TestBus()]
      let ahead = 0
      const now = (): number => Date.now() + ahead
      const [first, second] = await pair(registry, bus, { now, idleMs: 60 * 60_000 })
      const displaced = await online(first, '127.0.0.1')
      const attacker = await online(where === 'g1' ? first : second, '127.99.0.1')
      if (isContested) {
        displaced.send(v1())
        await until(() => bus.sessionReports().length > 0)
        // As trackers report: a displaced session looks for its device every few seconds.
        ahead = 10_000
      }
      attacker.socket.destroy()
      await until(() => !registry.sessions.has(ID))
      displaced.send(v1())
      await until(() => registry.sessions.get(ID)?.gatewayId === 'g1')
      expect(registry.logins).toHaveLength(3)
      bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), notAfter: now() + 60_000 })
      await until(() => displaced.received.includes('CXZT'))
    },
  )

  it('deleting a device closes its socket, whatever state it is in', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const [first] = await pair(registry, bus)
    const tracker = await online(first)
    const evict = { epoch: 1, sessionId: '', remoteAddress: '', loggedInAt: 0 }
    bus.control('g1', { v: V, kind: 'evict', deviceId: ID, ...evict, close: true })
    await until(() => tracker.isClosed)
  })

  it('renew their leases', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    await pair(registry, bus)
    expect(registry.leases).toEqual(['g1', 'g2'])
  })
})

describe('a watched device', () => {
  const grant = (grantId: string, ms = 60_000, keyId: string | null = null) => ({
    grantId,
    keyId,
    until: Date.now() + ms,
  })
  const watch = (bus: TestBus, ms = 60_000): void =>
    bus.control('g1', { v: V, kind: 'watch', deviceId: ID, until: Date.now() + ms, grant: grant('a', ms) })
  const rows = (bus: TestBus) => bus.live(ID).flatMap((batch) => batch.rows)

  it('shows its frames in both directions, masked, several rows at once', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    watch(bus)
    orderInterval(bus, registry)
    await until(() => withoutAcks(tracker) === '8057391 20')
    tracker.send(`*HQ,${ID},SMS,SET OK#`)
    await until(() => rows(bus).length === 2)
    expect(rows(bus)).toMatchObject([
      { kind: 'written', seq: 3, raw: Buffer.from('805**** 20').toString('hex') },
      { kind: 'frame', seq: 4, raw: Buffer.from(`*HQ,${ID},SMS,SET OK#`).toString('hex') },
    ])
    tracker.send(v1() + v1())
    await until(() => rows(bus).length === 4)
    expect(
      bus
        .live(ID)
        .at(-1)!
        .rows.map(({ seq }) => seq),
    ).toEqual([5, 6])
  })

  it('hides the registered password and the secrets of commands that were delivered, wherever they stand', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    watch(bus)
    orderInterval(bus, registry)
    await until(() => withoutAcks(tracker) === '8057391 20')
    tracker.send(`*HQ,${ID},SMS,GPRS UPLOAD TIME:7391#`)
    await until(() => rows(bus).length === 2)
    expect(Buffer.from(rows(bus)[1]!.raw, 'hex').toString()).toBe(`*HQ,${ID},SMS,GPRS UPLOAD TIME:****#`)
  })

  it('is shown from its login on when a client already watches, including the end of the session', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, { liveGrants: [grant('a')] })
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    tracker.socket.destroy()
    await until(() => rows(bus).length === 3)
    expect(rows(bus).map(({ kind }) => kind)).toEqual(['opened', 'frame', 'closed'])
    expect(rows(bus)[1]!.ack).toBe('R12')
  })

  it('shows nothing when no one watches, or no one does any more', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    watch(bus, 0)
    tracker.send(v1())
    await until(() => gateway.log.frames().length === 2)
    // Rows are published in order: an earlier row would come before the first watched one.
    watch(bus)
    tracker.send(v1())
    await until(() => rows(bus).length > 0)
    expect(rows(bus).map(({ seq }) => seq)).toEqual([4])
    expect(bus.published).toHaveLength(1)
  })

  it('shows nothing after the requested time', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    let ahead = 0
    const gateway = await start(registry, bus, { now: () => Date.now() + ahead, idleMs: 600_000 })
    const tracker = await online(gateway)
    watch(bus)
    tracker.send(v1())
    await until(() => rows(bus).length === 1)
    ahead = 61_000
    tracker.send(v1())
    await until(() => gateway.log.frames().length === 3)
    watch(bus, 3_600_000)
    tracker.send(v1())
    await until(() => rows(bus).length > 1)
    expect(rows(bus).map(({ seq }) => seq)).toEqual([3, 5])
  })

  const topicsIn = (bus: TestBus) => [
    ...new Set(bus.published.map(({ topic }) => topic).filter((topic) => topic.includes('/live/'))),
  ]

  it('shows each grant its frames on a topic of its own, until that grant ends', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    let ahead = 0
    const gateway = await start(registry, bus, { now: () => Date.now() + ahead, idleMs: 600_000 })
    const tracker = await online(gateway)
    for (const one of [grant('short', 30_000), grant('long', 600_000)])
      bus.control('g1', { v: V, kind: 'watch', deviceId: ID, until: one.until, grant: one })
    tracker.send(v1())
    await until(() => bus.live(ID).length === 2)
    expect(topicsIn(bus)).toEqual([`h02/test/live/${ID}/long`, `h02/test/live/${ID}/short`])
    ahead = 31_000
    bus.published.length = 0
    tracker.send(v1())
    await until(() => bus.live(ID).length === 1)
    expect(topicsIn(bus)).toEqual([`h02/test/live/${ID}/long`])
  })

  it('shows nothing more to a deleted key, and goes on for the others', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    let ahead = 0
    const gateway = await start(registry, bus, { now: () => Date.now() + ahead, idleMs: 600_000 })
    registry.answers.set(ID, { liveGrants: [grant('mine', 600_000, 'k1'), grant('theirs', 600_000, 'k2')] })
    const tracker = await online(gateway)
    await until(() => bus.live(ID).length === 2)
    registry.deletedKeys.add('k1')
    ahead = 2_001
    bus.published.length = 0
    tracker.send(v1())
    await until(() => bus.live(ID).length === 1)
    expect(topicsIn(bus)).toEqual([`h02/test/live/${ID}/theirs`])
  })

  it('shows nothing to a key that cannot be looked up, unless it was valid within a minute', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    let ahead = 0
    const gateway = await start(registry, bus, { now: () => Date.now() + ahead, idleMs: 600_000 })
    registry.answers.set(ID, { liveGrants: [grant('mine', 600_000, 'k1')] })
    const tracker = await online(gateway)
    await until(() => bus.live(ID).length === 1)
    registry.keysAreUnreadable = true
    ahead = 30_000
    tracker.send(v1())
    await until(() => bus.live(ID).length === 2)
    // A grant that does not end shows when the batch without the other went out.
    ahead = 61_000
    const other = grant('other', 600_000)
    bus.control('g1', { v: V, kind: 'watch', deviceId: ID, until: other.until, grant: other })
    bus.published.length = 0
    tracker.send(v1())
    await until(() => bus.live(ID).length === 1)
    expect(topicsIn(bus)).toEqual([`h02/test/live/${ID}/other`])
  })

  it('is shown on the topic of the device to an API of the previous version', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    bus.control('g1', { v: V, kind: 'watch', deviceId: ID, until: Date.now() + 60_000 })
    tracker.send(v1())
    await until(() => bus.live(ID).length === 1)
    expect(topicsIn(bus)).toEqual([`h02/test/live/${ID}`])
  })

  it('loses the oldest rows when the link is slow, but keeps the order', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    watch(bus)
    bus.liveIsHeld = true
    tracker.send(v1())
    await until(() => bus.live(ID).length === 1)
    for (let n = 0; n < 300; n++) tracker.send(v1())
    await until(() => gateway.log.frames().length === 302)
    bus.letLiveGo()
    await until(() => bus.live(ID).length === 2)
    const seqs = rows(bus).map(({ seq }) => seq)
    expect(seqs).toHaveLength(201)
    expect(seqs.at(-1)).toBe(303)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    expect(gateway.metrics().join()).toContain('"LiveDropped":100')
  })
})

describe('a change of settings', () => {
  it('takes effect without a new session', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    registry.registered.set(ID, 'V4')
    bus.control('g1', { v: V, kind: 'changed', deviceId: ID })
    await until(() => {
      tracker.send(v1())
      return tracker.received.includes(',V4,V1,')
    })
    expect(registry.logins).toHaveLength(1)
  })
})

describe('a gateway without MQTT', () => {
  it('serves trackers, but renews no lease and adopts no command', async () => {
    const registry = new TestRegistry(ID)
    registry.answers.set(ID, { open: { commandId: 'c1', effectKey: null }, queued: 3 })
    const gateway = await startWith(registry)
    const tracker = await online(gateway)
    await until(() => tracker.received.includes(',R12,'))
    expect(registry.leases).toEqual([])
  })
})

describe('the metrics of commands', () => {
  it('count, and never name a device', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await online(gateway)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), intent: 'arm' })
    await until(() => tracker.received.includes(',SCF,'))
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), commandId: 'c2' })
    tracker.send(`*HQ,${ID},V4,SCF,${/SCF,(\d{6})/.exec(tracker.received)![1]}#`)
    await until(() => bus.snapshots().at(-1)?.reply != null)
    const lines = gateway.metrics().join('\n')
    expect(lines).toMatch(/"CommandsWritten":1\b/)
    expect(lines).toMatch(/"reason":"busy".*"CommandsRefused":1/)
    expect(lines).toMatch(/"MqttConnected":1/)
    expect(lines).not.toContain(ID)
  })
})
