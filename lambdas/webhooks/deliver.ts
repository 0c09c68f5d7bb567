import {
  AFTER_OTHERS_MS,
  afterFailure,
  eventWait,
  GIVE_UP_MS,
  pauseOf,
  SLOW_FOR_MS,
  SLOW_MS,
  slotsOf,
  waitForPause,
  waitForSlot,
} from '#shared/domain/webhooks/back-off.ts'
import type { NoticeEvent } from '#shared/domain/notices/notice-event.ts'
import type { Delivery } from '#shared/domain/webhooks/delivery.ts'
import { isNotice, type WebhookMessage } from '#shared/domain/webhooks/message.ts'
import { isActive, type Disabled, type KnownWebhook, type Webhook } from '#shared/domain/webhooks/webhook.ts'
import { deliverNotice } from './deliver-notice.ts'
import { toDelivery, type Outcome, type Received } from './outcome.ts'
import type { WebhookParts } from './parts.ts'
import { isSuccess, type PostResult } from './post.ts'
import { signedHeaders } from './sign.ts'

const GONE = 410
const reasonOf = ({ status, error }: PostResult): string => error ?? `HTTP ${status}`

/** Delivers one event to its webhook, unless the webhook is paused. */
export async function deliverEvent(parts: WebhookParts, received: Received): Promise<Outcome> {
  const { now, random, metrics } = parts
  const { webhookId, kind, event } = received.message
  if (isNotice(received.message)) return deliverNotice(parts, received, event as NoticeEvent)
  const known = await find(parts, webhookId)
  const secrets = known === null ? [] : await parts.readSecrets(webhookId)
  if (known === null || secrets.length === 0) {
    metrics.count('Dropped')
    return { retryAfterMs: null, delivery: null }
  }
  // A caller of the API waits for the result.
  if (kind !== 'event') return once(parts, received, known.webhook, secrets)
  const { webhook, state } = known
  if (!isActive(webhook, now())) {
    if (webhook.disabled !== null) await publishDisabled(parts, webhookId, webhook.disabled)
    return drop(
      parts,
      received,
      webhook.disabled === null ? 'the webhook has expired' : 'the webhook is disabled',
    )
  }
  const { pausedUntil } = state
  if (pausedUntil !== null && now() < pausedUntil) {
    return wait(waitForPause(pausedUntil, now(), random()))
  }
  const slots = slotsOf(state, now())
  const slot = slots === null ? null : await parts.states.takeSlot(webhookId, slots)
  if (slots !== null && slot === null) return wait(waitForSlot(random()))
  try {
    const result = await send(parts, received.message, webhook, secrets)
    if (result.latencyMs >= SLOW_MS) await markSlow(parts, known)
    return isSuccess(result)
      ? await succeed(parts, received, known, result)
      : await fail(parts, received, known, result)
  } finally {
    if (slot !== null) await parts.states.freeSlot(webhookId, slot)
  }
}

async function find(
  { listWebhooks, forgetWebhooks }: WebhookParts,
  webhookId: string,
): Promise<KnownWebhook | null> {
  const isIt = ({ webhook }: KnownWebhook): boolean => webhook.webhookId === webhookId
  const known = (await listWebhooks()).find(isIt)
  if (known) return known
  // The cached list may be older than the webhook.
  forgetWebhooks()
  return (await listWebhooks()).find(isIt) ?? null
}

const wait = (retryAfterMs: number): Outcome => ({ retryAfterMs, delivery: null })

async function send(
  { findTarget, post, metrics, now }: WebhookParts,
  { event }: WebhookMessage,
  { url }: Webhook,
  secrets: readonly string[],
): Promise<PostResult> {
  // Checked each time, because a name may resolve to another address.
  const target = await findTarget(url)
  if ('problem' in target) return { status: null, latencyMs: 0, answer: null, error: target.problem }
  const body = JSON.stringify(event)
  const result = await post(target, signedHeaders(secrets, event.id, body, now()), body)
  if (isSuccess(result)) metrics.count('Delivered')
  else metrics.count('Failed')
  metrics.measure('DeliveryTime', result.latencyMs)
  return result
}

function drop({ metrics, now }: WebhookParts, received: Received, error: string): Outcome {
  metrics.count('Dropped')
  const nothing = { status: null, latencyMs: null, answer: null, error }
  return { retryAfterMs: null, delivery: toDelivery(received, now(), 'dropped', nothing) }
}

async function once(
  parts: WebhookParts,
  received: Received,
  webhook: Webhook,
  secrets: readonly string[],
): Promise<Outcome> {
  const result = await send(parts, received.message, webhook, secrets)
  const outcome = isSuccess(result) ? 'delivered' : 'failed'
  return { retryAfterMs: null, delivery: toDelivery(received, parts.now(), outcome, result) }
}

async function markSlow(
  { states, forgetWebhooks, now }: WebhookParts,
  { webhook, state }: KnownWebhook,
): Promise<void> {
  // Written at most twice in this time.
  if ((state.slowUntil ?? 0) - now() > SLOW_FOR_MS / 2) return
  await states.markSlow(webhook.webhookId, now() + SLOW_FOR_MS)
  forgetWebhooks()
}

async function succeed(
  { states, forgetWebhooks, now }: WebhookParts,
  received: Received,
  { webhook, state }: KnownWebhook,
  result: PostResult,
): Promise<Outcome> {
  if (state.failures > 0 || state.pausedUntil !== null) {
    await states.succeed(webhook.webhookId)
    forgetWebhooks()
  }
  return { retryAfterMs: null, delivery: toDelivery(received, now(), 'delivered', result) }
}

async function fail(
  parts: WebhookParts,
  received: Received,
  { webhook }: KnownWebhook,
  result: PostResult,
): Promise<Outcome> {
  const { states, now, random, forgetWebhooks } = parts
  const { webhookId } = webhook
  // Counts the attempts for this event. An event is received more often than it is attempted if earlier events failed.
  const own = await parts.deliveries.countFailure(webhookId, received.message.event.id)
  const state = await states.countFailure(webhookId, own.failures === 1)
  forgetWebhooks()
  const at = now()
  const next = result.status === GONE ? 'disable' : afterFailure(state, at)
  const delivery = toDelivery(received, at, 'failed', result)
  if (next === 'disable') {
    const failingSince = state.failingSince ?? at
    const disabled = await parts.store.disable(webhookId, { reason: reasonOf(result), failingSince })
    if (disabled !== null) await publishDisabled(parts, webhookId, disabled)
    return giveUp(parts, delivery)
  }
  if (next === 'pause') {
    const pauseMs = pauseOf(state.pauses + 1, random())
    await states.pause(webhookId, at + pauseMs)
    return { retryAfterMs: waitForPause(at + pauseMs, at, random()) + AFTER_OTHERS_MS, delivery }
  }
  // Other events are delivered, but this one always fails.
  if (at - own.since >= GIVE_UP_MS) return giveUp(parts, delivery)
  return { retryAfterMs: eventWait(own.failures, random()), delivery }
}

function giveUp({ metrics }: WebhookParts, delivery: Delivery): Outcome {
  metrics.count('Dropped')
  return { retryAfterMs: null, delivery: { ...delivery, outcome: 'dropped' } }
}

/**
 * Published by the first worker that sees that the webhook was disabled, always under the same id. So it is published
 * at least once, even if a worker dies.
 */
async function publishDisabled(
  { store, putEvents, forgetWebhooks, log }: WebhookParts,
  webhookId: string,
  disabled: Disabled,
): Promise<void> {
  if (disabled.isPublished) return
  const { at, reason, failingSince } = disabled
  await putEvents([
    {
      id: `${webhookId}:disabled:${at}`,
      type: 'webhook.disabled',
      at,
      deviceId: null,
      data: { webhookId, reason, failingSince: new Date(failingSince).toISOString() },
    },
  ])
  await store.markPublished(webhookId, disabled)
  forgetWebhooks()
  log.warn('webhook disabled', { webhookId, reason })
}
