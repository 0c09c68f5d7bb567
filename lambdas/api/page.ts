import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'

/** The link to the next page, as a field and as a header (RFC 8288): the same request with the cursor. */
export function nextLink(c: Context, nextCursor: string | null): string | null {
  if (nextCursor === null) return null
  const url = new URL(c.req.url)
  url.searchParams.set('cursor', nextCursor)
  const link = `${url.pathname}${url.search}`
  c.header('link', `<${link}>; rel="next"`)
  return link
}

export const limitOf = (standard: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a whole number from 1 to ${max}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= max, `expected a whole number from 1 to ${max}`)
    .default(standard)
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: max,
      default: standard,
      description: 'Maximum number of items in the page',
    })

export const cursorInput = z
  .string()
  .optional()
  .openapi({ description: '`nextCursor` of the previous page; send the other parameters unchanged' })

/** The shape of every page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'Path and query of the next page; null: this is the last page' }),
  })

/** An example of a page: the last one. */
export const lastPage = <Items extends readonly unknown[]>(...items: Items) => ({
  items: items as readonly unknown[] as Items[number][],
  nextCursor: null,
  next: null,
})
