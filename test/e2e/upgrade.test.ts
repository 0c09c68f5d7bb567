import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildAll } from '../../cdk/bundle.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import { AckedTracker, driveOf } from './acked-tracker.ts'
import { call, makeDataDir, readAll, removeDataDir, until } from './harness.ts'

/*
 * A deployment: a task of the new version is there, the old one is told to stop while trackers send and a command is
 * open. As on AWS, who dials in from then on gets the new one.
 */
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const drain = { DRAIN_ACCEPT_SECONDS: '1', DRAIN_CLOSED_BY_SECONDS: '3', DRAIN_GONE_BY_SECONDS: '20' }
const framesEach = 150
const ids = Array.from({ length: 12 }, (_, i) => String(9_170_000_700 + i))
const commanded = '9170000799'

const dataDir = makeDataDir()
let embedded: Embedded
beforeAll(async () => {
  await buildAll()
  embedded = await startEmbedded(
    { host: '127.0.0.1', tcpPort: 0, httpPort: 0, dataDir, batchWindowSeconds: 0, events: false },
    silent,
    { adminKey: 'h02_test-admin-key', env: { gateway: drain } },
  )
})
afterAll(async () => {
  await embedded?.close()
  removeDataDir(dataDir)
})

/** Connects, sends a frame, and has its session when the ack is there. */
async function dialIn(port: number, frame: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString('latin1')))
  socket.on('error', () => {})
  socket.write(frame)
  await until(
    async () => received,
    (text) => text.includes('R12'),
  )
  return { socket, received: () => received }
}

describe('a deployment under traffic', () => {
  it('loses no acknowledged frame and no accepted command', async () => {
    const start = Date.now() - framesEach * 1_000
    let port = embedded.tcpPort
    const trackers = ids.map(
      (id) => new AckedTracker(driveOf(id, framesEach, start), { port: () => port, paceMs: 20 }),
    )
    const running = Promise.all(trackers.map((tracker) => tracker.run()))
    const [hello = '', again = ''] = driveOf(commanded, 2, start)
    const before = await dialIn(port, hello)
    const order = { method: 'POST', body: { intent: 'read-status', dialect: 'text' } }
    const { body: command } = await call(embedded, `/v1/devices/${commanded}/commands`, order)
    await until(
      async () => before.received(),
      (text) => text.includes('CXZT'),
    )
    await until(
      async () => trackers.reduce((sum, { acked }) => sum + acked.length, 0),
      (acked) => acked > ids.length * 20,
    )

    const next = await embedded.startGateway(drain)
    port = next.tcpPort
    const cut = once(before.socket, 'close')
    const gone = embedded.gateway.close()
    await cut
    const after = await dialIn(port, again)
    after.socket.write(`*HQ,${commanded},SMS,UT:60,60,300\nGPS:V-0\nGSM:20#`)
    await gone
    const { body: ended } = await until(
      () => call(embedded, `/v1/devices/${commanded}/commands/${command.commandId}`),
      ({ body }) => body.state === 'concluded',
    )
    expect(ended.conclusion.verdict).toBe('answered')
    expect(ended.timeline.map(({ kind }: { kind: string }) => kind)).toContain('adopted')
    after.socket.destroy()

    await running
    for (const [i, { acked }] of trackers.entries()) {
      expect(acked).toHaveLength(framesEach)
      const stored = await until(
        async () => {
          const rows = await readAll(embedded, `/v1/devices/${ids[i]}/frames?limit=1000`)
          return new Set(
            rows.map(({ hex }) => (hex === null ? '' : Buffer.from(hex, 'hex').toString('latin1'))),
          )
        },
        (found) => acked.every((frame) => found.has(frame)),
      )
      expect(stored.size).toBeGreaterThanOrEqual(framesEach)
    }
  })
})
