import { countHeld, OTHERS, type HeldByTitle } from '#shared/domain/notice-limits.ts'
import { isUrgent, type NoticeContent } from '#shared/domain/notices/notice-event.ts'
import { formatOf } from '#shared/domain/notices/notice-format.ts'
import type { NoticeRule } from '#shared/domain/notices/rule.ts'
import { bodyOf } from './body.ts'
import type { RuleEvent } from './bus-event.ts'
import { createStyle, wordsIn, type Style } from './style.ts'
import type { NoticeWords } from './words/en.ts'
import { toWords } from './words/to-words.ts'

type Written = Pick<NoticeRule, 'format' | 'quietHours'>
const styleOf = (rule: Written): Style => createStyle(formatOf(rule))

/** What happened, in a few words. */
function whatHappened(
  { type, alarm, placeId, name, verdict }: RuleEvent['detail'],
  words: NoticeWords,
): string {
  if (typeof alarm === 'string') {
    const what = toWords(words.alarms, alarm)
    return type === 'alarm.cleared' ? words.ended(what) : what
  }
  const what = toWords(words.types, String(type))
  if (typeof placeId === 'string' && typeof name === 'string') return words.atPlace(what, name)
  return typeof verdict === 'string' ? `${what}: ${toWords(words.verdicts, verdict)}` : what
}

/** For example `Van 3: power cut`. */
export function titleOf(rule: Written, { detail }: RuleEvent, deviceName: string | null): string {
  const words = wordsIn(formatOf(rule).language)
  const name = deviceName ?? (typeof detail.deviceId === 'string' ? detail.deviceId : words.installation)
  return `${name}: ${whatHappened(detail, words)}`
}

export function toContent(
  rule: NoticeRule,
  event: RuleEvent,
  title: string,
  held: HeldByTitle,
): NoticeContent {
  const { detail } = event
  const style = styleOf(rule)
  const lines = [
    title,
    ...bodyOf(event, style),
    ...(countHeld(held) === 0 ? [] : ['', style.words.also, ...linesOf(style, held)]),
  ]
  return {
    title,
    text: lines.join('\n'),
    isUrgent: isUrgent(detail.type),
    about: String(detail.type),
    data: detail,
  }
}

/** One notice with everything that was held back for a rule. */
export function summaryContent(rule: NoticeRule, held: HeldByTitle): NoticeContent {
  const style = styleOf(rule)
  const title = style.words.held(rule.name, style.formats.number(countHeld(held)))
  return {
    title,
    text: [title, ...linesOf(style, held)].join('\n'),
    isUrgent: false,
    about: null,
    data: { ruleId: rule.ruleId, held },
  }
}

const linesOf = ({ words, formats }: Style, held: HeldByTitle): string[] =>
  Object.entries(held).map(([title, { count, lastAt }]) => {
    const shown = title === OTHERS ? words.others : title
    return count === 1
      ? words.once(shown, formats.time(lastAt))
      : words.times(shown, formats.number(count), formats.time(lastAt))
  })
