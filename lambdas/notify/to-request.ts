import type { RuleEvent } from './bus-event.ts'
import type { NoticeTarget } from './targets.ts'
import type { NoticeMessage } from './to-message.ts'

export type NoticeRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Bytes that ntfy takes as a text, and characters that the others take. */
const maxText = { ntfy: 4_000, telegram: 4_000, pushover: 1_000 } as const
const json = { 'content-type': 'application/json' }

/** The request that sends a notification, by the published API of each service. */
export function toRequest(
  target: NoticeTarget,
  { subject, text }: NoticeMessage,
  event: RuleEvent,
): NoticeRequest {
  const isUrgent = event.detail.type === 'alarm.raised'
  switch (target.kind) {
    case 'ntfy':
      return {
        url: target.url,
        headers: {
          title: subject,
          priority: isUrgent ? 'high' : 'default',
          ...(target.token !== null && { authorization: `Bearer ${target.token}` }),
        },
        body: withoutSubject(subject, text).slice(0, maxText.ntfy),
      }
    case 'telegram':
      return {
        url: `https://api.telegram.org/bot${target.botToken}/sendMessage`,
        headers: json,
        body: JSON.stringify({ chat_id: target.chatId, text: text.slice(0, maxText.telegram) }),
      }
    case 'pushover':
      return {
        url: 'https://api.pushover.net/1/messages.json',
        headers: json,
        body: JSON.stringify({
          token: target.appToken,
          user: target.userKey,
          title: subject,
          message: withoutSubject(subject, text).slice(0, maxText.pushover),
          priority: isUrgent ? 1 : 0,
        }),
      }
    case 'webhook':
      return {
        url: target.url,
        headers: json,
        body: JSON.stringify({
          subject,
          text,
          type: event['detail-type'],
          time: event.time,
          data: event.detail,
        }),
      }
  }
}

/** The subject is the title of a message, and a text of its own: without facts nothing else is left. */
const withoutSubject = (subject: string, text: string): string => text.replace(subject, '').trim() || subject
