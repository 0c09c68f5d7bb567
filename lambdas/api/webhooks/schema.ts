import { z } from '@hono/zod-openapi'
import type { DeviceLimit } from '../../shared/domain/device-limit.ts'
import { eventTypes } from '../../shared/domain/events/catalogue.ts'
import type { EventType } from '../../shared/domain/events/event-data.ts'
import type { KnownWebhook } from '../../shared/domain/webhooks/webhook.ts'
import type { StoredDelivery } from '../../shared/store/deliveries.ts'
import { labelsSchema, requiredLabels } from '../devices/label-input.ts'
import { deviceId } from '../devices/schema.ts'
import { orNull, receivedTime, toReceivedIso } from '../iso-time.ts'
import { atLeastOneOf, exactly, lineOfText } from '../validation.ts'

const MAX_DEVICES = 100
const ALL = '*'

const eventSelection = z
  .array(z.enum([ALL, ...eventTypes]))
  .min(1, 'expected at least one type, or *')
  .max(eventTypes.length + 1)
  .refine((types) => types.length === 1 || !types.includes(ALL), 'expected types, or * alone')
  .openapi({
    description:
      'Types of events, or `*` alone for all except `device.moved`, which comes with each report of a device: name it where you want it',
    example: ['alarm.raised', 'alarm.cleared'],
  })

const settable = {
  url: z.string().openapi({
    format: 'uri',
    description:
      'Where events are posted to: an https URL of a public host. An installation on one machine accepts http and private addresses when it is started with --webhook-private',
    example: 'https://hooks.example.com/h02',
  }),
  events: eventSelection,
  deviceIds: z
    .array(deviceId)
    .min(1)
    .max(MAX_DEVICES)
    .nullish()
    .openapi({ description: 'Only events of these devices; null: of all devices that the key sees' }),
  labels: requiredLabels.nullish().openapi({
    type: ['object', 'null'],
    description:
      'Only events of devices that have all of these labels when the event happens; null: of any device',
  }),
  description: lineOfText(200).nullish(),
}

export const newWebhookSchema = exactly({ ...settable, events: eventSelection.default([ALL]) }).openapi(
  'NewWebhook',
)

/** A merge patch: null removes a value. */
export const webhookPatchSchema = atLeastOneOf(
  exactly({
    ...settable,
    url: settable.url.optional(),
    events: eventSelection.optional(),
  }),
).openapi('WebhookPatch')

export const webhookSchema = z
  .object({
    webhookId: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    deviceIds: z.array(z.string()).nullable(),
    labels: labelsSchema.nullable(),
    description: z.string().nullable(),
    state: z.enum(['active', 'failing', 'paused', 'disabled', 'expired']).openapi({
      description:
        'failing: the last delivery failed. paused: nothing gets through, and nothing is sent before `pausedUntil`. disabled: nothing got through for 24 hours, or the receiver answered with 410',
    }),
    failingSince: receivedTime.nullable(),
    pausedUntil: receivedTime.nullable(),
    disabledAt: receivedTime.nullable(),
    disabledReason: z.string().nullable(),
    createdAt: receivedTime,
    createdBy: z.string().openapi({
      description:
        'Id of the key that created it. The webhook only ever gets events of devices that this key saw',
    }),
    expiresAt: receivedTime
      .nullable()
      .openapi({ description: 'The webhook ends when the key that created it expires' }),
  })
  .openapi('Webhook')

export const madeWebhookSchema = webhookSchema
  .extend({
    secret: z.string().openapi({
      description:
        'The secret that deliveries are signed with, for a library of Standard Webhooks; shown only once',
      example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    }),
  })
  .openapi('MadeWebhook')

export const deliverySchema = z
  .object({
    deliveryId: z.string(),
    eventId: z.string(),
    type: z.string(),
    deviceId: z.string().nullable(),
    kind: z.enum(['event', 'redelivery', 'test']),
    at: receivedTime.openapi({ description: 'When it was sent, or dropped' }),
    attempt: z.int().openapi({
      description:
        'How often it was due; while the webhook is paused, nothing is sent on some of these attempts',
    }),
    outcome: z.enum(['delivered', 'failed', 'dropped']).openapi({
      description:
        'failed: it is sent again, unless someone asked for it. dropped: it is not, because the webhook is disabled or has expired, or because this event failed for 24 hours while others succeeded',
    }),
    status: z
      .int()
      .nullable()
      .openapi({ description: 'HTTP status of the answer; null: there was no answer' }),
    latencyMs: z.int().nullable(),
    answer: z.string().nullable().openapi({ description: 'The first 1,024 characters of the answer' }),
    error: z.string().nullable().openapi({ description: 'Why there was no answer, or no request' }),
  })
  .openapi('Delivery')

/** The stored form: null means all. */
export const toEvents = (types: readonly (EventType | typeof ALL)[]): readonly EventType[] | null => {
  const named = types.filter((type) => type !== ALL)
  return named.length === 0 ? null : [...new Set(named)]
}

const toIsoOrNull = orNull(toReceivedIso)

const stateOf = ({ webhook, state }: KnownWebhook, now: number): z.infer<typeof webhookSchema>['state'] => {
  if (webhook.disabled !== null) return 'disabled'
  if (webhook.expiresAt !== null && webhook.expiresAt <= now) return 'expired'
  if (state.pausedUntil !== null) return 'paused'
  return state.failingSince === null ? 'active' : 'failing'
}

/** `shownIds`: the requested devices that the caller may see. */
export const toWebhookAnswer = (
  known: KnownWebhook,
  shownIds: readonly string[] | null,
  now: number,
): z.infer<typeof webhookSchema> => {
  const { webhook, state } = known
  const { webhookId, url, events, devices, description, createdBy, disabled } = webhook
  return {
    webhookId,
    url,
    events: events === null ? [ALL] : [...events],
    deviceIds: shownIds && [...shownIds],
    labels: labelsOf(devices),
    description,
    state: stateOf(known, now),
    failingSince: toIsoOrNull(disabled?.failingSince ?? state.failingSince),
    pausedUntil: toIsoOrNull(state.pausedUntil),
    disabledAt: toIsoOrNull(disabled?.at ?? null),
    disabledReason: disabled?.reason ?? null,
    createdAt: toReceivedIso(webhook.createdAt),
    createdBy,
    expiresAt: toIsoOrNull(webhook.expiresAt),
  }
}

const labelsOf = (devices: DeviceLimit | null) => (devices?.labels ? { ...devices.labels } : null)

export const toDeliveryAnswer = ({
  eventAt: _eventAt,
  at,
  ...delivery
}: StoredDelivery): z.infer<typeof deliverySchema> => ({ ...delivery, at: toReceivedIso(at) })
