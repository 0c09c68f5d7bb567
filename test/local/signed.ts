import { createHash, createHmac } from 'node:crypto'
import { request } from 'node:http'
import { once } from 'node:events'
import { SignatureV4 } from '@smithy/signature-v4'

type Bytes = string | ArrayBuffer | ArrayBufferView
const viewOf = (bytes: Bytes) =>
  typeof bytes === 'string'
    ? bytes
    : ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes)

class Sha256 {
  private readonly hash
  constructor(secret?: Bytes) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', viewOf(secret))
  }
  update(bytes: Bytes): void {
    this.hash.update(viewOf(bytes))
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest())
  }
}

export type Plain = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

/** The headers of a request that the SDK's own signer signed; `host` and `x-amz-date` among them. */
export async function signHeaders(
  endpoint: string,
  { method, path, headers, body }: Plain,
  {
    service,
    credentials,
    at = new Date(),
  }: { readonly service: string; readonly credentials: Credentials; readonly at?: Date },
): Promise<Record<string, string>> {
  const { hostname, port, host, protocol } = new URL(endpoint)
  const signer = new SignatureV4({ service, region: 'us-east-1', credentials, sha256: Sha256 })
  const signed = await signer.sign(
    { method, protocol, hostname, port: Number(port), path, query: {}, headers: { host, ...headers }, body },
    { signingDate: at },
  )
  return signed.headers
}

/** Node's own client: unlike fetch, it sends any `host` and `origin` that it is given. */
export async function send(endpoint: string, { method, path, headers, body }: Plain) {
  const { hostname, port } = new URL(endpoint)
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  const asked = request({ hostname, port, path, method, headers: { ...length, ...headers } })
  asked.end(body)
  const [response] = await once(asked, 'response')
  let text = ''
  for await (const part of response) text += String(part)
  return { status: response.statusCode as number, headers: response.headers, text }
}
