import fc from 'fast-check'
import { examplesOf, inline, validOf, type Schema } from '../fuzz/from-schema.ts'

/** An operation of the OpenAPI document, with the bodies that it gives as examples. */
type WalkedOperation = {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Schema[]
  readonly bodies: readonly {
    readonly type: string
    readonly schema: Schema
    readonly examples: readonly unknown[]
  }[]
}

export type WalkRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** The values for building requests. */
export type Vocabulary = {
  readonly deviceIds: readonly string[]
  /** Labels as `name=value`, of devices that the caller sees and of others. */
  readonly labels: readonly string[]
  /** Values of path parameters by name, such as `commandId`; and of query parameters, such as `labels`. */
  readonly values: Map<string, string[]>
}

const DEVICE_ID_PATTERN = '^\\d{1,15}$'
const methods = ['get', 'post', 'put', 'patch', 'delete']

/** Deletions come last, so that the other operations still find their data. Operations without a key show no devices. */
export function walkedOperations(document: Schema): WalkedOperation[] {
  const all = Object.entries<Schema>(document.paths).flatMap(([path, item]) =>
    Object.entries<Schema>(item)
      .filter(([method, { security }]) => methods.includes(method) && security?.length !== 0)
      .map(([method, operation]) => ({
        operationId: String(operation.operationId),
        method: method.toUpperCase(),
        path,
        parameters: inline(document, [...(item.parameters ?? []), ...(operation.parameters ?? [])]),
        bodies: Object.entries<Schema>(operation.requestBody?.content ?? {}).map(([type, media]) => ({
          type,
          schema: inline(document, media.schema),
          examples: examplesOf(media),
        })),
      })),
  )
  const rank = ({ method, path }: { method: string; path: string }) =>
    method !== 'DELETE' ? 0 : path.endsWith('{deviceId}') ? 2 : 1
  return all.toSorted((a, b) => rank(a) - rank(b))
}

/** A schema in which device ids are chosen from these. */
function withIds(schema: unknown, deviceIds: readonly string[]): any {
  if (Array.isArray(schema)) return schema.map((part) => withIds(part, deviceIds))
  if (typeof schema !== 'object' || schema === null) return schema
  const { pattern } = schema as Schema
  if (pattern === DEVICE_ID_PATTERN) return { enum: deviceIds }
  return Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, withIds(part, deviceIds)]))
}

/** An example with other devices and labels in the places where it has some. */
function inExample(value: unknown, pick: () => string, label: string, name = ''): unknown {
  if (Array.isArray(value)) return value.map((part) => inExample(part, pick, label, name))
  if (typeof value === 'string') {
    if (/^(deviceIds?|ids)$/.test(name)) return pick()
    return name === '' ? value.replaceAll(/\b9\d{9}\b/g, pick).replaceAll(/fleet=\w+/g, label) : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (name === 'labels') return Object.fromEntries([label.split('=')])
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, inExample(part, pick, label, key)]),
  )
}

const bodyOf = (
  { bodies }: WalkedOperation,
  { deviceIds, labels }: Vocabulary,
): fc.Arbitrary<{ type: string; text: string } | null> => {
  const ids = fc.array(fc.constantFrom(...deviceIds), { minLength: 3, maxLength: 3 })
  const label = fc.constantFrom(...labels)
  const kinds = bodies.flatMap(({ type, schema, examples }) => [
    ...examples.map((example) =>
      fc.tuple(ids, label).map(([some, label]) => {
        let next = 0
        const value = inExample(example, () => some[next++ % some.length]!, label)
        return { type, text: typeof value === 'string' ? value : JSON.stringify(value) }
      }),
    ),
    ...(type === 'application/json'
      ? [validOf(withIds(schema, deviceIds)).map((value) => ({ type, text: JSON.stringify(value) }))]
      : []),
  ])
  return kinds.length === 0 ? fc.constant(null) : fc.oneof(...kinds)
}

const valueOf = ({ name, schema }: Schema, { deviceIds, values }: Vocabulary): fc.Arbitrary<string> => {
  if (name === 'deviceId' || schema.pattern === DEVICE_ID_PATTERN) return fc.constantFrom(...deviceIds)
  const known = values.get(name) ?? []
  const made = validOf(withIds(schema, deviceIds)).map(String)
  return known.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, made) : made
}

/** Requests as clients make them, about devices that the caller sees and about others. */
export function requestOf(operation: WalkedOperation, vocabulary: Vocabulary): fc.Arbitrary<WalkRequest> {
  const { method, path, parameters } = operation
  const inPlace = (place: string) => parameters.filter((one) => one.in === place)
  const recordOf = (place: string, isRequired: (one: Schema) => boolean) =>
    fc.record(Object.fromEntries(inPlace(place).map((one) => [String(one.name), valueOf(one, vocabulary)])), {
      requiredKeys: inPlace(place)
        .filter(isRequired)
        .map(({ name }) => String(name)),
    })
  return fc
    .record({
      values: recordOf('path', () => true),
      // Usually without parameters, because each one leaves out a part of a list.
      query: fc.oneof(
        recordOf('query', ({ required }) => required === true),
        recordOf('query', ({ required }) => required === true).map((all) => {
          const required = inPlace('query').flatMap((one) => (one.required ? [String(one.name)] : []))
          return Object.fromEntries(Object.entries(all).filter(([name]) => required.includes(name)))
        }),
      ),
      body: bodyOf(operation, vocabulary),
    })
    .map(({ values, query, body }) => {
      const headers: Record<string, string> = body === null ? {} : { 'content-type': body.type }
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent((values as Record<string, string>)[name] ?? ''),
      )
      const search = new URLSearchParams(Object.entries<string>(query)).toString()
      return {
        method,
        path: search === '' ? filled : `${filled}?${search}`,
        headers,
        body: body?.text ?? null,
      }
    })
}
