/** A webhook in words. */
import type { DeliveryAnswer, WebhookAnswer } from '../api/types.ts'
import { toDayAndClock } from '../parts/format.ts'
import { inOwnLanguage } from '../text/sentences.ts'
import { t } from '../text/text.ts'

const time = (iso: string | null): string => (iso === null ? '' : toDayAndClock(Date.parse(iso)))

const reasonOf = ({ disabledReason }: WebhookAnswer): string | null =>
  disabledReason && inOwnLanguage(disabledReason)

export function stateText(webhook: WebhookAnswer): string {
  switch (webhook.state) {
    case 'active':
      return t.stack.active
    case 'failing':
      return t.stack.failing(time(webhook.failingSince))
    case 'paused':
      return t.stack.paused(time(webhook.failingSince), time(webhook.pausedUntil))
    case 'disabled':
      return t.stack.disabled(time(webhook.disabledAt), reasonOf(webhook) ?? t.stack.wasDisabled)
    case 'expired':
      return t.stack.expired(time(webhook.expiresAt))
  }
}

export const eventsText = ({ events }: WebhookAnswer): string =>
  events.includes('*') ? t.stack.allButMoved : events.join(', ')

/** The receiver's answer to a delivery. */
export function answerText({ outcome, status, error, answer, latencyMs }: DeliveryAnswer): string {
  const came =
    status === null ? ((error && inOwnLanguage(error)) ?? t.words.deliveries[outcome]) : `HTTP ${status}`
  const after = latencyMs === null ? '' : t.stack.after(latencyMs)
  return `${came}${after}${answer === null || answer === '' ? '' : `: ${answer}`}`
}
