import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { hashKey, scopes, type ApiKeys } from '../shared/store/api-keys.ts'
import type { ApiBindings, ApiParts, Authenticate, Caller, Identity } from './app-type.ts'
import type { OnceAnHour } from './once-an-hour.ts'
import { Problem } from './problem.ts'
import { createCounter, defaultRateLimits, quotaHeaders, type Quota } from './rate-limit.ts'
import type { RecordAudit } from './record-audit.ts'

/**
 * Only the hash of the first admin key is kept in memory, for a few minutes. Other keys are read for each request and
 * never cached.
 */
export function authenticateByKey(
  keys: Pick<ApiKeys, 'find'>,
  readAdminKeyHash: () => Promise<Buffer>,
): Authenticate {
  const admin: Identity = {
    keyId: 'admin',
    name: null,
    scopes: new Set(scopes),
    devices: null,
    expiresAt: null,
  }
  return async (token) => {
    if (timingSafeEqual(hashKey(token), await readAdminKeyHash())) return admin
    const key = await keys.find(token)
    if (key === null) return null
    const { keyId, name, expiresAt, devices } = key
    return {
      keyId,
      name,
      scopes: new Set(key.scopes),
      devices,
      expiresAt,
      ancestors: key.ancestors,
      isStored: true,
    }
  }
}

const refusal = (detail: string): Problem =>
  new Problem('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer realm="h02"' } })

const tooMany = (detail: string, quota: Quota, headers: Record<string, string> = {}): Problem =>
  new Problem('too-many-requests', detail, {
    headers: { ...headers, 'retry-after': String(quota.resetSeconds) },
  })

/** The client's address as API Gateway reports it; clients can forge headers such as X-Forwarded-For. */
const addressOf = (c: Context<ApiBindings>): string | null => c.env?.requestContext?.http?.sourceIp ?? null

/** Keys that were accepted within the window stay accepted, even if their address sent wrong keys. */
const MAX_ACCEPTED = 1_000
/** The longest time that an answer waits until its key's use is recorded; recording continues after it. */
const MAX_USE_WAIT_MS = 100

/** Identifies the caller, within the limits per key and per address; refuses all others. */
export function requireKey({
  authenticate,
  keys,
  metrics,
  log,
  now,
  recordAudit,
  onceAnHour,
  rateLimits = defaultRateLimits,
}: Pick<ApiParts, 'authenticate' | 'keys' | 'metrics' | 'log' | 'now' | 'rateLimits'> & {
  readonly recordAudit: RecordAudit
  readonly onceAnHour: OnceAnHour
}) {
  const requests = createCounter(rateLimits.requestsPerKey, now)
  const wrongKeys = createCounter(rateLimits.wrongKeysPerAddress, now)
  const accepted = new Set<string>()

  const refuseKey = (address: string | null, detail: string): Problem => {
    metrics?.count('WrongKeys')
    if (address !== null) wrongKeys.add(address)
    return refusal(detail)
  }

  const identify = async (header: string | undefined, address: string | null): Promise<Identity> => {
    const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
    const fingerprint = token && createHash('sha256').update(token).digest('base64')
    const quota = address === null ? null : wrongKeys.peek(address)
    if (quota?.isExceeded && !accepted.has(fingerprint ?? '')) {
      metrics?.count('WrongKeys')
      throw tooMany('too many requests with wrong keys came from this address', quota)
    }
    if (!header) throw refuseKey(address, 'expected the header Authorization: Bearer <key>')
    if (!token || !fingerprint) {
      throw refuseKey(
        address,
        'expected Authorization: Bearer <key>, with no other scheme and no blanks in the key',
      )
    }
    const identity = await authenticate(token)
    if (!identity) {
      accepted.delete(fingerprint)
      throw refuseKey(address, 'this key is unknown; it may have been deleted or have expired')
    }
    if (accepted.size >= MAX_ACCEPTED) accepted.clear()
    accepted.add(fingerprint)
    return identity
  }

  /** Records at most once an hour when the key was used, and its first use in the audit. Never fails a request. */
  const noteUse = (caller: Caller): Promise<void> =>
    onceAnHour
      .run(`used ${caller.keyId}`, async () => {
        await Promise.all([
          caller.isStored && keys.touch(caller.keyId),
          recordAudit(caller, { step: 'key-used', details: { keyId: caller.keyId } }),
        ])
      })
      .catch((cause: unknown) =>
        log.warn('the use of a key was not recorded', { keyId: caller.keyId, cause }),
      )

  return createMiddleware<ApiBindings>(async (c, next) => {
    const address = addressOf(c)
    const identity = await identify(c.req.header('authorization'), address)
    const quota = requests.add(identity.keyId)
    if (quota.isExceeded) {
      metrics?.count('RequestsLimited')
      const detail = `expected at most ${quota.limit} requests a minute with one key`
      throw tooMany(detail, quota, quotaHeaders(quota))
    }
    const origin = { keyName: identity.name, address, requestId: c.get('requestId') }
    const caller: Caller = { ...identity, origin }
    c.set('caller', caller)
    const use = noteUse(caller)
    await next()
    for (const [name, value] of Object.entries(quotaHeaders(quota))) c.header(name, value)
    await Promise.race([use, sleep(MAX_USE_WAIT_MS, undefined, { ref: false })])
  })
}
