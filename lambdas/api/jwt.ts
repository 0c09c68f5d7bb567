import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose'
import { scopes, type Scope } from '../shared/store/api-keys.ts'
import type { Authenticate } from './app-type.ts'
import { readDevicesClaim } from './devices-claim.ts'
import { discoverIssuer } from './discovery.ts'

type JwtSettings = {
  readonly issuer: string
  readonly audience: string
  /** The prefix of our scopes in a token: `h02/` accepts `h02/read`, but neither `read` nor `billing/read`. */
  readonly scopePrefix: string
  /** The claim that says which devices a token is for. Absent: tokens are for all devices. */
  readonly devicesClaim?: string | undefined
  /** The issuer's keys; by default those of its discovery document. */
  readonly keys?: JWTVerifyGetKey
}

/** Signatures with a private key. `none` and HMAC, for which our public settings would be the key, are refused. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** `typ` of access tokens: RFC 9068, or the general one, or none (Cognito). */
const accessTypes = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt'])

/** Claims that only ID tokens (OpenID Connect Core) and logout tokens (Back-Channel Logout) have. */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'] as const

/** The characters that OpenID Connect allows: the subject is stored with the caller's actions. */
const subject = /^[\x20-\x7e]{1,255}$/

/** Only claims that are exactly the prefix and one of our scopes count. */
function scopesIn(claim: unknown, prefix: string): ReadonlySet<Scope> {
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []
  return new Set(scopes.filter((scope) => words.includes(prefix + scope)))
}

/** True for an access token; an ID token only identifies the user. */
const isAccessToken = ({ payload, protectedHeader: { typ } }: JWTVerifyResult): boolean =>
  (typ === undefined || accessTypes.has(typ.toLowerCase())) &&
  (payload.token_use === undefined || payload.token_use === 'access') &&
  foreignClaims.every((claim) => payload[claim] === undefined)

/** `client_id` counts only if there is no `aud`: Cognito's access tokens have none. */
const isFor = (audience: string, { payload: { aud, client_id } }: JWTVerifyResult): boolean =>
  aud === undefined ? client_id === audience : [aud].flat().includes(audience)

/** Reads the issuer's keys once, at the first token. */
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
      // After a network failure the next token tries again.
      if (!(error instanceof errors.JOSEError)) found = null
      throw error
    }
  }
}

/** Whether it can be a JWT at all: API keys contain no dots. */
const isJwt = (token: string): boolean => token.split('.').length === 3

/**
 * Accepts access tokens of an OpenID Connect issuer. Checks signature, algorithm, type, issuer, audience, expiry
 * (required) and `nbf` (if present: Cognito sets none). Reads scopes from `scope` (or `scp`). Passes anything that is
 * not a JWT to `next`.
 */
export function authenticateByJwt(
  { issuer, audience, scopePrefix, devicesClaim, keys = keysOf(issuer) }: JwtSettings,
  next: Authenticate,
): Authenticate {
  return async (token) => {
    if (!isJwt(token)) return next(token)
    try {
      const verified = await jwtVerify(token, keys, { issuer, algorithms, requiredClaims: ['exp', 'sub'] })
      const { sub = '', exp = 0, scope, scp } = verified.payload
      if (!isAccessToken(verified) || !isFor(audience, verified) || !subject.test(sub)) return null
      return {
        keyId: `jwt:${sub}`,
        name: null,
        scopes: scopesIn(scope ?? scp, scopePrefix),
        devices: devicesClaim === undefined ? null : readDevicesClaim(verified.payload[devicesClaim]),
        expiresAt: null,
        tokenExpiresAt: exp * 1_000,
      }
    } catch (error) {
      if (error instanceof errors.JOSEError) return null
      throw error
    }
  }
}
