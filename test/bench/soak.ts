/**
 * Embedded mode under a steady load for an hour or more: memory, handles and timers must not grow once it has warmed
 * up, and the data folder only by what is kept of each frame.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createLoad } from '../simulator/load.ts'
import { printBars } from './bars.ts'
import type { Held } from './parts/embedded-server.ts'
import { startPart } from './parts/part.ts'
import { say } from './say.ts'

const SAMPLES_A_MINUTE = 6
const MINUTES = 60
const MIB = 1024 * 1024
/** Samples of the first third are not judged: code is compiled, caches and pools fill. */
const WARM_UP = 1 / 3
/** A log of 7 days and the history: a frame has 92 bytes, its record of the log about 300 when it is alone in it. */
const MAX_DISK_BYTES_A_FRAME = 1_500
/** Growth over the judged time, as a share of the mean. The figure itself is printed. */
const MAX_GROWTH = 0.1

type Sample = { readonly minute: number; readonly acked: number; readonly diskBytes: number } & Held

/** Slope of the least-squares line, in trackers of `valueOf` a minute. */
function slopeOf<Item extends { readonly minute: number }>(
  items: readonly Item[],
  valueOf: (item: Item) => number,
): number {
  const mean = (of: (item: Item) => number): number =>
    items.reduce((sum, item) => sum + of(item), 0) / items.length
  const x = mean(({ minute }) => minute)
  const y = mean(valueOf)
  const spread = items.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0)
  return items.reduce((sum, item) => sum + (item.minute - x) * (valueOf(item) - y), 0) / spread
}

const bytesIn = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
    : statSync(path).size

export const run = async (args: readonly string[]): Promise<boolean> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: String(MINUTES) },
      devices: { type: 'string', default: '270' },
      rate: { type: 'string', default: '27' },
    },
  })
  const minutes = Number(values.minutes)
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-soak-'))
  const server = startPart('embedded-server', { DATA_DIR: dataDir, BATCH_WINDOW_SECONDS: '1' })
  try {
    const { tcpPort } = await server.ask<{ readonly tcpPort: number }>('running')
    const devices = Number(values.devices)
    const load = createLoad({ host: '127.0.0.1', port: tcpPort, devices, rate: Number(values.rate) })
    load.start()
    const started = performance.now()
    const samples: Sample[] = []
    say(`${devices} trackers, ${values.rate} frames/s, ${minutes} minutes`)
    while (performance.now() - started < minutes * 60_000) {
      await sleep(60_000 / SAMPLES_A_MINUTE)
      const held = await server.ask<Held>('held')
      const minute = (performance.now() - started) / 60_000
      const sample = { minute, acked: load.stats().acked, diskBytes: bytesIn(dataDir), ...held }
      samples.push(sample)
      if (samples.length % SAMPLES_A_MINUTE === 0) say(describe(sample))
    }
    const { sent, acked } = load.stats()
    await load.stop()
    return judge(samples, sent - acked)
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const describe = ({
  minute,
  acked,
  mainBytes,
  gatewayBytes,
  heapBytes,
  handles,
  timers,
  diskBytes,
}: Sample): string =>
  `${minute.toFixed(1).padStart(6)} min  ${acked} frames  main ${(mainBytes / MIB).toFixed(0)} MB (heap ${(heapBytes / MIB).toFixed(1)})` +
  `  gateway ${(gatewayBytes / MIB).toFixed(0)} MB  handles ${handles}  timers ${timers}  disk ${(diskBytes / MIB).toFixed(1)} MB`

function judge(samples: readonly Sample[], open: number): boolean {
  const judged = samples.slice(Math.ceil(samples.length * WARM_UP))
  const span = judged.at(-1)!.minute - judged[0]!.minute
  const growth = (name: string, valueOf: (sample: Sample) => number) => {
    const mean = judged.reduce((sum, sample) => sum + valueOf(sample), 0) / judged.length
    const perMinute = slopeOf(judged, valueOf)
    say(`${name}: mean ${(mean / MIB).toFixed(1)} MB, slope ${((perMinute * 60) / MIB).toFixed(1)} MB/h`)
    return {
      name: `${name}, growth while judged, share of its mean`,
      value: (perMinute * span) / mean,
      atMost: MAX_GROWTH,
    }
  }
  const last = judged.at(-1)!
  const first = judged[0]!
  const most = (valueOf: (sample: Sample) => number, some: readonly Sample[]): number =>
    Math.max(...some.map(valueOf))
  const half = Math.ceil(judged.length / 2)
  const more = (name: string, valueOf: (sample: Sample) => number) => ({
    name: `${name}, more in the second half than in the first`,
    value: most(valueOf, judged.slice(half)) - most(valueOf, judged.slice(0, half)),
    atMost: 3,
  })
  return printBars([
    growth('memory of the main process', ({ mainBytes }) => mainBytes),
    growth('heap of its main thread after a collection', ({ heapBytes }) => heapBytes),
    growth('memory of the gateway', ({ gatewayBytes }) => gatewayBytes),
    more('handles', ({ handles }) => handles),
    more('timers', ({ timers }) => timers),
    {
      name: 'disk, bytes a frame',
      value: (last.diskBytes - first.diskBytes) / (last.acked - first.acked),
      atMost: MAX_DISK_BYTES_A_FRAME,
    },
    { name: 'frames without an ack at the end', value: open, atMost: 100 },
  ])
}
