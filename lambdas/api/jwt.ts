import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { scopes, type Scope } from '../shared/store/api-keys.ts'
import type { Authenticate } from './app-type.ts'
import { discoverIssuer } from './discovery.ts'

export type JwtSettings = {
  readonly issuer: string
  readonly audience: string
  /** The issuer's keys; by default those that its discovery document names. */
  readonly keys?: JWTVerifyGetKey
}

/** A scope in a token may carry a prefix, as Cognito's resource servers put one (`h02/read`). */
const scopesIn = (claim: unknown): ReadonlySet<Scope> => {
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim.map(String) : []
  const names = new Set(words.map((word) => word.slice(word.lastIndexOf('/') + 1)))
  return new Set(scopes.filter((scope) => names.has(scope)))
}

/** Asked for its keys once, when the first token comes. */
function keysOf(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null
  const discover = async (): Promise<JWTVerifyGetKey> =>
    createRemoteJWKSet(new URL((await discoverIssuer(issuer)).jwksUri))
  return async (header, token) => {
    found ??= discover()
    try {
      return await (
        await found
      )(header, token)
    } catch (error) {
      // What failed for the network's sake is asked again for the next token.
      if (!(error instanceof errors.JOSEError)) found = null
      throw error
    }
  }
}

/** Whether it can be a JWT at all: API keys have no dots. */
const isJwt = (token: string): boolean => token.split('.').length === 3

/**
 * Access tokens of an OpenID Connect issuer: signature, issuer, audience (`aud`, or Cognito's `client_id`) and expiry
 * are checked; the scopes are those of ours in `scope` (or `scp`). Everything else is left to `next`.
 */
export function authenticateByJwt(
  { issuer, audience, keys = keysOf(issuer) }: JwtSettings,
  next: Authenticate,
): Authenticate {
  return async (token) => {
    if (!isJwt(token)) return next(token)
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, requiredClaims: ['exp', 'sub'] })
      const audiences = [payload.aud, payload.client_id].flat()
      if (!audiences.includes(audience)) return null
      return { keyId: `jwt:${payload.sub}`, scopes: scopesIn(payload.scope ?? payload.scp) }
    } catch (error) {
      if (error instanceof errors.JOSEError) return null
      throw error
    }
  }
}
