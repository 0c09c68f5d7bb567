import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alarmNames } from '#shared/domain/alarms.ts'
import { keptEventTypes } from '#shared/domain/events/catalogue.ts'
import { countHeld, decide, noLimits, type NoticeLimits } from '#shared/domain/notice-limits.ts'
import { quietUntil } from '#shared/domain/notices/quiet-hours.ts'
import {
  noticeByRule,
  ignoresQuietHours,
  ruleIdOfScope,
  summaryByRule,
  type NoticeRule,
  type RuleInput,
} from '#shared/domain/notices/rule.ts'
import { ruleOf } from './rule.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const noon = Date.UTC(2026, 0, 10, 12)
const night = Date.UTC(2026, 0, 10, 23)
const morning = Date.UTC(2026, 0, 11, 6)

const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC', days: null, except: ignoresQuietHours }
const eventOf = (more: Partial<RuleInput> = {}): RuleInput => ({
  type: 'alarm.raised',
  deviceId: '1',
  labels: {},
  data: { alarm: 'vibration' },
  ...more,
})
const noticeAt = (rule: NoticeRule, event: RuleInput, now: number) =>
  noticeByRule(rule, event, { title: `${event.deviceId} ${String(event.data.alarm)}`, spare: 1, now })

const threeKinds = ['alarm.raised:power-cut', 'device.silent', 'alarm.raised:vibration']

describe('a rule of notices', () => {
  it.each<[string, Partial<NoticeRule>, Partial<RuleInput>, boolean]>([
    ['the alarm that it names', { on: threeKinds }, {}, true],
    ['another alarm', { on: threeKinds }, { data: { alarm: 'sos' } }, false],
    ['any alarm, by the type alone', { on: ['alarm.raised'] }, { data: { alarm: 'sos' } }, true],
    ['the end of the alarm', {}, { type: 'alarm.cleared' }, false],
    ['silence', { on: threeKinds }, { type: 'device.silent', data: {} }, true],
    ['a device that it names', { devices: { ids: ['1'], labels: null } }, {}, true],
    ['another device', { devices: { ids: ['2'], labels: null } }, {}, false],
    [
      'a device with its labels',
      { devices: { ids: null, labels: { fleet: 'n' } } },
      { labels: { fleet: 'n' } },
      true,
    ],
    ['a device without its labels', { devices: { ids: null, labels: { fleet: 'n' } } }, {}, false],
    ['a device that its maker did not see', { limit: { ids: ['2'], labels: null } }, {}, false],
    ['what concerns no device', {}, { deviceId: null }, true],
    [
      'that, of a maker who sees some devices',
      { limit: { ids: ['2'], labels: null } },
      { deviceId: null },
      false,
    ],
    [
      'a place that it names',
      { on: ['place.left'], places: ['pl_1'] },
      { type: 'place.left', data: { placeId: 'pl_1' } },
      true,
    ],
    [
      'another place',
      { on: ['place.left'], places: ['pl_1'] },
      { type: 'place.left', data: { placeId: 'pl_2' } },
      false,
    ],
    ['an alarm, though it names places', { places: ['pl_1'] }, {}, true],
    ['nothing while it is off', { enabled: false }, {}, false],
    ['nothing after its key has expired', { expiresAt: noon }, {}, false],
  ])('is about %s', (_, rule, event, isAbout) => {
    expect(noticeAt(ruleOf(rule), eventOf(event), noon) !== null).toBe(isAbout)
  })

  it('holds notices back until its quiet hours end, except urgent ones', () => {
    const rule = ruleOf({ quietHours })
    expect(noticeAt(rule, eventOf(), night)).toMatchObject({ holdUntil: morning })
    expect(noticeAt(rule, eventOf(), noon)).toMatchObject({ holdUntil: null })
    const cut = eventOf({ data: { alarm: 'power-cut' } })
    expect(noticeAt(rule, cut, night)).toMatchObject({ holdUntil: null })
  })

  const atNight: Readonly<Record<string, 'rings' | 'waits'>> = {
    'alarm.raised:sos': 'rings',
    'alarm.raised:power-cut': 'rings',
    'alarm.raised:power-off': 'rings',
    'alarm.raised:moved': 'rings',
    'device.moved-parked': 'rings',
    'alarm.raised:theft': 'rings',
    'alarm.raised:illegal-start': 'rings',
    'alarm.raised:fence-out': 'rings',
    'alarm.raised:alarm': 'rings',
    // Wind, drivers and batteries.
    'alarm.raised:vibration': 'waits',
    'alarm.raised:overspeed': 'waits',
    'alarm.raised:fence-in': 'waits',
    'alarm.raised:ignition-on': 'waits',
    'alarm.raised:ignition-off': 'waits',
    'alarm.raised:low-battery': 'waits',
    'alarm.raised:low-power': 'waits',
    'alarm.raised:antenna-open': 'waits',
    'alarm.raised:antenna-short': 'waits',
  }
  const allKinds = [
    ...alarmNames.flatMap((alarm) => [`alarm.raised:${alarm}`, `alarm.cleared:${alarm}`]),
    ...keptEventTypes.filter((type) => !type.startsWith('alarm.')),
  ]
  it.each(allKinds)('at night: %s', (kind) => {
    const [type, alarm] = kind.split(':') as [string, string | undefined]
    const event = eventOf({ type, data: alarm === undefined ? {} : { alarm } })
    const notice = noticeAt(ruleOf({ on: [kind], quietHours }), event, night)
    // Each alarm needs a decision in the table; other events wait.
    const expected = type === 'alarm.raised' ? atNight[kind] : (atNight[kind] ?? 'waits')
    expect(notice?.holdUntil === null ? 'rings' : 'waits').toBe(expected)
  })

  it('sends the same kind for one device once per interval, and others at once', () => {
    const rule = ruleOf({ debounceMinutes: 30 })
    const limits = new Map<string, NoticeLimits>()
    const send = (event: RuleInput, now: number): string => {
      const notice = noticeAt(rule, event, now)!
      const decision = decide(limits.get(notice.scope) ?? noLimits, notice, now)
      limits.set(notice.scope, decision.limits)
      return decision.outcome.kind
    }
    expect(send(eventOf(), noon)).toBe('send')
    expect(send(eventOf(), noon + 29 * MINUTE_MS)).toBe('hold')
    expect(send(eventOf({ data: { alarm: 'power-cut' } }), noon + 29 * MINUTE_MS)).toBe('send')
    expect(send(eventOf({ deviceId: '2' }), noon + 29 * MINUTE_MS)).toBe('send')
    expect(send(eventOf(), noon + 30 * MINUTE_MS)).toBe('send')
  })

  it('counts unregistered ids together', () => {
    const rule = ruleOf({ on: ['unknown-device.seen'] })
    const [one, two] = ['7', '8'].map((deviceId) =>
      noticeAt(rule, eventOf({ type: 'unknown-device.seen', deviceId, labels: null, data: {} }), noon),
    )
    expect(one!.scope).toBe(two!.scope)
  })

  it('is found again by the scope of its limits', () => {
    for (const now of [noon, night]) {
      const { scope } = noticeAt(ruleOf({ quietHours }), eventOf(), now)!
      expect(ruleIdOfScope(scope)).toBe('nr_000000000001')
    }
    expect(ruleIdOfScope('9170000000')).toBeNull()
    expect(ruleIdOfScope('unknown-devices')).toBeNull()
  })
})

describe('notices that a rule held back', () => {
  const rule = ruleOf({ quietHours })

  it('are in one summary when the quiet hours end, counted by kind and device', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            deviceId: fc.constantFrom('1', '2', '3'),
            minutes: fc.integer({ min: 0, max: 419 }),
          }),
          { minLength: 1, maxLength: 60 },
        ),
        (events) => {
          let limits = noLimits
          const inOrder = events.toSorted((a, b) => a.minutes - b.minutes)
          for (const { deviceId, minutes } of inOrder) {
            const now = night + minutes * MINUTE_MS
            const decision = decide(limits, noticeAt(rule, eventOf({ deviceId }), now)!, now)
            expect(decision.outcome.kind).toBe('hold')
            limits = decision.limits
          }
          expect(limits.summaryAt).toBe(morning)
          const { scope } = noticeAt(rule, eventOf(), night)!
          const { outcome, limits: after } = decide(limits, summaryByRule(rule, scope, morning), morning)
          if (outcome.kind !== 'send') throw new Error(outcome.kind)
          expect(countHeld(outcome.grant.held)).toBe(events.length)
          expect(after).toMatchObject({ held: {}, summaryAt: null })
        },
      ),
    )
  })

  it('wait for the morning when a summary falls into the night', () => {
    const waits = summaryByRule(rule, 'rule:nr_000000000001:1', night)
    const held = { x: { count: 1, lastAt: night, spare: 1 } }
    const { outcome, limits } = decide({ ...noLimits, held, summaryAt: night }, waits, night)
    expect(outcome.kind).toBe('hold')
    expect(limits.summaryAt).toBe(quietUntil(quietHours, night))
  })

  it('are dropped with the rule, or while it is off', () => {
    const held = { x: { count: 1, lastAt: night, spare: 1 } }
    for (const gone of [null, ruleOf({ enabled: false })]) {
      const summary = summaryByRule(gone, 'rule:nr_000000000001:quiet', morning)
      const { outcome, limits } = decide({ ...noLimits, held, summaryAt: morning }, summary, morning)
      expect(outcome.kind).toBe('drop')
      expect(limits).toMatchObject({ held: {}, summaryAt: null })
    }
  })

  it('are listed up to a hundred titles, and the others counted together', () => {
    let limits = noLimits
    for (let i = 0; i < 150; i++) {
      const notice = noticeAt(rule, eventOf({ deviceId: String(i) }), night)!
      limits = decide(limits, notice, night + i).limits
    }
    expect(Object.keys(limits.held)).toHaveLength(101)
    expect(limits.held.others?.count).toBe(50)
    expect(countHeld(limits.held)).toBe(150)
  })

  it('do not affect notices at noon', () => {
    const held = decide(noLimits, noticeAt(rule, eventOf(), night)!, night)
    expect(held.outcome.kind).toBe('hold')
    const later = night + 13 * HOUR_MS
    expect(decide(noLimits, noticeAt(rule, eventOf(), later)!, later).outcome.kind).toBe('send')
  })
})
