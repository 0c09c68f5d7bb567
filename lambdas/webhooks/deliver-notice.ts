import { eventWait, GIVE_UP_MS } from '#shared/domain/webhooks/back-off.ts'
import type { ChannelTarget } from '#shared/domain/notices/channel.ts'
import type { NoticeEvent } from '#shared/domain/notices/notice-event.ts'
import { toRequest } from '#shared/notices/to-request.ts'
import { toDelivery, type Outcome, type Received } from './outcome.ts'
import type { WebhookParts } from './parts.ts'
import { isSuccess, type PostResult } from './post.ts'

/** These may be accepted later. Other statuses are not retried: the token or the topic is wrong, and a person has to change it. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429])
const MAX_REASON = 300

/** Delivers one notice to its channel, and stores the result, so that people can see why nothing arrived. */
export async function deliverNotice(
  parts: WebhookParts,
  received: Received,
  event: NoticeEvent,
): Promise<Outcome> {
  const { channels, deliveries, metrics, now, random } = parts
  const { webhookId: channelId, kind } = received.message
  const target = await parts.readChannelTarget(channelId)
  if (target === null) {
    metrics.count('Dropped')
    return { retryAfterMs: null, delivery: null }
  }
  const result = await send(parts, channelId, target, event)
  const isDelivered = isSuccess(result)
  metrics.count(isDelivered ? 'Delivered' : 'Failed')
  const at = now()
  await channels.note(channelId, at, isDelivered ? null : reasonOf(result))
  const delivery = toDelivery(received, at, isDelivered ? 'delivered' : 'failed', result)
  // A caller of the API waits for the result of a test.
  if (isDelivered || kind !== 'event') return { retryAfterMs: null, delivery }
  const { failures, since } = await deliveries.countFailure(channelId, event.id)
  if (!mayPass(result) || at - since >= GIVE_UP_MS) {
    metrics.count('Dropped')
    parts.log.error('notice not delivered', { channelId, reason: reasonOf(result) })
    return { retryAfterMs: null, delivery: { ...delivery, outcome: 'dropped' } }
  }
  return { retryAfterMs: eventWait(failures, random()), delivery }
}

const mayPass = ({ status, error }: PostResult): boolean =>
  error !== null || status === null || status >= 500 || temporary.has(status)

/** The result in words: the obstacle, or the answer of the service. */
const reasonOf = ({ status, answer, error }: PostResult): string =>
  (error ?? `HTTP ${status}${answer === null ? '' : `: ${answer}`}`).slice(0, MAX_REASON)

async function send(
  { findTarget, post, sendMail, metrics }: WebhookParts,
  channelId: string,
  target: ChannelTarget,
  { data, time }: NoticeEvent,
): Promise<PostResult> {
  const nothing = { status: null, latencyMs: 0, answer: null }
  if (target.kind === 'email') {
    return sendMail === null
      ? { ...nothing, error: 'this installation sends no e-mail' }
      : sendMail(channelId, data)
  }
  const { url, headers, body } = toRequest(target, data, time)
  // Checked each time, because a name may resolve to another address.
  const found = await findTarget(url)
  if ('problem' in found) return { ...nothing, error: found.problem }
  const result = await post(found, { 'user-agent': 'h02-gateway', ...headers }, body)
  metrics.measure('DeliveryTime', result.latencyMs)
  return result
}
