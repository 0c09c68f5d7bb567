import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { printBars, type Bar } from './bars.ts'
import { readBack, register, type Api } from './load-api.ts'
import { readStored, toDelays, waitUntilStored, watchSaves } from './load-stored.ts'
import { growthOf, memoryOf, sampleUses, sharesOf } from './load-use.ts'
import type { Uses } from './parts/embedded-server.ts'
import { FIRST_ID } from './parts/ids.ts'
import { createParts, type Part } from './parts/part.ts'
import type { Sent, Observed } from './parts/trackers.ts'
import { closeEmbedded, say } from './say.ts'

const HELP = `npm run bench load -- [options]     the whole of embedded mode under load; needs Linux

  --devices 10000       trackers
  --rate 1000           frames a second of all together
  --minutes 5           so long
  --batch-window 60     seconds
  --read-back N         devices read back over HTTP; all if not given
  --no-ramp             without doubling the rate afterwards until something gives`

/** Devices whose states are looked at twice a second: what is stored, and when. */
const MAX_PROBES = 200
/** Acks come after the flush to the log; 2 s with a long batch window. */
const ACK_PATIENCE_MS = 30_000
/** A batch begins when the previous one is done. */
const STORE_PATIENCE_MS = 60_000
const RAMP_SECONDS = 20
const MAX_RAMP_STEPS = 8
const KEPT_UP_SHARE = 0.95
const SOON_MS = 5_000
const FEWEST_SAMPLES = 60

type Options = {
  readonly devices: number
  readonly rate: number
  readonly minutes: number
  readonly batchWindow: number
  readonly readBack: number
  readonly ramp: boolean
}

type Counts = { readonly sent: number; readonly acked: number; readonly errors: number }

/** What runs: embedded mode and the trackers, each in a process of its own, and the tables seen from outside. */
type System = {
  readonly embedded: Part
  readonly trackers: Part
  readonly api: Api
  readonly at: { readonly client: DynamoDBDocumentClient; readonly table: string }
  readonly deviceIds: readonly string[]
}

export const run = async (args: readonly string[]): Promise<boolean> => {
  const options = readOptions(args)
  if (options === null) {
    console.error(HELP)
    return false
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-load-'))
  const parts = createParts()
  const { start } = parts
  try {
    const embedded = start('embedded-server', {
      DATA_DIR: dataDir,
      BATCH_WINDOW_SECONDS: String(options.batchWindow),
    })
    const running = await embedded.ask<any>('running')
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: running.dynamoEndpoint,
        region: 'us-east-1',
        credentials: running.credentials,
      }),
    )
    const deviceIds = Array.from({ length: options.devices }, (_, i) => String(FIRST_ID + i))
    say(`registering ${options.devices} devices`)
    await register(running, deviceIds)
    const trackers = start('trackers', { PORT: String(running.tcpPort), DEVICES: String(options.devices) })
    await trackers.ask('connect', options.devices)
    const system = {
      embedded,
      trackers,
      api: running,
      at: { client, table: running.telemetryTable },
      deviceIds,
    }
    const bars = await runSteadily(system, options)
    if (options.ramp) await ramp(system, options)
    await closeEmbedded(embedded, trackers)
    client.destroy()
    return printBars(bars)
  } finally {
    await parts.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '10000' },
      rate: { type: 'string', default: '1000' },
      minutes: { type: 'string', default: '5' },
      'batch-window': { type: 'string', default: '60' },
      'read-back': { type: 'string' },
      'no-ramp': { type: 'boolean', default: false },
    },
  })
  const options: Options = {
    devices: Number(values.devices),
    rate: Number(values.rate),
    minutes: Number(values.minutes),
    batchWindow: Number(values['batch-window']),
    readBack: Number(values['read-back'] ?? values.devices),
    ramp: !values['no-ramp'],
  }
  const { devices, rate, minutes, batchWindow, readBack } = options
  const isWell = Number.isInteger(devices) && devices > 0 && rate > 0 && minutes > 0 && readBack > 0
  return isWell && batchWindow >= 0 && batchWindow <= 300 ? options : null
}

/** The rate that has bars: in = stored = read back, how long that takes, and memory that stays. */
async function runSteadily(system: System, options: Options): Promise<Bar[]> {
  const { embedded, trackers, api, at, deviceIds } = system
  const { rate, minutes, batchWindow, devices } = options
  say(`${devices} trackers, ${rate} frames/s for ${minutes} min, batch window ${batchWindow} s`)
  const probes = deviceIds.filter((_, i) => i % Math.ceil(devices / MAX_PROBES) === 0)
  const watch = watchSaves(at, probes)
  const sampling = sampleUses(embedded)
  const before = await embedded.ask<Uses>('uses')
  const { frames, ms } = await trackers.ask<Sent>('send', { rate, seconds: minutes * 60 })
  const after = await embedded.ask<Uses>('uses')
  const samples = await sampling.stop()
  const acked = await waitUntilAcked(trackers)
  const observed = await trackers.ask<Observed>('observed')
  const allStored = await waitUntilStored(
    at,
    lastSent(deviceIds, observed),
    batchWindow * 1_000 + STORE_PATIENCE_MS,
  )
  await sleep(1_000)
  await watch.stop()

  say(`sent ${frames}, ${((frames / ms) * 1_000).toFixed(0)} a second; reading the tables`)
  const stored = await readStored(at, deviceIds)
  const delays = toDelays(stored, watch)
  const saves = [...watch.saves.values()].reduce((sum, some) => sum + some.length, 0)
  say(
    `socket → stored: p50 ${quantile(delays, 0.5)} s, p99 ${quantile(delays, 0.99)} s, longest ${quantile(delays, 1)} s` +
      ` (${delays.length} frames of ${probes.length} devices, looked at twice a second); ${(delays.length / saves).toFixed(1)} frames of a device a save`,
  )
  for (const { name, share } of sharesOf(before, after, ms)) say(`${toPercent(share)} of a core: ${name}`)
  for (const name of ['gateway', 'ingest', 'standIns'] as const)
    say(`memory of ${name}, MB, at 10, 50 and 90 % of the time: ${memoryOf(samples, name)}`)

  const someIds = deviceIds.slice(0, options.readBack)
  say(`reading ${someIds.length} devices back over HTTP`)
  const read = await readBack(api, someIds)
  const differing = someIds.filter((deviceId, i) => {
    const one = read.get(deviceId)!
    return one.frames !== observed.sent[i] || one.hash !== observed.hashes[i]
  })
  const storedFrames = [...stored.values()].reduce((sum, { length }) => sum + length, 0)
  const readFrames = [...read.values()].reduce((sum, one) => sum + one.frames, 0)
  say(`in ${acked.sent}, acknowledged ${acked.acked}, stored ${storedFrames}, read back ${readFrames}`)
  return [
    { name: 'share of the rate that was sent', value: frames / ms / (rate / 1_000), atLeast: KEPT_UP_SHARE },
    { name: 'frames sent and not acknowledged', value: acked.sent - acked.acked, atMost: 0 },
    {
      name: 'frames sent and not stored',
      value: allStored ? acked.sent - storedFrames : Math.max(1, acked.sent - storedFrames),
      atMost: 0,
    },
    { name: 'devices that read back otherwise than they sent', value: differing.length, atMost: 0 },
    ...memoryBars(samples),
  ]
}

/** Of a run that is long enough to warm up and then to show growth. */
function memoryBars(samples: readonly Uses[]): Bar[] {
  if (samples.length < FEWEST_SAMPLES) {
    say('too short a run to judge memory by')
    return []
  }
  return [
    {
      name: 'memory of the gateway, last third against middle third',
      value: growthOf(samples, 'gateway'),
      atMost: 1.1,
    },
    {
      // Between two collections a heap grows whatever it keeps: what is left after them must not.
      name: 'least memory of ingest, last third against middle third',
      value: growthOf(samples, 'ingest', (values) => Math.min(...values)),
      atMost: 1.25,
    },
  ]
}

/** Doubles the rate until a limit is missed, and reports which. */
async function ramp({ embedded, trackers, at, deviceIds }: System, options: Options): Promise<void> {
  const storedSoonMs = options.batchWindow * 1_000 + SOON_MS
  for (let step = 1; step <= MAX_RAMP_STEPS; step++) {
    const rate = options.rate * 2 ** step
    const before = await embedded.ask<Uses>('uses')
    const trackersBefore = await trackers.usage()
    const started = performance.now()
    const { frames, ms } = await trackers.ask<Sent>('send', { rate, seconds: RAMP_SECONDS })
    const shares = [
      ...sharesOf(before, await embedded.ask<Uses>('uses'), performance.now() - started),
      {
        name: 'the trackers themselves',
        share: ((await trackers.usage()).cpuMs - trackersBefore.cpuMs) / (performance.now() - started),
      },
    ]
    const sentAt = performance.now()
    const { sent, acked } = await waitUntilAcked(trackers)
    const ackedAfterMs = performance.now() - sentAt
    const observed = await trackers.ask<Observed>('observed')
    const isStored = await waitUntilStored(
      at,
      lastSent(deviceIds, observed),
      storedSoonMs + STORE_PATIENCE_MS,
    )
    const storedAfterMs = performance.now() - sentAt
    const perSecond = (frames / ms) * 1_000
    say(
      `${rate} frames/s asked, ${perSecond.toFixed(0)} sent; all acknowledged ${(ackedAfterMs / 1_000).toFixed(1)} s after the last, ` +
        `stored ${isStored ? '' : 'not even '}${(storedAfterMs / 1_000).toFixed(1)} s after it; ` +
        shares.map(({ name, share }) => `${name} ${toPercent(share)}`).join(', '),
    )
    const [busiest] = shares.toSorted((a, b) => b.share - a.share)
    const why = `busiest: ${busiest!.name}, ${toPercent(busiest!.share)} of a core (load of the machine ${loadavg()[0]!.toFixed(1)})`
    if (sent > acked) return say(`it gives at ${rate} frames/s: ${sent - acked} frames got no ack. ${why}`)
    if (perSecond < rate * KEPT_UP_SHARE) return say(`it gives at ${rate} frames/s: no more go in. ${why}`)
    if (ackedAfterMs > SOON_MS) return say(`it gives at ${rate} frames/s: acks come late. ${why}`)
    if (storedAfterMs > storedSoonMs) return say(`it gives at ${rate} frames/s: storing falls behind. ${why}`)
  }
  say('nothing gave')
}

/** Resolves when the last ack has arrived, or when none has arrived for a long time. */
async function waitUntilAcked(trackers: Part): Promise<Counts> {
  let counts = await trackers.ask<Counts>('counts')
  for (let progressAt = performance.now(); counts.acked < counts.sent;) {
    if (performance.now() - progressAt > ACK_PATIENCE_MS) break
    await sleep(100)
    const now = await trackers.ask<Counts>('counts')
    if (now.acked !== counts.acked) progressAt = performance.now()
    counts = now
  }
  return counts
}

const lastSent = (deviceIds: readonly string[], { lastSentAt, sent }: Observed): Map<string, number> =>
  new Map(deviceIds.flatMap((deviceId, i) => (sent[i]! > 0 ? [[deviceId, lastSentAt[i]!]] : [])))

const quantile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1)

const toPercent = (share: number): string => `${(share * 100).toFixed(0)} %`
