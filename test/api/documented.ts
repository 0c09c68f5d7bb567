import { z } from 'zod'
import { expect } from 'vitest'
import type { App } from '../../lambdas/api/app-type.ts'
import { inline } from './fuzz/from-schema.ts'

type Json = Record<string, any>

export const readDocument = async (app: App): Promise<Json> =>
  (await (await app.request('/openapi.json')).json()) as Json

type Response = { status: number; headers: Headers; json: unknown }

/** Fails unless the OpenAPI document describes this answer for the route. */
export async function expectDocumented(
  app: App,
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  const document = await readDocument(app)
  const { responses } = document.paths[path][method.toLowerCase()]
  const promised = inline(document, responses[response.status])
  const mediaType = response.headers.get('content-type')?.split(';')[0] ?? ''
  if (!promised.content) return expect(mediaType).toBe('')
  expect(Object.keys(promised.content)).toContain(mediaType)
  const { schema } = promised.content[mediaType]
  const result = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(response.json)
  expect(result.error?.issues ?? []).toEqual([])
}
