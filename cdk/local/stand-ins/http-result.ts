import { Readable } from 'node:stream'
import type { Answer } from './http.ts'

/** Headers that API Gateway sets itself. */
const own = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'])

export const jsonMessage = (status: number, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

/**
 * A function's result as an HTTP answer: either the full form with a status code, or any other value, which API Gateway
 * uses as the body of a 200. Null for an invalid full form.
 */
export function toAnswer(result: unknown): Answer | null {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result ?? null)
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = result as Record<string, unknown>
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return null
  const streams = body instanceof Readable
  if (body !== null && typeof body !== 'string' && !streams) return null
  const out: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=UTF-8' }
  for (const [name, value] of Object.entries((headers ?? {}) as Record<string, unknown>))
    if (!own.has(name.toLowerCase())) out[name.toLowerCase()] = String(value)
  if (Array.isArray(cookies) && cookies.length > 0) out['set-cookie'] = cookies.map(String)
  if (streams) return { status, headers: out, body }
  return { status, headers: out, body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8') }
}
