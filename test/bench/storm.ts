import { createConnection, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { printBars } from './bars.ts'
import { FIRST_ID } from './parts/ids.ts'
import { createParts } from './parts/part.ts'

const HELP = `npm run bench storm -- [options]

  --devices 10000    registered trackers that dial in at once
  --unknown 2000     made-up ids a second, from four addresses`

const RUNNING_SESSIONS = 50
const FRAME_EVERY_MS = 250
const PATIENCE_MS = 60_000
/** Mobile networks: a thousand trackers behind an address. */
const PER_ADDRESS = 1_000
const SPRAY_BEFORE_MS = 2_000

const frameOf = (device: number, n: number): string =>
  `*HQ,${FIRST_ID + device},V1,${String(100_000 + (n % 100_000))},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Infinity

/**
 * A task was replaced, and all of its trackers dial the next one, which knows none of them, while someone sprays made-up
 * ids. Then all of them dial once more.
 */
export const run = async (args: readonly string[]): Promise<boolean> => {
  const { values } = parseArgs({
    args: [...args],
    options: { devices: { type: 'string' }, unknown: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(HELP)
    return true
  }
  const devices = Number(values.devices ?? 10_000)
  const unknown = Number(values.unknown ?? 2_000)
  const parts = createParts()
  try {
    const gateway = parts.start('storm-gateway', { DEVICES: String(devices + RUNNING_SESSIONS) })
    const port = await gateway.ask<number>('port')
    const sprayer = parts.start('storm-sprayer', { PORT: String(port) })
    await sprayer.ask('counts')
    const running = await startSessions(port, devices)
    await sprayer.ask('start', unknown)
    await sleep(SPRAY_BEFORE_MS)
    const cold = await dialAll(port, devices)
    const warm = await dialAll(port, devices)
    const delays = running.stop()
    await sprayer.ask('stop')
    const sprayed = await sprayer.ask<{ sent: number; acked: number }>('counts')
    const writes = await gateway.ask<number>('writesOfUnknown')
    console.log(
      `${devices} trackers, ${sprayed.sent} made-up ids (${sprayed.acked} acknowledged), ` +
        `${writes} table writes for them, ${delays.length} acks of ${RUNNING_SESSIONS} running sessions`,
    )
    return printBars([
      { name: 'trackers without an ack', value: cold.unacked + warm.unacked, atMost: 0 },
      { name: 'seconds until all are acknowledged, unknown to the gateway', value: cold.seconds, atMost: 30 },
      { name: 'seconds until all are acknowledged, known to it', value: warm.seconds, atMost: 30 },
      {
        name: 'seconds for 99 % of the acks of running sessions',
        value: percentile(delays, 0.99),
        atMost: 2,
      },
      { name: 'made-up ids acknowledged', value: sprayed.acked, atMost: 0 },
    ])
  } finally {
    await parts.stop()
  }
}

/** Sessions that report before and during the storm; `stop` returns how long each ack took, in seconds. */
async function startSessions(port: number, from: number): Promise<{ readonly stop: () => number[] }> {
  const delays: number[] = []
  const open = await Promise.all(
    Array.from({ length: RUNNING_SESSIONS }, (_, i) =>
      dial(port, '127.0.0.1').then((socket) => ({ socket, i })),
    ),
  )
  const waiting = open.map((): number[] => [])
  for (const { socket, i } of open) {
    socket.on('data', (data: Buffer) => {
      for (const byte of data)
        if (byte === 0x23) delays.push((performance.now() - waiting[i]!.shift()!) / 1_000)
    })
  }
  let n = 0
  const timer = setInterval(() => {
    n++
    for (const { socket, i } of open) {
      waiting[i]!.push(performance.now())
      socket.write(frameOf(from + i, n))
    }
  }, FRAME_EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      for (const { socket } of open) socket.destroy()
      // What was never acknowledged took at least until now.
      const now = performance.now()
      return [...delays, ...waiting.flat().map((at) => (now - at) / 1_000)]
    },
  }
}

const dial = (port: number, localAddress: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', localAddress }, () => resolve(socket))
    socket.on('error', reject)
  })

/** All trackers dial at once and send a frame; those that are not acknowledged within 5 s dial again, as trackers do. */
async function dialAll(
  port: number,
  devices: number,
): Promise<{ readonly seconds: number; readonly unacked: number }> {
  const from = performance.now()
  const sockets = new Set<Socket>()
  let unacked = devices
  let last = from
  const open = (device: number): void => {
    const localAddress = `127.1.0.${1 + Math.floor(device / PER_ADDRESS)}`
    const socket = createConnection({ port, host: '127.0.0.1', localAddress }, () =>
      socket.write(frameOf(device, 0)),
    )
    sockets.add(socket)
    let isAcked = false
    socket.on('data', () => {
      if (isAcked) return
      isAcked = true
      unacked--
      last = performance.now()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (!isAcked && performance.now() - from < PATIENCE_MS) setTimeout(open, 5_000, device)
    })
  }
  for (let device = 0; device < devices; device++) open(device)
  while (unacked > 0 && performance.now() - from < PATIENCE_MS) await sleep(50)
  for (const socket of sockets) socket.destroy()
  return { seconds: (last - from) / 1_000, unacked }
}
