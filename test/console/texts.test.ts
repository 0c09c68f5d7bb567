import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptedBy, catalogue, entryOf } from '#h02/catalogue/index.ts'
import { statusBits } from '#h02'
import { replyFaults } from '#h02/catalogue/types.ts'
import { skipReasons } from '#shared/domain/campaign.ts'
import { timelineKinds } from '#shared/domain/command.ts'
import { queueEndings } from '#shared/domain/command-life.ts'
import { refusalCodes } from '#shared/domain/refusal.ts'
import { textOfFact, type Fact, type FactCode } from '#shared/domain/diagnosis/facts.ts'
import { auditSteps } from '#shared/store/audit.ts'
import { germanCommands } from '#shared/texts/commands-de.ts'
import { problemTypes } from '../../lambdas/api/problem.ts'
import { boundsOfDay, dayBefore, toLocalDay } from '../../lambdas/console/parts/days.ts'
import { choiceFrom, readChoice } from '../../lambdas/console/text/choice.ts'
import * as germanDiagnosis from '../../lambdas/console/text/de/diagnosis.ts'
import { de } from '../../lambdas/console/text/de/index.ts'
import * as englishDiagnosis from '../../lambdas/console/text/en/diagnosis.ts'
import { en } from '../../lambdas/console/text/en/index.ts'

const own = choiceFrom([])

describe('the settings of a browser', () => {
  it.each([
    [['de-AT', 'en'], 'de', 'metric'],
    [['en-US'], 'en', 'imperial'],
    [['en-GB'], 'en', 'imperial'],
    [['en-IE'], 'en', 'metric'],
    [['fr-FR', 'de'], 'de', 'metric'],
    [['it'], 'en', 'metric'],
    [['de-Latn-DE'], 'de', 'metric'],
    [[], 'en', 'metric'],
  ])('for the languages %j start as %s, %s', (preferred, language, units) => {
    expect(choiceFrom(preferred)).toEqual({ language, units, timeZone: null, theme: 'system' })
  })
  it('are kept, and replaced where they are unknown', () => {
    const kept = { language: 'de', units: 'imperial', timeZone: 'Asia/Kolkata', theme: 'dark' }
    expect(readChoice(JSON.stringify(kept), own)).toEqual(kept)
    expect(readChoice('{"language":"tlh","timeZone":"Mars/Base","theme":1}', own)).toEqual(own)
    for (const wrong of [null, '', '{', 'null', '7', '[]']) expect(readChoice(wrong, own)).toEqual(own)
  })
})

describe('days in a time zone', () => {
  const days = fc.integer({ min: 0, max: 20_000 }).map((n) => dayBefore('1990-01-01', -n))
  it('start at midnight and end where the next one starts', () => {
    fc.assert(
      fc.property(days, (day) => {
        const { from, to } = boundsOfDay(day)
        expect([toLocalDay(from), toLocalDay(to - 1)]).toEqual([day, day])
        expect(boundsOfDay(dayBefore(day, -1)).from).toBe(to)
      }),
    )
  })
})

describe('the tables of texts', () => {
  const entries = (table: object, path = ''): [string, unknown][] =>
    Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? entries(value, `${path}${key}.`)
        : [[`${path}${key}`, value] as [string, unknown]],
    )
  /** English comes from the API. */
  const isOfApi = (key: string): boolean =>
    /^(?:problems\.details|terminal\.happened|words\.bits)\./.test(key)
  const shapeOf = (table: object) =>
    entries(table)
      .filter(([key]) => !isOfApi(key))
      .map(([key, value]) => `${key}: ${typeof value === 'function' ? value.length : typeof value}`)
      .toSorted()

  it('have the same keys with the same parameters in both languages', () => {
    expect(shapeOf(de)).toEqual(shapeOf(en))
  })
  it('have words for each step of the audit', () => {
    for (const { stack } of [en, de])
      expect(Object.keys(stack.steps).toSorted()).toEqual(auditSteps.toSorted())
  })
  it('have a title for each problem of the API', () => {
    const titles = Object.entries(problemTypes).map(([type, { title }]) => [type, title])
    expect(Object.entries(en.problems.titles)).toEqual(titles)
  })
  it('have a German title for each command, and for each of its parameters', () => {
    const namesOf = (named: readonly { intent: string; names: readonly string[] }[]) =>
      Object.fromEntries(named.map(({ intent, names }) => [intent, names.toSorted()]))
    const translated = Object.entries(germanCommands)
    expect(
      namesOf(translated.map(([intent, { params = {} }]) => ({ intent, names: Object.keys(params) }))),
    ).toEqual(
      namesOf(catalogue.map(({ intent, params }) => ({ intent, names: params.map(({ name }) => name) }))),
    )
    expect(entries(germanCommands).filter(([, text]) => text === '')).toEqual([])
    const titles = translated.map(([, { title }]) => title)
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([])
  })
  it('have words for each reason of a command', () => {
    const others = ['superseded', 'device-deleted', 'gone']
    const reasons = new Set([
      ...Object.keys(queueEndings),
      ...refusalCodes,
      ...skipReasons,
      ...replyFaults,
      ...others,
    ])
    for (const { words } of [en, de]) expect(new Set(Object.keys(words.reasons))).toEqual(reasons)
  })
  it('have German for each step of a command that its kind explains', () => {
    const kinds = timelineKinds.filter((kind) => kind !== 'note')
    expect(Object.keys(de.terminal.happened).toSorted()).toEqual(kinds.toSorted())
  })
  it('have German for each bit of the status, and what each text of the first contact takes', () => {
    expect(Object.keys(de.words.bits)).toEqual(statusBits.map(({ name }) => name))
    const specs = ['set-apn', 'set-server'].flatMap((intent) => entryOf(intent)!.params)
    const rules = Object.fromEntries(specs.map((spec) => [spec.name, acceptedBy(spec)]))
    expect(en.add.rules).toEqual(rules)
  })
  it('have German details for problems of the API only', () => {
    expect(Object.keys(de.problems.details).filter((type) => !Object.hasOwn(problemTypes, type))).toEqual([])
  })
  it('count in both languages', () => {
    expect([0, 1, 2, 1_234].map(en.time.daysAgo)).toEqual([
      '0 days ago',
      '1 day ago',
      '2 days ago',
      '1,234 days ago',
    ])
    expect([0, 1, 2, 1_234].map(de.time.daysAgo)).toEqual([
      'vor 0 Tagen',
      'vor 1 Tag',
      'vor 2 Tagen',
      'vor 1.234 Tagen',
    ])
  })
})

describe('the evidence of a diagnosis', () => {
  const at = '2026-11-30T12:00:00.000Z'
  const to = '2026-11-30T13:00:00.000Z'
  const facts: { readonly [Code in FactCode]: Extract<Fact, { code: Code }> } = {
    'last-heard': { code: 'last-heard' },
    'last-before-leaving': { code: 'last-before-leaving' },
    'last-parked': { code: 'last-parked' },
    'last-own': { code: 'last-own' },
    registered: { code: 'registered', at },
    heard: { code: 'heard', seconds: 91, usualSeconds: 301 },
    'clock-showed': { code: 'clock-showed', clock: '1970-01-01T00:00:00.000Z', at },
    'clock-ahead': { code: 'clock-ahead', minutes: 480 },
    'clock-behind': { code: 'clock-behind', minutes: 570 },
    'no-gateway': { code: 'no-gateway', from: at, to },
    'address-refused': {
      code: 'address-refused',
      address: '198.51.100.5',
      sources: '203.0.113.0/24, 10.0.0.0/8',
    },
    'came-to-http': { code: 'came-to-http', address: '198.51.100.6' },
    'other-login': { code: 'other-login', address: '198.51.100.7', protocol: 'GT06' },
    'not-registered': { code: 'not-registered', address: '198.51.100.8', deviceId: '9170000000' },
    'heard-as': { code: 'heard-as', deviceId: '9170000000', at },
    'not-all-searched': { code: 'not-all-searched' },
    'command-written': { code: 'command-written', intent: 'set-server', server: '198.51.100.9:6000' },
    'sleep-written': { code: 'sleep-written', intent: 'deep-sleep-bsj' },
    'alarm-open': { code: 'alarm-open', alarm: 'a-new-one' },
    battery: { code: 'battery', percent: 12 },
    'last-after-cut': { code: 'last-after-cut', seconds: 601 },
    'quiet-before': { code: 'quiet-before', seconds: 7_201, times: 4 },
    'silent-together': { code: 'silent-together', silent: 7, of: 9, network: '10.1.0.0/16' },
    signal: { code: 'signal', percent: 61 },
    'signal-before': { code: 'signal-before', percent: 6, seconds: 45 },
  }
  const write = { time: (iso: string) => `<${iso}>`, duration: (seconds: number) => `<${seconds} s>` }

  it.each(Object.values(facts))('is written with all that it names: $code', (fact) => {
    const { code: _, ...values } = fact
    const texts = [englishDiagnosis, germanDiagnosis].map(({ diagnosisFacts }) =>
      textOfFact(fact, diagnosisFacts, write),
    )
    for (const text of texts) {
      for (const value of Object.values(values)) expect(text).toContain(String(value))
      expect(text).toMatch(/\.$/)
    }
    expect(texts[0]).not.toBe(texts[1])
  })

  it('says that an outage lasts, and names alarms in words', () => {
    const lasting = { code: 'no-gateway', from: at, to: null } as const
    const german = (fact: Fact) => textOfFact(fact, germanDiagnosis.diagnosisFacts, write)
    expect(textOfFact(lasting, englishDiagnosis.diagnosisFacts, write)).toBe(
      `No gateway ran from <${at}> on, and none has run since.`,
    )
    expect(german(lasting)).toBe(`Seit <${at}> lief kein Gateway.`)
    expect(german({ code: 'alarm-open', alarm: 'power-cut' })).toContain(`„${de.words.alarms['power-cut']}“`)
  })
})
