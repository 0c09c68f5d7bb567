import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Schema } from './from-schema.ts'
import type { Operation } from './requests.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** How zod words a fault of its own. */
const libraryWords = /\b(?:Invalid (?!request|path|cursor)\w+|Too (?:small|big)|Unrecognized key)\b/

/**
 * Forbids undocumented properties: an object with named properties has no others, unless the document allows them. Branches of
 * `allOf` are closed by the object that contains them.
 */
function close(schema: unknown, isBranch = false): unknown {
  if (Array.isArray(schema)) return schema.map((part) => close(part))
  if (typeof schema !== 'object' || schema === null) return schema
  const closed = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [
      name,
      name === 'allOf' && Array.isArray(part) ? part.map((branch) => close(branch, true)) : close(part),
    ]),
  )
  const isObject = 'properties' in schema || 'allOf' in schema
  if (isBranch || !isObject || 'additionalProperties' in schema) return closed
  return { ...closed, unevaluatedProperties: false }
}

/** Compares answers with what the document declares for their operation. */
export function createCheck() {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('date-time', (text: string) => isoTime.test(text) && !Number.isNaN(Date.parse(text)))
  ajv.addFormat('uri', (text: string) => URL.canParse(text))
  const compiled = new Map<string, ValidateFunction>()

  const validatorOf = (key: string, schema: Schema): ValidateFunction => {
    const known = compiled.get(key)
    if (known) return known
    const made = ajv.compile(close(schema) as Schema)
    compiled.set(key, made)
    return made
  }

  /** The faults of an answer; empty if there are none. */
  return ({ method, path, responses }: Operation, { status, headers, text }: Answer): string[] => {
    if (status >= 500) return [`status ${status}`]
    const declared = responses[status]
    if (declared === undefined) return [`status ${status} is not documented: ${text.slice(0, 200)}`]
    const type = headers['content-type']?.split(';')[0]?.trim() ?? ''
    if (declared.content === undefined) return text === '' ? [] : ['a body where none is documented']
    const media = declared.content[type]
    if (media === undefined) return [`content type ${type} is not documented`]
    if (type === 'application/x-ndjson')
      return text.split('\n').every(isJsonOrEmpty) ? [] : ['a line is not JSON']
    if (!type.endsWith('json')) return text === '' ? [`empty ${type}`] : []
    const validate = validatorOf(`${method} ${path} ${status} ${type}`, media.schema ?? {})
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return ['the body is not JSON']
    }
    if (status === 400 && libraryWords.test(text))
      return [`not in the words of the API: ${text.slice(0, 400)}`]
    if (validate(json)) return []
    return (validate.errors ?? [])
      .slice(0, 5)
      .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
  }
}

function isJsonOrEmpty(line: string): boolean {
  try {
    if (line !== '') JSON.parse(line)
    return true
  } catch {
    return false
  }
}
