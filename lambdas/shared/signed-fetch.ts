import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from './sha256.ts'

export type SignedFetch = (
  url: string,
  init?: {
    readonly method?: 'GET' | 'POST'
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  },
) => Promise<Response>

type Env = Readonly<Record<string, string | undefined>>

/**
 * Sends requests to an AWS service that is called too rarely to justify the size of its SDK client. `env` contains the credentials
 * of the function's role, as set by Lambda. Fails after `timeoutMs`.
 */
export function createSignedFetch({
  service,
  region,
  timeoutMs,
  env = process.env,
}: {
  /** As in the credential scope of SigV4: `s3`, `geo-places`. */
  readonly service: string
  readonly region: string
  readonly timeoutMs: number
  readonly env?: Env
}): SignedFetch {
  return async (url, { method = 'GET', headers = {}, body } = {}) => {
    const { protocol, host, hostname, port, pathname, searchParams } = new URL(url)
    const signer = new SignatureV4({
      service,
      region,
      credentials: credentialsIn(env),
      sha256: Sha256,
      // S3 signs the path as it is; other services escape it once more.
      uriEscapePath: service !== 's3',
      applyChecksum: true,
    })
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host },
      ...(body !== undefined && { body }),
    })
    const { host: _, ...sent } = signed.headers
    return fetch(url, {
      method,
      headers: sent,
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    })
  }
}

function credentialsIn(env: Env) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey) throw new Error('there are no credentials in the environment')
  const sessionToken = env.AWS_SESSION_TOKEN
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}
