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

/** What came back from a receiver; `status` null: no answer came. */
export type PostResult = {
  readonly status: number | null
  readonly latencyMs: number
  readonly answer: string | null
  readonly error: string | null
}
export type Post = (
  target: Target,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<PostResult>

/** For everything: connection, request and answer. */
const POST_TIMEOUT_MS = 10_000
/** Limits of an answer: bytes that are read, and characters that are stored. */
const MAX_ANSWER_BYTES = 64 * 1_024
const MAX_ANSWER_LENGTH = 1_024
/** Connections of a receiver that no one uses end after it. */
const IDLE_MS = 4_000

/**
 * Sends one POST. Redirects are answers like any other. Connections lead to the addresses that were checked and to no
 * others; one that is kept open was checked when it was made.
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
      // The connection was closed by the receiver just before: nothing was handled.
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
    post: async (...wanted) => {
      const first = await tryOnce(...wanted)
      return first.error === STALE ? tryOnce(...wanted) : first
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
    // Leaving the loop ends the connection.
    if (length >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(parts)
}

/** What is shown to people: one character is as good as another where it cannot be shown. */
function toText(bytes: Buffer): string | null {
  const text = bytes.toString('utf8').slice(0, MAX_ANSWER_LENGTH)
  return text === ''
    ? null
    : Array.from(text, (char) => (/\s/.test(char) || isSafeText(char) ? char : '·')).join('')
}

const passed = (since: number): number => Math.round(performance.now() - since)

/** Without addresses: they may be inside of a network. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? `the connection failed: ${code}` : String(message)
}
