import { z } from '@hono/zod-openapi'
import { dangers } from '#h02/catalogue/index.ts'
import { outcomes, stoppingOutcomes } from '../../shared/domain/campaign.ts'
import { eventCatalogue, eventTypes } from '../../shared/domain/events/catalogue.ts'
import type { EventData, EventType } from '../../shared/domain/events/event-data.ts'
import { settingNames } from '../../shared/domain/settings.ts'
import { dialect, verdict } from '../commands/schema.ts'
import { fixTime, receivedTime } from '../iso-time.ts'

const text = z.string()
const textOrNull = z.string().nullable()
const numberOrNull = z.number().nullable()

const alarm = z.object({
  alarm: text.openapi({ description: 'Name of the alarm; if vendors differ, it depends on the model' }),
  bit: z.int().nullable().openapi({ description: 'Bit of the status word; null: a text reported the alarm' }),
  receivedAt: receivedTime,
  fixTime: fixTime.nullable(),
  late: z.boolean().openapi({ description: 'It describes the past: the tracker had kept it' }),
  latitude: numberOrNull,
  longitude: numberOrNull,
})
const visit = z.object({
  placeId: text,
  name: text,
  fixTime: fixTime.openapi({ description: 'The first fix that shows it' }),
  receivedAt: receivedTime,
  late: z.boolean().openapi({ description: 'It describes the past: the tracker had kept it' }),
  latitude: numberOrNull.openapi({ description: 'Latitude of that fix; null: only its time is known' }),
  longitude: numberOrNull,
})
const speed = z.object({
  limitKmh: z.number(),
  speedKmh: z.number(),
  topSpeedKmh: z.number().openapi({ description: 'The highest since the limit was exceeded' }),
  since: fixTime.openapi({ description: 'The first fix over the limit' }),
  fixTime,
  receivedAt: receivedTime,
  late: z.boolean().openapi({ description: 'It describes the past: the tracker had kept it' }),
  latitude: z.number(),
  longitude: z.number(),
})
const presence = z.object({ sessionId: text, receivedAt: receivedTime })
const commandEnd = z.object({
  commandId: text,
  intent: text,
  danger: z.enum(dangers),
  probeId: textOrNull,
  campaignId: textOrNull,
  model: textOrNull,
  firmware: textOrNull,
  dialect: dialect.nullable(),
  attempts: z.int(),
  verdict,
  likely: z.boolean(),
  already: z.boolean(),
  late: z.boolean(),
  ambiguous: z.boolean(),
  effectPending: z
    .boolean()
    .openapi({ description: 'The effect is still watched and may correct the verdict' }),
  ok: z.boolean().nullable(),
  reason: textOrNull,
  corrected: z.boolean(),
  metadata: z.record(text, text).nullable(),
  createdAt: receivedTime,
  concludedAt: receivedTime,
})
const settingValue = z.union([text, z.number(), z.boolean()])
const campaign = z.object({
  campaignId: text,
  name: textOrNull,
  intent: text,
  danger: z.enum(dangers),
  reason: z
    .object({
      outcome: z.enum(stoppingOutcomes),
      count: z.int(),
      of: z.int(),
      limit: numberOrNull.openapi({
        description: 'The limit of `stopWhen`; null: the device was part of the canary',
      }),
    })
    .nullable()
    .openapi({ description: 'Why the campaign stopped itself' }),
  devices: z.int(),
  pending: z.int().openapi({ description: 'Devices whose command has no verdict yet' }),
  outcomes: z.partialRecord(z.enum(outcomes), z.int()),
  createdBy: text,
  createdAt: receivedTime,
})
const nothing = z.object({})

/** The data of each type; the compiler compares them with EventData. */
const eventDataSchemas = {
  'device.added': z.object({
    registeredBy: z.enum(['api', 'open']),
    name: textOrNull,
    model: textOrNull,
  }),
  'device.removed': nothing,
  'device.online': presence,
  'device.offline': presence,
  'device.silent': z.object({ lastSeen: receivedTime, silentHours: z.number() }),
  'device.moved': z.object({
    fixTime,
    receivedAt: receivedTime,
    latitude: z.number(),
    longitude: z.number(),
    speedKmh: numberOrNull,
    course: numberOrNull,
  }),
  'device.moved-parked': z.object({
    since: fixTime.openapi({ description: 'Since when it was parked' }),
    parkedLatitude: z.number().openapi({ description: 'Latitude of the position where it was parked' }),
    parkedLongitude: z.number(),
    meters: z.number().openapi({ description: 'Distance from the parked position, meters' }),
    fixTime,
    receivedAt: receivedTime,
    late: z.boolean().openapi({ description: 'It describes the past: the tracker had kept it' }),
    latitude: z.number(),
    longitude: z.number(),
  }),
  'device.contested': z.object({ ownerAddress: textOrNull, otherAddress: text, until: receivedTime }),
  'device.source-refused': z.object({ remoteAddress: text }),
  'device.daily-limit': nothing,
  'alarm.raised': alarm,
  'alarm.cleared': alarm,
  'place.entered': visit,
  'place.left': visit,
  'place.stayed': visit.extend({
    minutes: z.number().openapi({ description: 'Minutes that it has been inside' }),
  }),
  'speed.exceeded': speed,
  'speed.ok-again': speed,
  'command.concluded': commandEnd,
  'command.corrected': commandEnd,
  'unknown-device.seen': z.object({ remoteAddress: text, sampleType: textOrNull }),
  'notifications.held-back': z.object({
    scope: text.openapi({ description: 'A device id, or the name of another limit' }),
  }),
  'setting.not-kept': z.object({
    setting: z.enum(settingNames),
    desired: settingValue,
    reported: settingValue.nullable().openapi({ description: 'Null: the tracker does not report it' }),
    tries: z.int(),
  }),
  'campaign.started': campaign,
  'campaign.paused': campaign,
  'campaign.resumed': campaign,
  'campaign.stopped': campaign,
  'campaign.cancelled': campaign,
  'campaign.finished': campaign,
  'webhook.disabled': z.object({
    webhookId: text,
    reason: text,
    failingSince: receivedTime.nullable(),
  }),
} satisfies { readonly [Type in EventType]: z.ZodType<EventData[Type]> }

/** `device.source-refused` → `DeviceSourceRefusedEvent` */
const schemaName = (type: EventType): string =>
  `${type
    .split(/[.-]/)
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join('')}Event`

const ISO_EXAMPLE = '2026-01-31T08:00:01.250Z'

export function exampleOf<Type extends EventType>(type: Type) {
  const { version, of, example } = eventCatalogue[type]
  return {
    id: `9170000000:${type}`,
    type,
    version,
    time: ISO_EXAMPLE,
    recordedAt: ISO_EXAMPLE,
    deviceId: of === 'device' || type === 'device.removed' ? '9170000000' : null,
    data: example,
  }
}

const schemaOf = (type: EventType) => {
  const { summary } = eventCatalogue[type]
  return z
    .object({
      id: text.openapi({ description: 'An event may be repeated with the same id: drop repeats' }),
      type: z.literal(type),
      version: z.int().openapi({
        description:
          'Version of `data`: a higher version may lack fields; fields may be added without a new version',
      }),
      time: receivedTime.openapi({ description: 'When it happened' }),
      recordedAt: receivedTime.openapi({ description: 'When it was stored' }),
      deviceId: textOrNull,
      data: eventDataSchemas[type] as z.ZodType,
    })
    .openapi(schemaName(type), {
      description: summary,
      example: exampleOf(type),
    })
}

/** The envelope and data of each type: as history, webhooks and streams carry it. */
export const eventSchemas = new Map(
  eventTypes.map((type) => [
    type,
    { name: schemaName(type), schema: schemaOf(type), summary: eventCatalogue[type].summary },
  ]),
)

const [first, ...others] = [...eventSchemas.values()].map(({ schema }) => schema)
export const eventSchema = z.discriminatedUnion('type', [first!, ...others]).openapi('Event')
