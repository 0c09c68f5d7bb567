import { isWithinLimit, type DeviceLimit } from '../device-limit.ts'
import { eventCatalogue } from '../events/catalogue.ts'
import type { EventType } from '../events/event-data.ts'
import type { Labels } from '../labels.ts'

/** Where events are delivered to, and which. Its secrets are stored apart. Times are ms since 1970 UTC. */
export type Webhook = {
  readonly webhookId: string
  readonly url: string
  /** Null: all that history keeps. */
  readonly events: readonly EventType[] | null
  /** Devices that it asks for; null: all that its key sees. */
  readonly devices: DeviceLimit | null
  /** Devices that the key saw that made it: it never gets others, whatever is changed later. */
  readonly limit: DeviceLimit | null
  readonly description: string | null
  readonly createdAt: number
  readonly createdBy: string
  /** It ends with the key that made it; null: never. */
  readonly expiresAt: number | null
  readonly disabled: Disabled | null
}

export type Disabled = {
  readonly at: number
  readonly reason: string
  readonly failingSince: number
  /** Whether its event was published. */
  readonly isPublished: boolean
}

/** How deliveries go. Absent is null; a webhook whose deliveries succeed has none of it. */
export type WebhookState = {
  /** Events that failed at their first attempt since the last success. */
  readonly failures: number
  readonly failingSince: number | null
  /** Nothing is sent before; set until a delivery succeeds again. */
  readonly pausedUntil: number | null
  /** How often it was paused since the last success. */
  readonly pauses: number
  /** Answers took long: until then few deliveries run at once. */
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

/** Whether it is about this type at all. Positions come with every report: they have to be asked for by name. */
export const isOfType = ({ events }: Webhook, type: EventType): boolean =>
  events === null ? eventCatalogue[type].kept === 'history' : events.includes(type)

/** What concerns no device is for those who see all devices. `labels` are those that the device has now. */
export function isForWebhook(
  { devices, limit }: Webhook,
  { deviceId, labels }: { readonly deviceId: string | null; readonly labels: Labels | null },
): boolean {
  if (deviceId === null) return devices === null && limit === null
  const device = { deviceId, labels }
  return isWithinLimit(devices, device) && isWithinLimit(limit, device)
}
