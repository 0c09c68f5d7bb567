import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { WholeRequest } from './http.ts'
import type { Identities, Identity } from './identities.ts'
import { escapeUri } from '#shared/escape-uri.ts'

/**
 * Verifies AWS Signature Version 4. Independent of the signers in the SDK and in lambdas/shared, so that the same
 * mistake cannot be in both.
 */

/** AWS accepts clocks that differ by up to this. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** What a signature covers, apart from the secret. */
type SignedText = {
  /** `20261124T183154Z`, as stated in the request. */
  readonly time: string
  /** `<date>/<region>/<service>/aws4_request` */
  readonly scope: string
  readonly canonicalRequest: string
}

/** Whether `signature` (hex) was made with this secret. Takes the same time for every wrong one. */
export function matchesSignature(
  secretAccessKey: string,
  { time, scope, canonicalRequest }: SignedText,
  signature: string,
): boolean {
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n')
  const expected = hmac(signingKey(secretAccessKey, scope), text)
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Clients choose the scope, so the cache is limited. */
const MAX_SIGNING_KEYS = 100
const signingKeys = new Map<string, KeyObject>()

/** The key of a secret for a scope; a part signs all requests of a day with it. */
function signingKey(secretAccessKey: string, scope: string): KeyObject {
  const name = `${secretAccessKey} ${scope}`
  let key = signingKeys.get(name)
  if (key) return key
  const secret = scope
    .split('/')
    .reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${secretAccessKey}`))
  key = createSecretKey(secret)
  if (signingKeys.size >= MAX_SIGNING_KEYS) signingKeys.clear()
  signingKeys.set(name, key)
  return key
}

/**
 * Returns who signed a request, according to its `Authorization` header, or a sentence about what is wrong. The
 * signature covers the method, the path, the query, the whole body, the host and every `x-amz-*` header. `now` decides
 * whether temporary credentials have expired; the time of the signature is compared with this machine's clock.
 */
export function verifyRequest(
  request: WholeRequest,
  { service, identities, now }: { service: string; identities: Identities; now: () => number },
): Identity | { readonly problem: string } {
  const { method, url, headers, body } = request
  const [, accessKeyId, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? []
  if (!accessKeyId || !scope || !names || !signature) return { problem: 'the request is not signed' }
  const [date, , signedService, terminator, ...rest] = scope.split('/')
  if (signedService !== service || terminator !== 'aws4_request' || rest.length > 0)
    return { problem: `the request is not signed for ${service}` }
  const identity = identities.find(accessKeyId)
  if (!identity) return { problem: `access key ${accessKeyId} is unknown` }
  const credentials = checkSession(identity, textOf(headers['x-amz-security-token']) || null, now())
  if (credentials !== null) return { problem: credentials }

  const time = textOf(headers['x-amz-date'])
  const signedAt = readTime(time)
  if (signedAt === null || !time.startsWith(`${date}T`))
    return { problem: 'x-amz-date is missing or differs' }
  if (Math.abs(Date.now() - signedAt) > CLOCK_SKEW_MS) return { problem: 'the signature has expired' }
  const signed = names.split(';')
  const mustBeSigned = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
  const unsigned = mustBeSigned.filter((name) => !signed.includes(name))
  if (unsigned.length > 0 || !signed.includes('host'))
    return { problem: `not signed: ${unsigned.join(', ') || 'host'}` }

  const [path = '/', query = ''] = splitOnce(url, '?')
  const canonicalRequest = [
    method,
    // S3 signs the path as its object's key is escaped; other services sign it as it is sent, escaped once more.
    escapeUri(service === 's3' ? decodeURIComponent(path) : path).replaceAll('%2F', '/'),
    canonicalQuery(new URLSearchParams(query)),
    ...signed.map((name) => `${name}:${textOf(headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  return matchesSignature(identity.secretAccessKey, { time, scope, canonicalRequest }, signature)
    ? identity
    : { problem: 'the signature does not match' }
}

/** Null if the session token belongs to the key and the credentials are still valid; otherwise a sentence. */
export function checkSession(identity: Identity, token: string | null, nowMs: number): string | null {
  if (identity.sessionToken !== token) return 'the session token is not the one of this access key'
  const isExpired = identity.expiresAt !== null && nowMs >= identity.expiresAt
  return isExpired ? 'the credentials have expired' : null
}

/** Parameters sorted and escaped, without those in `except`. */
export const canonicalQuery = (query: URLSearchParams, except: readonly string[] = []): string =>
  [...query]
    .filter(([name]) => !except.includes(name))
    .map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`)
    .toSorted()
    .join('&')

/** ms since 1970 of `20261124T183154Z`; null for anything else. */
export function readTime(text: string): number | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const [year = NaN, month = NaN, day, hour, minute, second] = parts.map(Number)
  return parts.length === 6 ? Date.UTC(year, month - 1, day, hour, minute, second) : null
}

export const sha256 = (bytes: string | Buffer): string => hash('sha256', bytes)
const hmac = (secret: Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', secret).update(text).digest()

const textOf = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : (value ?? []).join(',')

const splitOnce = (text: string, separator: string): readonly string[] => {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
