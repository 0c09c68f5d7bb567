import type { WebhookMessage } from './message.ts'

/** What became of an event at a webhook, once: a request and its answer, or that there was none. */
export type Delivery = {
  readonly eventId: string
  readonly type: string
  readonly deviceId: string | null
  /** When the event happened, ms; with its id it is found in history. */
  readonly eventAt: number
  readonly kind: WebhookMessage['kind']
  /** When it was sent or dropped, ms. */
  readonly at: number
  /** How often it was taken from the queue. */
  readonly attempt: number
  readonly outcome: 'delivered' | 'failed' | 'dropped'
  /** Of HTTP; null: no answer came. */
  readonly status: number | null
  readonly latencyMs: number | null
  /** How the answer begins. */
  readonly answer: string | null
  /** Why there was no answer, or no request. */
  readonly error: string | null
}
