import { isWithinLimit, type DeviceLimit } from '../device-limit.ts'
import { eventCatalogue } from '../events/catalogue.ts'
import type { EventType } from '../events/event-data.ts'
import type { Labels } from '../labels.ts'

/** A webhook: its URL and its events. Its secrets are stored separately. Times are ms since 1970 UTC. */
export type Webhook = {
  readonly webhookId: string
  readonly url: string
  /** Null: all events that history keeps. */
  readonly events: readonly EventType[] | null
  /** The requested devices; null: all devices that its key sees. */
  readonly devices: DeviceLimit | null
  /** The device limit of the key that created it: it never gets events of other devices, even after changes. */
  readonly limit: DeviceLimit | null
  readonly description: string | null
  readonly createdAt: number
  readonly createdBy: string
  /** It expires with the key that created it; null: never. */
  readonly expiresAt: number | null
  readonly disabled: Disabled | null
}

export type Disabled = {
  readonly at: number
  readonly reason: string
  readonly failingSince: number
  /** Whether the event `webhook.disabled` was published. */
  readonly isPublished: boolean
}

/** The state of deliveries. Absent values are null; all are absent while deliveries succeed. */
export type WebhookState = {
  /** Events that failed at their first attempt since the last success. */
  readonly failures: number
  readonly failingSince: number | null
  /** Nothing is sent before this time; set until a delivery succeeds again. */
  readonly pausedUntil: number | null
  /** How often it was paused since the last success. */
  readonly pauses: number
  /** Until then only a few deliveries run at the same time, because answers took long. */
  readonly slowUntil: number | null
}

export const healthy: WebhookState = {
  failures: 0,
  failingSince: null,
  pausedUntil: null,
  pauses: 0,
  slowUntil: null,
}

export type KnownWebhook = { readonly webhook: Webhook; readonly state: WebhookState }

export const isActive = ({ disabled, expiresAt }: Webhook, now: number): boolean =>
  disabled === null && (expiresAt === null || now < expiresAt)

/** Whether labels of the device decide whether the webhook gets its events. */
export const readsLabels = ({ devices, limit }: Webhook): boolean =>
  (devices?.labels ?? limit?.labels ?? null) !== null

/** Whether the webhook gets this type of event. `device.moved` comes with every report, so it must be requested by name. */
export const isOfType = ({ events }: Webhook, type: EventType): boolean =>
  events === null ? eventCatalogue[type].kept === 'history' : events.includes(type)

/** Events that are not about a device go to webhooks without a device limit. `labels`: the current labels of the device. */
export function isForWebhook(
  { devices, limit }: Webhook,
  { deviceId, labels }: { readonly deviceId: string | null; readonly labels: Labels | null },
): boolean {
  if (deviceId === null) return devices === null && limit === null
  const device = { deviceId, labels }
  return isWithinLimit(devices, device) && isWithinLimit(limit, device)
}
