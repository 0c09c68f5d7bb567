import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../sha256.ts'
import { escapeUri } from '../escape-uri.ts'

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
  const parameters = Object.entries(query).map(
    ([name, value]) => `${escapeUri(name)}=${escapeUri(String(value))}`,
  )
  if (sessionToken !== undefined) parameters.push(`X-Amz-Security-Token=${escapeUri(sessionToken)}`)
  return `${protocol}//${host}/mqtt?${parameters.join('&')}`
}
