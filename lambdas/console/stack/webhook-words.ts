/** A webhook in words. */
import type { DeliveryAnswer, WebhookAnswer } from '../api/types.ts'
import { toDayAndClock } from '../parts/format.ts'

const time = (iso: string | null): string => (iso === null ? '' : toDayAndClock(Date.parse(iso)))

export function stateText(webhook: WebhookAnswer): string {
  switch (webhook.state) {
    case 'active':
      return 'Deliveries get through.'
    case 'failing':
      return `The last delivery failed; it is sent again. Failing since ${time(webhook.failingSince)}.`
    case 'paused':
      return `Nothing gets through since ${time(webhook.failingSince)}: the next try is at ${time(webhook.pausedUntil)}.`
    case 'disabled':
      return `Nothing is sent any more since ${time(webhook.disabledAt)}: ${webhook.disabledReason ?? 'it was disabled'}. Repair the receiver, then enable it.`
    case 'expired':
      return `It ended with the key that made it, at ${time(webhook.expiresAt)}.`
  }
}

export const eventsText = ({ events }: WebhookAnswer): string =>
  events.includes('*') ? 'all events except device.moved' : events.join(', ')

/** What came back of a delivery. */
export function answerText({ outcome, status, error, answer, latencyMs }: DeliveryAnswer): string {
  const came = status === null ? (error ?? outcome) : `HTTP ${status}`
  const after = latencyMs === null ? '' : ` after ${latencyMs} ms`
  return `${came}${after}${answer === null || answer === '' ? '' : `: ${answer}`}`
}
