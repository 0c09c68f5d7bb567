import type { Delivery } from '#shared/domain/webhooks/delivery.ts'
import type { WebhookMessage } from '#shared/domain/webhooks/message.ts'
import type { PostResult } from './post.ts'

/** A message with its attributes in the queue. */
export type Received = {
  readonly message: WebhookMessage
  /** How often it was received, including this time. */
  readonly receives: number
}

/** The next step for the message: finished, or received again after a wait. `delivery` is the entry for the list of deliveries. */
export type Outcome = {
  readonly retryAfterMs: number | null
  readonly delivery: Delivery | null
}

/** As people see it: how one try went. */
export const toDelivery = (
  { message: { event, kind }, receives }: Received,
  at: number,
  outcome: Delivery['outcome'],
  { status, latencyMs, answer, error }: Omit<PostResult, 'latencyMs'> & { readonly latencyMs: number | null },
): Delivery => ({
  eventId: event.id,
  type: event.type,
  deviceId: event.deviceId,
  eventAt: Date.parse(event.time),
  kind,
  at,
  attempt: receives,
  outcome,
  status,
  latencyMs,
  answer,
  error,
})
