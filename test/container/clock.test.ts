import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createClockGuard } from '../../container/clock-guard.ts'
import { startHealth } from '../../container/health.ts'
import { createClock } from '../../container/sessions/clock.ts'
import { TestRegistry, type TestTracker } from './harness.ts'
import { TestBus } from './test-bus.ts'
import { until, useGateways } from './test-gateways.ts'

const ID = '9170000000'
const V1 = `*HQ,${ID},V1,100000,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
const HOUR = 3_600_000
const DAY = 24 * HOUR
const steps = [-DAY, -HOUR, HOUR, DAY]

const startWith = useGateways()

/** A gateway whose wall clock the test sets, and whose monotonic clock runs by itself. */
async function start(registry: TestRegistry, bus: TestBus, timeScale: number) {
  let ahead = 0
  const gateway = await startWith(registry, {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now(),
    downlink: bus.downlink(timeScale),
  })
  return { ...gateway, stepBy: (ms: number) => void (ahead += ms), wall: () => Date.now() + ahead }
}
const heard = (tracker: TestTracker): string => tracker.received.replaceAll(/\*HQ,\d+,R12,\d{6}#/g, '')

describe('a wall clock that steps', () => {
  it.each(steps)('by %d ms does not change when a reply window ends', async (step) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, 0.05)
    const tracker = await gateway.connect()
    tracker.send(V1)
    await until(() => gateway.log.frames().length === 1)
    const { sessionId } = registry.sessions.get(ID)!
    const from = performance.now()
    bus.deliver('g1', { deviceId: ID, sessionId, intent: 'read-status' })
    await until(() => heard(tracker) !== '' && bus.snapshots().at(-1)?.facts.written === 'yes')
    gateway.stepBy(step)
    // The tracker can be reached: a silent one would be waited for longer.
    tracker.send(V1)
    await until(() => bus.snapshots().at(-1)!.facts.replyWindowOver)
    const passed = performance.now() - from
    // 30 s at a scale of 0.05: the step did not end the window early.
    expect(passed).toBeGreaterThan(1_400)
  })

  it.each(steps)('by %d ms does not move a reply out of its window', async (step) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, 1)
    const tracker = await gateway.connect()
    tracker.send(V1)
    await until(() => gateway.log.frames().length === 1)
    const { sessionId } = registry.sessions.get(ID)!
    bus.deliver('g1', { deviceId: ID, sessionId, intent: 'read-status' })
    await until(() => bus.snapshots().at(-1)?.facts.written === 'yes')
    gateway.stepBy(step)
    tracker.send(`*HQ,${ID},SMS,STATUS:ACC OFF#`)
    await until(() => bus.snapshots().at(-1)?.reply?.text.includes('ACC OFF'))
  })

  it.each(steps)('by %d ms does not change when a session becomes established', async (step) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    registry.answers.set(ID, { establishedFrom: null })
    const gateway = await start(registry, bus, 0.01)
    const tracker = await gateway.connect()
    const from = performance.now()
    tracker.send(V1)
    await until(() => gateway.log.frames().length === 1)
    gateway.stepBy(step)
    tracker.send(V1)
    await until(() => bus.sessionReports().some(({ event }) => event === 'established'))
    expect(performance.now() - from).toBeGreaterThan(500)
  })

  it.each(steps)('by %d ms does not end a contest, nor prolong it', async (step) => {
    const [registry, bus] = [new TestRegistry(ID), new TestBus()]
    const gateway = await start(registry, bus, 1)
    const displaced = await gateway.connect('127.0.0.1')
    displaced.send(V1)
    await until(() => gateway.log.frames().length === 1)
    const owner = await gateway.connect('127.99.0.1')
    owner.send(V1)
    await until(() => gateway.log.frames().length === 2)
    displaced.send(V1)
    await until(() => bus.sessionReports().some(({ event }) => event === 'contested'))
    gateway.stepBy(step)
    const notAfter = gateway.wall() + Math.abs(step) + DAY
    const { sessionId } = registry.sessions.get(ID)!
    const interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }
    bus.deliver('g1', { deviceId: ID, sessionId, intent: 'engine-cut', interlock, notAfter })
    await until(() => bus.snapshots().length > 0)
    expect(bus.snapshots()[0]!.facts.refusal).toMatch(/^contested: two connections/)
  })
})

describe('the steady clock', () => {
  it('follows a step at once while no command is under way, and slowly otherwise', () => {
    let [wall, at, isIdle] = [1_000_000, 0, false]
    const { steady } = createClock({ now: () => wall, monotonic: () => at, isIdle: () => isIdle })
    const pass = (ms: number): void => {
      wall += ms
      at += ms
    }
    expect(steady()).toBe(1_000_000)
    wall -= HOUR
    pass(1_000)
    expect(steady()).toBe(1_000_000 + 1_000 - 100)
    pass(1_000)
    expect(steady()).toBe(1_000_000 + 2_000 - 200)
    isIdle = true
    expect(steady()).toBe(wall)
    isIdle = false
    wall += DAY
    pass(1_000)
    expect(steady()).toBe(1_000_000 - HOUR + 3_000 + 100)
  })
})

describe('a gateway whose clock is before the date of its code', () => {
  it('is unhealthy, logs it, accepts no connection, and recovers when the clock is set', async () => {
    let now = Date.parse('2001-01-01')
    const lines: string[] = []
    const note = (message: string): void => void lines.push(message)
    const guard = createClockGuard({
      earliest: Date.parse('2026-01-01'),
      now: () => now,
      log: { info: note, warn: note, error: note },
    })
    const health = await startHealth('127.0.0.1', 0, guard.obstacle)
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${health.port}/`)
      return `${answer.status} ${(await answer.text()).trim()}`
    }
    const { listener, connect } = await startWith(new TestRegistry(ID), { obstacle: guard.obstacle })
    expect(await ask()).toBe('503 the clock of this machine is wrong')
    const refused = createConnection({ port: listener.port, host: '127.0.0.1' })
    refused.on('error', () => {})
    await new Promise((resolve) => refused.on('close', resolve))
    expect(lines).toEqual(['the clock of this machine is wrong: no tracker is accepted until it is set'])

    now = Date.parse('2026-11-28')
    expect(await ask()).toBe('200 ok')
    const tracker = await connect()
    tracker.send(V1)
    await until(() => tracker.received !== '')
    expect(lines.at(-1)).toBe('the clock is correct again: trackers are accepted')
    guard.stop()
    health.close()
  })
})
