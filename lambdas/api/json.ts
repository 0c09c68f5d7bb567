import type { z } from '@hono/zod-openapi'

/** An answer of JSON, as a route describes it. */
export const json = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  example: z.output<Schema>,
) => ({
  description,
  content: { 'application/json': { schema, example } },
})

type Shown = { readonly example: unknown } | { readonly examples: Readonly<Record<string, object>> }

/** A body of JSON that a route requires, with what its documentation shows. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema, shown: Shown) => ({
  required: true,
  content: { 'application/json': { schema, ...shown } },
})
