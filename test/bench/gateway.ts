import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { printBars } from './bars.ts'
import type { Taken } from './parts/log-stub.ts'
import { createParts, type Part, type StartPart } from './parts/part.ts'
import type { Sent, Observed } from './parts/trackers.ts'
import { median } from './timing.ts'

const SETTLE_MS = 2_000
const PATIENCE_MS = 30_000
/** The end of the last record of a socket is known after a silence of 2 s (PROTOCOL.md section 1.6). */
const RECORD_END_MS = 2_000
const STEP_SECONDS = 5
/** Further rates, as multiples of the rate with a limit, as far as the trackers of this machine can send. */
const fasterSteps = [2, 4, 8]

const HELP = `npm run bench gateway -- [options]

  --devices 10000   sockets of each server
  --rate 10000      frames a second of all together
  --rounds 5        rounds of 5 s at that rate, the two servers in turn`

type Options = { readonly devices: number; readonly rate: number; readonly rounds: number }

/** A server under test with its trackers. `isThrough`: it has handled all that was sent. */
type Subject = {
  readonly name: string
  readonly server: Part
  readonly trackers: Part
  readonly isThrough: (counts: Counts) => Promise<boolean>
}

type Step = {
  readonly perSecond: number
  readonly cpuMicros: number
  /** Of one core. */
  readonly share: number
}

/** What trackers counted. */
export type Counts = {
  readonly sent: number
  readonly bytes: number
  /** Acks that are owed for what was sent. */
  readonly owed: number
  readonly acked: number
  readonly errors: number
}

/**
 * Compares the gateway with a server that only splits at `#` and acknowledges each read, with the same fleet of mixed profiles, to
 * measure the cost of our own work.
 */
export const run = async (args: readonly string[]): Promise<boolean> => {
  const options = readOptions(args)
  if (options === null) {
    console.error(HELP)
    return false
  }
  const { devices, rate, rounds } = options
  console.log(
    `${devices} sockets, ${rate} frames/s; CPU time and memory are those of the server's process alone`,
  )
  const parts = createParts()
  const { start } = parts
  try {
    const log = start('log-stub')
    const bareServer = start('bare-server')
    const ourServer = start('gateway-server', {
      DEVICES: String(devices),
      AWS_ENDPOINT_URL_KINESIS: await log.ask<string>('endpoint'),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    })
    const [bareTrackers] = await connect('bare server', bareServer, devices, start)
    const [ourTrackers, idleBytes] = await connect('gateway', ourServer, devices, start)
    const bare: Subject = {
      name: 'bare server',
      server: bareServer,
      trackers: bareTrackers,
      isThrough: async ({ bytes }) => (await bareServer.ask<number>('bytes')) >= bytes,
    }
    const ours: Subject = {
      name: 'gateway',
      server: ourServer,
      trackers: ourTrackers,
      isThrough: async ({ owed, acked }) => acked >= owed,
    }

    // The first round is the compiler's.
    for (const subject of [bare, ours]) await step(subject, rate)
    const ratios: number[] = []
    const rates: number[] = []
    for (let round = 0; round < rounds; round++) {
      const one = await step(bare, rate)
      const other = await step(ours, rate)
      ratios.push(other.cpuMicros / one.cpuMicros)
      rates.push(Math.min(one.perSecond, other.perSecond))
    }
    for (const times of fasterSteps) for (const subject of [bare, ours]) await step(subject, rate * times)

    const { damaged, early, unacked } = compare(
      await ourTrackers.ask<Observed>('observed'),
      await log.ask<ReadonlyMap<number, Taken>>('taken'),
    )
    return printBars([
      // A machine that is too busy to send them measures something else.
      { name: 'share of the frames a second that went through', value: median(rates) / rate, atLeast: 0.85 },
      { name: 'CPU time per frame against the bare server, times', value: median(ratios), atMost: 1.75 },
      { name: 'memory of an idle connection with its session, kB', value: idleBytes / 1_000, atMost: 8 },
      { name: 'devices with frames lost, changed or out of order', value: damaged, atMost: 0 },
      { name: 'acks before the log had the frame', value: early, atMost: 0 },
      { name: 'frames without their ack', value: unacked, atMost: 0 },
    ])
  } finally {
    await parts.stop()
  }
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '10000' },
      rate: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const [devices, rate, rounds] = [Number(values.devices), Number(values.rate), Number(values.rounds)]
  return [devices, rate, rounds].every((value) => Number.isInteger(value) && value > 0)
    ? { devices, rate, rounds }
    : null
}

/**
 * Connects a server's trackers, lets each speak once, and sees what a connection that is idle takes: each of the second
 * half, for the first half also fills the young generation, which no more connections make larger.
 */
async function connect(
  name: string,
  server: Part,
  devices: number,
  start: StartPart,
): Promise<[trackers: Part, idleBytes: number]> {
  const trackers = start('trackers', {
    PORT: String(await server.ask<number>('port')),
    DEVICES: String(devices),
    FRAMES: 'mixed',
  })
  const rss: number[] = []
  const half = Math.floor(devices / 2)
  for (const count of [0, half, devices]) {
    await trackers.ask('connect', count)
    await sleep(SETTLE_MS)
    rss.push((await server.usage(true)).rssBytes)
  }
  const [none, some, all] = rss as [number, number, number]
  const idleBytes = (all - some) / (devices - half)
  console.log(
    `${name}: ${(idleBytes / 1_000).toFixed(1)} kB for a further idle connection (${toMb(none)} MB without any, ${toMb(some)} MB with ${half}, ${toMb(all)} MB with ${devices})`,
  )
  return [trackers, idleBytes]
}

const toMb = (bytes: number): string => (bytes / 1_000_000).toFixed(0)

/** Sends frames at a rate, and measures what the server used until it had handled them. */
async function step(subject: Subject, rate: number): Promise<Step> {
  const { name, server, trackers } = subject
  const started = performance.now()
  const before = await server.usage()
  const { frames } = await trackers.ask<Sent>('send', { rate, seconds: STEP_SECONDS })
  const sentAt = performance.now()
  await waitUntilThrough(subject)
  const cpuMs = (await server.usage()).cpuMs - before.cpuMs
  const ms = performance.now() - started
  const result = {
    perSecond: (frames / (ms - Math.min(RECORD_END_MS, performance.now() - sentAt))) * 1_000,
    cpuMicros: (cpuMs * 1_000) / frames,
    share: cpuMs / ms,
  }
  console.log(
    `${name.padEnd(12)}${result.perSecond.toFixed(0).padStart(7)} frames/s  ${result.cpuMicros.toFixed(1).padStart(5)} µs CPU a frame  ` +
      `${(result.share * 100).toFixed(0).padStart(3)} % of a core: ${(1_000_000 / result.cpuMicros).toFixed(0)} frames/s at a full one`,
  )
  return result
}

async function waitUntilThrough({ name, trackers, isThrough }: Subject): Promise<void> {
  const patience = performance.now() + PATIENCE_MS
  for (;;) {
    const counts = await trackers.ask<Counts>('counts')
    const { sent, acked, errors } = counts
    if (await isThrough(counts)) return
    if (performance.now() > patience) {
      // What was lost is counted at the end.
      console.log(
        `${name}: of ${sent} frames only ${acked} came back within ${PATIENCE_MS / 1_000} s; ${errors} errors`,
      )
      return
    }
    await sleep(20)
  }
}

/**
 * Compares what the trackers sent with what the log contains, device by device: the same bytes in the same order. Where records end
 * that a busy machine delivers in one piece cannot always be known (PROTOCOL.md section 1.6).
 */
export function compare(
  { sent, owed, hashes, ackedAt }: Observed,
  taken: ReadonlyMap<number, Taken>,
): { damaged: number; early: number; unacked: number } {
  let [damaged, early, unacked] = [0, 0, 0]
  for (const device of sent.keys()) {
    const inLog = taken.get(device) ?? { hash: 0, owedAt: [] }
    if (inLog.hash !== hashes[device]) damaged++
    const acks = ackedAt[device] ?? []
    unacked += Math.max(0, owed[device]! - acks.length)
    for (const [i, at] of acks.entries()) if (!(at >= (inLog.owedAt[i] ?? Infinity))) early++
  }
  return { damaged, early, unacked }
}
