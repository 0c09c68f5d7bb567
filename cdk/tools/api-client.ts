import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRunning } from '../local/running.ts'

/** An HTTP API, as a tool calls it. */
export type ApiClient = {
  readonly url: string
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
}
export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

export const apiOptions = {
  data: { type: 'string', default: '.data' },
  url: { type: 'string' },
  key: { type: 'string' },
} as const

export const apiHelp = `  --data .data          data folder of a running embedded mode (npm start): its address and admin key are found there
  --url URL --key KEY   another API, such as a stack on AWS; the key may also stand in ADMIN_KEY`

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
  return {
    url,
    call: async (method, path, body) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((cause: unknown) => {
        throw new Error(
          `${url} does not answer${url.includes('127.0.0.1') ? ': is npm start running?' : ''}`,
          {
            cause,
          },
        )
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
