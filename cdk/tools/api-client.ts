import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRunning } from '../local/running.ts'

/** An HTTP API, as a tool calls it. */
export type ApiClient = {
  readonly url: string
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** The bytes of a file, in all the parts that the API sends it in. Throws what the API refuses. */
  readonly download: (path: string) => AsyncIterable<Uint8Array>
}
export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

export const apiOptions = {
  data: { type: 'string', default: '.data' },
  url: { type: 'string' },
  key: { type: 'string' },
} as const

export const API_HELP = `  --data .data          data folder of a running embedded mode (npm start): its address and admin key are found there
  --url URL --key KEY   another API, such as a stack on AWS; the key may also be in ADMIN_KEY`

/** The API that was named, or that of the embedded mode which runs here; throws a sentence when there is neither. */
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
  const secret = key ?? process.env.ADMIN_KEY ?? (running && readKeyFile(data))
  if (!secret) throw new Error(`There is no key for ${base}: give one with --key, or in ADMIN_KEY.`)
  return createApiClient(base.replace(/\/+$/, ''), secret)
}

const readKeyFile = (data: string): string | null => {
  const file = join(data, 'admin-key')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

/** Refusals are answers; only what is no answer of this API throws. */
export function createApiClient(url: string, key: string): ApiClient {
  type Sent = Pick<RequestInit, 'method' | 'body'> & { readonly headers?: Readonly<Record<string, string>> }
  const ask = (path: string, { headers, ...init }: Sent = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { ...headers, authorization: `Bearer ${key}` },
    }).catch((cause: unknown) => {
      const hint = url.includes('127.0.0.1') ? ': is npm start running?' : ''
      throw new Error(`${url} does not answer${hint}`, { cause })
    })
  return {
    url,
    download: async function* (path) {
      for (let next: string | null = path; next !== null;) {
        const response: Response = await ask(next)
        if (!response.ok || response.body === null)
          throw new Error(`${next} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
        yield* response.body
        next = /<([^>]+)>; *rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null
      }
    },
    call: async (method, path, body) => {
      const response = await ask(path, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      })
      const text = await response.text()
      try {
        return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }
      } catch (cause) {
        throw new Error(`${url}${path} answered ${response.status} with something that is no JSON`, { cause })
      }
    },
  }
}
