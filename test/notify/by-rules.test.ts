import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WebhookMessage } from '#shared/domain/webhooks/message.ts'
import type { NoticeContent } from '#shared/domain/notices/notice-event.ts'
import { ignoresQuietHours, type NoticeRule } from '#shared/domain/notices/rule.ts'
import { toDetail, type BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import { createNotices } from '#shared/store/notices.ts'
import { readDue, requestSummary } from '../../lambdas/control/sweep.ts'
import type { RuleEvent } from '../../lambdas/notify/bus-event.ts'
import { createNotify } from '../../lambdas/notify/notify.ts'
import { createNotifyByRules } from '../../lambdas/notify/notify-by-rules.ts'
import { startFleet } from '../api/fakes.ts'
import { silent } from '../silent-log.ts'
import { ruleOf } from './rule.ts'

let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

const MINUTE_MS = 60_000
const night = Date.UTC(2026, 0, 10, 23)
const morning = Date.UTC(2026, 0, 11, 6)

const toRuleEvent = (event: BusEvent): RuleEvent => ({
  'detail-type': eventCatalogue[event.type].detailType,
  time: new Date(event.at).toISOString(),
  detail: toDetail(event),
})

let rules = 0
/** A rule with an id of its own, quiet at night except for SOS. */
const nightRule = (more: Partial<NoticeRule> = {}): NoticeRule =>
  ruleOf({
    ruleId: `nr_${String(rules++).padStart(12, '0')}`,
    quietHours: { from: '22:00', to: '06:00', timeZone: 'UTC', days: null, except: ['alarm.raised:sos'] },
    ...more,
  })

/** The notifier and the sweep over the table, on a clock that the test moves. */
function startWorld(rule: NoticeRule) {
  const clock = { now: night }
  const listed = [rule]
  const queued: WebhookMessage[] = []
  const faults = { queue: false }
  let effects = 0
  const notify = createNotifyByRules({
    notices: createNotices({ ...fleet, now: () => clock.now }),
    listRules: async () => listed,
    readDevice: async (deviceId) => ({ name: deviceId === '1' ? 'Van 3' : null, labels: {} }),
    send: async (messages) => {
      if (faults.queue) throw new Error('the queue is down')
      queued.push(...messages)
    },
    metrics: { count: () => {} },
    log: silent,
    now: () => clock.now,
  })
  const alarmOf = (alarm: string, deviceId = '1'): RuleEvent =>
    toRuleEvent({
      id: `${rule.ruleId}:${effects++}`,
      type: 'alarm.raised',
      at: clock.now,
      deviceId,
      data: {
        alarm,
        bit: 17,
        receivedAt: new Date(clock.now).toISOString(),
        fixTime: null,
        late: false,
        latitude: 52.52,
        longitude: 13.405,
      },
    })
  const sweep = async (): Promise<void> => {
    for await (const page of readDue({ client: fleet.client, fleetTable: fleet.table }, clock.now)) {
      for (const item of page) {
        if (!String(item.scope).startsWith(`rule:${rule.ruleId}`)) continue
        const putEvents = async (events: readonly BusEvent[]) => {
          for (const event of events) await notify(toRuleEvent(event))
        }
        await requestSummary({ putEvents } as never, item)
      }
    }
  }
  const contents = (): NoticeContent[] => queued.map(({ event }) => event.data as NoticeContent)
  return { clock, listed, queued, faults, notify, alarmOf, sweep, contents }
}

describe('notices by rules', () => {
  it('contain what happened to which device, and where', async () => {
    const { clock, notify, alarmOf, queued, contents } = startWorld(nightRule({ quietHours: null }))
    clock.now = Date.UTC(2026, 0, 10, 12)
    await notify(alarmOf('power-cut'))
    expect(queued[0]).toMatchObject({ webhookId: 'nc_000000000001', kind: 'event', recordAs: null })
    const [{ title, text, isUrgent, about }] = contents() as [NoticeContent]
    expect([title, isUrgent, about]).toEqual(['Van 3: power cut', true, 'alarm.raised'])
    expect(text).toContain('Device 1, 10 Jan 2026, 12:00 (UTC)')
    expect(text).toContain('mlat=52.52&mlon=13.405')
  })

  it('report that a parked car is towed, and how far, even at night', async () => {
    const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC', days: null, except: ignoresQuietHours }
    const rule = nightRule({ on: ['device.moved-parked'], quietHours })
    const { notify, alarmOf, contents } = startWorld(rule)
    const { example: data } = eventCatalogue['device.moved-parked']
    await notify(alarmOf('moved'))
    await notify(toRuleEvent({ id: 'towed', type: 'device.moved-parked', at: night, deviceId: '1', data }))
    expect(contents().map(({ title }) => title)).toEqual(['Van 3: moved while parked'])
    expect(contents()[0]?.isUrgent).toBe(true)
    expect(contents()[0]?.text).toContain('It is 412 m from where it was parked')
    expect(contents()[0]?.text).toContain('mlat=52.5237&mlon=13.405')
  })

  it('are sent once per event, however often the bus repeats it, even after the queue was down', async () => {
    const { notify, alarmOf, queued, faults } = startWorld(nightRule({ quietHours: null }))
    const event = alarmOf('power-cut')
    faults.queue = true
    await expect(notify(event)).rejects.toThrow()
    faults.queue = false
    await notify(event)
    await notify(event)
    expect(queued).toHaveLength(1)
  })

  it('are summarized when the quiet hours end; an SOS is sent at once', async () => {
    const { clock, notify, alarmOf, sweep, contents } = startWorld(nightRule())
    await notify(alarmOf('vibration'))
    clock.now += 30 * MINUTE_MS
    await notify(alarmOf('vibration'))
    await notify(alarmOf('low-power', '2'))
    await notify(alarmOf('sos'))
    expect(contents().map(({ title }) => title)).toEqual(['Van 3: SOS'])
    clock.now = morning - 1
    await sweep()
    expect(contents()).toHaveLength(1)
    clock.now = morning
    await sweep()
    await sweep()
    const [, summary, ...others] = contents()
    expect(others).toEqual([])
    expect(summary?.title).toBe('My cars: 3 held back')
    expect(summary?.text).toContain('Van 3: vibration: 2 times, the last 10 Jan 2026, 23:30 (UTC)')
    expect(summary?.text).toContain('2: low power, 10 Jan 2026, 23:30 (UTC)')
  })

  it('of a rule that was deleted overnight are dropped', async () => {
    const { clock, notify, alarmOf, sweep, contents, listed } = startWorld(nightRule())
    await notify(alarmOf('vibration'))
    listed.pop()
    clock.now = morning
    await sweep()
    expect(contents()).toEqual([])
    const due: unknown[] = []
    for await (const page of readDue({ client: fleet.client, fleetTable: fleet.table }, clock.now))
      due.push(...page)
    expect(due).toEqual([])
  })

  it('do not go to the receivers of the installation', async () => {
    const rule = nightRule()
    const { clock, notify, alarmOf, sweep, contents } = startWorld(rule)
    await notify(alarmOf('vibration'))
    clock.now = morning
    const mails: string[] = []
    const notifyInstallation = createNotify({
      notices: createNotices({ ...fleet, now: () => clock.now }),
      send: async ({ subject }) => void mails.push(subject),
      metrics: { count: () => {} },
      log: silent,
    })
    const scope = `rule:${rule.ruleId}:quiet`
    const asked = { id: `${scope}:x`, type: 'notifications.held-back', at: morning, deviceId: null } as const
    await notifyInstallation(toRuleEvent({ ...asked, data: { scope } }))
    expect(mails).toEqual([])
    await sweep()
    expect(contents().map(({ title }) => title)).toEqual(['My cars: 1 held back'])
  })
})
