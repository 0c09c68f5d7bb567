import type { RuleEvent } from './bus-event.ts'

export type NoticeMessage = { readonly subject: string; readonly text: string }

/** SNS takes up to 100 printable ASCII characters. */
const mostSubject = 100
/** What the sentence says already, or what only programs need. */
const unsaid = new Set(['id', 'kind', 'bit', 'late', 'deviceId', 'alarm'])

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** An event as people read it in a mail: what happened to which device, then the facts one by one. */
export function toMessage({ 'detail-type': type, detail }: RuleEvent): NoticeMessage {
  const facts = [detail.alarm, detail.deviceId].filter((value) => typeof value === 'string')
  const subject = [type, ...facts]
    .join(' ')
    .replaceAll(/[^\u0020-\u007e]/g, '?')
    .slice(0, mostSubject)
  const late = detail.late === true ? 'It happened earlier: the tracker had kept it.\n' : ''
  const lines = Object.entries(detail)
    .filter(([name, value]) => !unsaid.has(name) && value !== null)
    .map(([name, value]) => `${name}: ${show(value)}`)
  return { subject, text: `${subject}\n${late}\n${lines.join('\n')}\n` }
}
