import { countHeld, type HeldByTitle } from '#shared/domain/notice-limits.ts'
import type { RuleEvent } from './bus-event.ts'

export type NoticeMessage = { readonly subject: string; readonly text: string }

/** SNS accepts up to 100 printable ASCII characters. */
const MAX_SUBJECT = 100
/** What the sentence already says, or only programs need. */
const omitted = new Set(['id', 'type', 'version', 'kind', 'bit', 'late', 'deviceId', 'scope', 'alarm'])

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * An event as a mail: what happened to which device, then the facts one by one, then what the limits have held back
 * since the previous notification.
 */
export function toMessage({ 'detail-type': type, detail }: RuleEvent, held: HeldByTitle = {}): NoticeMessage {
  const facts = [detail.alarm, detail.deviceId].filter((value) => typeof value === 'string')
  const more = countHeld(held)
  const suffix = more === 0 ? '' : ` (${more} more)`
  const subject =
    [type, ...facts]
      .join(' ')
      .replaceAll(/[^\u0020-\u007e]/g, '?')
      .slice(0, MAX_SUBJECT - suffix.length) + suffix
  const late = detail.late === true ? 'It happened earlier: the tracker had kept it.\n' : ''
  const lines = Object.entries(detail)
    .filter(([name, value]) => !omitted.has(name) && value !== null)
    .map(([name, value]) => `${name}: ${show(value)}`)
  const sentence = sentences.get(type)?.(detail) ?? ''
  return { subject, text: `${subject}\n${late}${sentence}\n${lines.join('\n')}\n${summaryOf(held, more)}` }
}

/** What an event means and what to do, if its name does not say it. */
const sentences: ReadonlyMap<string, (detail: RuleEvent['detail']) => string> = new Map(
  Object.entries<(detail: RuleEvent['detail']) => string>({
    'Device Contested': ({ ownerAddress, otherAddress, until }) =>
      `Two connections claim to be this device: ${show(ownerAddress)}, which receives its commands, and ${show(otherAddress)}. ` +
      `One of them may be a copy or an attack. Until ${show(until)} fuel cuts are refused and effects confirm nothing. ` +
      'Allow only the networks of the tracker with "sources" of the device.\n',
    'Device Daily Limit': () =>
      'This device has sent more than a tracker sends in a day. What it sends is neither stored nor acknowledged until 24 hours have passed since the ' +
      'first of these frames. Its id may be in use elsewhere, or its interval is too short.\n',
    'Device Source Refused': ({ remoteAddress }) =>
      `A connection from ${show(remoteAddress)} used the id of this device and was refused: the address is in none of its "sources". ` +
      'If the tracker has a new network, add it there.\n',
  }),
)

function summaryOf(held: HeldByTitle, more: number): string {
  if (more === 0) return ''
  const lines = Object.entries(held).map(
    ([title, { count, lastAt }]) => `${title}: ${count}, the last at ${new Date(lastAt).toISOString()}`,
  )
  return `\n${more} more since the last notification (the API shows each of them):\n${lines.join('\n')}\n`
}
