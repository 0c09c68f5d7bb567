import type { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MESSAGE_FORMAT } from '#shared/domain/command-messages.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import { decodeLogRecord } from '#shared/domain/log-record.ts'
import { createMetrics } from '#shared/metrics.ts'
import { Gateway } from '../../container/gateway.ts'
import type { Connection } from '../../container/sockets/connection.ts'
import { TestRegistry } from './harness.ts'
import { TestBus } from './test-bus.ts'

const devices = ['9170000000', '9170000001', '9170000002']
const [first, second, unknown] = devices as [string, string, string]
const addresses = ['192.0.2.1', '192.0.2.2']

/** One event; numbers choose among the objects that exist at that time. */
type Step =
  | { readonly kind: 'dial'; readonly address: number }
  | { readonly kind: 'frame'; readonly socket: number; readonly device: number; readonly named: boolean }
  | { readonly kind: 'answer'; readonly which: number; readonly fails: boolean }
  | { readonly kind: 'hang-up'; readonly socket: number }
  /** Another gateway logs in. */
  | { readonly kind: 'evict'; readonly device: number }
  /** The session on the other gateway ends. */
  | { readonly kind: 'leave'; readonly device: number }
  | { readonly kind: 'pass'; readonly ms: number }

const index = fc.nat({ max: 20 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('dial' as const), address: index }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('frame' as const),
      socket: index,
      device: index,
      named: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: index,
      fails: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hang-up' as const), socket: index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('evict' as const), device: index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), device: index }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 6_000, 61_000) }),
  },
)

/** A registry that answers when the test says so. */
class SlowRegistry extends TestRegistry {
  readonly waiting: ((fails: boolean) => void)[] = []

  override login(request: Parameters<TestRegistry['login']>[0]): ReturnType<TestRegistry['login']> {
    return new Promise((resolve, reject) => {
      this.waiting.push((fails) => {
        if (fails) reject(new Error('registry unavailable'))
        else super.login(request).then(resolve, reject)
      })
    })
  }
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The whole gateway on sockets without a network. */
class World {
  at = 1_800_000_000_000
  frames = 0
  private ticks = 0
  readonly events: SessionEvent[] = []
  readonly emf: string[] = []
  readonly logouts: { readonly sessionId: string; readonly deviceId: string; readonly at: number }[] = []
  readonly evicted: { readonly deviceId: string; readonly epoch: number; readonly at: number }[] = []
  readonly registry = new SlowRegistry(first, second)
  readonly bus = new TestBus()
  readonly open: Connection[] = []
  readonly acks: string[] = []
  readonly faults: unknown[] = []
  readonly gateway: Gateway

  constructor() {
    const { registry } = this
    const logout = registry.logout.bind(registry)
    registry.logout = (deviceId, sessionId) => {
      this.logouts.push({ deviceId, sessionId, at: this.tick() })
      return logout(deviceId, sessionId)
    }
    const silent = (): void => {}
    this.gateway = new Gateway({
      gatewayId: 'g1',
      registration: 'registered',
      sessions: registry,
      putRecords: async (records) => {
        for (const { data } of records) this.events.push(...decodeLogRecord(data))
        return new Set()
      },
      flushMs: 5,
      maxBufferedBytes: 10_000_000,
      framesPerSecond: 100_000,
      framesPerDeviceDay: 1_000_000,
      bytesPerDeviceDay: 1_000_000_000,
      loginMs: 600_000,
      idleMs: 600_000,
      lookEveryMs: 100_000,
      firstRetryMs: 1,
      now: () => this.at,
      downlink: this.bus.downlink(100),
      log: { info: silent, warn: silent, error: (_, fields) => this.faults.push(fields) },
      metrics: createMetrics({ part: 'gateway' }, (line) => this.emf.push(line)),
    })
    // The order in which sessions begin and end, before buckets of the log change it.
    const runner = (this.gateway as unknown as { runner: { forward: (...args: any[]) => void } }).runner
    const forward = runner.forward.bind(runner)
    runner.forward = (session, kind, ...more) => {
      forward(session, kind, ...more)
      if (kind !== 'frame')
        this.order.push({
          at: this.tick(),
          kind,
          sessionId: session.sessionId,
          epoch: session.epoch,
          deviceId: session.deviceId,
        })
    }
  }

  readonly order: { at: number; kind: string; sessionId: string; epoch: number; deviceId: string }[] = []

  do(step: Step): void {
    const socket = 'socket' in step ? pick(this.open, step.socket) : undefined
    switch (step.kind) {
      case 'dial':
        this.open.push(this.dial(pick(addresses, step.address)!))
        break
      case 'frame':
        if (socket !== undefined && !socket.closed)
          this.send(socket, step.named ? pick(devices, step.device)! : '')
        break
      case 'answer': {
        const [answer] = this.registry.waiting.splice(
          step.which % Math.max(1, this.registry.waiting.length),
          1,
        )
        answer?.(step.fails)
        break
      }
      case 'hang-up':
        if (socket === undefined) break
        this.open.splice(this.open.indexOf(socket), 1)
        this.gateway.sockets.remove(socket, 'closed by the tracker')
        break
      case 'evict':
        this.evict(pick(devices, step.device)!)
        break
      case 'leave': {
        const deviceId = pick(devices, step.device)!
        if (this.registry.sessions.get(deviceId)?.gatewayId === 'g2') this.registry.sessions.delete(deviceId)
        break
      }
      case 'pass':
        this.at += step.ms
    }
  }

  private tick(): number {
    return this.ticks++
  }

  /** Everything is answered, closed and in the log. */
  async end(): Promise<void> {
    for (const connection of this.open) this.gateway.sockets.remove(connection, 'end')
    const left = this.gateway.drain(10_000_000)
    let isLeft = true
    void left.then(() => (isLeft = false))
    while (isLeft) {
      for (const answer of this.registry.waiting.splice(0)) answer(false)
      await turn()
    }
    expect(await left).toBe(0)
    this.gateway.reportGauges()
    const { metrics } = (this.gateway as unknown as { options: { metrics: { flush: () => void } } }).options
    metrics.flush()
    await this.gateway.stop()
  }

  get dropped(): number {
    return this.emf
      .map((line) => JSON.parse(line) as { NotForwarded?: number })
      .reduce((sum, { NotForwarded = 0 }) => sum + NotForwarded, 0)
  }

  private dial(remoteAddress: string): Connection {
    const socket = {
      remoteAddress,
      writableLength: 0,
      pause: () => {},
      resume: () => {},
      setTimeout: () => {},
      destroy: () => {},
      destroySoon: () => {},
      write: (text: string) => void this.acks.push(text),
    }
    return this.gateway.sockets.open(socket as unknown as Socket)
  }

  private send(connection: Connection, deviceId: string): void {
    const n = String(this.frames++).padStart(6, '0')
    const frame = `*HQ,${deviceId},V1,${n},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
    this.gateway.sockets.guard(connection, () => connection.onData(Buffer.from(frame)))
  }

  /** Another gateway logs in. */
  private evict(deviceId: string): void {
    if (deviceId === unknown) return
    const request = {
      deviceId,
      sessionId: `x${this.evicted.length}`,
      gatewayId: 'g2',
      remoteAddress: '192.0.2.9',
    }
    void TestRegistry.prototype.login.call(this.registry, request)
    const { epoch } = this.registry.sessions.get(deviceId)!
    this.evicted.push({ deviceId, epoch, at: this.tick() })
    const { sessionId, remoteAddress } = request
    const evict = { deviceId, epoch, sessionId, remoteAddress, loggedInAt: this.at, close: false }
    this.bus.control('g1', { v: MESSAGE_FORMAT, kind: 'evict', ...evict })
  }
}

function checkSessions({ events, order }: World): void {
  const sessions = Map.groupBy(events, ({ sessionId }) => sessionId)
  for (const own of sessions.values()) {
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, i) => i + 1))
    expect([own[0]!.kind, own.at(-1)!.kind]).toEqual(['opened', 'closed'])
    expect(own.filter(({ kind }) => kind === 'opened' || kind === 'closed')).toHaveLength(2)
    expect(new Set(own.map(({ epoch, deviceId }) => `${epoch} ${deviceId}`)).size).toBe(1)
  }
  const epochs = order
    .filter(({ kind }) => kind === 'opened')
    .map(({ deviceId, epoch }) => `${deviceId} ${epoch}`)
  expect(new Set(epochs).size).toBe(epochs.length)
}

function checkFrames(world: World): void {
  const forwarded = world.events.filter(({ kind }) => kind === 'frame')
  const numbers = forwarded.map(({ raw }) => Buffer.from(raw).toString().split(',')[3])
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(forwarded.filter(({ deviceId }) => deviceId === unknown)).toEqual([])
  expect(numbers.length + world.dropped).toBe(world.frames)
  expect(world.gateway.sockets.pressure.heldBytes).toBe(0)
  expect(world.acks.join('').split('#').length - 1).toBeLessThanOrEqual(numbers.length)
}

/** A session releases its device once, and only if no newer owner is known. */
function checkLogouts({ order, logouts, evicted }: World): void {
  expect(new Set(logouts.map(({ sessionId }) => sessionId)).size).toBe(logouts.length)
  for (const { sessionId, deviceId, at } of logouts) {
    const before = [...order.filter(({ kind }) => kind === 'opened'), ...evicted].filter((one) => one.at < at)
    const own = order.find((one) => one.kind === 'opened' && one.sessionId === sessionId)
    expect(own).toBeDefined()
    expect(before.filter((one) => one.deviceId === deviceId && one.epoch > own!.epoch)).toEqual([])
  }
}

describe('sessions in any order of frames, answers, take-overs and closes', () => {
  it('lose, repeat and mix up no frame', async () => {
    const seen = { displaced: 0, relogins: 0, dropped: 0, logouts: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120 }), async (steps) => {
        const world = new World()
        for (const one of steps) {
          world.do(one)
          await turn()
        }
        await world.end()
        expect(world.faults).toEqual([])
        checkSessions(world)
        checkFrames(world)
        checkLogouts(world)
        const closed = world.events
          .filter(({ kind }) => kind === 'closed')
          .map(({ raw }) => Buffer.from(raw).toString())
        seen.displaced += closed.length - world.logouts.length
        seen.relogins += closed.filter((reason) => reason === 'another socket has the device').length
        seen.dropped += world.dropped
        seen.logouts += world.logouts.length
      }),
      { numRuns: 150 },
    )
    // The generator reaches the interesting cases.
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(5)
  })
})
