import fc from 'fast-check'
import { hostileText, hostileValue } from './hostile.ts'

export type Schema = Readonly<Record<string, any>>

/** Resolves the `$ref`s of the document. */
export function inline(document: Schema, schema: unknown): any {
  if (Array.isArray(schema)) return schema.map((part) => inline(document, part))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, ...rest } = schema as Schema
  if (typeof $ref === 'string') {
    const found = $ref
      .split('/')
      .slice(1)
      .reduce<any>((part, name) => part[name], document)
    return inline(document, found)
  }
  return Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, inline(document, part)]))
}

/** The example bodies of a media type. */
export const examplesOf = ({ example, examples = {} }: Schema): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values<Schema>(examples).map(({ value }) => value as unknown),
]

const ofPattern = new Map<string, fc.Arbitrary<string>>()
/** Made once per pattern: each takes about 10 ms. */
function textLike(pattern: string): fc.Arbitrary<string> {
  const made = ofPattern.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'))
  ofPattern.set(pattern, made)
  return made
}

const textOf = ({ pattern, format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> => {
  if (typeof pattern === 'string') return textLike(pattern)
  if (format === 'uri')
    return fc.constantFrom('https://hooks.example.com/h02', 'https://hooks.example.com:8443/a%20b?c=d')
  if (format === 'date-time') {
    const between = (min: string, max: string) =>
      fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true })
    // Two times of one request must often lie within a month of each other.
    return fc
      .oneof(
        { weight: 3, arbitrary: between('2026-01-01', '2026-01-31') },
        between('1970-01-01', '2100-01-01'),
      )
      .map((date) => date.toISOString())
  }
  return fc.string({
    unit: 'grapheme-ascii',
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 120)),
  })
}

/** Values that a schema allows. Only the keywords that our document uses are known; an unknown shape throws. */
export function validOf(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  const some = schema.anyOf ?? schema.oneOf
  if (Array.isArray(some)) return fc.oneof(...some.map(validOf))
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => validOf({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000_000 })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(validOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, Math.max(4, schema.minItems ?? 0)),
      })
    case 'object':
      return objectOf(schema)
    case undefined:
      return fc.jsonValue({ maxDepth: 1 })
    default:
      throw new Error(`the generator does not know ${JSON.stringify(schema)}`)
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
  const record = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, validOf(part as Schema)])),
    { requiredKeys: required },
  )
  if (typeof additionalProperties !== 'object') return record
  const names = fc.oneof(fc.constantFrom('seconds', 'phone', 'apn', 'n'), hostileText)
  return fc
    .tuple(record, fc.array(fc.tuple(names, validOf(additionalProperties)), { maxLength: 3 }))
    .map(([known, more]) => ({ ...Object.fromEntries(more), ...known }))
}

/** A valid value with one part replaced, removed or added. */
export const nearlyValidOf = (schema: Schema): fc.Arbitrary<unknown> =>
  fc
    .tuple(validOf(schema), fc.nat(), hostileValue, fc.constantFrom('replace', 'remove', 'add'))
    .map(([value, where, part, how]) => mutate(value, where, part, how))

function mutate(value: unknown, where: number, part: unknown, how: string): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || how === 'add') return [...value, part]
    return value.map((one, i) => (i === where % value.length ? mutate(one, where >> 2, part, how) : one))
  }
  if (typeof value !== 'object' || value === null) return part
  const names = Object.keys(value)
  if (names.length === 0 || how === 'add') return { ...value, [JSON.stringify(part).slice(0, 20)]: part }
  const name = names[where % names.length]!
  if (how === 'remove') return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
  return { ...value, [name]: mutate((value as Schema)[name], where >> 3, part, how) }
}
