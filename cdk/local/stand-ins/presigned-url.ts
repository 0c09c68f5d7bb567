import type { Identities, Identity } from './identities.ts'
import {
  canonicalQuery,
  checkSession,
  CLOCK_SKEW_MS,
  matchesSignature,
  readTime,
  sha256,
} from './signature.ts'

const SERVICE = 'iotdevicegateway'
/** AWS limit of a signed URL, and of a WebSocket connection. */
const MAX_SECONDS = 86_400

/** Who may connect, and until when (ms since 1970) the connection may last. */
export type Admission = { readonly identity: Identity; readonly endsAt: number }

/**
 * Verifies that a request to `/mqtt` is signed by a known key. IoT Core's signature covers the URL without the session
 * token.
 *
 * The connection ends with its URL or with its credentials, whichever is earlier. IoT Core ends it after 24 h, which is
 * also the maximum validity of a URL; it does not end it with temporary credentials.
 */
export function verifyPresignedUrl(
  { url, host }: { readonly url: string; readonly host: string },
  identities: Identities,
  nowMs: number,
): Admission | { readonly problem: string } {
  const { pathname, searchParams } = new URL(url, 'http://broker')
  const parameter = (name: string): string => searchParams.get(`X-Amz-${name}`) ?? ''
  const [accessKeyId = '', date = '', region = '', signedService, terminator] =
    parameter('Credential').split('/')
  if (
    parameter('Algorithm') !== 'AWS4-HMAC-SHA256' ||
    signedService !== SERVICE ||
    terminator !== 'aws4_request'
  ) {
    return { problem: `the URL is not signed with SigV4 for ${SERVICE}` }
  }
  const identity = identities.find(accessKeyId)
  if (!identity) return { problem: `access key ${accessKeyId} is unknown` }
  const credentials = checkSession(identity, searchParams.get('X-Amz-Security-Token'), nowMs)
  if (credentials !== null) return { problem: credentials }
  const time = parameter('Date')
  const signedAt = readTime(time)
  const seconds = Number(parameter('Expires'))
  const endOfUrl = (signedAt ?? NaN) + seconds * 1_000
  const isFresh =
    signedAt !== null && seconds <= MAX_SECONDS && nowMs > signedAt - CLOCK_SKEW_MS && nowMs < endOfUrl
  if (!isFresh || !time.startsWith(`${date}T`)) return { problem: 'the URL has expired' }
  if (parameter('SignedHeaders') !== 'host') return { problem: 'the signed headers are not "host"' }

  const query = canonicalQuery(searchParams, ['X-Amz-Signature', 'X-Amz-Security-Token'])
  const canonicalRequest = ['GET', pathname, query, `host:${host}`, '', 'host', sha256('')].join('\n')
  const scope = `${date}/${region}/${SERVICE}/aws4_request`
  return matchesSignature(identity.secretAccessKey, { time, scope, canonicalRequest }, parameter('Signature'))
    ? { identity, endsAt: Math.min(endOfUrl, identity.expiresAt ?? Infinity) }
    : { problem: 'the signature does not match' }
}
