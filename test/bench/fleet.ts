import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { readOptions as readStartOptions } from '../../cdk/local/options.ts'
import { printBars } from './bars.ts'
import { measureAlone } from './fleet-alone.ts'
import { register, type Api } from './load-api.ts'
import { readStored, waitUntilStored, type Table } from './load-stored.ts'
import type { CpuByPart } from './parts/embedded-server.ts'
import { FIRST_ID } from './parts/ids.ts'
import { createParts, type Part } from './parts/part.ts'
import type { Sent, Observed } from './parts/trackers.ts'
import { closeEmbedded, say } from './say.ts'

const HELP = `npm run bench fleet -- [options]     many slow trackers on the defaults of npm start; needs Linux

  --devices 2000        trackers
  --interval 10         seconds between two frames of one tracker
  --seconds 40          so long is measured
  --burst 100000        frames at once afterwards; 0: none
  --profile FOLDER      writes a CPU profile of each part there: of the gateway's whole life, of all others while it is
                        measured`

type Options = {
  readonly devices: number
  readonly interval: number
  readonly seconds: number
  readonly burst: number
  readonly profile: string | null
}

/**
 * Warm-up before measuring: functions start, their code is compiled, and sessions become established, which takes one write per
 * session a minute after login.
 */
const WARM_UP_SECONDS = 66
/** What a figure of CPU time is for. */
const FRAMES_OF_FIGURE = 100_000
/** Since the last progress. */
const STORE_PATIENCE_MS = 30_000

/** The one frame per device and batch that fleets send: CPU time by part, and how fast a burst is stored. */
export const run = async (args: readonly string[]): Promise<boolean> => {
  const options = readOptions(args)
  if (options === null) {
    console.error(HELP)
    return false
  }
  const defaults = readStartOptions([])
  if (typeof defaults === 'string' || 'problem' in defaults) throw new Error('npm start has no defaults')
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-fleet-'))
  const parts = createParts()
  const { start } = parts
  try {
    const embedded = start('embedded-server', {
      DATA_DIR: dataDir,
      BATCH_WINDOW_SECONDS: String(defaults.batchWindowSeconds),
      ...(options.profile !== null && {
        GATEWAY_ENV: JSON.stringify({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${options.profile}` }),
      }),
    })
    const running = await embedded.ask<any>('running')
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: running.dynamoEndpoint,
        region: 'us-east-1',
        credentials: running.credentials,
      }),
    )
    const at: Table = { client, table: running.telemetryTable }
    const deviceIds = Array.from({ length: options.devices }, (_, i) => String(FIRST_ID + i))
    await register(running satisfies Api, deviceIds)
    const trackers = start('trackers', { PORT: String(running.tcpPort), DEVICES: String(options.devices) })
    const before = await embedded.ask<CpuByPart>('cpu')
    await trackers.ask('connect', options.devices)
    const steady = await runSteadily(embedded, trackers, options, sumOf(before))
    const isStored = await waitUntilStored(at, await lastSent(trackers, deviceIds), STORE_PATIENCE_MS)
    if (!isStored) say('not everything was stored')
    const burstSeconds = options.burst > 0 ? await runBurst(trackers, at, deviceIds, options) : null

    const stored = await readStored(at, deviceIds)
    const storedFrames = [...stored.values()].reduce((sum, { length }) => sum + length, 0)
    const { sent } = await trackers.ask<{ sent: number }>('counts')
    await closeEmbedded(embedded, trackers)
    client.destroy()
    const alone = await measureAlone(join(dataDir, 'alone'))
    return printBars([
      { name: 'CPU-seconds per 100,000 frames, whole system', value: steady.whole, atMost: 90 },
      { name: 'CPU-seconds per 100,000 frames, gateway and ingest', value: steady.ours, atMost: 60 },
      { name: 'frames sent and not stored', value: sent - storedFrames, atMost: 0 },
      ...(burstSeconds === null
        ? []
        : [
            {
              name: `seconds until ${options.burst} frames at once are stored`,
              value: burstSeconds,
              atMost: 15,
            },
          ]),
      ...alone,
    ])
  } finally {
    await parts.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '2000' },
      interval: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '40' },
      burst: { type: 'string', default: '100000' },
      profile: { type: 'string' },
    },
  })
  const options: Options = {
    devices: Number(values.devices),
    interval: Number(values.interval),
    seconds: Number(values.seconds),
    burst: Number(values.burst),
    profile: values.profile ?? null,
  }
  const { devices, interval, seconds, burst } = options
  return Number.isInteger(devices) && devices > 0 && interval > 0 && seconds > 0 && burst >= 0
    ? options
    : null
}

/** CPU-seconds per 100,000 frames while every tracker sends one frame per interval. */
async function runSteadily(
  embedded: Part,
  trackers: Part,
  { devices, interval, seconds, profile }: Options,
  /** CPU time before the trackers connected, ms. */
  cpuAtStart: number,
): Promise<{ whole: number; ours: number }> {
  const rate = devices / interval
  say(`${devices} trackers, one frame each ${interval} s, for ${seconds} s`)
  const warmUp = await trackers.ask<Sent>('send', { rate, seconds: WARM_UP_SECONDS })
  if (profile !== null) await embedded.ask('profile', profile)
  const before = await embedded.ask<CpuByPart>('cpu')
  const { frames } = await trackers.ask<Sent>('send', { rate, seconds })
  const after = await embedded.ask<CpuByPart>('cpu')
  if (profile !== null) await embedded.ask('endProfile')
  const figures = Object.entries(after).map(([part, cpuMs]) => ({
    part,
    seconds: ((cpuMs - (before[part] ?? 0)) / 1_000 / frames) * FRAMES_OF_FIGURE,
  }))
  for (const { part, seconds } of figures.toSorted((a, b) => b.seconds - a.seconds))
    console.log(`${seconds.toFixed(1).padStart(8)} CPU-s per 100,000 frames   ${part}`)
  const sum = (some: typeof figures): number => some.reduce((total, one) => total + one.seconds, 0)
  const whole = sum(figures)
  const first = (sumOf(before) - cpuAtStart) / 1_000 - (warmUp.frames / FRAMES_OF_FIGURE) * whole
  console.log(
    `${((first / devices) * 1_000).toFixed(1).padStart(8)} CPU-s per 1,000 trackers   their logins and first minute`,
  )
  return {
    whole,
    ours: sum(figures.filter(({ part }) => part === 'gateway' || part === 'ingest')),
  }
}

const sumOf = (parts: CpuByPart): number => Object.values(parts).reduce((sum, cpuMs) => sum + cpuMs, 0)

/** Seconds from the first frame until the last one is stored. */
async function runBurst(
  trackers: Part,
  at: Table,
  deviceIds: readonly string[],
  { devices, burst }: Options,
): Promise<number> {
  const started = performance.now()
  const { frames, ms } = await trackers.ask<Sent>('burst', Math.ceil(burst / devices))
  const isStored = await waitUntilStored(at, await lastSent(trackers, deviceIds), STORE_PATIENCE_MS)
  const seconds = (performance.now() - started) / 1_000
  say(`${frames} frames sent within ${(ms / 1_000).toFixed(1)} s, stored after ${seconds.toFixed(1)} s`)
  return isStored ? seconds : Infinity
}

async function lastSent(trackers: Part, deviceIds: readonly string[]): Promise<Map<string, number>> {
  const { lastSentAt } = await trackers.ask<Observed>('observed')
  return new Map(deviceIds.map((deviceId, i) => [deviceId, lastSentAt[i]!]))
}
