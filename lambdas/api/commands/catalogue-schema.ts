import { z } from '@hono/zod-openapi'
import { dangers, subjects } from '#h02/catalogue/index.ts'
import { evidenceSchema } from './evidence.ts'
import { dialect } from './schema.ts'

/** One parameter as JSON Schema; names that JSON Schema does not define start with `x-`. */
const paramSchema = z
  .looseObject({
    type: z.enum(['integer', 'string']),
    title: z.string(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    enum: z.array(z.string()).optional(),
    format: z.string().optional(),
    pattern: z.string().optional(),
    default: z.union([z.string(), z.number()]).optional(),
    writeOnly: z.boolean().optional().openapi({ description: 'Masked wherever it is shown' }),
    'x-unit': z.string().optional(),
  })
  .openapi('CommandParam')

const encodingSchema = z
  .object({
    dialect,
    word: z.string().openapi({ description: 'The *HQ command word, or how the text begins' }),
    aliases: z.array(z.string()).openapi({ description: 'How other wordings that mean the same begin' }),
    danger: z
      .enum(dangers)
      .openapi({ description: 'Danger of this wording on this model; it may mean something else on others' }),
    confidence: z.enum(['certain', 'likely', 'unsure']),
    source: z.string().openapi({ description: 'The source of this wording' }),
    models: z.array(z.string()).nullable().openapi({ description: 'Models that it is known for; null: any' }),
    answers: z.boolean().openapi({ description: 'Whether an answer is expected at all' }),
    replySeconds: z.number().openapi({ description: 'Seconds for which an answer is awaited' }),
    evidence: evidenceSchema.openapi({ description: 'Counts for this firmware on this installation' }),
  })
  .openapi('CommandDialect')

const catalogueEntrySchema = z
  .object({
    intent: z.string(),
    title: z.string(),
    summary: z.string(),
    subject: z.enum(subjects),
    otherMakers: z.boolean().openapi({
      description: 'True if every wording is only known for other models',
    }),
    danger: z.enum(dangers).openapi({
      description:
        'In rising order: sensitive and disruptive require confirm, dangerous two steps and its own scope',
    }),
    idempotent: z.boolean(),
    experimental: z
      .boolean()
      .openapi({ description: 'Known from uncertain sources only: `auto` never chooses it' }),
    probe: z.boolean().openapi({ description: 'Part of a probe' }),
    expectsEffect: z.boolean().openapi({
      description: 'Whether its effect can be seen from outside, so that it can end `confirmed`',
    }),
    params: z
      .object({
        type: z.literal('object'),
        properties: z.record(z.string(), paramSchema),
        required: z.array(z.string()),
        additionalProperties: z.literal(false),
      })
      .openapi({ description: 'JSON Schema of `params`' }),
    dialects: z.array(encodingSchema),
    auto: dialect.nullable().openapi({ description: 'What `auto` would choose for this device now' }),
  })
  .openapi('CatalogueEntry')

export const catalogueSchema = z
  .object({
    deviceId: z.string(),
    model: z.string().nullable(),
    firmware: z.string().nullable().openapi({ description: 'Null until a probe names it' }),
    items: z.array(catalogueEntrySchema),
  })
  .openapi('Catalogue')
export type CatalogueEntryAnswer = z.infer<typeof catalogueEntrySchema>
