import { z } from '@hono/zod-openapi'
import { entryOf } from '#h02/catalogue/index.ts'
import { settingStates } from '../../shared/domain/desired.ts'
import { settingNames } from '../../shared/domain/settings.ts'
import { receivedTime } from '../iso-time.ts'
import { atLeastOneOf, exactly } from '../validation.ts'

const zones = entryOf('time-zone')?.params[0]?.choices ?? []

/** The widest range of all models. The catalogue checks what the device's own model accepts. */
export const desiredBody = atLeastOneOf(
  exactly({
    intervalOnSeconds: z
      .int()
      .min(5)
      .max(18_000)
      .openapi({ description: 'Seconds between reports, ignition on; most models accept 10 to 18000' }),
    intervalOffSeconds: z
      .int()
      .min(1)
      .max(7_200)
      .openapi({ description: 'Seconds between reports, ignition off; most models accept 1 to 1800' }),
    overspeedKmh: z
      .int()
      .min(0)
      .max(300)
      .openapi({ description: 'Alarm above this speed; 0: no alarm. Trackers report only that it is off' }),
    timeZone: z.enum(zones).openapi({ description: 'Time zone of times in SMS; reports stay in UTC' }),
    powerAlarmOn: z.literal(true).openapi({
      description:
        'Alarm when the supply is cut. Switching it off requires a confirmation, so send that command yourself',
    }),
    sleepOn: z.literal(false).openapi({
      description:
        'false: the tracker never sleeps. Switching sleep on requires a confirmation, so send that command yourself',
    }),
  }).partial(),
).openapi('NewDesiredSettings')

const value = z.union([z.string(), z.number(), z.boolean()])

const desiredSettingSchema = z
  .object({
    desired: value,
    reported: value.nullable().openapi({ description: 'Null: the tracker has not reported it' }),
    reportedAt: receivedTime.nullable(),
    reportedBy: z.enum(['reply', 'effect']).nullable().openapi({
      description: 'reply: a reply contained the value. effect: the behaviour of the tracker showed it',
    }),
    reportedIn: z
      .string()
      .nullable()
      .openapi({ description: 'The command whose reply or effect reported it' }),
    state: z.enum(settingStates).openapi({
      description:
        'in-sync: the tracker reports the desired value. differs: it reports another value, and the desired one is sent again. sending: commands are under way. not-kept: the desired value was sent three times and the tracker still reports another; it is sent again after a PUT. not-reported: no report yet, or the tracker accepted the value and no reply shows it',
    }),
    tries: z.int().openapi({
      description:
        'How often it was sent since it was desired, or since the tracker last reported the desired value',
    }),
    acceptedAt: receivedTime.nullable().openapi({ description: 'When the tracker last accepted it' }),
  })
  .openapi('DesiredSetting')

export const desiredSchema = z
  .object({
    deviceId: z.string(),
    settings: z
      .object(Object.fromEntries(settingNames.map((name) => [name, desiredSettingSchema])))
      .partial(),
    setAt: receivedTime,
    setBy: z.string().openapi({ description: 'Id of the key in whose name commands are created' }),
    checkedAt: receivedTime.nullable().openapi({ description: 'When the settings were last read' }),
    commands: z.array(z.string()).openapi({ description: 'Commands under way for these settings' }),
  })
  .openapi('DesiredSettings')
export type DesiredAnswer = z.infer<typeof desiredSchema>
