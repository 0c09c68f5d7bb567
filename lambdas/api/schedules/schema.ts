import { z } from '@hono/zod-openapi'
import { catalogue } from '#h02/catalogue/index.ts'
import { faultOfCron, isTimeZone } from '../../shared/commands/cron.ts'
import { isHarmlessRead } from '../../shared/commands/scheduled-read.ts'
import { MAX_PERIOD_MS, MIN_PERIOD_MS, type Timing } from '../../shared/domain/schedule.ts'
import { commandSummarySchema } from '../commands/schema.ts'
import { deviceParams } from '../devices/schema.ts'
import { receivedTime } from '../iso-time.ts'
import { exactly } from '../validation.ts'

const units = { d: 86_400, h: 3_600, m: 60, s: 1 } as const
type Unit = keyof typeof units

const [minSeconds, maxSeconds] = [MIN_PERIOD_MS / 1_000, MAX_PERIOD_MS / 1_000]
const EVERY = `expected a duration of ${minSeconds / 60} minutes to ${maxSeconds / 86_400} days: seconds, or a text such as 15m, 1h or 1d`

function readSeconds(every: string | number): number {
  if (typeof every === 'number') return every
  const [, count = '', unit = 's'] = /^(\d{1,7})([smhd])$/.exec(every) ?? []
  return Number(count) * units[unit as Unit]
}

/** Formats an interval in the largest unit that divides it. */
export function toEvery(ms: number): string {
  const seconds = ms / 1_000
  const unit = (Object.keys(units) as Unit[]).find((one) => seconds % units[one] === 0) ?? 's'
  return `${seconds / units[unit]}${unit}`
}

const reads = catalogue.filter(({ intent }) => isHarmlessRead(intent, null)).map(({ intent }) => intent)

const scheduleName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,39}$/,
    'expected 1 to 40 lower-case letters, digits and -, not beginning with -',
  )
  .openapi({ description: 'The name of the schedule, unique for its device', example: 'hourly-voltage' })
export const scheduleParams = deviceParams.extend({ name: scheduleName })

const every = z.union([z.int(), z.string()]).refine(
  (given) => {
    const seconds = readSeconds(given)
    return seconds >= minSeconds && seconds <= maxSeconds
  },
  { message: EVERY },
)

export const scheduleBody = (now: () => number) =>
  exactly({
    every: every.optional().openapi({
      anyOf: [
        { type: 'integer', minimum: minSeconds, maximum: maxSeconds },
        { type: 'string', pattern: '^\\d{1,7}[smhd]$' },
      ],
      description: `The interval: seconds, or a text such as 15m, 1h or 1d; ${minSeconds / 60} minutes to ${maxSeconds / 86_400} days`,
      example: '1h',
    }),
    cron: z.string().max(100).optional().openapi({
      description:
        'Instead of `every`: five fields as in a crontab (minute, hour, day of month, month, day of week), at least 5 minutes apart',
      example: '0 6 * * 1-5',
    }),
    timezone: z
      .string()
      .max(50)
      .refine(isTimeZone, 'expected an IANA time zone such as Europe/Madrid')
      .optional()
      .openapi({
        description: 'With `cron`: the zone of its times; UTC if left out',
        example: 'Europe/Madrid',
      }),
    intent: z.enum(reads).openapi({
      description: 'A harmless read; GET …/catalogue lists those that are known for the model',
      example: 'read-status',
    }),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  })
    .superRefine(({ every, cron, timezone: given }, context) => {
      const timezone = given ?? 'UTC'
      const fault = (path: string[], message: string): void =>
        context.addIssue({ code: 'custom', path, message })
      if ((every === undefined) === (cron === undefined)) return fault([], 'expected one of every, cron')
      if (cron === undefined) {
        if (given !== undefined) fault(['timezone'], 'goes with cron, not with every')
        return
      }
      const wrong = faultOfCron(cron, isTimeZone(timezone) ? timezone : 'UTC', now())
      if (wrong !== null) fault(['cron'], wrong)
    })
    .openapi('NewSchedule')

export type ScheduleBody = z.output<ReturnType<typeof scheduleBody>>

export const timingOf = ({ every, cron, timezone }: ScheduleBody): Timing =>
  cron === undefined
    ? { everyMs: readSeconds(every ?? 0) * 1_000 }
    : { cron: cron.trim().replaceAll(/\s+/g, ' '), timeZone: timezone ?? 'UTC' }

export const scheduleExamples = {
  every: { summary: 'The supply voltage, every hour', value: { every: '1h', intent: 'read-status' } },
  cron: {
    summary: 'On working days at six o’clock',
    value: { cron: '0 6 * * 1-5', timezone: 'Europe/Madrid', intent: 'read-status' },
  },
}

export const scheduleSchema = z
  .object({
    deviceId: z.string(),
    name: z.string(),
    every: z.string().nullable().openapi({ example: '1h' }),
    cron: z.string().nullable(),
    timezone: z.string().nullable(),
    intent: z.string(),
    title: z.string().nullable(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    setAt: receivedTime,
    setBy: z.string().openapi({ description: 'Id of the key in whose name its commands are created' }),
    nextRunAt: receivedTime.nullable().openapi({
      description: 'A run is sent within two minutes after this time; null: there is no next run',
    }),
    sent: z.int().openapi({ description: 'Runs that created a command' }),
    skipped: z.int().openapi({ description: 'Runs that were skipped' }),
    lastRun: z
      .object({
        plannedAt: receivedTime,
        outcome: z.enum(['sent', 'former-open', 'waits-already', 'queue-full', 'not-allowed']).openapi({
          description:
            'sent: a command was created. Otherwise it was skipped: the command of the previous run was still open; the same command is already waiting; too many commands are waiting; the intent is not a harmless read on this model',
        }),
      })
      .nullable(),
    lastCommand: z
      .union([commandSummarySchema, z.null()])
      .openapi({ description: 'The newest command that it created, with its verdict and reply' }),
  })
  .openapi('Schedule')
export type ScheduleAnswer = z.infer<typeof scheduleSchema>
