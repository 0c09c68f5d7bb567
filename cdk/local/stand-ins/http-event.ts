import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { WholeRequest } from './http.ts'
import { PEER_HEADER } from './peer.ts'

/** Bodies of these types reach a function as text; all others, including forms, as base64. */
const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)\b|application\/[\w.-]+\+(?:json|xml)\b)/i

/** API Gateway's event of an HTTP API, payload format 2.0; null if the path has an invalid percent-encoding. */
export function toHttpEvent(
  request: WholeRequest,
  from: IncomingMessage,
  {
    scheme,
    sourceIp,
    now,
  }: { readonly scheme: 'http' | 'https'; readonly sourceIp: string; readonly now: number },
): object | null {
  const { method, url, body } = request
  const [encodedPath = '/', ...rest] = url.split('?')
  const rawQueryString = rest.join('?')
  const rawPath = decodePath(encodedPath)
  if (rawPath === null) return null
  const { cookie, [PEER_HEADER]: _, ...headers } = toHeaders(from)
  const host = headers.host ?? 'localhost'
  const isText = textTypes.test(headers['content-type'] ?? '')
  const query = toQuery(rawQueryString)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.split(';').map((part) => part.trim()) }),
    headers: {
      ...headers,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': String(from.socket.localPort),
      'x-forwarded-proto': scheme,
    },
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${from.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: toLogTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/**
 * Decodes like API Gateway, except for characters that separate parts of a URL. API Gateway decodes those too (`%2F`
 * becomes a slash), so a function cannot reject them there; here it can.
 */
const encodedSeparators = /%(?=2f|5c|3f|23)/gi

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path.replaceAll(encodedSeparators, '%25'))
  } catch {
    return null
  }
}

/** All values of a repeated header; Node would drop some. */
function toHeaders({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? ';' : ','}${value}`
  }
  return headers
}

function toQuery(raw: string): Record<string, string> | null {
  const query = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = query.get(name)
    query.set(name, before === undefined ? value : `${before},${value}`)
  }
  return query.size > 0 ? Object.fromEntries(query) : null
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2026:19:03:58 +0000` */
function toLogTime(now: number): string {
  const [date, time] = new Date(now).toISOString().split('T') as [string, string]
  const [year, month, day] = date.split('-')
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}
