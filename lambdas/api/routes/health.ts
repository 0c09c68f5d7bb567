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

/** Asks no table: a table in trouble is no reason to take the API away. */
export const addHealthRoute = (app: App): void => {
  app.openapi(route, (c) => c.json({ status: 'ok' as const }, 200))
}
