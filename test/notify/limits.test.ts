import { GetCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { toDetail } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import {
  BUCKET_SIZE,
  countHeld,
  decide,
  noLimits,
  REFILL_MS,
  takeBack,
  WINDOW_MS,
  type Notice,
  type NoticeLimits,
} from '#shared/domain/notice-limits.ts'
import { createNotices, type Notices } from '#shared/store/notices.ts'
import { readDue, requestSummary } from '../../lambdas/control/sweep.ts'
import type { ControlParts } from '../../lambdas/control/parts.ts'
import type { RuleEvent } from '../../lambdas/notify/bus-event.ts'
import { noticeOf } from '../../lambdas/notify/notice.ts'
import { createNotify } from '../../lambdas/notify/notify.ts'
import { startFleet } from '../api/fakes.ts'
import { silent } from '../silent-log.ts'

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const start = Date.UTC(2026, 0, 10, 12)

const eventOf = (type: string, detail: Record<string, unknown>): RuleEvent => ({
  'detail-type': type,
  time: new Date(start).toISOString(),
  detail,
})
let effects = 0
const alarmOf = (deviceId: string, alarm: string, type = 'Device Alarm Raised'): RuleEvent =>
  eventOf(type, { id: `${deviceId}-${alarm}-${effects++}`, deviceId, alarm })
const noticeOfAlarm = (alarm: string): Notice => noticeOf(alarmOf('1', alarm))

type Step = { waitMs: number; notice: Notice }
const notices = fc.oneof(
  fc.constantFrom('sos', 'vibration', 'power-cut', 'low-battery').map(noticeOfAlarm),
  fc.nat({ max: 31 }).map((bit) => noticeOfAlarm(`bit-${bit}`)),
  fc
    .constantFrom('Device Online', 'Device Offline', 'Device Contested', 'Command Concluded', 'New Type')
    .map((type) => noticeOf(eventOf(type, { deviceId: '1' }))),
  fc.constant(noticeOf(eventOf('Device Notifications Held Back', { deviceId: '1' }))),
)
const stepsOf = (waits: fc.Arbitrary<number>): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ waitMs: waits, notice: notices }), { maxLength: 300, size: 'max' })
const waits = fc.oneof(
  { weight: 5, arbitrary: fc.nat({ max: 5 * SECOND }) },
  { weight: 2, arbitrary: fc.nat({ max: 10 * MINUTE }) },
  { weight: 1, arbitrary: fc.nat({ max: 3 * HOUR }) },
)

type Sent = { at: number; subject: string | null; more: number }

/** Runs steps; `clock` shifts what the notifier's clock shows. Returns what was sent, by true time. */
function run(steps: readonly Step[], clock: (at: number, i: number) => number = (at) => at) {
  let at = start
  let limits: NoticeLimits = noLimits
  const sent: Sent[] = []
  let dropped = 0
  for (const [i, { waitMs, notice }] of steps.entries()) {
    at += waitMs
    const decision = decide(limits, notice, clock(at, i))
    limits = decision.limits
    const { outcome } = decision
    if (outcome.kind === 'send')
      sent.push({ at, subject: notice.subject, more: countHeld(outcome.grant.held) })
    if (outcome.kind === 'drop' || (outcome.kind === 'hold' && notice.subject === 'summary')) dropped++
  }
  return { sent, limits, dropped, at }
}

/** The largest number of times within any window of that length. */
const maxWithin = (times: readonly number[], ms: number): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + ms).length))

describe('limits of notifications', () => {
  it('hold for any sequence of events, and the counts add up', () => {
    fc.assert(
      fc.property(stepsOf(waits), (steps) => {
        const { sent, limits, dropped } = run(steps)
        const times = sent.map(({ at }) => at)
        expect(maxWithin(times, HOUR)).toBeLessThanOrEqual(20)
        for (const [subject, some] of Map.groupBy(sent, ({ subject }) => subject)) {
          if (subject === null) continue
          const ofOne = some.map(({ at }) => at)
          expect(maxWithin(ofOne, WINDOW_MS)).toBeLessThanOrEqual(1)
        }
        const more = sent.reduce((sum, one) => sum + one.more, 0)
        expect(sent.length + more + countHeld(limits.held) + dropped).toBe(steps.length)
        expect(limits.summaryAt === null).toBe(countHeld(limits.held) === 0)
      }),
      { numRuns: 300 },
    )
  })

  it('delay for minutes only after the clock stepped back by any time', () => {
    fc.assert(
      fc.property(stepsOf(waits), fc.integer({ min: SECOND, max: 400 * 24 * HOUR }), (steps, backMs) => {
        const { limits, at } = run(steps)
        const now = at - backMs
        // One notice per call, each a minute after the previous one.
        let after = limits
        for (let passed = 0; ; passed += MINUTE) {
          expect(passed).toBeLessThanOrEqual(2 * WINDOW_MS + REFILL_MS)
          const decision = decide(after, noticeOfAlarm('sos'), now + passed)
          if (decision.outcome.kind === 'send') break
          after = decision.limits
        }
      }),
      { numRuns: 300 },
    )
  })

  it('allow one more per step of the clock, not more', () => {
    fc.assert(
      fc.property(stepsOf(fc.nat({ max: 20 * SECOND })), fc.nat({ max: 299 }), (steps, when) => {
        const { sent } = run(steps, (at, i) => (i >= when ? at - 30 * MINUTE : at))
        const ofSos = sent.filter(({ subject }) => subject === 'alarm sos').map(({ at }) => at)
        expect(maxWithin(ofSos, WINDOW_MS)).toBeLessThanOrEqual(2)
        expect(
          maxWithin(
            sent.map(({ at }) => at),
            HOUR,
          ),
        ).toBeLessThanOrEqual(20)
      }),
      { numRuns: 200 },
    )
  })

  it('let an SOS pass at once, whatever other alarms and reconnects used', () => {
    fc.assert(
      fc.property(stepsOf(waits), (steps) => {
        const others = steps.filter(({ notice }) => !['alarm sos', 'summary'].includes(notice.subject ?? ''))
        const { limits, at } = run(others)
        expect(decide(limits, noticeOfAlarm('sos'), at).outcome.kind).toBe('send')
      }),
      { numRuns: 300 },
    )
  })

  it('keep quota for alarms when devices reconnect', () => {
    const flapping = Array.from({ length: 300 }, (_, i) => ({
      waitMs: 20 * SECOND,
      notice: noticeOf(
        eventOf(['Device Online', 'Device Contested', 'Command Concluded'][i % 3]!, { deviceId: '1' }),
      ),
    }))
    const { limits, at } = run(flapping)
    expect(decide(limits, noticeOfAlarm('power-cut'), at).outcome.kind).toBe('send')
  })

  it.each([
    ['raised and cleared share a window', 'Device Alarm Raised', 'Device Alarm Cleared', 'alarm sos'],
    ['online and offline share a window', 'Device Online', 'Device Offline', 'presence'],
    ['both names of a contest share a window', 'Device Conflict', 'Device Contested', 'contested'],
  ])('%s', (_, first, second, subject) => {
    const detail = { deviceId: '1', ...(subject === 'alarm sos' && { alarm: 'sos' }) }
    expect(noticeOf(eventOf(first, detail)).subject).toBe(subject)
    expect(noticeOf(eventOf(second, detail)).subject).toBe(subject)
  })

  it('count unregistered ids together', () => {
    const scopes = ['1', '2', '3'].map((deviceId) => noticeOf(eventOf('Unknown Device', { deviceId })).scope)
    expect(new Set(scopes)).toEqual(new Set(['unknown-devices']))
  })

  it('restore quota, window and summary when a grant is revoked', () => {
    fc.assert(
      fc.property(stepsOf(waits), notices, (steps, notice) => {
        const { limits, at } = run(steps)
        const { limits: after, outcome } = decide(limits, notice, at)
        if (outcome.kind !== 'send') return
        const again = decide(takeBack(after, outcome.grant), notice, at + SECOND)
        expect(again.outcome).toMatchObject({ kind: 'send', grant: { held: outcome.grant.held } })
      }),
      { numRuns: 300 },
    )
  })
})

describe('the notifier within its limits', () => {
  let fleet: Awaited<ReturnType<typeof startFleet>>
  beforeAll(async () => {
    fleet = await startFleet()
  })
  afterAll(() => fleet.close())

  let devices = 0
  const newDevice = (): string => String(9_170_100_000 + devices++)

  /** Several instances over one table; `fail` says which send fails and how. */
  function startNotifier({ fail = () => null as 'no-send' | 'died' | null } = {}) {
    const clock = { now: start }
    const sent: { subject: string; text: string; at: number; id: string }[] = []
    const real = createNotices({ ...fleet, now: () => clock.now })
    const dead = () => Promise.reject(new Error('the process died'))
    const instance = () => {
      let fate: ReturnType<typeof fail> = null
      const ports: Notices = {
        ...real,
        confirm: (claim) => (fate === 'died' ? dead() : real.confirm(claim)),
        release: (claim) => (fate === 'died' ? dead() : real.release(claim)),
      }
      return createNotify({
        notices: ports,
        send: async ({ subject, text }, event) => {
          fate = fail()
          if (fate !== null) throw new Error('topic not reachable')
          sent.push({ subject, text, at: clock.now, id: String(event.detail.id) })
        },
        metrics: { count: () => {} },
        log: silent,
      })
    }
    const instances = [instance(), instance(), instance()]
    const sweep = async (): Promise<void> => {
      const events: RuleEvent[] = []
      const parts = {
        now: () => clock.now,
        putEvents: async (some) =>
          void events.push(
            ...some.map((event) => eventOf(eventCatalogue[event.type].detailType, toDetail(event))),
          ),
      } satisfies Partial<ControlParts> as unknown as ControlParts
      for await (const page of readDue({ client: fleet.client, fleetTable: fleet.table }, clock.now)) {
        for (const item of page) await requestSummary(parts, item)
      }
      for (const event of events) await instances[0]!(event)
    }
    return { clock, sent, instances, sweep }
  }
  const heldOf = async (deviceId: string): Promise<number> => {
    const { Item } = await fleet.client.send(
      new GetCommand({ TableName: fleet.table, Key: fleetKeys.noticeLimits(deviceId), ConsistentRead: true }),
    )
    return Item === undefined ? 0 : countHeld((Item.limits as NoticeLimits).held)
  }
  const moreIn = (text: string): number => Number(/\((\d+) more\)/.exec(text)?.[1] ?? 0)

  it('sends one mail at once and one summary after the window for a toggling status word', async () => {
    const deviceId = newDevice()
    const { clock, sent, instances, sweep } = startNotifier()
    for (let i = 0; i < 38; i++) {
      clock.now = start + i * 15
      await instances[i % 3]!(
        alarmOf(deviceId, 'sos', i % 2 ? 'Device Alarm Cleared' : 'Device Alarm Raised'),
      )
    }
    expect(sent.map(({ subject }) => subject)).toEqual([`Device Alarm Raised sos ${deviceId}`])
    for (clock.now = start; clock.now <= start + HOUR; clock.now += MINUTE) await sweep()
    expect(sent.slice(1).map(({ subject, at }) => [subject, at])).toEqual([
      [`Device Notifications Held Back ${deviceId} (37 more)`, start + WINDOW_MS],
    ])
    expect(sent[1]!.text).toContain('Device Alarm Raised sos: 18, the last at 2026-01-10T12:00:00.540Z')
    expect(sent[1]!.text).toContain('Device Alarm Cleared sos: 19, the last at 2026-01-10T12:00:00.555Z')
  })

  it('adds the summary to the next notification, and then sends none alone', async () => {
    const deviceId = newDevice()
    const { clock, sent, instances, sweep } = startNotifier()
    for (const at of [0, 10, 20]) {
      clock.now = start + at * SECOND
      await instances[0]!(alarmOf(deviceId, 'vibration'))
    }
    clock.now = start + MINUTE
    await instances[1]!(alarmOf(deviceId, 'sos'))
    for (; clock.now <= start + HOUR; clock.now += MINUTE) await sweep()
    expect(sent.map(({ subject }) => subject)).toEqual([
      `Device Alarm Raised vibration ${deviceId}`,
      `Device Alarm Raised sos ${deviceId} (2 more)`,
    ])
  })

  it('stays within the limits for any alarms, instances, failures and redeliveries', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            waitMs: fc.oneof(fc.nat({ max: SECOND }), fc.nat({ max: 8 * MINUTE })),
            alarms: fc.array(fc.constantFrom('sos', 'vibration', 'overspeed'), {
              minLength: 1,
              maxLength: 4,
            }),
            again: fc.nat({ max: 30 }),
            fate: fc.constantFrom(null, null, null, null, 'no-send' as const, 'died' as const),
          }),
          { minLength: 1, maxLength: 20 },
        ),
        async (rounds) => {
          const deviceId = newDevice()
          let fate: 'no-send' | 'died' | null = null
          const { clock, sent, instances, sweep } = startNotifier({ fail: () => fate })
          const all: RuleEvent[] = []
          const open = new Set<RuleEvent>()
          const deliver = async (events: readonly RuleEvent[]): Promise<void> => {
            await Promise.all(
              events.map(async (event, i) => {
                open.add(event)
                await instances[i % instances.length]!(event).then(
                  () => open.delete(event),
                  () => {},
                )
              }),
            )
          }
          for (const round of rounds) {
            clock.now += round.waitMs
            const events = round.alarms.map((alarm) => alarmOf(deviceId, alarm))
            all.push(...events)
            fate = round.fate
            // New ones, failed ones and an old one again, all at once.
            await deliver([...events, ...open, ...all.slice(round.again, round.again + 1)])
          }
          fate = null
          for (let tries = 0; open.size > 0 && tries < 10; tries++) {
            clock.now += 31 * SECOND
            await deliver([...open])
          }
          expect(open.size).toBe(0)
          const alone = sent.filter(({ subject }) => subject.startsWith('Device Notifications'))
          const more = () => sent.reduce((sum, { subject }) => sum + moreIn(subject), 0)
          expect(sent.length - alone.length + more() + (await heldOf(deviceId))).toBe(all.length)
          for (let i = 0; i < 20 && (await heldOf(deviceId)) > 0; i++) {
            clock.now += MINUTE
            await sweep()
          }
          expect(await heldOf(deviceId)).toBe(0)
          expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length)
          expect(
            maxWithin(
              sent.map(({ at }) => at),
              HOUR,
            ),
          ).toBeLessThanOrEqual(20)
          const bySubject = Map.groupBy(sent, ({ subject }) => subject.replace(/ \(.*/, ''))
          for (const some of bySubject.values()) {
            expect(
              maxWithin(
                some.map(({ at }) => at),
                WINDOW_MS,
              ),
            ).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: Number(process.env.NOTIFY_RUNS ?? 6) },
    )
  })

  it('sends ten at once, and the rest by the sweep when there is quota', async () => {
    const deviceId = newDevice()
    const { clock, sent, instances, sweep } = startNotifier()
    for (let bit = 0; bit < 32; bit++) await instances[bit % 3]!(alarmOf(deviceId, `bit-${bit}`))
    expect(sent).toHaveLength(BUCKET_SIZE - 1)
    await instances[0]!(alarmOf(deviceId, 'sos'))
    expect(sent.at(-1)!.subject).toBe(`Device Alarm Raised sos ${deviceId} (23 more)`)
    await instances[0]!(alarmOf(deviceId, 'sos'))
    for (clock.now = start; sent.length === 10; clock.now += MINUTE) {
      expect(clock.now).toBeLessThanOrEqual(start + 2 * REFILL_MS)
      await sweep()
    }
    expect(sent.at(-1)!.at).toBe(start + REFILL_MS)
    expect(sent.at(-1)!.subject).toBe(`Device Notifications Held Back ${deviceId} (1 more)`)
  })

  it('can take over a claim from a clock that stepped back', async () => {
    const clock = { now: start }
    const notices = createNotices({ ...fleet, now: () => clock.now })
    await notices.claim('stepped-back')
    clock.now -= HOUR
    expect(await notices.claim('stepped-back')).toMatchObject({ effectId: 'stepped-back' })
  })
})
