import type { WebhookMessage } from './message.ts'

/** The result of one attempt to deliver an event: the request and its answer, or why there was none. */
export type Delivery = {
  readonly eventId: string
  readonly type: string
  readonly deviceId: string | null
  /** When the event happened, ms; needed with its id to find it in history. */
  readonly eventAt: number
  readonly kind: WebhookMessage['kind']
  /** When it was sent or dropped, ms. */
  readonly at: number
  /** How often it was received from the queue. */
  readonly attempt: number
  readonly outcome: 'delivered' | 'failed' | 'dropped'
  /** HTTP status; null if there was no answer. */
  readonly status: number | null
  readonly latencyMs: number | null
  /** The beginning of the answer. */
  readonly answer: string | null
  /** Why there was no answer, or no request. */
  readonly error: string | null
}
