import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'

export type Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}
export type CredentialsProvider = () => Promise<Credentials>

/** IoT Core's maximum: a connection ends after 24 h anyway. */
const MAX_SECONDS = 86_400

/**
 * The signed URL that opens an MQTT connection over a WebSocket. Its expiry limits when one can connect, not how long
 * the connection lasts. `endpoint`: `wss://…`, a bare host name, or `ws://…` of a broker on this machine.
 *
 *     await presignMqttUrl({ endpoint: 'wss://abc-ats.iot.eu-west-1.amazonaws.com', region: 'eu-west-1', credentials })
 */
export async function presignMqttUrl({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey, sessionToken },
  expiresInSeconds = MAX_SECONDS,
  signingDate = new Date(),
}: {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  readonly expiresInSeconds?: number
  readonly signingDate?: Date
}): Promise<string> {
  const { protocol, host, hostname, port } = new URL(
    endpoint.includes('://') ? endpoint : `wss://${endpoint}`,
  )
  const signer = new SignatureV4({
    service: 'iotdevicegateway',
    region,
    // IoT Core's signature covers the URL without the session token, which is appended afterwards.
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
  })
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: '/mqtt',
      query: {},
      headers: { host },
    },
    { expiresIn: Math.min(expiresInSeconds, MAX_SECONDS), signingDate },
  )
  const parameters = Object.entries(query).map(([name, value]) => `${escape(name)}=${escape(String(value))}`)
  if (sessionToken !== undefined) parameters.push(`X-Amz-Security-Token=${escape(sessionToken)}`)
  return `${protocol}//${host}/mqtt?${parameters.join('&')}`
}

/** Escapes as required for the canonical request of SigV4. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

type Bytes = string | ArrayBuffer | ArrayBufferView

const viewOf = (bytes: Bytes): string | NodeJS.ArrayBufferView => {
  if (typeof bytes === 'string') return bytes
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
}

/** SHA-256, or its HMAC with a secret, with the interface that the signer requires. */
class Sha256 {
  private readonly hash: Hash | Hmac
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
