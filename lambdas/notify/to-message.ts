import { countHeld, type HeldByTitle } from '#shared/domain/notice-limits.ts'
import { formatOf } from '#shared/domain/notices/notice-format.ts'
import { bodyOf } from './body.ts'
import type { RuleEvent } from './bus-event.ts'
import { createStyle } from './style.ts'

export type NoticeMessage = { readonly subject: string; readonly text: string }

/** SNS accepts up to 100 printable ASCII characters. */
const MAX_SUBJECT = 100
/** Receivers of the installation have no settings of their own. */
const style = createStyle(formatOf({ format: null, quietHours: null }))

/**
 * An event as a mail: what happened to which device, then its meaning and the facts one by one, then what the limits have held back
 * since the previous notification.
 */
export function toMessage(event: RuleEvent, held: HeldByTitle = {}): NoticeMessage {
  const { 'detail-type': type, detail } = event
  const facts = [detail.alarm, detail.deviceId].filter((value) => typeof value === 'string')
  const more = countHeld(held)
  const suffix = more === 0 ? '' : ` (${more} more)`
  const subject =
    [type, ...facts]
      .join(' ')
      .replaceAll(/[^\u0020-\u007e]/g, '?')
      .slice(0, MAX_SUBJECT - suffix.length) + suffix
  return { subject, text: `${subject}\n\n${bodyOf(event, style).join('\n')}\n${summaryOf(held, more)}` }
}

function summaryOf(held: HeldByTitle, more: number): string {
  if (more === 0) return ''
  const lines = Object.entries(held).map(
    ([title, { count, lastAt }]) => `${title}: ${count}, the last at ${new Date(lastAt).toISOString()}`,
  )
  return `\n${more} more since the last notification (the API shows each of them):\n${lines.join('\n')}\n`
}
