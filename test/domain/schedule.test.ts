import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue } from '#h02/catalogue/index.ts'
import { faultOfCron, isTimeZone, nextOfCron } from '#shared/commands/cron.ts'
import { isHarmlessRead } from '#shared/commands/scheduled-read.ts'
import {
  afterRun,
  dueAtOf,
  firstRunAt,
  MAX_PERIOD_MS,
  MIN_PERIOD_MS,
  nextRunAt,
  planRun,
  SCHEDULE_FORMAT,
  type Schedule,
} from '#shared/domain/schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const start = Date.UTC(2026, 0, 10, 12)

const hourly: Schedule = {
  v: SCHEDULE_FORMAT,
  deviceId: '9170000000',
  name: 'voltage',
  timing: { everyMs: HOUR },
  intent: 'read-status',
  params: {},
  revision: 'r1',
  setAt: start,
  setBy: 'key1',
  origin: { keyName: null, address: null, requestId: null },
  nextAt: start,
  lastRun: null,
  lastCommandId: null,
  sent: 0,
  skipped: 0,
}
const daily = (cron: string, timeZone = 'UTC'): Schedule => ({ ...hourly, timing: { cron, timeZone } })
const next = (schedule: Schedule, plannedAt: number, now = plannedAt): number | null =>
  nextRunAt(schedule, plannedAt, now, nextOfCron)

describe('an interval', () => {
  it('runs at once when it is set, then on its grid', () => {
    expect(firstRunAt(hourly.timing, start, nextOfCron)).toBe(start)
    const second = next(hourly, start)!
    expect(next(hourly, second)).toBe(second + HOUR)
  })

  it('keeps 0.5 to 1.5 intervals between runs, however late the sweep is', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: MIN_PERIOD_MS / 1_000, max: MAX_PERIOD_MS / 1_000 }),
        fc.integer({ min: 0, max: 2 * MAX_PERIOD_MS }),
        (name, seconds, lateMs) => {
          const schedule = { ...hourly, name, timing: { everyMs: seconds * 1_000 } }
          const now = start + lateMs
          const at = next(schedule, start, now)!
          expect(at - start).toBeGreaterThanOrEqual((seconds * 1_000) / 2)
          expect(at).toBeGreaterThan(now)
          expect(at - now).toBeLessThan(1.5 * seconds * 1_000 + 2 * MINUTE)
        },
      ),
    )
  })

  it('of a whole fleet, set at the same moment, spreads over the hour', () => {
    const perMinute = new Map<number, number>()
    for (let n = 0; n < 6_000; n++) {
      const at = next({ ...hourly, deviceId: String(9_170_000_000 + n) }, start)!
      const minute = Math.floor((at % HOUR) / MINUTE)
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1)
    }
    // 100 on average.
    expect(Math.max(...perMinute.values())).toBeLessThan(200)
    expect(perMinute.size).toBe(60)
  })
})

describe('a cron expression', () => {
  it('runs in the time of its zone, on both sides of a change of the clock', () => {
    const schedule = daily('0 6 * * *', 'Europe/Madrid')
    const before = next(schedule, Date.UTC(2026, 9, 23, 4))!
    expect(new Date(before).toISOString()).toBe('2026-10-24T04:00:00.000Z')
    expect(new Date(next(schedule, before)!).toISOString()).toBe('2026-10-25T05:00:00.000Z')
  })

  it('is first run at its time, and spread over a minute', () => {
    const schedule = daily('0 6 * * *')
    const nextAt = firstRunAt(schedule.timing, start, nextOfCron)!
    expect(new Date(nextAt).toISOString()).toBe('2026-01-11T06:00:00.000Z')
    const dues = Array.from(
      { length: 500 },
      (_, n) => dueAtOf({ ...schedule, nextAt, deviceId: String(n) })! - nextAt,
    )
    expect(Math.min(...dues)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...dues)).toBeLessThan(MINUTE)
    expect(new Set(dues.map((ms) => Math.floor(ms / 10_000))).size).toBe(6)
  })

  it.each([
    ['0 6 * * *', null],
    ['*/5 * * * *', null],
    ['0 9 * * MON-FRI', null],
    ['0 0 L * *', null],
    ['*/4 * * * *', 'at least 5 minutes apart'],
    ['59,0 * * * *', 'at least 5 minutes apart'],
    ['0,59 0,23 * * *', 'at least 5 minutes apart'],
    ['0 0 30 2 *', 'has a next time'],
    ['0 0 6 * * *', 'five fields'],
    ['every hour', 'five fields'],
    ['', 'five fields'],
  ])('%s: %s', (cron, fault) => {
    const found = faultOfCron(cron, 'UTC', start)
    if (fault === null) expect(found).toBeNull()
    else expect(found).toContain(fault)
  })

  it('knows the zones of IANA', () => {
    expect(['UTC', 'Europe/Madrid', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false])
  })
})

describe('a run of a schedule', () => {
  const plan = (
    schedule: Schedule,
    former: Parameters<typeof planRun>[1]['former'] = null,
    more: { isAllowed?: boolean; now?: number } = {},
  ) =>
    planRun(schedule, {
      former,
      now: start,
      nextAt: next(schedule, schedule.nextAt!),
      isAllowed: true,
      commandIdOf: (seed, at) => `${seed}@${at}`,
      ...more,
    })
  const open = { commandId: 'former', state: 'queued', conclusion: null, expiresAt: start + HOUR } as const

  it('makes a command whose id depends on the schedule and the planned time alone', () => {
    const order = plan(hourly)
    expect(order).toMatchObject({
      commandId: `9170000000#voltage#r1@${start}`,
      intent: 'read-status',
      danger: 'harmless',
      createdBy: 'key1',
      createdAt: start,
      metadata: { schedule: 'voltage' },
    })
    expect(plan(hourly, null, { now: start + 30_000 })).toEqual(order)
    expect(plan({ ...hourly, revision: 'r2' })).not.toEqual(order)
  })

  it('waits no longer than until a minute before the next one', () => {
    const order = plan(hourly)
    expect(order).toMatchObject({ expiresAt: next(hourly, start)! - MINUTE })
  })

  it('is skipped while the previous one is open, but not once that has expired', () => {
    expect(plan(hourly, open)).toBe('former-open')
    expect(plan(hourly, { ...open, state: 'sent', expiresAt: start - 1 })).toBe('former-open')
    expect(plan(hourly, { ...open, expiresAt: start })).toMatchObject({ intent: 'read-status' })
    // The command of the same run, made before a crash.
    expect(plan(hourly, { ...open, commandId: `9170000000#voltage#r1@${start}` })).toMatchObject({
      intent: 'read-status',
    })
  })

  it('is skipped where the intent is not a harmless read on this model', () => {
    expect(plan(hourly, null, { isAllowed: false })).toBe('not-allowed')
  })

  it('is counted, and its command is remembered as the newest', () => {
    const sent = afterRun(hourly, start + HOUR, { outcome: 'sent', commandId: 'c1' })
    expect(sent).toMatchObject({ sent: 1, skipped: 0, lastCommandId: 'c1', nextAt: start + HOUR })
    const skipped = afterRun(sent, start + 2 * HOUR, { outcome: 'former-open' })
    expect(skipped).toMatchObject({
      sent: 1,
      skipped: 1,
      lastCommandId: 'c1',
      lastRun: { plannedAt: start + HOUR, outcome: 'former-open' },
    })
  })
})

it('only harmless reads may be scheduled, on any model', () => {
  const models = [null, 'ST-906L', 'HUASUNTEK', 'VSUN', 'CJ730', 'LK109', 'GT09']
  for (const entry of catalogue) {
    for (const model of models) {
      if (!isHarmlessRead(entry.intent, model)) continue
      expect([entry.intent, entry.danger, entry.effect, entry.params.some(({ secret }) => secret)]).toEqual([
        entry.intent,
        'harmless',
        null,
        false,
      ])
    }
  }
  const allowed = [
    'read-status',
    'read-config',
    'mileage-read',
    'locate',
    'engine-cut',
    'interval-on',
    'restart',
  ]
  expect(allowed.filter((intent) => isHarmlessRead(intent, null))).toEqual([
    'read-status',
    'read-config',
    'mileage-read',
    'locate',
  ])
})
