import { z } from '@hono/zod-openapi'
import { dangers } from '#h02/catalogue/index.ts'
import { verdicts } from '../../shared/domain/verdict.ts'
import { deviceId } from '../devices/schema.ts'
import { receivedTime } from '../iso-time.ts'
import { pageOf } from '../page.ts'

export const commandParams = z.object({
  deviceId,
  commandId: z
    .string()
    .regex(/^[0-9a-z]{16}$/, 'expected the id of a command: 16 letters and digits')
    .openapi({ description: 'As returned when the command was created', example: '0mfhq3k2v0a1b2c3' }),
})

export const states = ['queued', 'dispatching', 'sent', 'concluded'] as const
export const dialectChoices = ['auto', 'text', 'h02'] as const
export const dialect = z.enum(['text', 'h02'])
export const verdict = z.enum(verdicts)

const nullable = { text: z.string().nullable(), number: z.number().nullable(), flag: z.boolean().nullable() }

const params = z.record(z.string(), z.union([z.string(), z.number()])).openapi({
  description: 'As checked, with defaults filled in; secret ones are masked without scope secrets',
})

const bytes = z
  .object({ hex: z.string(), text: z.string() })
  .openapi('Bytes', { description: 'Masked without scope secrets; text has · for unprintable bytes' })

/** What a tracker reports about itself; absent fields are not part of the report. */
export const factsSchema = z
  .object({
    model: z.string(),
    firmware: z.string(),
    deviceId: z.string(),
    iccid: z.string(),
    intervalOnSeconds: z.number(),
    intervalOffSeconds: z.number(),
    heartbeatSeconds: z.number(),
    serverHost: z.string(),
    serverPort: z.number(),
    apn: z.string(),
    voltage: z.number(),
    batteryPercent: z.number(),
    batteryLevel: z.int().openapi({ description: '0 to 5; some clones report no per cent' }),
    mileageMetres: z.int(),
    gsm: z.number(),
    satellites: z.number(),
    gpsFix: z.boolean(),
    mode: z.string(),
    timeZone: z.string(),
    powerAlarmOn: z.boolean(),
    overspeedAlarmOn: z.boolean(),
    sleepOn: z.boolean(),
  })
  .partial()
  .openapi('DeviceFacts')

const conclusionSchema = z
  .object({
    at: receivedTime,
    verdict,
    reason: nullable.text.openapi({
      description: 'Why it is undelivered, or why its effect is no longer watched: superseded, cancelled',
    }),
    ok: nullable.flag.openapi({
      description: 'true: the reply is positive; false: it is negative; null: neither',
    }),
    likely: z.boolean().openapi({ description: 'Observed indirectly, or without knowing the state before' }),
    already: z.boolean().openapi({ description: 'The state was the same before the command was written' }),
    late: z
      .boolean()
      .openapi({ description: 'The reply came after its window, and certainly answers this command' }),
    ambiguous: z.boolean().openapi({ description: 'The reply may be to an earlier command' }),
    effectPending: z
      .boolean()
      .openapi({ description: 'Its effect is still watched, and may correct the verdict' }),
    corrected: z.boolean().openapi({ description: 'This verdict replaces an earlier one' }),
  })
  .openapi('Conclusion')

const attemptSchema = z
  .object({
    n: z.int(),
    dialect,
    sessionId: z.string(),
    gatewayId: z.string(),
    dispatchedAt: receivedTime,
    written: z.enum(['pending', 'no', 'yes', 'uncertain']),
    writtenAt: receivedTime.nullable(),
    refusal: nullable.text.openapi({ description: 'Why it was not written' }),
    reply: z
      .object({
        at: receivedTime,
        ok: nullable.flag,
        ambiguous: z.boolean(),
        late: z.boolean(),
        reason: z.string().optional().openapi({ description: 'Why it is not ok, if known' }),
      })
      .nullable(),
    effect: z
      .object({ at: receivedTime, seen: z.enum(['expected', 'opposite']), likely: z.boolean() })
      .nullable(),
  })
  .openapi('Attempt')

const timelineKinds = [
  'created',
  'waiting',
  'dispatched',
  'taken',
  'refused',
  'written',
  'write-uncertain',
  'adopted',
  'reply',
  'effect',
  'window-over',
  'other-dialect',
  'cancelled',
  'expired',
  'concluded',
  'corrected',
  'note',
] as const

const timelineItemSchema = z
  .object({
    id: z.string(),
    at: receivedTime,
    kind: z.enum(timelineKinds),
    attempt: z.int().nullable(),
    text: z.string().openapi({ description: 'One plain sentence' }),
    bytes: bytes.nullable(),
    frame: z
      .object({ sessionId: z.string(), seq: z.int().nullable(), receivedAt: receivedTime })
      .nullable()
      .openapi({ description: 'The frame that shows it; GET …/frames returns all of it' }),
  })
  .openapi('TimelineItem')

const example = {
  commandId: '0mfhq3k2v0a1b2c3',
  deviceId: '9170000000',
  state: 'concluded',
  verdict: 'confirmed',
  intent: 'interval-on',
} as const

/** A command in a list. */
export const commandSummarySchema = z
  .object({
    commandId: z.string().openapi({ example: example.commandId, description: 'Sorts by time of creation' }),
    deviceId: z.string().openapi({ example: example.deviceId }),
    state: z.enum(states).openapi({
      example: example.state,
      description:
        'queued: waits; dispatching: handed to the gateway; sent: written, or perhaps; concluded: has a verdict',
    }),
    verdict: verdict.nullable().openapi({ example: example.verdict }),
    conclusion: conclusionSchema.nullable(),
    waitingFor: z
      .object({ what: z.enum(['device', 'turn', 'write', 'reply', 'frame', 'effect']), until: receivedTime })
      .nullable()
      .openapi({
        description:
          'What it waits for, and at most until when: the device to be online, its turn, to be written, a reply, the next frame of a tracker that has sent nothing since (it may be asleep), an effect',
      }),
    intent: z
      .string()
      .openapi({ example: example.intent, description: 'raw: bytes that the catalogue does not know' }),
    title: nullable.text,
    params,
    raw: bytes.nullable().openapi({ description: 'What was typed; null for an intent' }),
    dialect: z
      .enum(dialectChoices)
      .openapi({ description: 'As requested; attempts contain the dialect that was used' }),
    danger: z.enum(dangers),
    createdAt: receivedTime,
    createdBy: z.string().openapi({ description: 'Id of the key' }),
    expiresAt: receivedTime.openapi({ description: 'If it still waits at this time, it ends undelivered' }),
    probeId: nullable.text,
    campaignId: nullable.text.openapi({ description: 'The campaign that created it' }),
    metadata: z
      .record(z.string(), z.string())
      .nullable()
      .openapi({ description: 'As sent with the order, never masked; null: there was none' }),
    reply: z
      .object({ text: z.string(), facts: factsSchema })
      .nullable()
      .openapi({ description: 'The complete text of the reply, and what it reports about the tracker' }),
  })
  .openapi('CommandSummary')

export const commandSchema = commandSummarySchema
  .extend({
    attempts: z.array(attemptSchema),
    timeline: z
      .array(timelineItemSchema)
      .openapi({ description: 'Everything that is known about the command, in order' }),
  })
  .openapi('Command')

export type CommandSummaryAnswer = z.infer<typeof commandSummarySchema>
export type CommandAnswer = z.infer<typeof commandSchema>

export const commandPageSchema = pageOf(commandSummarySchema)
  .extend({ deviceId: z.string() })
  .openapi('CommandPage')
