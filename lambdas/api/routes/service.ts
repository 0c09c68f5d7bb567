import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../app-type.ts'
import { json } from '../json.ts'

const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tags: ['Service'],
  summary: 'Whether this API answers',
  security: [],
  responses: {
    200: json('The API is running', z.object({ status: z.literal('ok') }), { status: 'ok' }),
  },
})

const documentRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  tags: ['Service'],
  summary: 'This OpenAPI document',
  security: [],
  responses: {
    200: json('An OpenAPI 3.1 document', z.looseObject({ openapi: z.string() }), {
      openapi: '3.1.0',
      info: { title: 'H02 gateway', version: '1' },
      servers: [{ url: '/' }],
      tags: [],
      components: {},
      paths: {},
      webhooks: {},
    }),
  },
})

export function addServiceRoutes(app: App, readDocument: () => { openapi: string }): void {
  // Reads no table: a failing table is no reason to take the API out of service.
  app.openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200))
  app.openapi(documentRoute, (c) => c.json(readDocument(), 200))
}
