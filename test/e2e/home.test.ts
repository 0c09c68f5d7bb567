import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import { buildOnce } from '../bundles.ts'
import { dialMqtt } from '../local/mqtt-client.ts'
import { call, makeDataDir, playUntilAcked, removeDataDir, TEST_ADMIN_KEY } from './harness.ts'

const DEVICE_ID = '9170000951'
const frameAt = (time: string): string =>
  `*HQ,${DEVICE_ID},V1,${time},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFFBFF#`
const pem = (file: string): string => join(import.meta.dirname, '../local/data/tls', file)
const ca = readFileSync(pem('one.crt'))

const dataDir = makeDataDir()
let embedded: Embedded
let consoleUrl: string
beforeAll(async () => {
  await buildOnce()
  const none = (): void => {}
  embedded = await startEmbedded(
    {
      host: '127.0.0.1',
      tcpPort: 0,
      httpHost: '0.0.0.0',
      httpPort: 0,
      httpOrigins: ['https://gps.example.com'],
      tls: { certFile: pem('one.crt'), keyFile: pem('one.key') },
      dataDir,
      batchWindowSeconds: 0,
      silentHours: 6,
      events: false,
    },
    { info: none, warn: none, error: none },
    { adminKey: TEST_ADMIN_KEY },
  )
  // Its own address names the host of the certificate, which only an owner's network knows.
  consoleUrl = `https://127.0.0.1:${new URL(embedded.consoleUrl).port}`
  await playUntilAcked(embedded.tcpPort, frameAt('120000'))
})
afterAll(async () => {
  await embedded?.close()
  removeDataDir(dataDir)
})

type Live = { readonly url: string; readonly clientId: string; readonly topic: string }

/** Opens a live view at the TLS port, as a page of `origin` does. */
async function openLive(origin: string): Promise<Live> {
  const asked = request(`${consoleUrl}/v1/devices/${DEVICE_ID}/live`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, origin },
    ca,
  })
  asked.end()
  const [response] = await once(asked, 'response')
  expect(response.statusCode).toBe(201)
  return JSON.parse(await text(response)) as Live
}

it('the live view uses the port of the console, with its TLS', async () => {
  const live = await openLive(consoleUrl)
  expect(new URL(live.url).origin).toBe(consoleUrl.replace('https:', 'wss:'))
  expect((await call(embedded, '/console.json')).body).toMatchObject({ liveOrigin: null, silentHours: 6 })
  const client = await dialMqtt('', live.clientId, { url: live.url, wsOptions: { ca } })
  const received = new Promise<string>((resolve) =>
    client.on('message', (_, payload) => resolve(payload.toString())),
  )
  await client.subscribeAsync(live.topic, { qos: 0 })
  await playUntilAcked(embedded.tcpPort, frameAt('120010'))
  expect(await received).toContain(Buffer.from(frameAt('120010')).toString('hex'))
  await client.endAsync(true)
})

it('the live view of a console behind a proxy goes through the proxy', async () => {
  const { url } = await openLive('https://gps.example.com')
  expect(new URL(url).origin).toBe('wss://gps.example.com')
})
