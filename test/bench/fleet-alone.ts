import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import type { Bar } from './bars.ts'
import { useOfFamily } from './proc.ts'

const main = fileURLToPath(new URL('../../cdk/local/main.ts', import.meta.url))
const FRAME =
  '*HQ,9170000000,V1,060000,A,4603.0245,N,01430.3308,E,016.20,157,010626,FBFFBFFF,293,40,4180,44639#'

/** After the first ack: the API loads, and the collector returns what the start left. */
const SETTLE_MS = 20_000
const IDLE_MS = 20_000
const DIAL_MS = 20
const MAX_DIALS = 3_000

/** `npm start` with one tracker that sends one frame: memory when that is acknowledged, and CPU when nothing more comes. */
export async function measureAlone(dataDir: string): Promise<Bar[]> {
  const port = await freePort()
  const args = ['--data', dataDir, '--tcp-port', String(port), '--http-port', '0']
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await once(child, 'spawn')
    const tracker = await dial(port)
    tracker.write(FRAME)
    await once(tracker, 'data')
    const { memoryBytes } = useOfFamily(child.pid!)
    await sleep(SETTLE_MS)
    const before = useOfFamily(child.pid!)
    await sleep(IDLE_MS)
    const idle = useOfFamily(child.pid!).cpuMs - before.cpuMs
    tracker.destroy()
    return [
      { name: 'MB of memory at the first ack', value: memoryBytes / 1_000_000, atMost: 250 },
      { name: 'per cent of a core when nothing comes', value: (idle / IDLE_MS) * 100, atMost: 1 },
    ]
  } finally {
    const ended = once(child, 'exit')
    if (child.exitCode === null && child.kill('SIGTERM')) await ended
  }
}

/** Connects like a tracker: repeatedly until the port is open. */
async function dial(port: number): Promise<Socket> {
  for (let left = MAX_DIALS; ; left--) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (left === 0) throw error
      await sleep(DIAL_MS)
    }
  }
}
