import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock, TestRegistry, watchAcks } from './harness.ts'
import { until, useGateways } from './test-gateways.ts'

const ID = '9170000000'
const OTHER = '9170000001'
const v1 = (deviceId = ID, n = 0): string =>
  `*HQ,${deviceId},V1,${String(100000 + n)},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#`
const record = Buffer.from('2491700000001626042505234221210206007525961c024133ffffbbffff0001', 'hex')
const mileage = Buffer.from('5800009814991024031101175540227006012321670c000095fffffbffff0033', 'hex')

const start = useGateways()

describe('a tracker', () => {
  it('is acknowledged only after the log has its frame, with its own maker code', async () => {
    const { gateway, log, connect } = await start(new TestRegistry(ID))
    log.isHeld = true
    const tracker = await connect()
    await until(() => gateway.connections.size === 1)
    const earlyAcks = watchAcks([...gateway.connections][0]!, log)
    tracker.send(v1().replace('*HQ', '*TH'))
    await until(() => log.isAsked)
    tracker.send(v1(ID, 1))
    log.letGo()
    await until(() => tracker.received.split('#').length === 3)
    expect(earlyAcks()).toBe(0)
    expect(tracker.received).toMatch(/^(\*(TH|HQ),9170000000,R12,\d{6}#){2}$/)
    expect(log.frames()).toEqual([v1().replace('*HQ', '*TH'), v1(ID, 1)])
  })

  it('has its session in the log: opened, frames in order, closed', async () => {
    const registry = new TestRegistry(ID)
    const { log, connect } = await start(registry)
    const tracker = await connect()
    tracker.send(v1() + v1(ID, 1))
    await until(() => log.frames().length === 2)
    tracker.socket.end()
    await until(() => log.events.length === 4)
    expect(log.events.map(({ kind, seq }) => `${seq} ${kind}`)).toEqual([
      '1 opened',
      '2 frame',
      '3 frame',
      '4 closed',
    ])
    expect(new Set(log.events.map(({ sessionId }) => sessionId)).size).toBe(1)
    expect(Buffer.from(log.events[0]!.raw).toString()).toBe('127.0.0.1')
    await until(() => registry.logouts.length === 1)
  })

  it('has X records and frames without an id counted as its own', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    tracker.send(Buffer.concat([record, mileage, Buffer.from(v1('', 1))]))
    await until(() => log.events.length === 4)
    expect(log.events.map(({ deviceId, kind }) => `${deviceId} ${kind}`).slice(1)).toEqual(
      Array(3).fill(`${ID} frame`),
    )
  })

  it('has frames that came before its id counted as its own', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    tracker.send(v1('', 7))
    tracker.send(v1(ID, 8))
    await until(() => log.frames(ID).length === 2)
    expect(log.frames(ID)).toEqual([v1('', 7), v1(ID, 8)])
  })

  it('has a $ record delivered after a short silence', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    tracker.send(record)
    await until(() => log.events.some(({ kind }) => kind === 'frame'))
    expect(Buffer.from(log.events[1]!.raw).equals(record)).toBe(true)
  })

  it('is acknowledged according to its own settings', async () => {
    const third = '9170000002'
    const registry = new TestRegistry(ID, OTHER, third)
    registry.registered.set(ID, 'V4')
    registry.registered.set(OTHER, 'none')
    const { log, connect } = await start(registry)
    const [a, b] = [await connect(), await connect()]
    a.send(v1())
    b.send(v1(OTHER))
    await until(() => a.received !== '' && log.frames(OTHER).length === 1)
    expect(a.received).toMatch(/^\*HQ,9170000000,V4,V1,\d{14}#$/)
    // The next ack on that socket: one for the previous frame would come first.
    b.send(v1(third))
    await until(() => b.received !== '')
    expect(b.received).toMatch(/^\*HQ,9170000002,R12,\d{6}#$/)
  })
})

describe('a device that no one registered', () => {
  it('is listed with a sample, not stored, not acknowledged, and disconnected soon', async () => {
    const registry = new TestRegistry()
    const { log, connect } = await start(registry)
    const tracker = await connect()
    for (let n = 0; n < 3; n++) tracker.send(v1(ID, n))
    await until(() => tracker.isClosed)
    expect(registry.unknown).toEqual(new Map([[ID, 'V1']]))
    expect(tracker.received).toBe('')
    expect(log.events).toEqual([])
  })

  it('registers itself where registration is open', async () => {
    const registry = new TestRegistry()
    registry.isOpen = true
    const { connect } = await start(registry, { registration: 'open' })
    const tracker = await connect()
    tracker.send(v1())
    await until(() => tracker.received !== '')
    expect(registry.registered.has(ID)).toBe(true)
  })

  it('is only listed when it is the second on its socket, even where registration is open', async () => {
    const registry = new TestRegistry()
    registry.isOpen = true
    const { log, connect } = await start(registry, { registration: 'open' })
    const tracker = await connect()
    tracker.send(v1() + v1(OTHER, 1) + v1(OTHER, 2) + v1(OTHER, 3) + v1(ID, 4))
    await until(() => log.frames(ID).length === 2 && registry.unknown.has(OTHER))
    expect(log.frames(OTHER)).toEqual([])
    expect(tracker.isClosed).toBe(false)
  })
})

describe('two registered devices on one socket', () => {
  it('each have a session and a frame count', async () => {
    const { log, connect } = await start(new TestRegistry(ID, OTHER))
    const tracker = await connect()
    tracker.send(v1(ID, 1) + v1(OTHER, 1) + v1(ID, 2) + v1(OTHER, 2))
    await until(() => log.frames().length === 4)
    const of = (deviceId: string) => log.events.filter((event) => event.deviceId === deviceId)
    expect(of(ID).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(of(OTHER).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(of(ID)[0]!.sessionId).not.toBe(of(OTHER)[0]!.sessionId)
  })
})

describe('a second socket of a device', () => {
  it('from the same address replaces the first', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const first = await connect()
    first.send(v1(ID, 1))
    await until(() => first.received !== '')
    const second = await connect()
    second.send(v1(ID, 2))
    await until(() => first.isClosed && second.received !== '')
    expect(log.events.map(({ kind }) => kind)).toContain('closed')
  })

  it('from another address leaves the first one readable', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const first = await connect('127.0.0.1')
    first.send(v1(ID, 1))
    await until(() => log.frames().length === 1)
    const second = await connect('127.0.0.2')
    second.send(v1(ID, 2))
    await until(() => log.frames().length === 2)
    first.send(v1(ID, 3))
    await until(() => log.frames().length === 3)
    expect(first.isClosed).toBe(false)
  })
})

describe('while the registry does not answer', () => {
  it('frames wait and nothing is acknowledged; then all of them go in', async () => {
    const registry = new TestRegistry(ID)
    registry.isUnavailable = true
    const { gateway, lines, log, connect } = await start(registry)
    const tracker = await connect()
    await until(() => gateway.connections.size === 1)
    const earlyAcks = watchAcks([...gateway.connections][0]!, log)
    const sent = Array.from({ length: 40 }, (_, n) => v1(ID, n))
    tracker.send(sent.join(''))
    await until(() => lines.some(({ message }) => message.startsWith('registry not reachable')))
    registry.isUnavailable = false
    await until(() => tracker.received.split('#').length === sent.length + 1)
    expect(log.frames()).toEqual(sent)
    expect(earlyAcks()).toBe(0)
  })

  it('a socket is paused at 64 kB and loses nothing', async () => {
    const registry = new TestRegistry(ID)
    registry.isUnavailable = true
    const { gateway, log, connect } = await start(registry)
    const tracker = await connect()
    const sent = Array.from({ length: 2_000 }, (_, n) => v1(ID, n))
    for (let i = 0; i < sent.length; i += 50) tracker.send(sent.slice(i, i + 50).join(''))
    await until(() => [...gateway.connections].some((connection) => connection.isPaused))
    expect(gateway.sockets.pressure.heldBytes).toBeLessThan(800_000)
    registry.isUnavailable = false
    await until(() => log.frames().length === sent.length)
    expect(log.frames()).toEqual(sent)
    expect(gateway.sockets.pressure.heldBytes).toBe(0)
  })

  it('a login that was sent before its socket closed goes on, and the session ends at once', async () => {
    const registry = new TestRegistry(ID)
    const answered = Promise.withResolvers<void>()
    registry.answering = () => answered.promise
    const { log, connect, gateway } = await start(registry)
    const tracker = await connect()
    tracker.send(v1())
    await until(() => registry.logins.length === 1)
    tracker.socket.end()
    await until(() => tracker.isClosed && gateway.connections.size === 0)
    answered.resolve()
    await until(() => log.events.length === 3)
    expect(log.events.map(({ kind }) => kind)).toEqual(['opened', 'frame', 'closed'])
    await until(() => !registry.sessions.has(ID))
  })

  it('a tracker that connects six times logs in once, with its open socket', async () => {
    const registry = new TestRegistry(ID)
    registry.isUnavailable = true
    const { gateway, lines, log, connect, metrics } = await start(registry)
    for (let n = 0; n < 5; n++) {
      const dead = await connect()
      dead.send(v1(ID, n))
      await until(() => gateway.sockets.pressure.heldBytes > 0)
      dead.socket.destroy()
      await until(() => gateway.connections.size === 0)
    }
    const living = await connect()
    living.send(v1(ID, 5))
    await until(() => lines.some(({ message }) => message.startsWith('registry not reachable')))
    registry.isUnavailable = false
    await until(() => living.received !== '')
    expect(registry.logins).toHaveLength(1)
    expect(log.events.map(({ kind }) => kind)).toEqual(['opened', 'frame'])
    expect(gateway.sockets.pressure.heldBytes).toBe(0)
    expect(living.isClosed).toBe(false)
    await until(() => metrics().join().includes('"closed-unanswered"'))
  })
})

describe('while the log is unavailable', () => {
  it('sockets pause at the bound, nothing is acknowledged, and nothing is lost', async () => {
    const devices = Array.from({ length: 20 }, (_, i) => String(9_170_000_000 + i))
    const { gateway, log, connect } = await start(new TestRegistry(...devices), { maxBufferedBytes: 100_000 })
    log.isUnavailable = true
    const trackers = await Promise.all(devices.map(() => connect()))
    const sent = new Map(
      devices.map((device) => [device, Array.from({ length: 300 }, (_, n) => v1(device, n))]),
    )
    for (const [i, device] of devices.entries()) {
      for (const frame of sent.get(device)!) trackers[i]!.send(frame)
    }
    const paused = () => [...gateway.connections].filter(({ isPaused }) => isPaused)
    await until(() => paused().length === devices.length)
    expect(trackers.map(({ received }) => received).join('')).toBe('')
    log.isUnavailable = false
    await until(() => log.frames().length === devices.length * 300)
    for (const device of devices) expect(log.frames(device)).toEqual(sent.get(device))
    await until(() => trackers.every(({ received }) => received.split('#').length === 301))
  })

  it('each device keeps its order, once per frame, under any refusals', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.double({ min: 0.05, max: 0.6, noNaN: true }),
        async (seed, share) => {
          const devices = Array.from({ length: 12 }, (_, i) => String(8_000_000_000 + i * 977))
          const { log, connect } = await start(new TestRegistry(...devices))
          let random = seed
          log.refuse = () => {
            random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
            return random / 2 ** 32 < share
          }
          const trackers = await Promise.all(devices.map(() => connect()))
          for (let n = 0; n < 40; n++) {
            for (const [i, device] of devices.entries()) trackers[i]!.send(v1(device, n))
            // Not all of it in one call.
            const known = log.frames().length
            if (n % 10 === 9) await until(() => log.frames().length > known)
          }
          await until(() => log.frames().length >= devices.length * 40)
          for (const device of devices) {
            expect(log.frames(device)).toEqual(Array.from({ length: 40 }, (_, n) => v1(device, n)))
          }
        },
      ),
      { numRuns: 5 },
    )
  })
})

describe('limits of the gateway', () => {
  it('close a socket that speaks another protocol, with a hint in the log', async () => {
    const { lines, connect } = await start(new TestRegistry(ID))
    const visitor = await connect()
    visitor.send('GET / HTTP/1.1\r\n\r\n')
    await until(() => visitor.isClosed)
    expect(lines.find(({ protocol }) => protocol === 'HTTP')?.message).toContain('web client')
  })

  it('close a socket that names no device in time', async () => {
    const { connect } = await start(new TestRegistry(ID), { loginMs: 30 })
    const silent = await connect()
    await until(() => silent.isClosed)
  })

  it('close a socket that has been silent too long', async () => {
    const clock = createClock()
    const { log, connect } = await start(new TestRegistry(ID), { now: clock.now })
    const tracker = await connect()
    tracker.send(v1())
    await until(() => log.frames().length === 1)
    clock.skip(61_000)
    await until(() => tracker.isClosed && log.events.length === 3)
    expect(log.events.map(({ kind }) => kind)).toEqual(['opened', 'frame', 'closed'])
  })

  it('refuse connections beyond the total and beyond the share of one address', async () => {
    const { connect, gateway } = await start(new TestRegistry(ID), { maxConnections: 3, maxPerAddress: 2 })
    const [, , third] = [await connect(), await connect(), await connect()]
    await until(() => third.isClosed)
    await connect('127.0.0.2')
    const fifth = await connect('127.0.0.3')
    await until(() => fifth.isClosed)
    expect(gateway.connections.size).toBe(3)
  })

  it('slow a flood down without losing a frame', async () => {
    // Its clock stands still, so that it earns nothing while the flood is read, however long that takes.
    let at = Date.now()
    const { gateway, log, connect } = await start(new TestRegistry(ID), {
      framesPerSecond: 200,
      now: () => at,
    })
    const tracker = await connect()
    const sent = Array.from({ length: 4_300 }, (_, n) => v1(ID, n))
    tracker.send(sent.join(''))
    await until(() => [...gateway.connections].some(({ isPaused }) => isPaused))
    await until(() => {
      at += 10
      return log.frames().length === sent.length
    })
    expect(log.frames()).toEqual(sent)
  })

  it('protect other sessions from any bytes on one socket', async () => {
    const { log, connect, gateway } = await start(new TestRegistry(ID))
    const neighbour = await connect()
    neighbour.send(v1(ID, 1))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (chunks) => {
        const visitor = await connect()
        for (const chunk of chunks) visitor.send(chunk)
        visitor.socket.end()
        await until(() => visitor.isClosed)
      }),
      { numRuns: 30 },
    )
    await until(() => gateway.connections.size === 1)
    neighbour.send(v1(ID, 2))
    await until(() => log.frames(ID).length === 2)
    expect(neighbour.isClosed).toBe(false)
  })
})

describe('metrics of the gateway', () => {
  it('count frames by type and never name a device', async () => {
    const { log, metrics, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    tracker.send(v1() + `*HQ,${ID},XT#*HQ,${ID},NONSENSE,1#`)
    await until(() => log.frames().length === 3)
    const lines = metrics()
    const frames = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => 'Frames' in line)
    expect(frames.map(({ type, Frames }) => `${String(type)} ${String(Frames)}`).toSorted()).toEqual([
      'V1 1',
      'XT 1',
      'other 1',
    ])
    expect(lines.join('\n')).not.toContain(ID)
  })
})
