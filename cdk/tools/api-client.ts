import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from '../../lambdas/api/openapi-types.ts'
import { readRunning } from '../local/running.ts'

/** A typed client of the HTTP API: `GET`, `POST` … have the types of its description. */
export type ApiClient = Client<paths, 'application/json'> & {
  readonly url: string
  /** The bytes of a file from all of its parts. Throws if the API refuses. */
  readonly download: (path: string, signal?: AbortSignal) => AsyncIterable<Uint8Array>
}

type Problem = components['schemas']['Problem']
type Sent<Data> = { readonly data?: Data; readonly error?: unknown; readonly response: Response }

export const apiOptions = {
  data: { type: 'string', default: '.data' },
  url: { type: 'string' },
  key: { type: 'string' },
} as const

export const API_HELP = `  --data .data          data folder of a running embedded mode (npm start): its address and admin key are found there
  --url URL --key KEY   another API, such as a stack on AWS; the key may also be in ADMIN_KEY`

/** A client of the API that the options name, or of the embedded mode on this machine; throws a sentence if there is neither. */
export function openApi({
  data,
  url,
  key,
}: {
  data: string
  url?: string | undefined
  key?: string | undefined
}) {
  const running = url === undefined ? readRunning(data) : null
  const base = url ?? running?.httpUrl
  if (base === undefined) {
    throw new Error(
      `Nothing has run with its data in ${data}. Start the gateway there (npm start -- --data ${data}), or name an API with --url and --key.`,
    )
  }
  if (!/^https?:\/\//.test(base) || !URL.canParse(base))
    throw new Error(`--url must be like https://api.example.com, not "${base}"`)
  const secret = key ?? process.env.ADMIN_KEY ?? (running && readKeyFile(data))
  if (!secret) throw new Error(`There is no key for ${base}: give one with --key, or in ADMIN_KEY.`)
  return createApiClient(base.replace(/\/+$/, ''), secret)
}

const readKeyFile = (data: string): string | null => {
  const file = join(data, 'admin-key')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

/** A client of the API with a key and optional headers. Throws a sentence if there is no such API. */
export function createApiClient(
  url: string,
  key: string,
  more: Readonly<Record<string, string>> = {},
): ApiClient {
  const headers = { ...more, authorization: `Bearer ${key}` }
  const send = (request: string | Request, signal?: AbortSignal): Promise<Response> =>
    fetch(request, {
      ...(signal && { signal }),
      headers: { ...(request instanceof Request && Object.fromEntries(request.headers)), ...headers },
    }).catch((cause: unknown) => {
      const hint = url.includes('127.0.0.1') ? ': is npm start running?' : ''
      throw new Error(`${url} does not answer${hint}`, { cause })
    })
  return {
    url,
    ...createClient<paths, 'application/json'>({ baseUrl: url, fetch: (request) => send(request) }),
    download: async function* (path, signal) {
      for (let next: string | null = path; next !== null;) {
        const response: Response = await send(url + next, signal)
        if (!response.ok || response.body === null)
          throw new Error(`${next} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
        yield* response.body
        next = /<([^>]+)>; *rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null
      }
    },
  }
}

/** The API refused the request; the message says why. */
export class RefusedError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Returns the body of a successful answer. Throws a refusal, formatted by `refusal` if that is given. */
export async function accepted<Data>(
  sent: Promise<Sent<Data>>,
  refusal?: (problem: Problem) => string,
): Promise<Data> {
  const { data, error, response } = await sent.catch((cause: unknown) => {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new Error('the answer is not JSON: is this the address of the API?', { cause })
  })
  if (response.ok) return data as Data
  const problem = typeof error === 'object' && error !== null ? (error as Problem) : null
  if (problem !== null && refusal) throw new RefusedError(response.status, refusal(problem))
  const why = problem === null ? 'with something that is not JSON' : problem.detail
  throw new RefusedError(response.status, `${response.url} answered ${response.status}: ${why}`)
}
