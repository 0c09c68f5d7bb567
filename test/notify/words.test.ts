import { describe, expect, it } from 'vitest'
import { catalogue } from '#h02/catalogue/index.ts'
import { alarmNames } from '#shared/domain/alarms.ts'
import { toDetail, type BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue, keptEventTypes } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { noticeLanguages, type NoticeFormat } from '#shared/domain/notices/notice-format.ts'
import type { NoticeRule } from '#shared/domain/notices/rule.ts'
import { germanCommands } from '#shared/texts/commands-de.ts'
import type { RuleEvent } from '../../lambdas/notify/bus-event.ts'
import { summaryContent, titleOf, toContent } from '../../lambdas/notify/to-content.ts'
import { toMessage } from '../../lambdas/notify/to-message.ts'
import { ruleOf } from './rule.ts'

const at = Date.UTC(2026, 6, 31, 22, 30)
const eventOf = (type: BusEvent['type'], more: object = {}): RuleEvent => ({
  'detail-type': eventCatalogue[type].detailType,
  time: new Date(at).toISOString(),
  detail: {
    ...toDetail({
      id: 'e',
      type,
      at,
      deviceId: '9170000000',
      data: eventCatalogue[type].example,
    } as BusEvent),
    ...more,
  },
})
/** A rule with this format. */
const ruleIn = (format: Partial<NoticeFormat> | null, more: Partial<NoticeRule> = {}): NoticeRule =>
  ruleOf({ format: format && { language: 'en', units: 'metric', timeZone: null, ...format }, ...more })
const contentOf = (rule: NoticeRule, event: RuleEvent, held = {}) =>
  toContent(rule, event, titleOf(rule, event, 'Van 3'), held)

/** Names of fields and codes as programs read them. */
const rawFields = new Set(
  keptEventTypes.flatMap((type) =>
    Object.keys(eventCatalogue[type].example).filter((key) => /[A-Z]/.test(key)),
  ),
)
const rawIn = (text: string): string[] => [
  ...[...rawFields].filter((field) => text.includes(field)),
  ...(text.match(/\d{4}-\d\d-\d\dT[\d:.]+Z|[{}[\]]|\bnull\b|\bundefined\b|\bNaN\b|\b\w+\.\w+-\w+\b/g) ?? []),
]

describe('the words of a notice', () => {
  const kinds: readonly (readonly [type: EventType, more: { readonly alarm?: string }])[] = [
    ...keptEventTypes.filter((type) => !type.startsWith('alarm.')).map((type) => [type, {}] as const),
    ...alarmNames.map((alarm) => ['alarm.raised', { alarm }] as const),
    ...alarmNames.map((alarm) => ['alarm.cleared', { alarm }] as const),
  ]

  describe.each(noticeLanguages)('in %s', (language) => {
    it.each(kinds)('contain no raw fields: %s %o', (type, more) => {
      const { title, text } = contentOf(ruleIn({ language }), eventOf(type, more))
      expect(rawIn(text)).toEqual([])
      expect(title).not.toContain(more.alarm?.includes('-') ? more.alarm : type)
    })
  })

  it('differ by language, except for SOS and Alarm', () => {
    const alike = kinds.filter(([type, more]) => {
      const [en, de] = noticeLanguages.map((language) =>
        titleOf(ruleIn({ language }), eventOf(type, more), 'x'),
      )
      return en === de
    })
    expect(alike).toEqual([['alarm.raised', { alarm: 'sos' }]])
  })

  it.each<[Partial<NoticeFormat> | null, string, string]>([
    [null, 'Speed: 93.5 km/h', '31 Jul 2026, 22:30 (UTC)'],
    [
      { units: 'imperial', timeZone: 'America/New_York' },
      'Speed: 58.1 mph',
      '31 Jul 2026, 18:30 (America/New_York)',
    ],
    [
      { language: 'de', timeZone: 'Europe/Berlin' },
      'Geschwindigkeit: 93,5 km/h',
      'Gerät 9170000000, 01.08.2026, 00:30 (Europe/Berlin)',
    ],
  ])('have the units and the time zone of the rule: %o', (format, speed, when) => {
    const { text } = contentOf(ruleIn(format), eventOf('speed.exceeded'))
    expect(text).toContain(speed)
    expect(text).toContain(when)
  })

  it.each([
    ['command.concluded', 'engine-cut', 'Command: Cut the engine', 'Befehl: Motor sperren'],
    ['campaign.finished', 'read-status', 'Command: Status', 'Befehl: Status'],
    ['command.corrected', 'raw', 'Command: Bytes', 'Befehl: Bytes'],
    // An event of a newer version.
    ['command.concluded', 'new-command', 'Command: new command', 'Befehl: new command'],
  ] as const)('call a command as the console does: %s of %s', (type, intent, english, german) => {
    const event = eventOf(type, { intent })
    for (const [language, line] of [
      ['en', english],
      ['de', german],
    ] as const)
      expect(contentOf(ruleIn({ language }), event).text.split('\n')).toContain(line)
    expect(toMessage(event).text.split('\n')).toContain(english)
  })

  it.each(catalogue.map(({ intent, title }) => [intent, title]))(
    'have a name for each command: %s',
    (intent, title) => {
      const lineIn = (language: NoticeFormat['language'], label: string) =>
        contentOf(ruleIn({ language }), eventOf('command.concluded', { intent }))
          .text.split('\n')
          .find((line) => line.startsWith(label))
      expect(lineIn('en', 'Command: ')).toBe(`Command: ${title}`)
      expect(lineIn('de', 'Befehl: ')).toBe(`Befehl: ${germanCommands[intent]!.title}`)
    },
  )

  it.each([
    ['command.concluded', 'expired', 'Reason: it waited too long', 'Grund: er hat zu lange gewartet'],
    [
      'command.concluded',
      'interlock: the last fix has no speed',
      'Reason: the car may be moving (the last fix has no speed)',
      'Grund: das Fahrzeug fährt vielleicht (die letzte Position hat kein Tempo)',
    ],
    ['webhook.disabled', 'HTTP 500', 'Reason: HTTP 500', 'Grund: HTTP 500'],
    [
      'webhook.disabled',
      'no whole answer within 10 s',
      'Reason: no whole answer within 10 s',
      'Grund: keine vollständige Antwort in 10 s',
    ],
    ['command.concluded', 'new-code: why', 'Reason: new-code: why', 'Grund: new-code: why'],
  ] as const)('say why: %s, %s', (type, reason, english, german) => {
    const event = eventOf(type, { reason })
    const linesIn = (language: NoticeFormat['language']) =>
      contentOf(ruleIn({ language }), event).text.split('\n')
    expect(linesIn('en')).toContain(english)
    expect(linesIn('de')).toContain(german)
  })

  it('have the time zone of the quiet hours, if the rule has no other', () => {
    const quietHours = { from: '22:00', to: '06:00', timeZone: 'Asia/Tokyo', days: null, except: [] }
    const textOf = (format: Partial<NoticeFormat> | null) =>
      contentOf(ruleIn(format, { quietHours }), eventOf('device.online')).text
    expect(textOf(null)).toContain('1 Aug 2026, 07:30 (Asia/Tokyo)')
    expect(textOf({ language: 'de' })).toContain('01.08.2026, 07:30 (Asia/Tokyo)')
    expect(textOf({ timeZone: 'UTC' })).toContain('31 Jul 2026, 22:30 (UTC)')
  })

  it.each([
    ['metric', 412, '412 m'],
    ['metric', 1_540, '1.5 km'],
    ['imperial', 250, '820 ft'],
    ['imperial', 1_609, '1 mi'],
  ] as const)('give distances in units that people use: %s %i', (units, meters, shown) => {
    const { text } = contentOf(ruleIn({ units }), eventOf('device.moved-parked', { meters }))
    expect(text).toContain(`It is ${shown} from where it was parked`)
  })

  it('sum up in the language of the rule', () => {
    const held = {
      'Van 3: zu schnell': { count: 2, lastAt: at, spare: 1 },
      others: { count: 1_000, lastAt: at, spare: 1 },
    }
    const rule = ruleIn({ language: 'de', timeZone: 'Europe/Berlin' })
    expect(summaryContent(rule, held).text.split('\n')).toEqual([
      'My cars: 1.002 zurückgehalten',
      'Van 3: zu schnell: 2-mal, zuletzt 01.08.2026, 00:30 (Europe/Berlin)',
      'andere: 1.000-mal, zuletzt 01.08.2026, 00:30 (Europe/Berlin)',
    ])
    expect(contentOf(rule, eventOf('device.silent'), held).text).toContain(
      'Außerdem, seit der letzten Meldung:',
    )
  })

  it('are spaced codes, where a newer version uses codes without a word', () => {
    const titleWith = (type: EventType, more: object) => titleOf(ruleOf(), eventOf(type, more), 'Van 3')
    expect(titleWith('alarm.raised', { alarm: 'fuel-leak' })).toBe('Van 3: fuel leak')
    expect(titleWith('command.concluded', { verdict: 'given-up' })).toMatch(/: given up$/)
    const { text } = contentOf(ruleOf(), eventOf('campaign.stopped', { outcomes: { 'given-up': 2 } }))
    expect(text).toContain('2 given up')
  })

  it.each(keptEventTypes)('are in notifications of the installation too, in English: %s', (type) => {
    const { text } = toMessage(eventOf(type))
    expect(rawIn(text)).toEqual([])
  })
})
