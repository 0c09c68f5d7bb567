import { toMs, type Formats } from './formats.ts'
import type { NoticeWords } from './words/en.ts'
import { factNames, type FactName } from './words/fact-names.ts'
import { toWords } from './words/to-words.ts'

type Show = (value: unknown, words: NoticeWords, formats: Formats) => string | null

const byNumber =
  (format: Exclude<keyof Formats, 'time'>): Show =>
  (value, _words, formats) =>
    typeof value === 'number' ? formats[format](value) : null
const time: Show = (value, _words, formats) => {
  const at = toMs(value)
  return Number.isNaN(at) ? null : formats.time(at)
}

const byWord =
  (table: 'commands' | 'settings'): Show =>
  (value, words) =>
    typeof value === 'string' ? toWords(words[table], value) : null

/** Texts, numbers and switches. */
const plain: Show = (value, words, formats) => {
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') return formats.number(value)
  return typeof value === 'string' ? value : null
}
const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []

const outcomes: Show = (value, words, formats) =>
  entries(value)
    .map(([outcome, count]) => `${plain(count, words, formats)} ${toWords(words.verdicts, outcome)}`)
    .join(', ')

/** A code or a sentence, or the result that stopped a campaign. */
const reason: Show = (value, words, formats) => {
  if (typeof value === 'string') return words.reason(value)
  if (typeof value !== 'object' || value === null) return plain(value, words, formats)
  const { outcome, count, of } = value as { outcome?: unknown; count?: unknown; of?: unknown }
  const [shownCount, shownOf] = [count, of].map((one) => plain(one, words, formats) ?? '?')
  return words.stopped(
    typeof outcome === 'string' ? toWords(words.verdicts, outcome) : '?',
    shownCount!,
    shownOf!,
  )
}
const metadata: Show = (value) =>
  entries(value)
    .map(([key, one]) => `${key}: ${typeof one === 'string' ? one : JSON.stringify(one)}`)
    .join(', ')

const shows: Readonly<Record<FactName, Show>> = {
  name: plain,
  model: plain,
  speedKmh: byNumber('speed'),
  limitKmh: byNumber('speed'),
  topSpeedKmh: byNumber('speed'),
  meters: byNumber('distance'),
  since: time,
  minutes: byNumber('minutes'),
  lastSeen: time,
  silentHours: byNumber('hours'),
  fixTime: time,
  remoteAddress: plain,
  intent: byWord('commands'),
  setting: byWord('settings'),
  desired: plain,
  reported: plain,
  tries: byNumber('number'),
  devices: byNumber('number'),
  pending: byNumber('number'),
  outcomes,
  webhookId: plain,
  reason,
  failingSince: time,
  metadata,
}

/** Fields that the title or a sentence of the notice contains. */
const inSentence: ReadonlyMap<unknown, readonly FactName[]> = new Map([
  ['device.moved-parked', ['meters', 'since']],
  ['device.source-refused', ['remoteAddress']],
  ['place.entered', ['name']],
  ['place.left', ['name']],
  ['place.stayed', ['name']],
])

/** The facts of an event, a line each. */
export function factLines(
  detail: Readonly<Record<string, unknown>>,
  words: NoticeWords,
  formats: Formats,
): string[] {
  const omitted = inSentence.get(detail.type) ?? []
  return factNames.flatMap((name) => {
    const value = detail[name]
    if (value === null || value === undefined || omitted.includes(name)) return []
    const shown = shows[name](value, words, formats)
    return shown === null || shown === '' ? [] : [`${words.facts[name]}: ${shown}`]
  })
}
