import { z } from 'zod'
import { expect } from 'vitest'
import type { App } from '../../lambdas/api/app-type.ts'

type Json = Record<string, any>

/** References written out: schemas of the document by themselves. */
function inline(document: Json, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((part) => inline(document, part))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, ...rest } = schema as Json
  if (typeof $ref === 'string') {
    return inline(document, document.components.schemas[$ref.replace('#/components/schemas/', '')])
  }
  return Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, inline(document, part)]))
}

export const readDocument = async (app: App): Promise<Json> =>
  (await (await app.request('/openapi.json')).json()) as Json

type Response = { status: number; headers: Headers; json: unknown }

/** Fails unless the answer is one that the document promises for this route. */
export async function expectDocumented(
  app: App,
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  const document = await readDocument(app)
  const { responses } = document.paths[path][method.toLowerCase()]
  const promised = responses[response.status] ?? responses.default
  const mediaType = response.headers.get('content-type')?.split(';')[0] ?? ''
  if (!promised.content) return expect(mediaType).toBe('')
  expect(Object.keys(promised.content)).toContain(mediaType)
  const schema = inline(document, promised.content[mediaType].schema)
  const result = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(response.json)
  expect(result.error?.issues ?? []).toEqual([])
}
