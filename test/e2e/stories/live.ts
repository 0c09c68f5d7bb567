import { createConnection, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { dialMqtt } from '../../local/mqtt-client.ts'
import { call, until } from '../harness.ts'
import { closeAtEnd, system } from '../shared-system.ts'

const DEVICE_ID = '9170000921'
/** A device that sends faster is cut off. */
const FRAME_EVERY_MS = 100

let socket: Socket
let n = 0
/** Sends a frame that differs from all others. */
const sendFrame = (): string => {
  const time = String(120_000 + (n % 60) + Math.floor(n / 60) * 100)
  n++
  const frame = `*HQ,${DEVICE_ID},V1,${time},A,4221.2102,N,00752.5961,W,000.00,133,250523,FFFFBBFF#`
  socket.write(frame)
  return frame
}

/** Watches the device with a key. Resolves to a list to which each received frame is added. */
const watch = async (key?: string): Promise<string[]> => {
  const { status, body } = await call(system.embedded, `/v1/devices/${DEVICE_ID}/live`, {
    method: 'POST',
    body: {},
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  })
  expect(status).toBe(201)
  const client = await dialMqtt('', body.clientId, { url: body.url })
  closeAtEnd(() => client.end(true))
  const frames: string[] = []
  client.on('message', (_, payload) => {
    const { rows } = JSON.parse(payload.toString()) as { rows: { kind: string; raw: string }[] }
    for (const { kind, raw } of rows) if (kind === 'frame') frames.push(Buffer.from(raw, 'hex').toString())
  })
  await client.subscribeAsync(body.topic, { qos: 0 })
  return frames
}

export function live(): void {
  it('a live view ends within seconds for a key that is deleted, and continues for others', async () => {
    await system.register(DEVICE_ID)
    socket = createConnection(system.embedded.tcpPort, '127.0.0.1')
    socket.on('error', () => {})
    closeAtEnd(() => socket.destroy())
    const { body: made } = await call(system.embedded, '/v1/keys', {
      method: 'POST',
      body: { scopes: ['read'] },
    })
    const [revoked, other] = [await watch(made.key), await watch()]
    await until(
      async () => {
        sendFrame()
        return [revoked.length, other.length]
      },
      (counts) => counts.every((count) => count > 0),
    )
    expect((await call(system.embedded, `/v1/keys/${made.keyId}`, { method: 'DELETE' })).status).toBe(204)
    const countAfterOneMore = async (): Promise<number> => {
      await sleep(FRAME_EVERY_MS)
      const frame = sendFrame()
      await until(
        async () => other.includes(frame),
        (isThere) => isThere,
      )
      return revoked.length
    }
    // Copies for the two watchers may arrive in any order, so one frame more or less proves nothing.
    for (let quiet = 0, count = -1; quiet < 10;) {
      const now = await countAfterOneMore()
      quiet = now === count ? quiet + 1 : 0
      count = now
    }
  })
}
