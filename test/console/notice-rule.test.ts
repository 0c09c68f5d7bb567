import { describe, expect, it } from 'vitest'
import { noticeByRule, ignoresQuietHours, type NoticeRule } from '#shared/domain/notices/rule.ts'
import { newRuleSchema, toQuietHours } from '../../lambdas/api/notices/schema.ts'
import {
  kindsInQuietHours,
  kindsOfNewRule,
  kindText,
  offeredKinds,
} from '../../lambdas/console/notices/kinds.ts'

/** A new rule of the form, silent at night, as the API stores it. */
function newRule(): NoticeRule {
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC' }
  const sent = { name: 'My car', on: kindsOfNewRule, channels: ['nc_000000000001'], quietHours }
  const read = newRuleSchema.parse(sent)
  return {
    ...read,
    ruleId: 'nr_000000000001',
    devices: null,
    places: null,
    quietHours: toQuietHours(read.quietHours),
    format: null,
    limit: null,
    createdAt: 0,
    createdBy: 'admin',
    expiresAt: null,
  }
}

const noticeAtTwo = (type: string, alarm?: string) =>
  noticeByRule(
    newRule(),
    { type, deviceId: '1', labels: {}, data: alarm === undefined ? {} : { alarm } },
    { title: '', spare: 1, now: Date.UTC(2026, 0, 11, 2) },
  )

describe('a new rule of the console that is quiet at night', () => {
  it.each([
    ['the tracker reports it', 'alarm.raised', 'moved'],
    ['the positions show it', 'device.moved-parked', undefined],
  ])('rings at 2 a.m. when the car is towed and %s', (_, type, alarm) => {
    expect(noticeAtTwo(type, alarm)).toMatchObject({ holdUntil: null })
  })

  it('waits until the morning with silence', () => {
    expect(noticeAtTwo('device.silent')).toMatchObject({ holdUntil: Date.UTC(2026, 0, 11, 6) })
  })

  it('is about kinds that the form offers', () => {
    expect(offeredKinds).toEqual(expect.arrayContaining([...kindsOfNewRule]))
  })

  it('names what rings at night, of the kinds that are selected', () => {
    const kindsOf = (on: readonly string[]) =>
      kindsInQuietHours({ on, except: ignoresQuietHours }).map(kindText)
    expect(kindsOf(kindsOfNewRule)).toEqual([
      'SOS',
      'power cut',
      'moved while parked (alarm of the tracker)',
      'moved while parked (seen by this server)',
      'theft',
    ])
    expect(kindsOf(['device.silent'])).toEqual([])
    expect(kindsOf(['alarm.raised'])).toContain('an alarm without a name')
  })
})
