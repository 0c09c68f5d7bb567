import { isAtLeastAsNarrow, toLimit, type DeviceLimit } from '../../shared/domain/device-limit.ts'
import type { Labels } from '../../shared/domain/labels.ts'
import type { KnownWebhook } from '../../shared/domain/webhooks/webhook.ts'
import type { WebhookStore } from '../../shared/store/webhooks.ts'
import type { Refusal, Target } from '../../shared/webhooks/target.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { Problem } from '../problem.ts'
import type { Sight } from '../visibility.ts'
import { toWebhookAnswer } from './schema.ts'

/** A caller that is limited to devices sees the webhooks that are limited to some of these devices. */
const isVisible = ({ webhook }: KnownWebhook, { limit }: Pick<Sight, 'limit'>): boolean =>
  isAtLeastAsNarrow(webhook.limit, limit)

export const visibleWebhooks = async (
  { list }: Pick<WebhookStore, 'list'>,
  sight: Pick<Sight, 'limit'>,
): Promise<KnownWebhook[]> => (await list()).filter((known) => isVisible(known, sight))

export async function requireWebhook(
  { get }: Pick<WebhookStore, 'get'>,
  sight: Pick<Sight, 'limit'>,
  webhookId: string,
): Promise<KnownWebhook> {
  const known = await get(webhookId)
  if (known === null || !isVisible(known, sight)) throw noSuchWebhook(webhookId)
  return known
}

export const noSuchWebhook = (webhookId: string): Problem =>
  new Problem('not-found', `no webhook ${webhookId}; GET /v1/webhooks lists them`)

/** The requested devices of a webhook. A device that the caller may not see does not exist for it. */
export function toDevices(
  { limit }: Pick<Sight, 'limit'>,
  deviceIds: readonly string[] | null,
  labels: Labels | null,
): DeviceLimit | null {
  const unknown = deviceIds?.find((id) => limit !== null && limit.ids !== null && !limit.ids.includes(id))
  if (unknown !== undefined) throw noSuchDevice(unknown)
  return toLimit(deviceIds, labels)
}

export function refuseTarget(target: Target | Refusal): void {
  if (!('problem' in target)) return
  const detail = target.problem
  throw new Problem('invalid-request', `/url: ${detail}`, {
    extras: { errors: [{ in: 'body', name: '/url', detail }] },
  })
}

export async function showWebhook(known: KnownWebhook, sight: Sight, now: number) {
  const ids = known.webhook.devices?.ids ?? null
  const shownIds = ids && (sight.limit === null ? ids : await sight.pick(ids, (id) => id))
  return toWebhookAnswer(known, shownIds, now)
}
