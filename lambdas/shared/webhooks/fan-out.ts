import type { SendToWebhooks } from '../bus/webhook-queue.ts'
import { toAppEvent, type BusEvent, type PutEvents } from '../domain/events/bus-event.ts'
import { eventCatalogue } from '../domain/events/catalogue.ts'
import type { WebhookMessage } from '../domain/webhooks/message.ts'
import {
  isActive,
  isForWebhook,
  isOfType,
  readsLabels,
  type KnownWebhook,
} from '../domain/webhooks/webhook.ts'
import type { DeviceLabels } from '../store/device-labels.ts'

type FanOutParts = {
  /** The webhooks; may be some seconds old. */
  readonly listWebhooks: () => Promise<readonly KnownWebhook[]>
  readonly deviceLabels: Pick<DeviceLabels, 'read'>
  readonly send: SendToWebhooks
  readonly now: () => number
}

/** Queues events for their webhooks. Sends nothing if there are no webhooks. */
export const createFanOut =
  ({ listWebhooks, deviceLabels, send, now }: FanOutParts): PutEvents =>
  async (events) => {
    if (events.length === 0) return
    const at = now()
    const webhooks = (await listWebhooks()).filter(({ webhook }) => isActive(webhook, at))
    const pairs = events.flatMap((event) =>
      webhooks.filter((known) => isSubscribed(known, event, at)).map(({ webhook }) => ({ webhook, event })),
    )
    if (pairs.length === 0) return
    const byLabels = pairs.filter(({ webhook }) => readsLabels(webhook))
    const deviceIds = new Set(byLabels.flatMap(({ event }) => event.deviceId ?? []))
    const labels = deviceIds.size === 0 ? null : await deviceLabels.read([...deviceIds])
    const messages = pairs
      .filter(({ webhook, event: { deviceId } }) =>
        isForWebhook(webhook, { deviceId, labels: (deviceId !== null && labels?.get(deviceId)) || null }),
      )
      .map(({ webhook, event }): WebhookMessage => ({
        webhookId: webhook.webhookId,
        kind: 'event',
        event: toAppEvent(event, at),
        recordAs: null,
      }))
    await send(messages)
  }

/**
 * `device.moved` is not queued for a paused webhook: it comes with every report, so a receiver that is down for hours would fill
 * the queue for all others.
 */
function isSubscribed({ webhook, state }: KnownWebhook, { type }: BusEvent, now: number): boolean {
  const isPaused = state.pausedUntil !== null && now < state.pausedUntil
  return isOfType(webhook, type) && !(isPaused && eventCatalogue[type].kept === 'newest')
}
