import { createConnection } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildOnce } from '../bundles.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import { call, makeDataDir, removeDataDir, TEST_ADMIN_KEY, until } from './harness.ts'
import { silent } from '../silent-log.ts'

const DEVICE_ID = '9170000777'
const reported: (string | null)[] = []
let embedded: Embedded
let dataDir: string

beforeAll(async () => {
  await buildOnce()
  dataDir = makeDataDir()
  embedded = await startEmbedded(
    { host: '127.0.0.1', tcpPort: 0, httpPort: 0, dataDir, batchWindowSeconds: 0, events: false },
    silent,
    { adminKey: TEST_ADMIN_KEY, onStorage: (problem) => reported.push(problem) },
  )
})
afterAll(async () => {
  await embedded.close()
  removeDataDir(dataDir)
})

const frame = (second: number): string =>
  `*HQ,${DEVICE_ID},V1,1200${String(second).padStart(2, '0')},A,4603.0660,N,01430.3060,E,010.00,090,281126,FFFFFBFF,293,41,0,0,6#`

it('a full disk: frames are not acknowledged, and all are acknowledged and kept once there is room', async () => {
  const socket = createConnection(embedded.tcpPort, '127.0.0.1')
  let acks = ''
  socket.on('data', (chunk) => (acks += chunk.toString()))
  const acked = (): number => acks.split('#').length - 1
  socket.write(frame(0))
  await until(
    async () => acked(),
    (count) => count === 1,
  )
  await until(async () => embedded.ingest.hasCaughtUp(), Boolean)

  embedded.limitPages(0)
  // Enough to need a new page of the database, whatever is free in the present ones.
  const frames = Array.from({ length: 59 }, (_, i) => frame(i + 1))
  socket.write(frames.join(''))
  await until(
    async () => reported.length,
    (count) => count > 0,
  )
  const ackedWhileFull = acked()
  expect(ackedWhileFull).toBeLessThan(60)
  expect(reported[0]).toBe('the disk is full')

  embedded.limitPages(null)
  await until(
    async () => acked(),
    (count) => count === 60,
  )
  expect(reported.at(-1)).toBeNull()
  const stored = await until(
    () => call(embedded, `/v1/devices/${DEVICE_ID}/positions?limit=100&from=2026-11-28T00:00:00Z`),
    ({ body }) => body.items?.length === 60,
  )
  expect(stored.status).toBe(200)
  socket.destroy()
})
