import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { authenticateByJwt } from '../../lambdas/api/jwt.ts'
import type { Authenticate } from '../../lambdas/api/app-type.ts'

const ISSUER = 'https://issuer.example'
const AUDIENCE = 'h02-console'
const byKey: Authenticate = async (token) =>
  token === 'h02_key'
    ? { keyId: 'k', name: null, scopes: new Set(['admin']), devices: null, expiresAt: null }
    : null

type Options = {
  issuer?: string
  expires?: string | null
  notBefore?: string
  header?: Record<string, unknown>
  subject?: string
}
type Sign = (claims: Record<string, unknown>, options?: Options) => Promise<string>
let settings: Parameters<typeof authenticateByJwt>[0]
let authenticate: Authenticate
let sign: Sign
let forge: Sign
let signByHmac: Sign

beforeAll(async () => {
  const [ours, theirs] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const publicKey = await exportJWK(ours.publicKey)
  const keys = createLocalJWKSet({ keys: [{ ...publicKey, kid: 'one' }] })
  const signer =
    (key: Parameters<SignJWT['sign']>[0], alg = 'RS256'): Sign =>
    (claims, { issuer: by = ISSUER, expires = '5m', notBefore, header = {}, subject = 'user-7' } = {}) => {
      const token = new SignJWT(claims)
        .setProtectedHeader({ alg, kid: 'one', ...header })
        .setIssuer(by)
        .setSubject(subject)
        .setIssuedAt()
      if (expires !== null) token.setExpirationTime(expires)
      if (notBefore !== undefined) token.setNotBefore(notBefore)
      return token.sign(key)
    }
  sign = signer(ours.privateKey)
  forge = signer(theirs.privateKey)
  signByHmac = signer(Buffer.from(JSON.stringify(publicKey)), 'HS256')
  settings = { issuer: ISSUER, audience: AUDIENCE, scopePrefix: 'h02/', keys }
  authenticate = authenticateByJwt(settings, byKey)
})

const good = { aud: AUDIENCE, scope: 'h02/read' }

describe('a token', () => {
  it('acts for its subject, with the scopes that have our prefix', async () => {
    const scope = 'openid h02/read h02/command:raw profile'
    expect(await authenticate(await sign({ aud: AUDIENCE, scope }))).toEqual({
      keyId: 'jwt:user-7',
      name: null,
      scopes: new Set(['read', 'command:raw']),
      devices: null,
      expiresAt: null,
      tokenExpiresAt: expect.any(Number),
    })
  })

  it.each([
    ['billing/admin', []],
    ['admin', []],
    ['h02/', []],
    ['h02/h02/admin', []],
    ['x/h02/admin', []],
    ['H02/admin', []],
    ['h02/Admin', []],
    ['h02/admin2 h02/read', ['read']],
    ['h02/read\th02/admin', []],
    [['h02/read', 'admin'], ['read']],
    [[['h02/admin']], []],
    [{ 'h02/admin': true }, []],
  ])('with the scope %j has %j', async (scope, scopes) => {
    const caller = await authenticate(await sign({ aud: AUDIENCE, scope }))
    expect([...(caller?.scopes ?? [])]).toEqual(scopes)
  })

  it('needs no prefix on its scopes where the setting is empty', async () => {
    const plain = authenticateByJwt({ ...settings, scopePrefix: '' }, byKey)
    const caller = await plain(await sign({ aud: AUDIENCE, scope: 'read h02/admin' }))
    expect([...(caller?.scopes ?? [])]).toEqual(['read'])
  })

  it('may have its scopes as `scp`', async () => {
    const caller = await authenticate(await sign({ aud: [AUDIENCE, 'other'], scp: ['h02/read'] }))
    expect(caller?.scopes).toEqual(new Set(['read']))
  })

  it('may name its audience as Cognito does, where it has no aud', async () => {
    const cognito = { client_id: AUDIENCE, token_use: 'access', scope: 'h02/read' }
    expect((await authenticate(await sign(cognito)))?.scopes).toEqual(new Set(['read']))
    expect(await authenticate(await sign({ ...cognito, aud: 'another' }))).toBeNull()
    expect(await authenticate(await sign({ ...cognito, aud: [] }))).toBeNull()
  })

  it.each<[string, Record<string, unknown>, Options?]>([
    ['another audience', { ...good, aud: 'another' }],
    ['no audience', { scope: 'h02/read' }],
    ['an ID token of Cognito', { ...good, token_use: 'id' }],
    ['another use', { ...good, token_use: 'refresh' }],
    ['an ID token with nonce', { ...good, nonce: 'n' }],
    ['an ID token with at_hash', { ...good, at_hash: 'h' }],
    ['an ID token with c_hash', { ...good, c_hash: 'h' }],
    ['a logout token', { ...good, events: {} }],
    ['another type', good, { header: { typ: 'logout+jwt' } }],
    ['an unknown critical header', good, { header: { crit: ['x'], x: 1 } }],
    ['another issuer', good, { issuer: 'https://elsewhere.example' }],
    ['an expired token', good, { expires: '-1m' }],
    ['a token that never expires', good, { expires: null }],
    ['a token for later', good, { notBefore: '5m' }],
    ['a subject with control characters', good, { subject: 'a\u0000b' }],
    ['an empty subject', good, { subject: '' }],
  ])('is refused: %s', async (_, claims, options) => {
    const token = await sign(claims, options).catch(() => 'a.b.c')
    expect(await authenticate(token)).toBeNull()
  })

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT'])('may be of type %s', async (typ) => {
    expect(await authenticate(await sign(good, { header: { typ } }))).not.toBeNull()
  })

  it('is refused when it is forged, unsigned, or signed with the public key', async () => {
    const [header, payload] = (await sign(good)).split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    for (const token of [
      await forge(good),
      await signByHmac(good),
      unsigned,
      `${header}.${payload}.AAAA`,
      'a.b.c',
    ])
      expect(await authenticate(token)).toBeNull()
    expect(await authenticate(await sign(good))).not.toBeNull()
  })

  it('with none of our scopes is allowed nothing', async () => {
    expect((await authenticate(await sign({ aud: AUDIENCE })))?.scopes.size).toBe(0)
  })
})

it('authentication by token leaves API keys to the check of keys', async () => {
  expect((await authenticate('h02_key'))?.keyId).toBe('k')
  expect(await authenticate('h02_other')).toBeNull()
})

describe('a token, where a claim limits it to devices,', () => {
  const devicesOf = async (claims: Record<string, unknown>) => {
    const narrow = authenticateByJwt({ ...settings, devicesClaim: 'https://acme.example/devices' }, byKey)
    const caller = await narrow(await sign({ ...good, ...claims }))
    return caller?.devices
  }
  const claim = (value: unknown) => devicesOf({ 'https://acme.example/devices': value })

  it('is limited to the devices of its claim; `all` means no limit', async () => {
    expect(await claim('all')).toBeNull()
    expect(await claim({ labels: { fleet: 'north' } })).toEqual({ ids: null, labels: { fleet: 'north' } })
    expect(await claim('{"ids": ["2", "1", "1"]}')).toEqual({ ids: ['1', '2'], labels: null })
    const both = { ids: ['1'], labels: { fleet: 'north' } }
    expect(await claim(both)).toEqual(both)
  })

  it('reaches no device without the claim, or with one that is not understood', async () => {
    const none = { ids: [], labels: null }
    expect(await devicesOf({})).toEqual(none)
    const wrong = [null, true, {}, 'ALL', 'fleet=north', ['1'], { ids: ['x'] }, { labels: {} }, { label: {} }]
    for (const value of wrong) expect([value, await claim(value)]).toEqual([value, none])
  })

  it('reaches all devices where no claim is configured', async () => {
    expect((await authenticate(await sign({ ...good, devices: { ids: ['1'] } })))?.devices).toBeNull()
  })
})
