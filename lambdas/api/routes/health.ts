import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../app-type.ts'

const route = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether this API answers',
  responses: {
    200: {
      description: 'It does',
      content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } },
    },
  },
})

/** Reads no table: trouble with a table is no reason to take the API out of service. */
export const addHealthRoute = (app: App): void => {
  app.openapi(route, (c) => c.json({ status: 'ok' as const }, 200))
}
