import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startHealth } from '../../container/health.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import { createStopping, drain } from '../../container/drain.ts'
import { readSettings } from '../../container/settings.ts'
import { createClock, TestRegistry } from './harness.ts'
import { until, useGateways } from './test-gateways.ts'
import { silent } from '../silent-log.ts'

const ID = '9170000000'
const OTHER = '9170000001'
const v1 = (deviceId = ID, n = 0): string =>
  `*HQ,${deviceId},V1,${String(100000 + n)},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#`

const start = useGateways()

describe('a second id on a socket', () => {
  it('is accepted on the same socket once it is registered', async () => {
    const clock = createClock()
    const registry = new TestRegistry(ID)
    const { log, connect } = await start(registry, { now: clock.now, idleMs: 600_000 })
    const tracker = await connect()
    tracker.send(v1(ID, 1) + v1(OTHER, 1))
    await until(() => log.frames(ID).length === 1 && registry.unknown.has(OTHER))
    registry.registered.set(OTHER, 'auto')
    tracker.send(v1(OTHER, 2))
    tracker.send(v1(ID, 2))
    await until(() => log.frames(ID).length === 2)
    expect(log.frames(OTHER)).toEqual([])
    clock.skip(61_000)
    tracker.send(v1(OTHER, 3) + v1(OTHER, 4))
    await until(() => log.frames(OTHER).length === 2)
    expect(log.frames(OTHER)).toEqual([v1(OTHER, 3), v1(OTHER, 4)])
  })
})

describe('frames without a device id', () => {
  it('are held up to 8 kB and counted, whether more come or the socket closes', async () => {
    const { gateway, log, connect, metrics } = await start(new TestRegistry(ID))
    const tracker = await connect()
    await until(() => gateway.connections.size === 1)
    for (let n = 0; n < 60; n++) tracker.send(v1('', n))
    tracker.send('*HQ,')
    tracker.socket.end()
    await until(() => gateway.connections.size === 0)
    const dropped = metrics()
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => 'NotForwarded' in line)
      .map(({ reason, NotForwarded }) => [reason, NotForwarded])
    expect(Object.fromEntries(dropped)).toEqual({ 'no-id': 61 })
    expect(log.events).toEqual([])
  })

  it('go to the first device named later on the socket, at most 8 kB of them', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    const sent = Array.from({ length: 300 }, (_, n) => v1('', n))
    tracker.send(sent.join('') + v1(ID, 400))
    await until(() => log.frames(ID).includes(v1(ID, 400)))
    const claimed = log.frames(ID).slice(0, -1)
    expect(claimed).toEqual(sent.slice(0, claimed.length))
    expect(claimed.length).toBeGreaterThan(5)
    expect(claimed.join('').length).toBeLessThanOrEqual(8 * 1_024)
  })

  it('go to the device named last before them', async () => {
    const registry = new TestRegistry(ID)
    registry.registered.set(OTHER, 'auto')
    const { log, connect } = await start(registry)
    const tracker = await connect()
    tracker.send(v1(ID, 1) + v1(OTHER, 1) + v1('', 2) + v1(ID, 3) + v1('', 4))
    await until(() => log.frames().length === 5)
    expect(log.frames(ID)).toEqual([v1(ID, 1), v1(ID, 3), v1('', 4)])
    expect(log.frames(OTHER)).toEqual([v1(OTHER, 1), v1('', 2)])
  })
})

describe('bytes that are not a frame', () => {
  const textOf = ({ kind, raw, length }: SessionEvent) => [kind, Buffer.from(raw).toString(), length]

  it('go to the log in order, unacknowledged, with the device of their socket', async () => {
    const { log, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    const sms = `*HQ,${ID},SMS,C10#`
    tracker.send(`SET OK${sms}:1:139,2:#`)
    tracker.send(`*HQ,${ID},XT#`)
    await until(() => log.frames().length === 2)
    tracker.send('half a text')
    await until(() => log.events.filter(({ kind }) => kind === 'rest').length === 3)
    expect(log.events.slice(1).map(textOf)).toEqual([
      ['rest', 'SET OK', 6],
      ['frame', sms, undefined],
      ['rest', ':1:139,2:#', 10],
      ['frame', `*HQ,${ID},XT#`, undefined],
      ['rest', 'half a text', 11],
    ])
    expect(log.events.filter(({ kind }) => kind === 'rest').every(({ ack }) => ack === 'none')).toBe(true)
  })
})

describe('a wall clock that steps', () => {
  const record = Buffer.from(
    '2441091611600815192803163336572006073015290c000000fffffbfdff00150000000000019a030000000009',
    'hex',
  )
  it.each([-3_600_000, -86_400_000, 3_600_000, 86_400_000])(
    'by %d ms does not affect sockets, records, the flush or acks',
    async (step) => {
      let wall = Date.now()
      let passed = 0
      const { gateway, log, connect } = await start(new TestRegistry(ID, '4109161160'), {
        now: () => wall,
        monotonic: () => passed,
        framesPerSecond: 5,
        idleMs: 600_000,
      })
      const tracker = await connect()
      const pass = (holds: () => boolean) =>
        until(() => {
          passed += 20
          return holds()
        })
      tracker.send(v1(ID, 0))
      await pass(() => tracker.received !== '')
      wall += step
      // Enough to use up all tokens, which come back with time that passes.
      for (let n = 1; n <= 120; n++) tracker.send(v1(ID, n))
      await pass(() => log.frames(ID).length === 121)
      tracker.send(record)
      await pass(() => log.frames('4109161160').length === 1)
      expect(log.events.at(-1)?.receivedAt).toBe(wall)
      expect(gateway.connections.size).toBe(1)
    },
  )
})

describe('a frame with a malformed id', () => {
  it.each(['ABC123', '12345678901234567'])(
    'belongs to no device and is not acknowledged: %s',
    async (other) => {
      const { log, connect, metrics } = await start(new TestRegistry(ID))
      const tracker = await connect()
      tracker.send(v1(ID, 0))
      await until(() => tracker.received !== '')
      const { received } = tracker
      tracker.send(v1(other, 1))
      tracker.send(`*HQ,${ID},XT#`)
      await until(() => log.frames().length === 2)
      expect(log.frames().map((frame) => frame.includes(other))).toEqual([false, false])
      expect(tracker.received).toBe(received)
      tracker.socket.end()
      await until(() => metrics().some((line) => line.includes('malformed-id')))
    },
  )
})

describe('a flood of new devices while the registry does not answer', () => {
  it('pauses the sockets that wait, and not those of known devices', async () => {
    const registry = new TestRegistry(ID, OTHER)
    const { gateway, log, connect } = await start(registry, { maxBufferedBytes: 20_000 })
    const known = await connect('127.0.0.1')
    known.send(v1(ID, 0))
    await until(() => known.received !== '')
    registry.isUnavailable = true
    const waiting = await connect('127.0.0.2')
    for (let n = 0; n < 400; n++) waiting.send(v1(OTHER, n))
    await until(() => gateway.sockets.pressure.isHeldFull)
    for (let n = 1; n <= 20; n++) known.send(v1(ID, n))
    await until(() => log.frames(ID).length === 21)
    // One read of a socket holds all of its frames.
    expect(gateway.sockets.pressure.heldBytes).toBeLessThan(400_000)
    expect([...gateway.connections].map(({ isPaused }) => isPaused)).toEqual([false, true])
    registry.isUnavailable = false
    await until(() => log.frames(OTHER).length === 400)
  })
})

describe('many logins and logouts at once', () => {
  it('reach the registry a few at a time, and all succeed', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => String(9_170_000_000 + i))
    const registry = new TestRegistry(...ids)
    let [now, most] = [0, 0]
    const slowly = async <Result>(call: () => Promise<Result>): Promise<Result> => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      return call()
    }
    const [login, logout] = [registry.login.bind(registry), registry.logout.bind(registry)]
    registry.login = (request) => slowly(() => login(request))
    registry.logout = (...left) => slowly(() => logout(...left))
    const { gateway, log, connect } = await start(registry)
    const trackers = await Promise.all(ids.map(() => connect()))
    for (const [i, tracker] of trackers.entries()) tracker.send(v1(ids[i]))
    await until(() => log.frames().length === ids.length)
    expect(registry.logins).toHaveLength(ids.length)
    for (const connection of gateway.connections) gateway.close(connection, 'all at once')
    await until(() => registry.logouts.length === ids.length)
    expect(most).toBe(32)
  })
})

describe('a socket that is paused', () => {
  it('does not count as idle: we stopped reading', async () => {
    const clock = createClock()
    const registry = new TestRegistry(ID, OTHER)
    const { gateway, log, connect } = await start(registry, { now: clock.now, maxBufferedBytes: 2_000 })
    const tracker = await connect()
    tracker.send(v1(ID, 0))
    await until(() => log.frames(ID).length === 1)
    // It is still read, so when the clock check closes it, that check has already skipped the paused one.
    const reading = await connect()
    reading.send(v1(OTHER, 0))
    await until(() => log.frames(OTHER).length === 1)
    // Frames of a device for which the registry does not answer pause only the socket that they came on.
    registry.isUnavailable = true
    registry.registered.set('9170000002', 'auto')
    for (let n = 0; n < 10; n++) tracker.send(v1('9170000002', n))
    await until(() => [...gateway.connections][0]!.isPaused)
    clock.skip(61_000)
    await until(() => reading.isClosed)
    expect([...gateway.connections].map(({ isPaused }) => isPaused)).toEqual([true])
    registry.isUnavailable = false
    await until(() => log.frames('9170000002').length === 10)
    expect([...gateway.connections].map(({ isPaused }) => isPaused)).toEqual([false])
    clock.skip(61_000)
    await until(() => tracker.isClosed)
  })
})

describe('a tracker that never reads', () => {
  it('is closed when too many acks wait', async () => {
    const { gateway, connect } = await start(new TestRegistry(ID))
    const tracker = await connect()
    tracker.send(v1())
    await until(() => tracker.received !== '')
    const { socket } = [...gateway.connections][0]!
    // As if the kernels of both ends were full already: they take megabytes.
    Object.defineProperty(socket, 'writableLength', { get: () => 65_537 })
    tracker.send(v1(ID, 1))
    await until(() => tracker.isClosed)
  })

  it('closes its socket although it never reads the last bytes', async () => {
    const { gateway, connect } = await start(new TestRegistry(ID))
    const deaf = await connect()
    deaf.socket.pause()
    await until(() => gateway.connections.size === 1)
    const connection = [...gateway.connections][0]!
    connection.socket.write(Buffer.alloc(64 * 1024 * 1024))
    gateway.close(connection, 'does not read')
    expect(connection.socket.destroyed).toBe(false)
    await until(() => connection.socket.destroyed)
  })
})

describe('draining of the gateway', () => {
  it('fails its health check first, and exits when the log has everything', async () => {
    const { gateway, listener, log, connect } = await start(new TestRegistry(ID, OTHER))
    const health = await startHealth('127.0.0.1', 0)
    const statusOf = async () => (await fetch(`http://127.0.0.1:${health.port}/`)).status
    expect(await statusOf()).toBe(200)
    const early = await connect()
    early.send(v1(ID, 1))
    await until(() => early.received !== '')
    // It accepts connections until the test ends.
    const times = { acceptMs: 600_000, closedByMs: 600_000, goneByMs: 1_200_000 }
    const stopping = createStopping(gateway.monotonic, times)
    stopping.signalled()
    const drained = drain({ gateway, listener, health, stopping, log: silent })
    expect(await statusOf()).toBe(503)
    const late = await connect()
    late.send(v1(OTHER, 1))
    await until(() => late.received !== '')
    early.send(v1(ID, 2))
    await until(() => early.received.split('#').length === 3)
    stopping.hurry()
    expect(await drained).toBe(0)
    expect(log.frames().toSorted()).toEqual([v1(ID, 1), v1(ID, 2), v1(OTHER, 1)].toSorted())
    expect(log.events.filter(({ kind }) => kind === 'closed')).toHaveLength(2)
    await until(() => early.isClosed && late.isClosed)
    await expect(connect()).rejects.toThrow('ECONNREFUSED')
    health.close()
  })

  it('waits for the log and the registry, and counts what neither stored in time', async () => {
    const registry = new TestRegistry(ID, OTHER)
    const { gateway, lines, listener, log, metrics, connect } = await start(registry)
    const known = await connect()
    known.send(v1(ID, 1))
    await until(() => known.received !== '')
    log.isUnavailable = true
    registry.isUnavailable = true
    known.send(v1(ID, 2) + v1(ID, 3))
    await until(() => lines.some(({ message }) => message.startsWith('log not reachable')))
    const unanswered = await connect()
    unanswered.send(v1(OTHER, 1))
    await until(() => gateway.sockets.pressure.heldBytes > 0)
    const health = await startHealth('127.0.0.1', 0)
    const errors: unknown[] = []
    const log_ = {
      info: () => {},
      warn: () => {},
      error: (_: string, fields?: unknown) => errors.push(fields),
    }
    const stopping = createStopping(gateway.monotonic, { acceptMs: 0, closedByMs: 0, goneByMs: 400 })
    stopping.signalled()
    const left = await drain({ gateway, listener, health, log: log_, stopping })
    // Two frames and the session's end. The frame of the other device was never acknowledged: its tracker has it.
    expect(left).toBe(3)
    expect(errors).toEqual([{ events: 3 }])
    log.isUnavailable = false
    registry.isUnavailable = false
    expect(await gateway.drain(10_000)).toBe(0)
    expect(log.frames(ID)).toEqual([v1(ID, 1), v1(ID, 2), v1(ID, 3)])
    expect(log.frames(OTHER)).toEqual([])
    expect(metrics().join()).toContain('"closed-unanswered"')
    expect(registry.logouts).toEqual([ID])
    health.close()
  })
})

describe('settings of the gateway', () => {
  const required = {
    STAGE: 'test',
    LOG_STREAM: 'log',
    FLEET_TABLE: 'fleet',
    REGISTRATION: 'registered',
    BATCH_WINDOW_SECONDS: '5',
  }

  it('have defaults for sleeping trackers, for the drain, and for a flush that follows the batch window', () => {
    expect(readSettings(required)).toMatchObject({
      idleMs: 45 * 60_000,
      loginMs: 60_000,
      flushMs: 250,
      drain: { acceptMs: 25_000, closedByMs: 90_000, goneByMs: 110_000 },
    })
    expect(readSettings({ ...required, BATCH_WINDOW_SECONDS: '60' }).flushMs).toBe(2_000)
  })

  it.each([
    ['REGISTRATION', 'closed', 'REGISTRATION must be'],
    ['IDLE_SECONDS', '0', 'IDLE_SECONDS must be a whole number from 1'],
    ['MAX_BUFFERED_MB', 'lots', 'MAX_BUFFERED_MB must be a whole number'],
    ['BATCH_WINDOW_SECONDS', '301', 'BATCH_WINDOW_SECONDS must be a whole number from 0 to 300'],
  ])('with %s=%s stop the process with a sentence', (name, value, sentence) => {
    expect(() => readSettings({ ...required, [name]: value })).toThrow(sentence)
  })

  it('that are missing are all named in the error', () => {
    expect(() => readSettings({})).toThrow(/STAGE, LOG_STREAM, FLEET_TABLE, REGISTRATION/)
  })

  it('have the defaults and bounds that OPERATIONS.md documents', () => {
    const page = readFileSync(new URL('../../cdk/OPERATIONS.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+)[^|]* \| (\d+)–(\d+) \|/gm)]
    expect(rows.length).toBeGreaterThanOrEqual(12)
    for (const [, name = '', byDefault, min, max] of rows) {
      const read = (value: unknown) => readSettings({ ...required, [name]: String(value) })
      expect(read(byDefault), name).toEqual(readSettings(required))
      expect(() => [read(min), read(max)], name).not.toThrow()
      for (const beyond of [Number(min) - 1, Number(max) + 1]) expect(() => read(beyond), name).toThrow(name)
    }
  })
})
