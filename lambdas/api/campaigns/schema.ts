import { z } from '@hono/zod-openapi'
import { dangers } from '#h02/catalogue/index.ts'
import {
  campaignStates,
  MAX_CAMPAIGN_DEVICES,
  MAX_PER_MINUTE,
  outcomes,
  stoppingOutcomes,
} from '../../shared/domain/campaign.ts'
import { dialectChoices } from '../commands/schema.ts'
import { STANDARD_EXPIRY_SECONDS } from '../commands/order-schema.ts'
import { labelsSchema, requiredLabels } from '../devices/label-input.ts'
import { deviceId } from '../devices/schema.ts'
import { receivedTime } from '../iso-time.ts'
import { pageOf } from '../page.ts'
import { atLeastOneOf, exactly, lineOfText } from '../validation.ts'

const MAX_EXPIRY_SECONDS = 30 * 86_400
/** The highest share that can be set: a healthy fleet has no 10 % of failures. */
const standardStopWhen = { unanswered: 0.1, rejected: 0.1, contradicted: 1 } as const

const limit = z
  .number()
  .min(0.001)
  .max(MAX_CAMPAIGN_DEVICES)
  .refine(
    (value) => value < 1 || Number.isInteger(value),
    'expected a share below 1, such as 0.2, or a whole number of devices',
  )

const stopWhen = exactly(
  Object.fromEntries(stoppingOutcomes.map((outcome) => [outcome, limit.optional()])) as Record<
    (typeof stoppingOutcomes)[number],
    z.ZodOptional<typeof limit>
  >,
).openapi('StopWhen', {
  description:
    'Outcomes that stop the campaign when that many parts have ended so. Below 1 it is a share of the concluded parts, counted once the canary has passed and 10 are concluded. From 1 it is a number of parts, counted from the first',
  example: { unanswered: 0.2, rejected: 1 },
})

const select = atLeastOneOf(
  exactly({
    ids: z
      .array(deviceId)
      .min(1)
      .max(MAX_CAMPAIGN_DEVICES)
      .optional()
      .openapi({ description: 'These devices' }),
    labels: requiredLabels.optional(),
    model: lineOfText(50)
      .optional()
      .openapi({ description: 'As registered or as the tracker reports it, in any spelling' }),
    firmware: lineOfText(100)
      .optional()
      .openapi({ description: 'As the tracker reports it: the whole name, or its family, such as ST906' }),
  }),
).openapi('CampaignSelect', {
  description:
    'Devices that match all that is given, at the time of the request: the selection does not change later',
})

export const newCampaignSchema = exactly({
  name: lineOfText(100).nullish(),
  intent: z
    .string()
    .min(1)
    .openapi({ description: 'An intent of GET …/catalogue; campaigns cannot send bytes' }),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  dialect: z.enum(dialectChoices).default('auto'),
  select,
  canary: z.int().min(0).max(MAX_CAMPAIGN_DEVICES).optional().openapi({
    description:
      'So many devices must end confirmed or answered before the rest starts. The default, and the least that a sensitive or disruptive command may have, is 3, or 1 % of the devices where that is more. 0 with a harmless one: no canary',
  }),
  perMinute: z
    .int()
    .min(1)
    .max(MAX_PER_MINUTE)
    .default(60)
    .openapi({ description: 'Maximum number of commands per minute' }),
  stopWhen: stopWhen.default(standardStopWhen),
  expiresInSeconds: z
    .int()
    .min(1)
    .max(MAX_EXPIRY_SECONDS)
    .default(STANDARD_EXPIRY_SECONDS)
    .openapi({ description: 'Seconds that each command may wait for its device, from its creation' }),
  confirm: z
    .boolean()
    .default(false)
    .openapi({ description: 'Required for sensitive and disruptive commands (see `danger`)' }),
}).openapi('NewCampaign')
export type NewCampaign = z.output<typeof newCampaignSchema>

const counts = z.partialRecord(z.enum(outcomes), z.int())
const progress = {
  devices: z.int(),
  waiting: z.int().openapi({
    description: 'Devices that nothing was sent to so far; after the end of the campaign nothing will be',
  }),
  open: z.int().openapi({ description: 'Devices whose command has no verdict yet' }),
  outcomes: counts.openapi({
    description: 'The other devices by outcome: the verdict of their command, or skipped, without a command',
  }),
}

const reason = z
  .object({
    outcome: z.enum(outcomes),
    count: z.int(),
    of: z.int().openapi({ description: 'Number of concluded devices' }),
    limit: z
      .number()
      .nullable()
      .openapi({ description: 'The limit of `stopWhen`; null: the device was part of the canary' }),
  })
  .openapi('StopReason')

const campaignSummarySchema = z
  .object({
    campaignId: z.string().openapi({ example: '0mfhq3k2v0a1b2c3', description: 'Sorts by time of creation' }),
    name: z.string().nullable(),
    state: z.enum(campaignStates).openapi({
      description:
        'stopped: by its own conditions. stopped, cancelled and finished are final; what was sent still concludes',
    }),
    phase: z.enum(['canary', 'rest']),
    intent: z.string(),
    title: z.string().nullable(),
    danger: z.enum(dangers),
    progress: z.object(progress),
    reason: reason.nullable(),
    createdAt: receivedTime,
    createdBy: z.string().openapi({ description: 'Id of the key' }),
    endedAt: receivedTime.nullable(),
  })
  .openapi('CampaignSummary')

export const campaignSchema = campaignSummarySchema
  .extend({
    params: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .openapi({ description: 'As checked; secret ones are masked without scope secrets' }),
    dialect: z.enum(dialectChoices),
    select: z.object({
      ids: z.int().nullable().openapi({ description: 'Number of ids in the request' }),
      labels: labelsSchema.nullable(),
      model: z.string().nullable(),
      firmware: z.string().nullable(),
    }),
    canary: z.int(),
    perMinute: z.int(),
    stopWhen,
    expiresInSeconds: z.int(),
    firmwares: z.array(z.object({ firmware: z.string(), ...progress })).openapi({
      description: 'The progress by reported firmware; `other` is the sum of those beyond the first 30',
    }),
  })
  .openapi('Campaign')
export type CampaignAnswer = z.infer<typeof campaignSchema>
export type CampaignSummaryAnswer = z.infer<typeof campaignSummarySchema>

export const campaignPageSchema = pageOf(campaignSummarySchema).openapi('CampaignPage')

export const partStates = ['waiting', 'open', 'ended'] as const
export const partSchema = z
  .object({
    deviceId: z.string(),
    firmware: z.string(),
    state: z.enum(partStates),
    outcome: z.enum(outcomes).nullable(),
    reason: z.string().nullable().openapi({ description: 'Why it was skipped or not delivered' }),
    commandId: z.string().nullable().openapi({ description: 'GET …/commands/{commandId} of the device' }),
    sentAt: receivedTime.nullable().openapi({ description: 'When the campaign decided to send its command' }),
    endedAt: receivedTime.nullable(),
  })
  .openapi('CampaignPart')

export const partPageSchema = pageOf(partSchema)
  .extend({ campaignId: z.string() })
  .openapi('CampaignPartPage')

export const campaignParams = z.object({
  campaignId: z
    .string()
    .regex(/^[0-9a-z]{16}$/, 'expected the id of a campaign: 16 letters and digits')
    .openapi({ description: 'As returned when the campaign was created', example: '0mfhq3k2v0a1b2c3' }),
})
