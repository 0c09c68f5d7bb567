import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { presignMqttUrl, type Credentials } from '#shared/bus/presign.ts'

/** A plain mqtt.js client of the broker, like a browser; it does not reconnect by itself. */
export async function dialMqtt(
  endpoint: string,
  clientId: string,
  {
    credentials = { accessKeyId: 'test', secretAccessKey: 'test' },
    url,
    ...more
  }: IClientOptions & { credentials?: Credentials; url?: string } = {},
): Promise<MqttClient> {
  const signed = url ?? (await presignMqttUrl({ endpoint, region: 'us-east-1', credentials }))
  const client = connect(signed, {
    clientId,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    transformWsUrl: () => signed,
    ...more,
  })
  await new Promise<void>((resolve, reject) => {
    let reason: Error = new Error('closed before it was connected')
    client.on('error', (error) => (reason = error))
    // mqtt.js reports some errors only: not of a refused upgrade.
    client.stream.on('error', (error: Error) => (reason = error))
    client.once('connect', () => resolve())
    client.once('close', () => reject(reason))
  })
  return client
}

/** What a client receives, as text, in order. */
export function listenTo(client: MqttClient): string[] {
  const received: string[] = []
  client.on('message', (topic, payload) => received.push(`${topic} ${payload.toString()}`))
  return received
}
