import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyResult } from 'hono/aws-lambda'
import { Problem, toProblemResponse } from './problem.ts'

/** Characters that URL parsing drops, converts, or takes as the end of the path. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const changesMeaning = /[\u0000-\u001f\u007f-\u009f\\?#]|\p{Cs}/u
/** An encoded slash or backslash: decoding it changes the segments. */
const encodedSeparator = /%(?:2f|5c)/i
const isDotSegment = (segment: string): boolean => segment === '.' || segment === '..'

/** A path that is encoded more often than this tries to hide something. */
const MAX_DECODINGS = 4

const changesRoute = (path: string): boolean =>
  changesMeaning.test(path) ||
  encodedSeparator.test(path) ||
  path.includes('//') ||
  path.split('/').some(isDotSegment) ||
  // Other changes by URL parsing, such as a removed blank at the end.
  decode(new URL(`http://host${path}`).pathname) !== path

/**
 * Whether a request path means the same before and after URL normalization and decoding, however often it is decoded.
 * Hosts differ: HTTP APIs of API Gateway deliver a decoded `rawPath`; function URLs and REST APIs deliver it encoded.
 * So every stage of decoding is checked, until the text no longer changes.
 */
export function isPlainPath(rawPath: string): boolean {
  if (!rawPath.startsWith('/')) return false
  let path = rawPath
  for (let decodings = 0; decodings <= MAX_DECODINGS; decodings++) {
    const decoded = decode(path)
    if (decoded === null) return false
    if (decoded === path) return !changesRoute(path)
    if (encodedSeparator.test(path) || changesMeaning.test(path)) return false
    path = decoded
  }
  return false
}

/** The refusal as a function returns it to API Gateway. */
export async function refusePath(): Promise<APIGatewayProxyResult> {
  const requestId = randomUUID()
  const problem = new Problem(
    'invalid-path',
    'expected a path without empty or dot segments, control characters, and encoded slashes, backslashes, ? or #',
  )
  const response = toProblemResponse(problem, requestId)
  const headers = Object.fromEntries(response.headers)
  return {
    statusCode: response.status,
    headers: { ...headers, 'x-request-id': requestId, 'cache-control': 'no-store' },
    body: await response.text(),
    isBase64Encoded: false,
  }
}

/** Null if it is not a valid percent-encoding of UTF-8. */
function decode(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
