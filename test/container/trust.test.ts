import { describe, expect, it } from 'vitest'
import { dateOf, timeOf } from '../simulator/encode.ts'
import { TestRegistry, type TestTracker } from './harness.ts'
import { until, useGateways } from './test-gateways.ts'
import { TestBus } from './test-bus.ts'

const ID = '9170000000'
const REAL_ADDRESS = '127.0.0.1'
const OTHER_ADDRESS = '127.99.0.1'
const interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }

const v1 = ({ deviceId = ID, kmh = 0, at = Date.now(), status = 'FFFFFFFF' } = {}): string =>
  `*HQ,${deviceId},V1,${timeOf(at)},A,4221.2102,N,00752.5961,W,${(kmh / 1.852).toFixed(2)},133,${dateOf(at)},${status}#`

const startWith = useGateways()
const start = (
  registry: TestRegistry,
  bus: TestBus,
  { timeScale = 1, ...options }: Parameters<typeof startWith>[1] & { timeScale?: number } = {},
) => startWith(registry, { downlink: bus.downlink(timeScale), idleMs: 3_600_000, ...options })
type Started = Awaited<ReturnType<typeof start>>

/** A socket that sends a frame and has its session. */
async function dial({ connect, log }: Started, address: string, reported: Parameters<typeof v1>[0] = {}) {
  const known = log.frames().length
  const tracker = await connect(address)
  tracker.send(v1(reported))
  await until(() => log.frames().length > known)
  return tracker
}
async function speak({ log }: Started, tracker: TestTracker, reported: Parameters<typeof v1>[0] = {}) {
  const known = log.frames().length
  tracker.send(v1(reported))
  await until(() => log.frames().length > known)
}
const sessionOf = (registry: TestRegistry, deviceId = ID): string =>
  registry.sessions.get(deviceId)!.sessionId
const heard = (tracker: TestTracker): string => tracker.received.replaceAll(/\*HQ,\d+,R12,\d{6}#/g, '')

let orders = 0
/** Delivers a command to the owner of the device; resolves to why it is not written, or null. */
async function order(bus: TestBus, registry: TestRegistry, what: object = {}, gatewayId = 'g1') {
  const commandId = `c${++orders}`
  bus.deliver(gatewayId, { deviceId: ID, sessionId: sessionOf(registry), commandId, ...what })
  await until(() => bus.snapshots(commandId).length > 0)
  return bus.snapshots(commandId).at(-1)!.facts.refusal
}
const cut = { intent: 'engine-cut', interlock, notAfter: Date.now() + 86_400_000 }
/** `8057391 20`, as it is seen on the wire. */
const secret = {
  intent: 'interval-on',
  params: { seconds: 20 },
  password: '7391',
  notAfter: Date.now() + 86_400_000,
}

function createClock() {
  let ahead = 0
  return { now: () => Date.now() + ahead, skip: (ms: number) => void (ahead += ms) }
}

describe('a second socket that reports standing while the first one drives', () => {
  it('gets no cut, and the device is contested from the first frame of the other on', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const real = await dial(gateway, REAL_ADDRESS, { kmh: 111 })
    const spoof = await dial(gateway, OTHER_ADDRESS)
    expect(await order(bus, registry, cut)).toMatch(/^contested: another connection .* active \d s ago/)
    expect(bus.sessionReports()).toEqual([])
    await speak(gateway, real, { kmh: 111 })
    await until(() => bus.sessionReports().length === 1)
    expect(bus.sessionReports()).toMatchObject([
      { event: 'contested', remoteAddress: REAL_ADDRESS, ownerAddress: OTHER_ADDRESS },
    ])
    await speak(gateway, spoof)
    expect(await order(bus, registry, cut)).toMatch(/^contested: two connections claim to be this device/)
    for (let n = 0; n < 3; n++) await speak(gateway, real, { kmh: 111 })
    expect(bus.sessionReports()).toHaveLength(1)
    expect(heard(spoof) + heard(real)).toBe('')
    expect([real.isClosed, spoof.isClosed]).toEqual([false, false])
  })

  it('confirms no command by its frames', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const real = await dial(gateway, REAL_ADDRESS, { kmh: 111 })
    const spoof = await dial(gateway, OTHER_ADDRESS)
    bus.deliver('g1', { deviceId: ID, sessionId: sessionOf(registry), intent: 'arm', commandId: 'arm' })
    await until(() => heard(spoof).includes(',SCF,'))
    await speak(gateway, real, { kmh: 111 })
    for (let n = 0; n < 3; n++) await speak(gateway, spoof, { status: 'FFFFFDFF' })
    await until(() =>
      bus
        .snapshots('arm')
        .at(-1)!
        .timeline.some(({ text }) => text.includes('proves no effect')),
    )
    expect(bus.snapshots('arm').at(-1)!.facts.effect).toBeNull()
  })

  it('still gets a restore', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const real = await dial(gateway, REAL_ADDRESS, { kmh: 111 })
    const spoof = await dial(gateway, OTHER_ADDRESS)
    await speak(gateway, real, { kmh: 111 })
    bus.deliver('g1', {
      deviceId: ID,
      sessionId: sessionOf(registry),
      intent: 'engine-restore',
      dialect: 'h02',
      params: { form: '1,0' },
    })
    await until(() => /,S20,\d{6},1,0#/.test(heard(spoof)))
  })

  it('leaves the device contested until half an hour after the last frame of the other', async () => {
    const [registry, bus, clock] = [new TestRegistry(ID), new TestBus(), createClock()]
    const gateway = await start(registry, bus, { now: clock.now })
    const real = await dial(gateway, REAL_ADDRESS)
    const other = await dial(gateway, OTHER_ADDRESS)
    await speak(gateway, real)
    clock.skip(29 * 60_000)
    await speak(gateway, other, { at: clock.now() })
    expect(await order(bus, registry, cut)).toMatch(/^contested/)
    clock.skip(61_000)
    await speak(gateway, other, { at: clock.now() })
    expect(await order(bus, registry, cut)).toBeNull()
  })

  it('also gets no cut on another gateway', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const first = await start(registry, bus)
    const second = await start(registry, bus, { gatewayId: 'g2' })
    const real = await dial(first, REAL_ADDRESS, { kmh: 111 })
    const spoof = await dial(second, OTHER_ADDRESS)
    expect(await order(bus, registry, cut, 'g2')).toMatch(/^contested: another connection/)
    await speak(first, real, { kmh: 111 })
    await until(() => bus.sessionReports().length === 1)
    expect(bus.sessionReports()).toMatchObject([
      { event: 'contested', gatewayId: 'g1', remoteAddress: REAL_ADDRESS, ownerAddress: OTHER_ADDRESS },
    ])
    // Does what control does with that report.
    registry.answers.set(ID, { contestedUntil: Date.now() + 1_800_000 })
    bus.control('g2', { v: 1, kind: 'changed', deviceId: ID })
    for (let refusal = ''; !refusal.includes('two connections');) {
      refusal = (await order(bus, registry, cut, 'g2')) ?? 'written'
      expect(refusal).toMatch(/^contested/)
    }
    expect(heard(spoof)).toBe('')
  })
})

describe('a tracker that reconnects', () => {
  it.each([
    ['from another address, the old socket closed', true, OTHER_ADDRESS],
    ['from the same address, the old socket silent', false, REAL_ADDRESS],
  ])('is not contested and may get a cut: %s', async (_, isClosed, address) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const before = await dial(gateway, REAL_ADDRESS)
    if (isClosed) {
      before.socket.destroy()
      await until(() => !registry.sessions.has(ID))
    }
    const after = await dial(gateway, address)
    expect(await order(bus, registry, cut)).toBeNull()
    await until(() => heard(after).includes(',S20,'))
    expect(bus.sessionReports().filter(({ event }) => event === 'contested')).toEqual([])
  })

  it('from another address while the old socket stays silent may get a cut after a minute', async () => {
    const [registry, bus, clock] = [new TestRegistry(ID), new TestBus(), createClock()]
    const gateway = await start(registry, bus, { now: clock.now })
    await dial(gateway, REAL_ADDRESS)
    const after = await dial(gateway, OTHER_ADDRESS)
    expect(await order(bus, registry, cut)).toMatch(/^contested: another connection/)
    clock.skip(61_000)
    await speak(gateway, after, { at: clock.now() })
    expect(await order(bus, registry, cut)).toBeNull()
    expect(bus.sessionReports().filter(({ event }) => event === 'contested')).toEqual([])
  })

  it('while driving gets no cut, because the frames of the closed socket still count', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const before = await dial(gateway, REAL_ADDRESS, { kmh: 111 })
    before.socket.destroy()
    await until(() => !registry.sessions.has(ID))
    await dial(gateway, REAL_ADDRESS, { kmh: 0 })
    expect(await order(bus, registry, cut)).toMatch(/^interlock: moving: a recent fix 111/)
  })

  it('gets no cut when a flood of frames hides the last minute', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await dial(gateway, REAL_ADDRESS, { kmh: 111 })
    for (let n = 0; n < 200; n++) tracker.send(v1({ at: Date.now() + n }))
    await until(() => gateway.log.frames().length === 201)
    expect(await order(bus, registry, cut)).toMatch(/^interlock: the device sent more frames/)
  })
})

describe('a command with a secret', () => {
  const stranger = { establishedFrom: null }

  it('is written to a session of a known network at once', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await dial(gateway, '127.0.200.1')
    expect(await order(bus, registry, secret)).toBeNull()
    await until(() => heard(tracker) === '8057391 20')
  })

  it('is not written to a session of a new network, and reports until when', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, stranger)
    const gateway = await start(registry, bus)
    const tracker = await dial(gateway, REAL_ADDRESS)
    expect(await order(bus, registry, secret)).toMatch(/^not-established: .* after two frames and a minute/)
    await speak(gateway, tracker)
    expect(await order(bus, registry, secret)).toMatch(/^not-established: .* it is written from 2\d{3}-/)
    const harmless = { ...secret, password: '0000' }
    expect(await order(bus, registry, harmless)).toBeNull()
    await until(() => heard(tracker) === '8050000 20')
  })

  it.each([
    ['a typed password', { intent: 'raw', dialect: 'text', raw: Buffer.from('8054321 20').toString('hex') }],
    [
      'a new password',
      { intent: 'set-password', dialect: 'text', params: { newPassword: '4321' }, password: '0000' },
    ],
    [
      'access data of an APN',
      { intent: 'set-apn', dialect: 'h02', params: { apn: 'iot', user: 'u', apnPassword: 'p' } },
    ],
    ['what control calls a secret', { intent: 'read-status', secret: true }],
  ])('waits as well when it is %s', async (_, what) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, stranger)
    const gateway = await start(registry, bus)
    const tracker = await dial(gateway, REAL_ADDRESS)
    await speak(gateway, tracker)
    expect(await order(bus, registry, what)).toMatch(/^not-established/)
    expect(heard(tracker)).toBe('')
  })

  it('is written when the session has become established, which is reported', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, stranger)
    const gateway = await start(registry, bus, { timeScale: 0.01 })
    const tracker = await dial(gateway, REAL_ADDRESS)
    await speak(gateway, tracker)
    await until(() => bus.sessionReports().some(({ event }) => event === 'established'))
    expect(await order(bus, registry, secret)).toBeNull()
  })

  it('causes no report of an established session when nothing waits', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, stranger)
    registry.hasWork = false
    const gateway = await start(registry, bus, { timeScale: 0.01 })
    await speak(gateway, await dial(gateway, REAL_ADDRESS))
    await until(() => registry.established.includes(ID))
    expect(await order(bus, registry, secret)).toBeNull()
    expect(bus.sessionReports()).toEqual([])
  })

  it('is retried by control when the registry cannot store the network', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, stranger)
    registry.hasWork = false
    const gateway = await start(registry, bus, { timeScale: 0.01 })
    const tracker = await dial(gateway, REAL_ADDRESS)
    registry.isUnavailable = true
    await speak(gateway, tracker)
    await until(() => bus.sessionReports().some(({ event }) => event === 'established'))
  })

  it('is not written to a session with one frame, or with a second socket beside it', async () => {
    const [registry, bus, clock] = [new TestRegistry(ID), new TestBus(), createClock()]
    registry.answers.set(ID, stranger)
    const gateway = await start(registry, bus, { now: clock.now, timeScale: 0.1 })
    const real = await dial(gateway, REAL_ADDRESS)
    clock.skip(10_000)
    expect(await order(bus, registry, secret)).toMatch(/^not-established/)
    const other = await dial(gateway, OTHER_ADDRESS)
    await speak(gateway, real)
    for (let n = 0; n < 3; n++) {
      await speak(gateway, other)
      clock.skip(7_000)
    }
    expect(await order(bus, registry, secret)).toMatch(/^not-established/)
    expect(bus.sessionReports().filter(({ event }) => event === 'established')).toEqual([])
  })
})

describe('one socket with many ids', () => {
  const ids = Array.from({ length: 16 }, (_, n) => `91700000${10 + n}`)

  it('opens sessions for two devices of a new network, and for others once those are established', async () => {
    const [registry, bus] = [new TestRegistry(...ids), new TestBus()]
    for (const deviceId of ids) registry.answers.set(deviceId, { establishedFrom: null })
    const gateway = await start(registry, bus, { timeScale: 0.01 })
    const tracker = await gateway.connect(REAL_ADDRESS)
    tracker.send(ids.map((deviceId) => v1({ deviceId })).join(''))
    await until(() => gateway.log.frames().length === 2)
    await until(() => gateway.metrics().some((line) => line.includes('"unestablished"')))
    expect(registry.logins.map(({ deviceId }) => deviceId)).toEqual(ids.slice(0, 2))
    for (const deviceId of ids.slice(0, 2)) tracker.send(v1({ deviceId }))
    await until(() => bus.sessionReports().length === 2)
    tracker.send(
      ids
        .slice(2, 5)
        .map((deviceId) => v1({ deviceId }))
        .join(''),
    )
    await until(() => registry.logins.length === 4 && gateway.log.frames().length === 6)
    expect(registry.logins.map(({ deviceId }) => deviceId)).toEqual(ids.slice(0, 4))
  })

  it('from a known network opens sessions for all of them', async () => {
    const [registry, bus] = [new TestRegistry(...ids), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await gateway.connect(REAL_ADDRESS)
    tracker.send(ids.map((deviceId) => v1({ deviceId })).join(''))
    await until(() => gateway.log.frames().length === 16)
  })

  it('with unregistered ids has two of them looked up', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await gateway.connect(REAL_ADDRESS)
    tracker.send(v1() + ids.map((deviceId) => v1({ deviceId })).join('') + v1())
    await until(() => gateway.log.frames().length === 2)
    await until(() => registry.unknown.size === 2)
    await until(() => gateway.metrics().some((line) => line.includes('"unestablished"')))
    expect([...registry.unknown.keys()]).toEqual(ids.slice(0, 2))
    expect(tracker.isClosed).toBe(false)
  })
})

describe('a device with allowed sources', () => {
  it('refuses a session from another address: not stored, not acknowledged, reported once', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, { sources: ['127.0.0.0/16'] })
    const gateway = await start(registry, bus)
    const real = await dial(gateway, REAL_ADDRESS)
    for (let n = 0; n < 2; n++) {
      const stranger = await gateway.connect(OTHER_ADDRESS)
      for (let frame = 0; frame < 3; frame++) stranger.send(v1())
      await until(() => stranger.isClosed)
      expect(stranger.received).toBe('')
    }
    expect(gateway.log.frames()).toHaveLength(1)
    expect(real.isClosed).toBe(false)
    expect(registry.sessions.get(ID)?.remoteAddress).toBe(REAL_ADDRESS)
    expect(bus.published.filter(({ message }) => message.kind === 'source-refused')).toMatchObject([
      { message: { deviceId: ID, remoteAddress: OTHER_ADDRESS } },
    ])
    expect(gateway.metrics().join()).toContain('"SourcesRefused":2')
  })

  it('has its session ended when changed sources do not allow it', async () => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus)
    const tracker = await dial(gateway, REAL_ADDRESS)
    registry.answers.set(ID, { sources: ['10.0.0.0/8'] })
    bus.control('g1', { v: 1, kind: 'changed', deviceId: ID })
    await until(() => tracker.isClosed)
  })
})
