import { z } from '@hono/zod-openapi'
import { isTimeZone } from '../../shared/commands/cron.ts'
import { alarmNames } from '../../shared/domain/alarms.ts'
import { keptEventTypes } from '../../shared/domain/events/catalogue.ts'
import { noticeLanguages, unitSystems } from '../../shared/domain/notices/notice-format.ts'
import { weekdays } from '../../shared/domain/notices/quiet-hours.ts'
import {
  DEFAULT_DEBOUNCE_MINUTES,
  ignoresQuietHours,
  type NoticeRule,
} from '../../shared/domain/notices/rule.ts'
import { labelsSchema, requiredLabels } from '../devices/label-input.ts'
import { deviceId } from '../devices/schema.ts'
import { orNull, receivedTime, toReceivedIso } from '../iso-time.ts'
import { atLeastOneOf, exactly, lineOfText } from '../validation.ts'

const MAX_LISTED = 100
const MAX_CHANNELS_OF_RULE = 10
const MAX_DEBOUNCE_MINUTES = 24 * 60

/** A type of event, or one alarm. Summaries of notices are excluded, because they would cause notices themselves. */
const noticeKinds: readonly string[] = [
  ...keptEventTypes.filter((type) => type !== 'notifications.held-back'),
  ...['alarm.raised', 'alarm.cleared'].flatMap((type) => alarmNames.map((alarm) => `${type}:${alarm}`)),
]
const kind = z.enum(noticeKinds as [string, ...string[]]).openapi('NoticeKind')
const kinds = z.array(kind).max(noticeKinds.length)

const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 22:00')
  .openapi({ example: '22:00' })

const quietHours = exactly({
  from: clock,
  to: clock.openapi({ description: 'If it is before `from`, it is on the next day', example: '06:00' }),
  timeZone: z
    .string()
    .max(50)
    .refine(isTimeZone, 'expected an IANA time zone such as Europe/Madrid')
    .openapi({ description: 'Time zone of `from` and `to`: an IANA name', example: 'Europe/Berlin' }),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .max(weekdays.length)
    .nullish()
    .openapi({ description: 'The days on which quiet hours begin; null: every day' }),
  except: kinds.default([...ignoresQuietHours]).openapi({
    description:
      'Kinds that are sent anyway; by default an SOS, a power cut, and what may be a theft: moved while parked, theft, a start without permission, a fence that was left, an alarm without a name',
    example: [...ignoresQuietHours],
  }),
}).refine(({ from, to }) => from !== to, { path: ['to'], message: 'expected another time than from' })

const format = exactly({
  language: z.enum(noticeLanguages).default('en'),
  units: z.enum(unitSystems).default('metric'),
  timeZone: z
    .string()
    .max(50)
    .refine(isTimeZone, 'expected an IANA time zone such as Europe/Madrid')
    .nullish()
    .openapi({
      description: 'An IANA name; null: that of the quiet hours, else UTC',
      example: 'Europe/Berlin',
    }),
})

const settable = {
  name: lineOfText(80).openapi({ example: 'My car' }),
  on: kinds.min(1).openapi({
    description:
      'Types of events; after a colon one alarm alone. `alarm.raised:moved` is moved while parked as the tracker reports it, `device.moved-parked` as the positions show it',
    example: ['alarm.raised:power-cut', 'alarm.raised:moved', 'device.moved-parked', 'device.silent'],
  }),
  deviceIds: z
    .array(deviceId)
    .min(1)
    .max(MAX_LISTED)
    .nullish()
    .openapi({ description: 'Only events of these devices; null: of all devices that the key sees' }),
  labels: requiredLabels.nullish().openapi({
    type: ['object', 'null'],
    description:
      'Only events of devices that have all of these labels when the event happens; null: of any device',
  }),
  places: z
    .array(z.string().regex(/^[\w-]{1,64}$/, 'expected the id of a place'))
    .min(1)
    .max(MAX_LISTED)
    .nullish()
    .openapi({
      description: 'Only events about these places; null: about any place. Other events are not affected',
    }),
  channels: z
    .array(z.string().regex(/^nc_[0-9a-f]{12}$/, 'expected the id of a channel'))
    .min(1)
    .max(MAX_CHANNELS_OF_RULE)
    .openapi({ description: 'Who is notified: ids of channels' }),
  quietHours: quietHours.nullish().openapi({
    description:
      'When nothing is sent; what was held back is summed up in one notice when they end. Null: never quiet',
  }),
  format: format.nullish().openapi({
    description: 'How notices are written; null: in English, with metric units',
  }),
  debounceMinutes: z
    .int()
    .min(1)
    .max(MAX_DEBOUNCE_MINUTES)
    .openapi({
      description: `Minutes in which the same kind of event of one device is sent only once; repeats are summed up; ${DEFAULT_DEBOUNCE_MINUTES} if left out`,
    }),
  enabled: z.boolean(),
}

export const newRuleSchema = exactly({
  ...settable,
  debounceMinutes: settable.debounceMinutes.default(DEFAULT_DEBOUNCE_MINUTES),
  enabled: settable.enabled.default(true),
}).openapi('NewNoticeRule')

/** A merge patch: null removes a value. Quiet hours are replaced as a whole. */
export const rulePatchSchema = atLeastOneOf(
  exactly({
    ...settable,
    name: settable.name.optional(),
    on: settable.on.optional(),
    channels: settable.channels.optional(),
    debounceMinutes: settable.debounceMinutes.optional(),
    enabled: settable.enabled.optional(),
  }),
).openapi('NoticeRulePatch')

export const ruleSchema = z
  .object({
    ruleId: z.string(),
    name: z.string(),
    on: z.array(z.string()),
    deviceIds: z.array(z.string()).nullable(),
    labels: labelsSchema.nullable(),
    places: z.array(z.string()).nullable(),
    channels: z.array(z.string()),
    quietHours: z
      .object({
        from: z.string(),
        to: z.string(),
        timeZone: z.string(),
        days: z.array(z.enum(weekdays)).nullable(),
        except: z.array(z.string()),
      })
      .nullable(),
    format: z
      .object({
        language: z.enum(noticeLanguages),
        units: z.enum(unitSystems),
        timeZone: z.string().nullable(),
      })
      .nullable(),
    debounceMinutes: z.int(),
    enabled: z.boolean(),
    createdAt: receivedTime,
    createdBy: z.string().openapi({
      description: 'Id of the key that created it. It notifies only about devices that this key may see',
    }),
    expiresAt: receivedTime
      .nullable()
      .openapi({ description: 'The rule ends when the key that created it expires' }),
  })
  .openapi('NoticeRule')

/** The stored form of quiet hours. */
export const toQuietHours = (
  given: z.output<typeof quietHours> | null | undefined,
): NoticeRule['quietHours'] => (given ? { ...given, days: given.days ?? null } : null)

export const toFormat = (given: z.output<typeof format> | null | undefined): NoticeRule['format'] =>
  given ? { ...given, timeZone: given.timeZone ?? null } : null

/** `shownIds`: the devices that the rule names and the caller may see. */
export const toRuleAnswer = (
  {
    limit: _limit,
    devices,
    places,
    channels,
    on,
    quietHours: quiet,
    createdAt,
    expiresAt,
    ...rule
  }: NoticeRule,
  shownIds: readonly string[] | null,
): z.infer<typeof ruleSchema> => ({
  ...rule,
  on: [...on],
  deviceIds: shownIds && [...shownIds],
  labels: devices?.labels ? { ...devices.labels } : null,
  places: places && [...places],
  channels: [...channels],
  quietHours: quiet && { ...quiet, days: quiet.days && [...quiet.days], except: [...quiet.except] },
  createdAt: toReceivedIso(createdAt),
  expiresAt: orNull(toReceivedIso)(expiresAt),
})
