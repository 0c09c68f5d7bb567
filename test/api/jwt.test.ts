import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { authenticateByJwt } from '../../lambdas/api/jwt.ts'
import type { Authenticate } from '../../lambdas/api/app-type.ts'

const issuer = 'https://issuer.example'
const audience = 'h02-console'
const byKey: Authenticate = async (token) =>
  token === 'h02_key' ? { keyId: 'k', scopes: new Set(['admin']) } : null

let authenticate: Authenticate
let sign: (
  claims: Record<string, unknown>,
  options?: { issuer?: string; expires?: string },
) => Promise<string>
let forge: typeof sign

beforeAll(async () => {
  const [ours, theirs] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const keys = createLocalJWKSet({
    keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256' }],
  })
  const signer =
    (key: Parameters<SignJWT['sign']>[0]): typeof sign =>
    (claims, { issuer: by = issuer, expires = '5m' } = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(by)
        .setSubject('user-7')
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(key)
  sign = signer(ours.privateKey)
  forge = signer(theirs.privateKey)
  authenticate = authenticateByJwt({ issuer, audience, keys }, byKey)
})

describe('a token', () => {
  it('stands for its subject, with those of its scopes that are ours', async () => {
    const caller = await authenticate(await sign({ aud: audience, scope: 'openid read h02/command profile' }))
    expect(caller).toEqual({ keyId: 'jwt:user-7', scopes: new Set(['read', 'command']) })
  })

  it('may name its audience as Cognito does, and its scopes as a list', async () => {
    const caller = await authenticate(await sign({ client_id: audience, scp: ['read'] }))
    expect(caller?.scopes).toEqual(new Set(['read']))
  })

  it('is refused when it is for another audience, by another issuer, expired, forged or unsigned', async () => {
    const good = { aud: audience, scope: 'read' }
    const [header, payload] = (await sign(good)).split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const refused = [
      await sign({ ...good, aud: 'another' }),
      await sign(good, { issuer: 'https://elsewhere.example' }),
      await sign(good, { expires: '-1m' }),
      await forge(good),
      unsigned,
      `${header}.${payload}.AAAA`,
    ]
    for (const token of refused) expect(await authenticate(token)).toBeNull()
    expect(await authenticate(await sign(good))).not.toBeNull()
  })

  it('with no scope of ours may do nothing', async () => {
    expect((await authenticate(await sign({ aud: audience })))?.scopes.size).toBe(0)
  })
})

it('leaves API keys to the keys', async () => {
  expect(await authenticate('h02_key')).toEqual({ keyId: 'k', scopes: new Set(['admin']) })
  expect(await authenticate('h02_other')).toBeNull()
})
