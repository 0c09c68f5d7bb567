import {
  Agent as HttpAgent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Target } from '#shared/webhooks/target.ts'
import { isSafeText } from '#shared/unsafe-text.ts'

/** The answer of a receiver; `status` is null if there was none. */
export type PostResult = {
  readonly status: number | null
  readonly latencyMs: number
  readonly answer: string | null
  readonly error: string | null
}
export const isSuccess = ({ status, error }: PostResult): boolean =>
  error === null && status !== null && status >= 200 && status < 300

export type Post = (
  target: Target,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<PostResult>

/** Time limit of connection, request and answer together. */
const POST_TIMEOUT_MS = 10_000
/** Limits of an answer: the bytes that are read and the characters that are stored. */
const MAX_ANSWER_BYTES = 64 * 1_024
const MAX_ANSWER_LENGTH = 1_024
/** Unused connections to a receiver are closed after this time. */
const IDLE_MS = 4_000

/**
 * Sends one POST. Redirects are not followed. It connects only to addresses that were checked; a connection that is
 * reused was checked when it was opened.
 */
export function createPost(timeoutMs = POST_TIMEOUT_MS): { readonly post: Post; readonly close: () => void } {
  const options = { keepAlive: true, timeout: IDLE_MS, maxSockets: 50, maxFreeSockets: 50 }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }

  const open = (
    { url, addresses }: Target,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => {
    const lookup: LookupFunction = (_host, { all }, done) => {
      if (all) done(null, [...addresses])
      else done(null, addresses[0]!.address, addresses[0]!.family)
    }
    const common = { method: 'POST', headers, lookup, signal }
    return url.protocol === 'https:'
      ? requestHttps(url, { ...common, agent: agents['https:'] })
      : requestHttp(url, { ...common, agent: agents['http:'] })
  }
  const tryOnce: Post = async (target, headers, body) => {
    const since = performance.now()
    const signal = AbortSignal.timeout(timeoutMs)
    const request = open(target, { ...headers, 'content-length': String(Buffer.byteLength(body)) }, signal)
    let status: number | null = null
    try {
      const response = await respond(request, body)
      status = response.statusCode ?? null
      const answer = toText(await readSome(response))
      return { status, latencyMs: passed(since), answer, error: null }
    } catch (error) {
      const isLate = signal.aborted
      const reason = isLate ? `no whole answer within ${timeoutMs / 1_000} s` : reasonOf(error)
      // The receiver had just closed the reused connection, so it has not handled the request.
      const isStale = request.reusedSocket && !isLate && status === null
      return {
        status: isLate ? null : status,
        latencyMs: passed(since),
        answer: null,
        error: isStale ? STALE : reason,
      }
    }
  }
  return {
    post: async (...request) => {
      const first = await tryOnce(...request)
      return first.error === STALE ? tryOnce(...request) : first
    },
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  }
}

const STALE = 'the connection was closed'

const respond = (request: ClientRequest, body: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    request.end(body)
  })

async function readSome(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response) {
    parts.push(part as Buffer)
    length += (part as Buffer).length
    // Leaving the loop closes the connection.
    if (length >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(parts)
}

/** The text that is shown to people. Characters that cannot be shown are replaced. */
function toText(bytes: Buffer): string | null {
  const text = bytes.toString('utf8').slice(0, MAX_ANSWER_LENGTH)
  return text === ''
    ? null
    : Array.from(text, (char) => (/\s/.test(char) || isSafeText(char) ? char : '·')).join('')
}

const passed = (since: number): number => Math.round(performance.now() - since)

/** Without addresses, because they may be those of a private network. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? `the connection failed: ${code}` : String(message)
}
