import type { AppEvent } from '../events/bus-event.ts'

/** Version of the message in the queue; readers accept this one and the previous one. */
const MESSAGE_FORMAT = 1

/** What waits in the queue of webhooks. */
export type WebhookMessage = {
  readonly webhookId: string
  /** The test and the redelivery were asked for by someone: they are sent once, whatever the state of the webhook. */
  readonly kind: 'event' | 'redelivery' | 'test'
  readonly event: AppEvent | TestEvent
  /** Key of the delivery in the list, where someone waits for it; null: its own. */
  readonly recordAs: string | null
}

/** Sent on request, to see whether a receiver works. It is no event of the catalogue: nothing has happened. */
export type TestEvent = {
  readonly id: string
  readonly type: 'webhook.test'
  readonly version: 1
  readonly time: string
  readonly recordedAt: string
  readonly deviceId: null
  readonly data: { readonly webhookId: string }
}

export const writeMessage = (message: WebhookMessage): string =>
  JSON.stringify({ v: MESSAGE_FORMAT, ...message })

/** Null: a format that is not known here. */
export function readMessage(text: string): WebhookMessage | null {
  const { v, ...message } = JSON.parse(text) as WebhookMessage & { v: number }
  return v === MESSAGE_FORMAT ? message : null
}

const encoder = new TextEncoder()
const toPercent = (char: string): string =>
  [...encoder.encode(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

/** `webhook-id` as receivers get it: the id of the event, without the full stop, which separates what is signed. */
export const toHeaderId = (eventId: string): string => eventId.replaceAll(/[^\w:#~-]/gu, toPercent)
