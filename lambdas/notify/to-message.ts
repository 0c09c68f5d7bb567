import { countHeld, type HeldByTitle } from '#shared/domain/notice-limits.ts'
import type { RuleEvent } from './bus-event.ts'

export type NoticeMessage = { readonly subject: string; readonly text: string }

/** SNS accepts up to 100 printable ASCII characters. */
const maxSubject = 100
/** What the sentence says already, or what only programs need. */
const omitted = new Set(['id', 'kind', 'bit', 'late', 'deviceId', 'alarm'])

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * An event as people read it in a mail: what happened to which device, then the facts one by one, then what the limits
 * held back since the notification before.
 */
export function toMessage({ 'detail-type': type, detail }: RuleEvent, held: HeldByTitle = {}): NoticeMessage {
  const facts = [detail.alarm, detail.deviceId].filter((value) => typeof value === 'string')
  const more = countHeld(held)
  const suffix = more === 0 ? '' : ` (${more} more)`
  const subject =
    [type, ...facts]
      .join(' ')
      .replaceAll(/[^\u0020-\u007e]/g, '?')
      .slice(0, maxSubject - suffix.length) + suffix
  const late = detail.late === true ? 'It happened earlier: the tracker had kept it.\n' : ''
  const lines = Object.entries(detail)
    .filter(([name, value]) => !omitted.has(name) && value !== null)
    .map(([name, value]) => `${name}: ${show(value)}`)
  return { subject, text: `${subject}\n${late}\n${lines.join('\n')}\n${summaryOf(held, more)}` }
}

function summaryOf(held: HeldByTitle, more: number): string {
  if (more === 0) return ''
  const lines = Object.entries(held).map(
    ([title, { count, lastAt }]) => `${title}: ${count}, the last at ${new Date(lastAt).toISOString()}`,
  )
  return `\n${more} more since the last notification (the API shows each of them):\n${lines.join('\n')}\n`
}
