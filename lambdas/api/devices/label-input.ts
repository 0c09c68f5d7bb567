import { z } from '@hono/zod-openapi'
import {
  findLabelFault,
  isLabelName,
  MAX_LABEL_VALUE,
  MAX_LABELS,
  type LabelFilter,
  type Labels,
} from '../../shared/domain/labels.ts'
import { safeText } from '../validation.ts'

const NAME = 'expected a name of 1 to 63 letters, digits, `.`, `_`, `/` and `-`'
/** Not checked by the schema of the keys, because a record does not report which key is invalid. */
const checkNames = (labels: object, context: z.core.$RefinementCtx<object>): void => {
  const wrong = Object.keys(labels).find((name) => !isLabelName(name))
  if (wrong !== undefined) context.addIssue({ code: 'custom', message: `"${wrong.slice(0, 70)}": ${NAME}` })
}
/** Normalized to one Unicode form, so that texts that look the same are equal. */
const value = safeText
  .transform((text) => text.normalize('NFC').trim())
  .pipe(z.string().max(MAX_LABEL_VALUE, `expected at most ${MAX_LABEL_VALUE} characters`))

const labelText = { type: 'string', maxLength: MAX_LABEL_VALUE } as const
const example = { fleet: 'north', 'acme.example/contract': '4711' }
const propertyNames = { pattern: '^[A-Za-z0-9._/-]{1,63}$' }

/** Labels of a device in an answer. */
export const labelsSchema = z.record(z.string(), z.string()).openapi({
  description: 'Labels of the device; lists filter by them with `labels=name=value`',
  example,
})

/** Labels that a key requires of its devices. */
export const requiredLabels = z
  .record(z.string(), value)
  .superRefine(checkNames)
  .refine((labels) => Object.keys(labels).length > 0, 'expected at least one label')
  .superRefine((labels, context) => {
    const fault = findLabelFault(labels)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })
  .openapi({
    type: 'object',
    additionalProperties: labelText,
    propertyNames,
    minProperties: 1,
    maxProperties: MAX_LABELS,
    example: { fleet: 'north' },
  } as never)

/** Changes of a device's labels: omitted labels stay unchanged, null removes a label. */
export const labelChanges = z
  .record(z.string(), value.nullable())
  .superRefine(checkNames)
  .openapi({
    type: 'object',
    additionalProperties: { type: ['string', 'null'], maxLength: MAX_LABEL_VALUE },
    propertyNames,
    description: `Labels to set. Labels that are left out stay unchanged; null removes a label. Names that differ in case are different names. At most ${MAX_LABELS} a device`,
    example,
  } as never)

/** Splits a text at a separator; a backslash before a character keeps it as it is. */
function splitEscaped(text: string, separator: string): string[] {
  const parts = ['']
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === separator) parts.push('')
    else parts[parts.length - 1] += char === '\\' && i + 1 < text.length ? text[++i]! : char
  }
  return parts
}

type Pair = { readonly name: string; readonly value: string | null }

const readPairs = (text: string, separator: string): Pair[] =>
  splitEscaped(text, separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=')
      return at < 0
        ? { name: part, value: null }
        : { name: part.slice(0, at).trim(), value: part.slice(at + 1) }
    })

/** A CSV cell as labels: `fleet=north;depot=7`. Parts that are not labels are passed to the schema, which refuses them. */
export const readLabelCell = (cell: string): Labels =>
  Object.fromEntries(readPairs(cell, ';').map(({ name, value }) => [name, value ?? '']))

/** The query parameter `labels` of lists. */
export const labelsQuery = z
  .string()
  .transform((text, context): LabelFilter => {
    const pairs = readPairs(text, ',')
    const conditions = pairs.map((pair) => ({
      name: pair.name,
      value: pair.value === null ? null : pair.value.normalize('NFC').trim(),
    }))
    const isValid =
      conditions.length > 0 &&
      conditions.length <= MAX_LABELS &&
      conditions.every((one) => isLabelName(one.name))
    if (isValid) return conditions
    context.addIssue({
      code: 'custom',
      message: `expected 1 to ${MAX_LABELS} conditions such as fleet=north,depot: name=value, or a name alone for any value`,
    })
    return z.NEVER
  })
  .optional()
  .openapi({
    type: 'string',
    description:
      'Only devices with all of these labels: `name=value`, or a name alone for any value, separated by commas. `\\,` is a comma within a value',
    example: 'fleet=north,depot',
  })
