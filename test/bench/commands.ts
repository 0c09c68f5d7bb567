import { createConnection, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { printBars } from './bars.ts'
import { register } from './load-api.ts'
import { startFloor } from './commands-floor.ts'
import type { IotAccess } from './parts/embedded-server.ts'
import { FIRST_ID } from './parts/ids.ts'
import { startPart } from './parts/part.ts'
import { median } from './timing.ts'

const HELP = `npm run bench commands -- [options]     from POST to the bytes on the tracker's socket

  --devices 1000        connected trackers
  --rounds 200          commands that are measured, each to another tracker

Beside each command its floor: what it cannot do without (a consistent get, a transaction, an update and a direct
message), done one after the other against the same tables and the same IoT Core.`

/** The compiler's, and those of connections that are opened. */
const WARM_UP_ROUNDS = 40
/** What a Latin-1 V1 of now says. */
const v1 = (deviceId: string): string => {
  const digits = new Date().toISOString().replace(/\D/g, '')
  const date = digits.slice(6, 8) + digits.slice(4, 6) + digits.slice(2, 4)
  return `*HQ,${deviceId},V1,${digits.slice(8, 14)},A,4221.2102,N,00752.5961,W,000.00,133,${date},FFFFFBFF#`
}

export const run = async (args: readonly string[]): Promise<boolean> => {
  const { values } = parseArgs({
    args: [...args],
    options: { devices: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '200' } },
  })
  const [devices, rounds] = [Number(values.devices), Number(values.rounds)]
  if (
    ![devices, rounds].every((value) => Number.isInteger(value) && value > 0) ||
    rounds + WARM_UP_ROUNDS > devices
  ) {
    console.error(HELP)
    return false
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-commands-'))
  const embedded = startPart('embedded-server', { DATA_DIR: dataDir, BATCH_WINDOW_SECONDS: '1' })
  const sockets: Socket[] = []
  try {
    const running = await embedded.ask<any>('running')
    const deviceIds = Array.from({ length: devices }, (_, i) => String(FIRST_ID + i))
    await register(running, deviceIds)
    const connecting = performance.now()
    const trackers = await Promise.all(deviceIds.map((deviceId) => connect(running.tcpPort, deviceId)))
    console.log(
      `${devices} trackers connected and acknowledged in ${Math.round(performance.now() - connecting)} ms`,
    )
    sockets.push(...trackers.map(({ socket }) => socket))
    const floor = await startFloor(running, await embedded.ask<IotAccess>('iot'), deviceIds.at(-1)!)

    const ours: number[] = []
    const verdicts: number[] = []
    const least: number[] = []
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      const started = performance.now()
      const ms = await measure(running, trackers[round]!)
      await untilConcluded(running, trackers[round]!)
      const verdictMs = performance.now() - started
      const floorMs = await floor.measure()
      if (round < WARM_UP_ROUNDS) continue
      ours.push(ms)
      verdicts.push(verdictMs)
      least.push(floorMs)
    }
    await floor.close()
    print('POST → bytes on the socket', ours)
    print('POST → verdict, answered', verdicts)
    print('the floor', least)
    for (const line of (await embedded.ask<string[]>('troubles')).slice(0, 5)) console.log(`said: ${line}`)
    return printBars([
      { name: 'p50 against the floor, times', value: median(ours) / median(least), atMost: 2 },
      { name: 'p50 from POST to the bytes on the socket, ms', value: median(ours), atMost: 25 },
    ])
  } finally {
    for (const socket of sockets) socket.destroy()
    await embedded.ask('close').catch(() => {})
    await embedded.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

type Connected = { readonly deviceId: string; readonly socket: Socket; readonly asked: Promise<number> }

/** A tracker that is acknowledged, and answers the one question it gets. */
async function connect(port: number, deviceId: string): Promise<Connected> {
  const socket = createConnection(port, '127.0.0.1')
  const acked = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<number>()
  socket.on('error', acked.reject)
  socket.on('data', (chunk: Buffer) => {
    if (chunk.includes('CXZT')) {
      asked.resolve(performance.now())
      socket.write(`*HQ,${deviceId},SMS,ST906\nUT:20,300,300\nGSM:26#`)
    } else acked.resolve()
  })
  socket.write(v1(deviceId))
  await acked.promise
  return { deviceId, socket, asked: asked.promise }
}

async function measure(
  { httpUrl, adminKey }: { httpUrl: string; adminKey: string },
  { deviceId, asked }: Connected,
): Promise<number> {
  const started = performance.now()
  const answer = fetch(`${httpUrl}/v1/devices/${deviceId}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: '{"intent":"read-status"}',
  })
  const [at, response] = await Promise.all([asked, answer])
  if (response.status !== 202) throw new Error(`answered ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
  return at - started
}

/** What a command leaves to be done must not slow down what is measured next. */
async function untilConcluded(
  { httpUrl, adminKey }: { httpUrl: string; adminKey: string },
  { deviceId }: Connected,
): Promise<void> {
  const headers = { authorization: `Bearer ${adminKey}` }
  for (;;) {
    const answer = await fetch(`${httpUrl}/v1/devices/${deviceId}/commands?state=concluded`, { headers })
    const { items } = (await answer.json()) as { items: unknown[] }
    if (items.length > 0) return
    await sleep(10)
  }
}

function print(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1).padStart(6)
  console.log(`${name.padEnd(28)} p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   of ${values.length}`)
}
