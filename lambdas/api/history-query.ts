import { z } from '@hono/zod-openapi'
import { isoEndInput, isoTimeInput } from './iso-time.ts'
import { cursorInput, limitOf } from './page.ts'
import { Problem } from './problem.ts'

const RANGE_NOTE = "By the device's clock where it can be trusted, else by when we received it"

const from = isoTimeInput.openapi({ description: `Inclusive. ${RANGE_NOTE}` })
const to = isoEndInput.openapi({ description: `Exclusive. ${RANGE_NOTE}` })

/** A range of a device's history. */
export const rangeQuery = { from, to }

/** The parameters of all lists of a device's history. */
export const historyQuery = {
  from: from.optional(),
  to: to.optional(),
  order: z.enum(['desc', 'asc']).default('desc').openapi({ description: 'desc: newest first' }),
  limit: limitOf(100, 1_000),
  cursor: cursorInput,
}

export function requireRange({ from, to }: { from?: number | undefined; to?: number | undefined }): void {
  if (from === undefined || to === undefined || from < to) return
  throw new Problem('invalid-request', 'from: expected a time before `to`', {
    extras: { errors: [{ in: 'query', name: 'from', detail: 'expected a time before `to`' }] },
  })
}
