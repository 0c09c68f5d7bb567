import { timingSafeEqual } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { hashKey, scopes, type ApiKeys } from '../shared/store/api-keys.ts'
import type { ApiBindings, Authenticate, Caller } from './app-type.ts'
import { Problem } from './problem.ts'

/** Only the hash of the first admin key stays in memory. */
export function authenticateByKey(keys: ApiKeys, adminKeyHash: Buffer): Authenticate {
  const admin: Caller = {
    keyId: 'admin',
    name: null,
    scopes: new Set(scopes),
    deviceIds: null,
    expiresAt: null,
  }
  return async (token) => {
    if (timingSafeEqual(hashKey(token), adminKeyHash)) return admin
    const key = await keys.find(token)
    return (
      key && {
        keyId: key.keyId,
        name: key.name,
        scopes: new Set(key.scopes),
        deviceIds: null,
        expiresAt: null,
      }
    )
  }
}

const refusal = (detail: string): Problem =>
  new Problem('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer realm="h02"' } })

export const requireKey = (authenticate: Authenticate) =>
  createMiddleware<ApiBindings>(async (c, next) => {
    const header = c.req.header('authorization')
    if (!header) throw refusal('expected the header Authorization: Bearer <key>')
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1]
    if (!token) {
      throw refusal('expected Authorization: Bearer <key>, with no other scheme and no blanks in the key')
    }
    const caller = await authenticate(token)
    if (!caller) throw refusal('nobody knows this key; it may have been deleted')
    c.set('caller', caller)
    await next()
  })
