import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dangerOf, entryOf, isRead } from '#h02/catalogue/index.ts'
import type { ProbeFacts } from '#h02/catalogue/types.ts'
import type { Command } from '#shared/domain/command.ts'
import {
  desire,
  MAX_TRIES,
  noteEnd,
  noteReply,
  noteSession,
  stateOf,
  type Desired,
} from '#shared/domain/desired.ts'
import { dueAtOf, step, type StepContext } from '#shared/domain/desired-step.ts'
import { isWrite, setBy, settingNames, settingOf, settings, writeOf } from '#shared/domain/settings.ts'
import { noFacts, type Verdict } from '#shared/domain/verdict.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const start = Date.UTC(2026, 0, 10, 12)

const made = (revision = 'r1', setAt = start) => ({
  deviceId: '9170000000',
  revision,
  setAt,
  setBy: 'key1',
  origin: { keyName: null, address: null, requestId: null },
})

/** A tracker and control in one: the desired settings, the commands that were made, and a clock. */
class World {
  now = start
  desired: Desired
  readonly commands = new Map<string, Command>()
  readonly gaveUp: string[] = []
  model: string | null = 'ST-906L'

  constructor(wanted: Parameters<typeof desire>[1]) {
    this.desired = desire(null, wanted, made())
    this.step()
  }

  step(change: (desired: Desired) => Desired = (desired) => desired): this {
    const context: StepContext = {
      now: this.now,
      timeScale: 1,
      model: this.model,
      commands: this.open().flatMap(({ commandId }) => this.commands.get(commandId) ?? []),
      commandIdOf: (seed, n, at) => `${seed}#${n}@${at}`,
    }
    const { after, gaveUp } = step(change(this.desired), context)
    this.desired = after
    this.gaveUp.push(...gaveUp)
    return this
  }

  open() {
    return this.desired.batch?.orders ?? []
  }
  intents(): string[] {
    return this.open().map(({ intent, params }) => [intent, ...Object.values(params)].join(' '))
  }

  /** A command of the batch ends. */
  end(commandId: string, verdict: Verdict, more: { ok?: boolean | null; facts?: ProbeFacts } = {}): this {
    const order = this.open().find((one) => one.commandId === commandId)!
    this.now += 1_000
    const isWritten = verdict !== 'undelivered'
    const hasReply = ['answered', 'confirmed', 'rejected', 'unconfirmed'].includes(verdict)
    const reply = hasReply
      ? {
          at: this.now,
          ok: more.ok ?? verdict !== 'rejected',
          ambiguous: false,
          late: false,
        }
      : null
    const effect = verdict === 'confirmed' ? { at: this.now, seen: 'expected' as const, likely: false } : null
    const facts = {
      ...noFacts,
      written: isWritten ? ('yes' as const) : ('no' as const),
      writtenAt: isWritten ? this.now - 500 : null,
      reply,
      effect,
    }
    const command = {
      ...order,
      deviceId: '9170000000',
      raw: null,
      attempts: [{ facts }],
      reply: more.facts ? { text: '', facts: more.facts } : null,
      conclusion: { verdict, at: this.now },
    } as unknown as Command
    this.commands.set(commandId, command)
    return this.step((desired) => noteEnd(desired, command))
  }

  /** All commands of the batch end: writes with one verdict, reads with what the tracker reports. */
  endAll(write: Verdict, facts: ProbeFacts | null): this {
    for (const { commandId, setting } of this.open()) {
      if (setting !== null) this.end(commandId, write)
      else if (facts === null) this.end(commandId, 'unanswered')
      else this.end(commandId, 'answered', { facts })
    }
    return this
  }
  states() {
    return Object.fromEntries(
      settingNames
        .filter((name) => this.desired.settings[name])
        .map((name) => [name, stateOf(this.desired, name)]),
    )
  }
  /** To when the sweep looks at it. */
  wait(): this {
    this.now = Math.max(this.now, dueAtOf(this.desired, 1))
    return this.step()
  }
}

const both = { intervalOnSeconds: 20, intervalOffSeconds: 300 }

describe('a desired setting', () => {
  it('is read first, and nothing is sent where the tracker reports it', () => {
    const world = new World(both)
    expect(world.intents()).toEqual(['read-status'])
    world.endAll('answered', both)
    expect(world.open()).toEqual([])
    expect(world.states()).toEqual({ intervalOnSeconds: 'in-sync', intervalOffSeconds: 'in-sync' })
  })

  it('is sent where the tracker reports something else, and read again', () => {
    const world = new World(both)
    world.endAll('answered', { ...both, intervalOnSeconds: 30 })
    expect(world.intents()).toEqual(['interval-on 20', 'read-status'])
    expect(world.states()).toEqual({ intervalOnSeconds: 'sending', intervalOffSeconds: 'in-sync' })
    world.endAll('answered', both)
    expect(world.states()).toEqual({ intervalOnSeconds: 'in-sync', intervalOffSeconds: 'in-sync' })
    expect(world.desired.settings.intervalOnSeconds).toMatchObject({ tries: 0 })
  })

  it('is restored after a factory reset within two reports', () => {
    const world = new World(both)
    world.endAll('answered', both)
    world.now += 3 * HOUR
    // The first report: of anyone's read.
    world.step((desired) =>
      noteReply(
        desired,
        { intervalOnSeconds: 30, intervalOffSeconds: 60 },
        { at: world.now, commandId: 'someone' },
      ),
    )
    expect(world.intents()).toEqual(['interval-on 20', 'interval-off 300', 'read-status'])
    // The second: of the read that follows the writes.
    world.endAll('answered', both)
    expect(world.states()).toEqual({ intervalOnSeconds: 'in-sync', intervalOffSeconds: 'in-sync' })
  })

  it('is sent three times with growing pauses, then given up, once', () => {
    const world = new World({ intervalOnSeconds: 20 })
    const other = { intervalOnSeconds: 30 }
    world.endAll('answered', other)
    const sentAt: number[] = []
    while (world.open().length > 0) {
      sentAt.push(world.now)
      world.endAll('answered', other)
      expect(world.states()).toEqual({
        intervalOnSeconds: sentAt.length < MAX_TRIES ? 'differs' : 'not-kept',
      })
      if (sentAt.length < MAX_TRIES) world.wait()
    }
    expect(sentAt).toHaveLength(MAX_TRIES)
    const pauses = sentAt.slice(1).map((at, n) => Math.round((at - sentAt[n]!) / MINUTE))
    expect(pauses).toEqual([10, 60])
    expect(world.gaveUp).toEqual(['intervalOnSeconds'])
    world.wait()
    // Only the daily read goes on.
    expect(world.intents()).toEqual(['read-status'])
    world.endAll('answered', other)
    expect(world.open()).toEqual([])
    expect(world.gaveUp).toEqual(['intervalOnSeconds'])
    // A matching report, or a change of the desired settings, restarts the count.
    const again = new World({ intervalOnSeconds: 20 })
    again.desired = desire(world.desired, { intervalOnSeconds: 20 }, made('r2', world.now))
    again.now = world.now
    again.step().endAll('answered', other)
    expect(again.intents()).toEqual(['interval-on 20', 'read-status'])
    world.step((desired) =>
      noteReply(desired, { intervalOnSeconds: 20 }, { at: world.now + 1, commandId: 'x' }),
    )
    expect(world.states()).toEqual({ intervalOnSeconds: 'in-sync' })
    world.step((desired) => noteReply(desired, other, { at: world.now + 2, commandId: 'y' }))
    expect(world.intents()).toEqual(['interval-on 20', 'read-status'])
  })

  it('that no reply shows is sent until it is accepted, and not again', () => {
    const world = new World({ overspeedKmh: 90 })
    expect(world.intents()).toEqual(['read-config'])
    world.endAll('answered', null)
    expect(world.intents()).toEqual(['overspeed 90', 'read-config'])
    world.endAll('unanswered', null)
    expect(world.states()).toEqual({ overspeedKmh: 'sending' })
    world.wait().endAll('answered', null)
    expect(world.states()).toEqual({ overspeedKmh: 'not-reported' })
    world.wait()
    expect(world.intents()).toEqual(['read-config'])
    world.endAll('answered', null)
    expect(world.open()).toEqual([])
  })

  it('that no reply shows is sent again when another setting indicates a reset', () => {
    const world = new World({ intervalOnSeconds: 20, overspeedKmh: 90 })
    world.endAll('answered', { intervalOnSeconds: 30 })
    world.endAll('answered', { intervalOnSeconds: 20 })
    expect(world.states()).toEqual({ intervalOnSeconds: 'in-sync', overspeedKmh: 'not-reported' })
    world.now += HOUR
    world.step((desired) => noteReply(desired, { intervalOnSeconds: 30 }, { at: world.now, commandId: 'x' }))
    expect(world.intents()).toEqual(['interval-on 20', 'overspeed 90', 'read-status', 'read-config'])
  })

  it('is also recognized by how the tracker behaves', () => {
    const world = new World({ intervalOnSeconds: 20 })
    world.endAll('answered', null)
    const [write, read] = world.open()
    world.end(read!.commandId, 'unanswered').end(write!.commandId, 'confirmed')
    expect(world.states()).toEqual({ intervalOnSeconds: 'in-sync' })
    expect(world.desired.settings.intervalOnSeconds?.report).toMatchObject({ value: 20, source: 'effect' })
  })

  it('does not count a try that was never written, and waits before the next', () => {
    const world = new World({ intervalOnSeconds: 20 })
    world.endAll('answered', { intervalOnSeconds: 30 })
    const before = world.now
    world.endAll('undelivered', null)
    expect(world.desired.settings.intervalOnSeconds).toMatchObject({ tries: 0 })
    expect(world.open()).toEqual([])
    world.wait()
    expect(world.now - before).toBeGreaterThanOrEqual(HOUR)
    expect(world.intents()).toEqual(['read-status'])
  })

  it('is not confirmed by a report older than its last write', () => {
    const world = new World({ intervalOnSeconds: 20 })
    world.endAll('answered', { intervalOnSeconds: 30 })
    const [write, read] = world.open()
    world.end(write!.commandId, 'answered').end(read!.commandId, 'unanswered')
    // Accepted, and not read back.
    expect(world.states()).toEqual({ intervalOnSeconds: 'not-reported' })
    expect(world.open()).toEqual([])
  })

  it('that the model has no command for is given up at once', () => {
    const world = new World({ timeZone: 'E01' })
    world.desired = {
      ...world.desired,
      settings: { timeZone: { ...world.desired.settings.timeZone!, wanted: 'X99' } },
    }
    world.endAll('answered', null)
    expect([world.gaveUp, world.open()]).toEqual([['timeZone'], []])
  })
})

describe('a sign of a reset', () => {
  const synced = (): World => {
    const world = new World(both)
    return world.endAll('answered', both)
  }
  const sign = (world: World, kind: 'opened' | 'booted') =>
    world.step((desired) => noteSession(desired, kind, { at: world.now, timeScale: 1 }))

  it('is a boot frame: the settings are read again', () => {
    const world = synced()
    world.now += 2 * MINUTE
    expect(sign(world, 'booted').intents()).toEqual(['read-status'])
  })

  it('is a boot frame right after a read: they are read a minute later', () => {
    const world = synced()
    expect(sign(world, 'booted').open()).toEqual([])
    expect(sign(world, 'booted').wait().intents()).toEqual(['read-status'])
    expect(world.now - start).toBeLessThan(2 * MINUTE)
  })

  it('is a new session, at most once an hour', () => {
    const world = synced()
    world.now += 30 * MINUTE
    expect(sign(world, 'opened').open()).toEqual([])
    world.now += 31 * MINUTE
    expect(sign(world, 'opened').intents()).toEqual(['read-status'])
    const [first] = world.open()
    world.now += 2 * HOUR
    expect(sign(world, 'opened').open()).toEqual([first])
  })

  it('ends a pause when the device is connected', () => {
    const world = synced()
    world.now += 2 * HOUR
    sign(world, 'opened').endAll('undelivered', null)
    const open = world.open()[0]
    if (open) world.end(open.commandId, 'undelivered')
    world.now += 2 * MINUTE
    expect(sign(world, 'booted').intents()).toEqual(['read-status'])
  })

  it('is not required: the settings are also read once a day', () => {
    const world = synced()
    const before = world.now
    expect(world.wait().intents()).toEqual(['read-status'])
    expect(Math.round((world.now - before) / HOUR)).toBe(24)
  })
})

describe('settings that can be desired', () => {
  const models = [null, 'ST-906L', 'HUASUNTEK', 'CANTRACK', 'VSUN', 'GT09', 'LK109']
  it('are set by harmless commands that may be repeated, and read by harmless reads, on every model', () => {
    for (const name of settingNames) {
      expect(isRead(settingOf(name).read)).toBe(true)
      for (const { intent } of settingOf(name).writes) {
        const entry = entryOf(intent)!
        expect([intent, entry.danger, entry.idempotent]).toEqual([intent, 'harmless', true])
      }
    }
  })

  it.each([
    ['intervalOnSeconds', 20, 'ST-906L', { intent: 'interval-on', params: { seconds: 20 } }],
    ['intervalOnSeconds', 20, null, { intent: 'interval-on', params: { seconds: 20 } }],
    ['intervalOnSeconds', 20, 'HuaSunTek H1', { intent: 'interval-on-huasuntek', params: { seconds: 20 } }],
    ['overspeedKmh', 90, 'Cantrack G05', { intent: 'overspeed-cantrack', params: { speedKmh: 90 } }],
    ['powerAlarmOn', true, null, { intent: 'power-alarm-on', params: {} }],
    ['sleepOn', false, null, { intent: 'sleep-off', params: {} }],
    ['timeZone', 'E0530', null, { intent: 'time-zone', params: { zone: 'E0530' } }],
  ] as const)('%s %s on %s', (name, value, model, write) => {
    expect(writeOf(name, value, model)).toEqual(write)
    expect(setBy(write)).toEqual({ name, value })
  })

  it.each([
    ['intervalOnSeconds', 5],
    ['powerAlarmOn', false],
    ['sleepOn', true],
    ['timeZone', 'Europe/Madrid'],
    ['overspeedKmh', 'fast'],
  ] as const)('%s %s is refused', (name, value) => {
    expect(isWrite(writeOf(name, value, null))).toBe(false)
  })

  it('are set by no other commands', () => {
    expect(setBy({ intent: 'set-server', params: { host: 'x', port: 1 } })).toBeNull()
    expect(setBy({ intent: 'engine-cut', params: {} })).toBeNull()
  })

  it('desired settings write at most three tries before a report matches, and only sets or reads', () => {
    const facts = fc.record(
      { intervalOnSeconds: fc.constantFrom(20, 30), overspeedAlarmOn: fc.constantFrom(false) },
      { requiredKeys: [] },
    )
    const event = fc.oneof(
      fc.record({
        kind: fc.constant('end' as const),
        nth: fc.nat(9),
        facts: fc.option(facts),
        verdict: fc.constantFrom<Verdict>(
          'answered',
          'unanswered',
          'rejected',
          'undelivered',
          'confirmed',
          'unknown',
        ),
      }),
      fc.record({ kind: fc.constant('reply' as const), facts }),
      fc.record({ kind: fc.constantFrom('opened' as const, 'booted' as const) }),
      fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 3_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), fc.constantFrom(...models), (events, model) => {
        const world = new World({ intervalOnSeconds: 20, overspeedKmh: 90, sleepOn: false })
        world.model = model
        const written = new Map<string, number>()
        for (const one of events) {
          if (one.kind === 'wait') {
            world.now += one.minutes * MINUTE
            world.step()
          } else if (one.kind === 'reply') {
            world.now += 1_000
            world.step((desired) => noteReply(desired, one.facts, { at: world.now, commandId: 'other' }))
          } else if (one.kind === 'end') {
            const left = world.open().filter(({ commandId }) => !world.commands.has(commandId))
            const order = left[one.nth % Math.max(1, left.length)]
            if (order === undefined) continue
            const { setting } = order
            if (setting !== null && one.verdict !== 'undelivered')
              written.set(setting, (written.get(setting) ?? 0) + 1)
            world.end(order.commandId, one.verdict, one.facts ? { facts: one.facts } : {})
          } else {
            const kind = one.kind
            world.step((desired) => noteSession(desired, kind, { at: world.now, timeScale: 1 }))
          }
          for (const name of settingNames) {
            const setting = world.desired.settings[name]
            if (setting === undefined) continue
            if (setting.report?.value === setting.wanted && setting.tries === 0) written.delete(name)
            expect(written.get(name) ?? 0).toBeLessThanOrEqual(MAX_TRIES)
            expect(setting.tries).toBeLessThanOrEqual(MAX_TRIES)
          }
          for (const { intent } of world.open()) {
            const entry = entryOf(intent)!
            const isKnown =
              isRead(intent) ||
              Object.values(settings).some(({ writes }) => writes.some((write) => write.intent === intent))
            expect([isKnown, dangerOf(entry, { dialect: 'auto', model })]).toEqual([true, 'harmless'])
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
