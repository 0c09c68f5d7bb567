import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Identities, Identity } from './identities.ts'

const service = 'iotdevicegateway'
/** AWS allows clocks to differ so much. */
const clockSkewMs = 5 * 60_000

/**
 * Whether a request to `/mqtt` is signed by a key that is known: as IoT Core does it, over the URL without the session
 * token. Written apart from the signer in lambdas/shared, so that one proves the other.
 */
export function verifyPresignedUrl(
  { url, host }: { readonly url: string; readonly host: string },
  identities: Identities,
  nowMs: number,
): Identity | { readonly problem: string } {
  const { pathname, searchParams } = new URL(url, 'http://broker')
  const parameter = (name: string): string => searchParams.get(`X-Amz-${name}`) ?? ''
  const [accessKeyId = '', date = '', region = '', signedService, terminator] =
    parameter('Credential').split('/')
  if (
    parameter('Algorithm') !== 'AWS4-HMAC-SHA256' ||
    signedService !== service ||
    terminator !== 'aws4_request'
  ) {
    return { problem: `the URL is not signed with SigV4 for ${service}` }
  }
  const identity = identities.find(accessKeyId)
  if (!identity) return { problem: `access key ${accessKeyId} is not known` }
  if (identity.sessionToken !== (searchParams.get('X-Amz-Security-Token') ?? null)) {
    return { problem: 'the session token is not the one of this access key' }
  }
  if (identity.expiresAt !== null && nowMs >= identity.expiresAt)
    return { problem: 'the credentials have expired' }
  const signedAt = toMs(parameter('Date'))
  const isFresh =
    signedAt !== null &&
    nowMs > signedAt - clockSkewMs &&
    nowMs < signedAt + Number(parameter('Expires')) * 1000
  if (!isFresh || !parameter('Date').startsWith(date)) return { problem: 'the URL has expired' }
  if (parameter('SignedHeaders') !== 'host') return { problem: 'the signed headers are not "host"' }

  const query = [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature' && name !== 'X-Amz-Security-Token')
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .toSorted()
    .join('&')
  const canonical = ['GET', pathname, query, `host:${host}`, '', 'host', sha256('')].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', parameter('Date'), scope, sha256(canonical)].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${identity.secretAccessKey}`),
  )
  const right = hmac(key, toSign)
  const given = Buffer.from(parameter('Signature'), 'hex')
  return given.length === right.length && timingSafeEqual(given, right)
    ? identity
    : { problem: 'the signature does not match' }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (secret: Buffer, text: string): Buffer => createHmac('sha256', secret).update(text).digest()

const escape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** `20261124T183154Z` */
function toMs(text: string): number | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const [year = NaN, month = NaN, day, hour, minute, second] = parts.map(Number)
  return parts.length === 6 ? Date.UTC(year, month - 1, day, hour, minute, second) : null
}
