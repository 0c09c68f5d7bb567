import type { z } from '@hono/zod-openapi'

type Issue = z.core.$ZodRawIssue

/** The types of JSON in plain words. */
const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}
const inPlainWords = (type: string): string => typeWords[type] ?? type

const typeOf = (input: unknown): string =>
  input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input === 'bigint' ? 'int' : typeof input

/**
 * What the API says about a value that a schema refuses without words of its own: which values are accepted, as everywhere in
 * the API. Undefined leaves the text to the library.
 */
export function faultText(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeFault(issue.expected, issue.input)
    case 'invalid_value':
      return expected(issue.values.map(String), issue.input)
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? expected(issue.options.map(String), issue.input)
        : unionFault(issue.errors)
    case 'too_small':
      return `expected ${amount(issue.origin, issue.exact ? 'exactly' : issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`
    case 'too_big':
      return `expected ${amount(issue.origin, issue.exact ? 'exactly' : issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`
    default:
      return undefined
  }
}

function typeFault(type: string, input: unknown): string {
  if (input === undefined) return `is missing: expected ${inPlainWords(type)}`
  const given = inPlainWords(typeOf(input))
  return given === inPlainWords(type) || (type === 'int' && typeof input === 'number')
    ? `expected ${inPlainWords(type)}`
    : `expected ${inPlainWords(type)}, not ${given}`
}

const expected = (values: readonly string[], input: unknown): string =>
  `${input === undefined ? 'is missing: ' : ''}expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`

/** Each branch of a union says what it expects; the given type is in none of them. */
function unionFault(branches: readonly (readonly { readonly message: string }[])[]): string {
  const texts = branches.flatMap(([first]) => first?.message.replace(/, not [a-z ]+$/, '') ?? [])
  const [begin] = /^(?:is missing: )?expected /.exec(texts[0] ?? '') ?? ['']
  return [...new Set(texts)].map((text, at) => (at === 0 ? text : text.replace(begin, ''))).join(' or ')
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item', object: 'field' }

function amount(origin: string, relation: string, limit: number | bigint): string {
  const unit = units[origin === 'record' ? 'object' : origin]
  if (unit !== undefined) return `${relation} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`
  return `${origin === 'int' ? 'a whole number' : 'a number'} of ${relation} ${limit}`
}
