import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AckedTracker, driveOf } from './acked-tracker.ts'
import { expectWhole } from './expect-whole.ts'
import { freePort } from '../free-port.ts'
import { makeDataDir, removeDataDir, startForTest, TEST_ADMIN_KEY, until } from './harness.ts'

let dataDir: string
beforeEach(() => {
  dataDir = makeDataDir()
})
const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  removeDataDir(dataDir)
})

const makeDrives = (count: number, frames: number): Map<string, string[]> =>
  new Map(
    Array.from({ length: count }, (_, i) => {
      const deviceId = String(9_170_000_300 + i)
      return [deviceId, driveOf(deviceId, frames, Date.now() - 600_000)]
    }),
  )

// Whole systems start here several times over: on a busy machine that takes its time.
describe('kill -9 amid a stream', { timeout: 300_000 }, () => {
  it('of gateway and ingest, repeatedly, loses nothing that was acknowledged', async () => {
    const embedded = await startForTest(dataDir)
    const drives = makeDrives(4, 100)
    const trackers = [...drives.values()].map(
      (frames) => new AckedTracker(frames, { port: () => embedded.tcpPort, paceMs: 5 }),
    )
    const isDone = Promise.all(trackers.map((tracker) => tracker.run()))
    const ackedSoFar = () => trackers.reduce((sum, { acked }) => sum + acked.length, 0)
    let isOver = false
    // Kills depend on the progress of the stream and not on time, so that a slow machine is not killed before it has done anything.
    const killing = (async () => {
      for (let next = 20; !isOver; next += 20) {
        await until(
          async () => isOver || ackedSoFar() >= next,
          (isTime) => isTime,
        )
        await embedded.ingest.kill()
        if (next % 120 === 80) await embedded.gateway.kill()
      }
    })()
    await isDone
    isOver = true
    await killing
    expect(trackers.flatMap(({ acked }) => acked)).toHaveLength(4 * 100)
    // Some frames had to be sent again, which proves that kills happened during the stream.
    expect(trackers.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(4 * 100)
    await expectWhole(embedded, drives, trackers)
    await embedded.close()
  })

  it('of everything at once, stand-ins included, loses nothing acknowledged, and all restarts by itself', async () => {
    const drives = makeDrives(3, 120)
    const port = await freePort()
    let running = await startProgram(dataDir, port)
    const trackers = [...drives.values()].map(
      (frames) => new AckedTracker(frames, { port: () => running.tcpPort, paceMs: 4 }),
    )
    const ackedSoFar = () => trackers.reduce((sum, { acked }) => sum + acked.length, 0)
    const isDone = Promise.all(trackers.map((tracker) => tracker.run()))
    await until(
      async () => ackedSoFar(),
      (acked) => acked >= 100,
    )
    running.child.kill('SIGKILL')
    await once(running.child, 'exit')
    // The tracker port is free at once, because the gateway ended with its parent.
    running = await startProgram(dataDir, port)
    await isDone
    await expectWhole(running, drives, trackers)
    running.child.kill('SIGTERM')
    expect((await once(running.child, 'exit'))[0]).toBe(0)
  })
})

type Program = { readonly child: ChildProcess; readonly tcpPort: number; readonly httpUrl: string }

/** What `npm start` runs, as a process of its own. */
async function startProgram(data: string, tcpPort: number): Promise<Program> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../../cdk/local/main.ts'),
      '--data',
      data,
      '--tcp-port',
      String(tcpPort),
      '--http-port',
      '0',
      '--batch-window',
      '0',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ADMIN_KEY: TEST_ADMIN_KEY } },
  )
  children.add(child)
  let [port, httpUrl] = [0, '']
  for await (const line of createInterface({ input: child.stdout })) {
    port = Number(/trackers +127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? port)
    httpUrl = /HTTP API +(http:\S+)\/v1/.exec(line)?.[1] ?? httpUrl
    if (line.includes('/v1/positions')) break
  }
  child.stdout.resume()
  if (port === 0 || httpUrl === '') throw new Error('the program ended before it printed its ports')
  return { child, tcpPort: port, httpUrl }
}
