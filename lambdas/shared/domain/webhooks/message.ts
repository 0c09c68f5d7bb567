import type { AppEvent } from '../events/bus-event.ts'
import { isChannelId } from '../notices/channel.ts'
import type { NoticeEvent } from '../notices/notice-event.ts'

/** Versions of queue messages: for events of webhooks, and for notices, which older readers leave to newer ones. */
const MESSAGE_FORMAT = 1
const NOTICE_FORMAT = 2

/** A message in the queue of webhooks. */
export type WebhookMessage = {
  /** Or the id of a channel of notices. */
  readonly webhookId: string
  /** Tests and redeliveries were requested by a person: they are sent once, in any state of the webhook. */
  readonly kind: 'event' | 'redelivery' | 'test'
  readonly event: AppEvent | TestEvent | NoticeEvent
  /** Key of the delivery in the list if a caller waits for it; null: a generated one. */
  readonly recordAs: string | null
}

/** A test event, sent on request. It is not in the catalogue, because nothing has happened. */
export type TestEvent = {
  readonly id: string
  readonly type: 'webhook.test'
  readonly version: 1
  readonly time: string
  readonly recordedAt: string
  readonly deviceId: null
  readonly data: { readonly webhookId: string }
}

export const isNotice = ({ webhookId }: Pick<WebhookMessage, 'webhookId'>): boolean => isChannelId(webhookId)

export const writeMessage = (message: WebhookMessage): string =>
  JSON.stringify({ v: isNotice(message) ? NOTICE_FORMAT : MESSAGE_FORMAT, ...message })

/** Null if the format is unknown. */
export function readMessage(text: string): WebhookMessage | null {
  const { v, ...message } = JSON.parse(text) as WebhookMessage & { v: number }
  return v === (isNotice(message) ? NOTICE_FORMAT : MESSAGE_FORMAT) ? message : null
}

const encoder = new TextEncoder()
const toPercent = (char: string): string =>
  [...encoder.encode(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

/** `webhook-id` as receivers get it: the id of the event, without the full stop, which separates what is signed. */
export const toHeaderId = (eventId: string): string => eventId.replaceAll(/[^\w:#~-]/gu, toPercent)
