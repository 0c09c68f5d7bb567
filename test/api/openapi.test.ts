import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeApi, descriptionFile, type ApiDescription } from '../../cdk/build/openapi.ts'
import { createCheck } from './fuzz/answers.ts'
import { examplesOf, inline, type Schema } from './fuzz/from-schema.ts'
import { operationsOf } from './fuzz/requests.ts'

const names = ['openapi.json', 'openapi-types.ts'] as const
let made: ApiDescription
let document: Schema
beforeAll(async () => {
  made = await describeApi()
  document = JSON.parse(made['openapi.json']) as Schema
})

type Operation = readonly [name: string, path: string, operation: Schema]
const operations = (): Operation[] =>
  Object.entries<Schema>(document.paths).flatMap(([path, item]) =>
    Object.entries<Schema>(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, path, operation] as const,
    ),
  )

/** Objects of a schema that have named properties, wherever they stand. */
function objectsIn(schema: unknown): Schema[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? [schema as Schema] : []
  const parts = Object.entries(schema).filter(([name]) => !/^examples?$/.test(name))
  return [...own, ...parts.flatMap(([, part]) => objectsIn(part))]
}
const withDefault = ({ properties, required = [] }: Schema) =>
  Object.entries<Schema>(properties)
    .filter(([, part]) => typeof part === 'object' && 'default' in part)
    .map(([name]) => ({ name, isRequired: required.includes(name) }))

const isJson = (type: string): boolean => type.endsWith('json')
const toText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

describe('the description of the API', () => {
  it.each(names)('%s is up to date with the code; `npm run openapi` writes it', (name) => {
    expect(readFileSync(descriptionFile(name), 'utf8')).toBe(made[name])
  })

  // openapi-typescript writes its notes into the document that it is given.
  it('has only texts of this API', () => {
    expect(made['openapi.json']).not.toContain('openapi-typescript')
  })

  it('gives an example that matches its schema for every answer of JSON', () => {
    const check = createCheck()
    const faults = operationsOf(document).flatMap((operation) =>
      Object.entries<Schema>(operation.responses).flatMap(([status, { content = {} }]) =>
        Object.entries<Schema>(content)
          .filter(([type]) => status < '3' && isJson(type))
          .flatMap(([type, media]) => {
            const name = `${operation.method} ${operation.path} ${status} ${type}`
            const examples = examplesOf(media)
            if (examples.length === 0) return [`${name}: no example`]
            const headers = { 'content-type': type }
            return examples
              .flatMap((body) => check(operation, { status: Number(status), headers, text: toText(body) }))
              .map((fault) => `${name}: ${fault}`)
          }),
      ),
    )
    expect(faults).toEqual([])
  })

  // test/e2e/examples.long.test.ts sends them.
  it('gives an example for every body of a request', () => {
    const without = operations().flatMap(([name, , { requestBody = {} }]) =>
      Object.entries<Schema>(requestBody.content ?? {})
        .filter(([, media]) => examplesOf(media).length === 0)
        .map(([type]) => `${name} ${type}`),
    )
    expect(without).toEqual([])
  })

  it('describes every parameter', () => {
    const undescribed = operations().flatMap(([name, , { parameters = [] }]) =>
      parameters
        .filter((one: Schema) => !one.description)
        .map((one: Schema) => `${name}: ${one.in} ${one.name}`),
    )
    expect(undescribed).toEqual([])
  })

  it('names every operation once, for people and for generators', () => {
    const tags = document.tags.map(({ name }: Schema) => name)
    const ids = operations().map(([, , operation]) => operation.operationId as string)
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    const used = operations().map(([, , operation]) => operation.tags)
    expect(used.filter((list) => list.length !== 1 || !tags.includes(list[0]))).toEqual([])
    expect(tags.filter((tag: string) => !used.some(([one]) => one === tag))).toEqual([])
  })

  it('requires a key everywhere but for the service and the console', () => {
    const open = operations().filter(([, , { security }]) => security.length === 0)
    expect(open.map(([name]) => name).toSorted()).toEqual([
      'GET /',
      'GET /console.json',
      'GET /healthz',
      'GET /openapi.json',
    ])
  })

  it('lists the refusals of every operation by status and type, and no others', () => {
    for (const [name, path, { responses }] of operations()) {
      expect([name, 'default' in responses]).toEqual([name, false])
      if (!path.startsWith('/v1/')) continue
      expect([name, Object.keys(responses)]).toEqual([
        name,
        expect.arrayContaining(['401', '403', '429', '500']),
      ])
      const refusals = Object.entries<Schema>(inline(document, responses)).filter(([status]) => status >= '4')
      for (const [status, { content }] of refusals) {
        const [problem, { properties }] = content['application/problem+json'].schema.allOf
        expect(properties.type.enum.length, `${name} ${status}`).toBeGreaterThan(0)
        expect(problem.properties.type.enum).toEqual(expect.arrayContaining(properties.type.enum))
      }
    }
  })

  it('makes fields with a default optional in requests and required in answers', () => {
    const inRequests = operations().flatMap(([, , { requestBody = {} }]) =>
      objectsIn(inline(document, requestBody)).flatMap(withDefault),
    )
    expect(inRequests.map(({ name }) => name)).toEqual(expect.arrayContaining(['confirm', 'seconds']))
    expect(inRequests.filter(({ isRequired }) => isRequired)).toEqual([])
    const inAnswers = operations().flatMap(([, , { responses }]) =>
      objectsIn(inline(document, responses)).flatMap(withDefault),
    )
    expect(inAnswers.filter(({ isRequired }) => !isRequired)).toEqual([])
  })

  it('names no schema that may be null: null stands beside the name', () => {
    const schemas = Object.entries<Schema>(document.components.schemas)
    expect(schemas.filter(([, { type }]) => Array.isArray(type)).map(([name]) => name)).toEqual([])
    expect(document.components.schemas.CommandSummary.properties.conclusion).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Conclusion' }, { type: 'null' }],
    })
  })

  it('has a discriminator property for each union of objects', () => {
    const { schema } = document.paths['/v1/evidence'].get.responses[200].content['application/json']
    expect(schema.discriminator.propertyName).toBe('kind')
    const { responses } = document.paths['/v1/devices/{deviceId}/commands'].post
    const [made, toConfirm] = [202, 201].map(
      (status) => inline(document, responses[status]).content['application/json'].schema,
    )
    const summary = made.allOf[0].properties.state.enum
    expect(summary).not.toContain(toConfirm.properties.state.enum[0])
    expect(toConfirm.required).toContain('state')
  })
})
