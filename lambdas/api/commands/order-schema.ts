import { z } from '@hono/zod-openapi'
import { exactly, safeText } from '../validation.ts'
import { dialectChoices } from './schema.ts'

/** A day: a sleeping tracker wakes up within that time, or someone must check it. */
export const STANDARD_EXPIRY_SECONDS = 86_400
const MAX_EXPIRY_SECONDS = 30 * 86_400
/** Longer than any command of a tracker (an SMS has 160 characters). */
const MAX_RAW_BYTES = 500

const isLatin1 = (text: string): boolean => Buffer.from(text, 'latin1').toString('latin1') === text

const ways = ['intent', 'raw', 'rawHex'] as const

const MAX_METADATA_BYTES = 1_000
const metadataName = /^[A-Za-z][\w.-]{0,39}$/

const METADATA_NAMES = 'expected names of 1 to 40 letters, digits, _, . and -, beginning with a letter'

/** Zod drops this name from a record without an error; it is refused here, so that no note is lost silently. */
function refuseProto(given: unknown, context: z.RefinementCtx): unknown {
  if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__'))
    context.addIssue({ code: 'custom', path: ['__proto__'], message: METADATA_NAMES })
  return given
}

const metadataRecord = z
  .record(z.string().regex(metadataName), safeText, {
    error: ({ code }) => (code === 'invalid_key' ? METADATA_NAMES : undefined),
  })
  .refine((given) => Buffer.byteLength(JSON.stringify(given)) <= MAX_METADATA_BYTES, {
    message: `expected at most ${MAX_METADATA_BYTES} bytes of JSON`,
  })

const metadata = z.preprocess(refuseProto, metadataRecord).openapi({
  type: 'object',
  additionalProperties: { type: 'string' },
  description: `Your own notes, for example an order number: texts by name, at most ${MAX_METADATA_BYTES} bytes as JSON. Answers and events contain them unmasked; they are not sent to trackers`,
  example: { order: '4711' },
})

/** What to send: an intent of the catalogue, or bytes. */
export const orderSchema = exactly({
  intent: z
    .string()
    .min(1)
    .optional()
    .openapi({ description: 'An intent of GET …/catalogue', example: 'interval-on' }),
  params: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .openapi({
      description: 'Parameters of the intent, as listed in the catalogue',
      example: { seconds: 20 },
    }),
  raw: z
    .string()
    .min(1)
    .max(MAX_RAW_BYTES)
    .refine(isLatin1, 'expected Latin-1 text; other bytes go as rawHex')
    .optional()
    .openapi({ description: 'A text that is written unchanged' }),
  rawHex: z
    .string()
    .max(2 * MAX_RAW_BYTES)
    .regex(/^([0-9a-fA-F]{2})+$/, 'expected pairs of hex digits, such as 43585a54')
    .optional()
    .openapi({ description: 'Bytes in hex that are written unchanged' }),
  dialect: z.enum(dialectChoices).optional().openapi({
    description: 'With an intent only. auto (the default) chooses what this model and firmware answers',
  }),
  expiresInSeconds: z
    .int()
    .min(1)
    .max(MAX_EXPIRY_SECONDS)
    .default(STANDARD_EXPIRY_SECONDS)
    .openapi({ description: 'Seconds that it may wait for the device, if it may wait' }),
  confirm: z
    .boolean()
    .default(false)
    .openapi({ description: 'Required for sensitive and disruptive commands (see `danger`)' }),
  queue: z.boolean().default(false).openapi({
    description:
      'Lets a disruptive command wait until it can be sent; otherwise it is sent at once or refused (409). Harmless and sensitive commands always wait, dangerous ones never',
  }),
  replace: z
    .boolean()
    .default(false)
    .openapi({ description: 'true: replaces the same command if one is waiting already' }),
  metadata: metadata.optional(),
})
  .superRefine((order, context) => {
    const given = ways.filter((way) => order[way] !== undefined)
    if (given.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `expected one of ${ways.join(', ')}${given.length > 1 ? `, not ${given.join(' and ')}` : ''}`,
      })
    } else if (order.intent === undefined) {
      for (const name of ['params', 'dialect'] as const) {
        if (order[name] === undefined) continue
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `goes with an intent, not with ${given[0]}`,
        })
      }
    }
  })
  .openapi('Order')
export type Order = z.output<typeof orderSchema>

export const orderExamples = {
  intent: { summary: 'An intent', value: { intent: 'interval-on', params: { seconds: 20 } } },
  dialect: {
    summary: 'In one dialect, replacing the waiting command',
    value: { intent: 'interval-on', params: { seconds: 20 }, dialect: 'text', replace: true },
  },
  text: { summary: 'Text as one would send by SMS', value: { raw: 'CXZT' } },
  bytes: { summary: 'Bytes', value: { rawHex: '43585a54' } },
  metadata: {
    summary: 'With notes of your own',
    value: { intent: 'read-status', metadata: { order: '4711', askedBy: 'Anna' } },
  },
}
