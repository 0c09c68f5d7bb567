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
      'Makes a repeated request harmless: for a day, the same key with the same request creates nothing new and answers with the current state of what the first one created',
    example: '5f0c6c0e-6a4f-4d3c-9a53-1f1f0e2a7b11',
  })

/**
 * Runs a request's work once per Idempotency-Key. `work` creates things under an id, which is the same when the request
 * is repeated, even at the same time. So a repeated request finds what was created, and answers with its current state.
 * A refusal (a thrown Problem) has changed nothing: its key may be used for another request.
 */
export async function onceByKey<Answer extends Response>(
  c: Context<ApiBindings>,
  { store, makeId }: { readonly store: IdempotencyStore; readonly makeId: () => string },
  body: unknown,
  work: (id: string, isRepeat: boolean) => Promise<Answer>,
): Promise<Answer> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return work(makeId(), false)
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([c.req.method, c.req.path, body]))
    .digest('hex')
  const request = { callerId: c.get('caller').keyId, key, fingerprint }
  const claim = await store.claim(request, makeId())
  if (claim.outcome === 'other-request') {
    throw new Problem(
      'idempotency-key-reused',
      'this Idempotency-Key was used for another request; expected the same method, path and body, or a new key',
    )
  }
  const isRepeat = claim.outcome === 'again'
  if (isRepeat) c.header('idempotency-replayed', 'true')
  try {
    return await work(claim.id, isRepeat)
  } catch (error) {
    if (error instanceof Problem && !isRepeat) await store.release(request, claim.id)
    throw error
  }
}
