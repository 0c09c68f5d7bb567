import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { z } from '@hono/zod-openapi'
import type { IdempotencyStore } from '../shared/store/idempotency.ts'
import type { ApiBindings } from './app-type.ts'
import { Problem } from './problem.ts'

export const idempotencyHeader = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'expected 1 to 255 visible ASCII characters, such as a UUID')
  .optional()
  .openapi({
    description:
      'Makes a repeated request harmless: for a day, the same key with the same request gets the first answer again',
    example: '5f0c6c0e-6a4f-4d3c-9a53-1f1f0e2a7b11',
  })

/** Headers of an answer that a repeated request gets as well. */
const keptHeaders = ['content-type', 'location', 'preference-applied']

/**
 * Does a request once for its Idempotency-Key. `work` gets an id to make things under: the same one when a request is
 * repeated that was cut short, so that what exists already is found. A refusal (a thrown Problem) has done nothing, so
 * its key may be used again. After any other failure the outcome is unknown, and only the same request may continue.
 */
export async function onceByKey<Answer extends Response>(
  c: Context<ApiBindings>,
  { store, makeId }: { readonly store: IdempotencyStore; readonly makeId: () => string },
  body: unknown,
  work: (id: string) => Promise<Answer>,
): Promise<Answer> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return work(makeId())
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([c.req.method, c.req.path, body]))
    .digest('hex')
  const request = { callerId: c.get('caller').keyId, key, fingerprint }
  const claim = await store.claim(request, makeId())
  if (claim.outcome === 'running') {
    throw new Problem(
      'request-under-way',
      'the first request with this Idempotency-Key is not answered yet; ask again in a second',
      { headers: { 'retry-after': '1' } },
    )
  }
  if (claim.outcome === 'other-request') {
    throw new Problem(
      'idempotency-key-reused',
      'this Idempotency-Key was used for another request; expected the same method, path and body, or a new key',
    )
  }
  if (claim.outcome === 'done') {
    const { status, headers, body } = claim.answer
    // An answer that `work` once gave.
    return new Response(body, { status, headers: { ...headers, 'idempotency-replayed': 'true' } }) as Answer
  }
  let response: Answer
  try {
    response = await work(claim.id)
  } catch (error) {
    if (error instanceof Problem) await store.release(request)
    throw error
  }
  const text = await response.clone().text()
  const kept = keptHeaders.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  await store.settle(request, { status: response.status, headers: Object.fromEntries(kept), body: text })
  return response
}
