import { describe, expect, it } from 'vitest'
import { createUnknownIds } from '../../container/sessions/unknown-ids.ts'
import { TestRegistry } from './harness.ts'
import { TestBus } from './test-bus.ts'
import { until, useGateways } from './test-gateways.ts'

const [ID, OTHER_ID] = ['9170000000', '9170000001']
const v1 = (deviceId = ID, n = 0): string =>
  `*HQ,${deviceId},V1,${String(100000 + n)},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
const start = useGateways()

describe('tokens for unknown ids', () => {
  it('are 20 for an address and one more each second', () => {
    let at = 0
    const ids = createUnknownIds({ monotonic: () => at })
    const takeAll = (address: string): number => {
      let taken = 0
      while (ids.takeToken(address)) taken++
      return taken
    }
    expect(takeAll('192.0.2.1')).toBe(20)
    at += 5_000
    expect(takeAll('192.0.2.1')).toBe(5)
    ids.giveTokenBack('192.0.2.1')
    expect(takeAll('192.0.2.1')).toBe(1)
  })

  it('are 200 for the gateway, and 20 more each second', () => {
    let at = 0
    const ids = createUnknownIds({ monotonic: () => at })
    const addresses = Array.from({ length: 1_000 }, (_, n) => `192.0.2.${n}`)
    expect(addresses.filter((address) => ids.takeToken(address))).toHaveLength(200)
    at += 2_000
    expect(addresses.filter((address) => ids.takeToken(address))).toHaveLength(40)
  })
})

describe('an id that was refused', () => {
  it('is not looked up again within a minute, unless it may have been registered', () => {
    let at = 0
    const ids = createUnknownIds({ monotonic: () => at })
    ids.refused(ID, null)
    expect(ids.refusalOf(ID, '192.0.2.1')).toBe('unregistered')
    at += 60_001
    expect(ids.refusalOf(ID, '192.0.2.1')).toBe(null)
    ids.refused(ID, null)
    ids.forget(ID)
    expect(ids.refusalOf(ID, '192.0.2.1')).toBe(null)
  })

  it('because of its address is looked up again from another address', () => {
    const ids = createUnknownIds({ monotonic: () => 0 })
    ids.refused(ID, '192.0.2.1')
    expect([ids.refusalOf(ID, '192.0.2.1'), ids.refusalOf(ID, '192.0.2.2')]).toEqual(['source', null])
  })

  it('causes no read of the table when it connects again', async () => {
    const registry = new TestRegistry()
    const { connect } = await start(registry)
    for (let n = 0; n < 3; n++) {
      const tracker = await connect()
      for (let m = 0; m < 3; m++) tracker.send(v1(ID, m))
      await until(() => tracker.isClosed)
    }
    expect(registry.logins).toHaveLength(1)
  })
})

describe('a socket that names made-up ids', () => {
  const madeUp = (n: number): string => v1(String(400_000_000_000_000 + n))

  it.each([
    ['all at once', async () => {}],
    ['one after the other', (registry: TestRegistry) => until(() => registry.unknown.size === 2)],
  ])('%s has two ids listed, and is closed', async (_, betweenSends) => {
    const registry = new TestRegistry()
    const { connect } = await start(registry)
    const sprayer = await connect()
    sprayer.send(madeUp(0) + madeUp(1))
    await betweenSends(registry)
    sprayer.send(madeUp(2) + madeUp(3) + madeUp(4))
    await until(() => sprayer.isClosed)
    expect(registry.logins).toHaveLength(2)
  })
})

describe('a tracker that was registered here before', () => {
  it('does not wait behind unknown ids', async () => {
    const registry = new TestRegistry(ID)
    const { log, connect } = await start(registry)
    const first = await connect()
    first.send(v1())
    await until(() => first.received !== '')
    first.socket.destroy()
    await until(() => registry.logouts.length === 1)
    // The registry hangs for all of these.
    const login = registry.login.bind(registry)
    registry.login = (request) => (request.deviceId === ID ? login(request) : new Promise(() => {}))
    for (let n = 0; n < 60; n++) {
      const sprayer = await connect('127.0.0.9')
      sprayer.send(v1(String(400_000_000_000_000 + n)))
    }
    const again = await connect()
    again.send(v1(ID, 1))
    await until(() => again.received !== '')
    expect(log.frames()).toEqual([v1(), v1(ID, 1)])
  })
})

describe('an id that is not registered', () => {
  const reportsOf = (bus: TestBus) =>
    bus.published.flatMap(({ message }) =>
      ['unknown-seen', 'registered'].includes(message.kind) ? [message] : [],
    )

  it('is reported when it is listed for the first time, with what it sent', async () => {
    const [registry, bus] = [new TestRegistry(), new TestBus()]
    let ahead = 0
    const { connect } = await start(registry, {
      downlink: bus.downlink(1),
      monotonic: () => performance.now() + ahead,
    })
    for (const id of [ID, ID, OTHER_ID]) {
      const tracker = await connect()
      tracker.send(v1(id).repeat(3))
      await until(() => tracker.isClosed)
      // The refusal is remembered for a minute.
      ahead += 60_001
    }
    await until(() => reportsOf(bus).length === 2)
    expect(registry.logins.map(({ deviceId }) => deviceId)).toEqual([ID, ID, OTHER_ID])
    expect(reportsOf(bus)).toMatchObject(
      [ID, OTHER_ID].map((deviceId) => ({
        kind: 'unknown-seen',
        deviceId,
        gatewayId: 'g1',
        remoteAddress: '127.0.0.1',
        sampleType: 'V1',
      })),
    )
  })

  it('is not reported after 60 others at once; one more is reported each minute', async () => {
    const [registry, bus] = [new TestRegistry(), new TestBus()]
    let ahead = 0
    const { connect } = await start(registry, {
      downlink: bus.downlink(1),
      monotonic: () => performance.now() + ahead,
    })
    const idOf = (n: number) => String(1_000_000_000 + n)
    for (let n = 0; n <= 70; n++) {
      // A lookup of each is allowed once a second: 70 of them take a minute.
      ahead += n === 70 ? 10 * 60_000 : 1_000
      const tracker = await connect()
      tracker.send(v1(idOf(n)).repeat(3))
      await until(() => tracker.isClosed)
    }
    await until(() => reportsOf(bus).at(-1)?.deviceId === idOf(70))
    expect(registry.unknown.size).toBe(71)
    expect(reportsOf(bus)).toHaveLength(62)
  })

  it('is reported once when it registers itself', async () => {
    const [registry, bus] = [new TestRegistry(), new TestBus()]
    registry.isOpen = true
    const { log, connect } = await start(registry, { registration: 'open', downlink: bus.downlink(1) })
    for (let n = 1; n <= 2; n++) {
      const tracker = await connect()
      tracker.send(v1(ID, n))
      await until(() => log.frames().length === n)
      tracker.socket.destroy()
    }
    expect(reportsOf(bus)).toMatchObject([{ kind: 'registered', deviceId: ID, gatewayId: 'g1' }])
  })
})

describe('a device that sends more than its daily limit', () => {
  it.each([
    ['frames', { framesPerDeviceDay: 5 }],
    ['bytes', { bytesPerDeviceDay: 5 * v1().length }],
  ])('of %s has the rest dropped over all of its sockets, counted, and reported once', async (_, limit) => {
    let ahead = 0
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const { log, metrics, connect } = await start(registry, {
      ...limit,
      downlink: bus.downlink(1),
      idleMs: 10 * 86_400_000,
      monotonic: () => performance.now() + ahead,
    })
    const first = await connect()
    for (let n = 0; n < 3; n++) first.send(v1(ID, n))
    await until(() => log.frames().length === 3)
    first.socket.destroy()
    await until(() => registry.logouts.length === 1)
    const second = await connect()
    for (let n = 3; n < 8; n++) second.send(v1(ID, n))
    const limits = () => bus.published.filter(({ message }) => message.kind === 'daily-limit')
    await until(() => log.frames().length === 5 && limits().length === 1)
    await until(() => metrics().join().includes('"daily-limit"'))
    expect(second.isClosed).toBe(false)
    ahead += 86_400_001
    second.send(v1(ID, 8))
    await until(() => log.frames().length === 6)
    expect(log.frames().at(-1)).toBe(v1(ID, 8))
    expect(limits()).toHaveLength(1)
  })
})
