import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../../cdk/local/running.ts'
import { makeDataDir, removeDataDir } from '../e2e/harness.ts'
import { printBars } from './bars.ts'
import { register, type Api } from './load-api.ts'
import type { CallerAnswer, Crowd } from './parts/callers.ts'
import { startPart } from './parts/part.ts'
import { quantile } from './timing.ts'

/** Waiting requests of one run, over so many devices that no queue is full. */
const WAITS = 200
const PER_DEVICE = 20
const PROBES_OF_HEALTH = 100

type WaitsResult = {
  readonly idleP95: number
  /** While all commands are accepted and callers wait. */
  readonly waitingP95: number
  /** Before, while 200 commands are being accepted, and how long that takes: until 9 of 10 callers are answered. */
  readonly burstP95: number
  readonly burstMs: number
  readonly serverErrors: number
  /** Callers that learned the id of their command. */
  readonly known: number
}

/** Requests are sent by the clock, so that a late answer does not delay the next requests. */
const HEALTH_EVERY_MS = 50
/** As many as the API has instances: starting them is not what is measured. */
const WARM_UPS = 10

/** ms since 1970, with fractions: the same in all processes. */
const clock = (): number => performance.timeOrigin + performance.now()

type Probe = { readonly at: number; readonly ms: number }
const p95 = (probes: readonly Probe[]): number =>
  quantile(
    probes.map(({ ms }) => ms),
    0.95,
  )

/** Asks /healthz by the clock until it is over, and then waits for the answers that are missing. */
async function askHealth(httpUrl: string, isOver: () => boolean): Promise<readonly Probe[]> {
  const probes: Promise<Probe>[] = []
  const started = clock()
  while (!isOver()) {
    const at = started + probes.length * HEALTH_EVERY_MS
    await sleep(Math.max(0, at - clock()))
    probes.push(
      fetch(`${httpUrl}/healthz`).then(async (answer) => {
        if (!answer.ok) throw new Error(`/healthz: ${answer.status}`)
        await answer.arrayBuffer()
        return { at, ms: clock() - at }
      }),
    )
  }
  return Promise.all(probes)
}

/** 200 requests with `Prefer: wait` at once, for devices that are away; meanwhile /healthz is asked. */
export async function measureWaits(api: Api, count = WAITS, seconds = 25): Promise<WaitsResult> {
  const { httpUrl, adminKey } = api
  const authorization = `Bearer ${adminKey}`
  const devices = Array.from({ length: Math.ceil(count / PER_DEVICE) }, (_, i) => String(9_170_000_100 + i))
  await register(api, devices)
  const warm = Array.from({ length: WARM_UPS }, () =>
    fetch(`${httpUrl}/v1/devices`, { headers: { authorization } }),
  )
  // /healthz finds an instance more when all are busy.
  let asked = 0
  await askHealth(httpUrl, () => asked++ === WARM_UPS)
  await Promise.all(warm)
  let left = PROBES_OF_HEALTH
  const idle = await askHealth(httpUrl, () => left-- === 0)

  const callers = startPart('callers')
  // Its start is no part of the crowd.
  await callers.usage()
  const started = clock()
  let isOver = false
  const answers = callers
    .ask<CallerAnswer[]>('order', { api, devices, count, seconds } satisfies Crowd)
    .finally(() => {
      isOver = true
    })
  const busy = await askHealth(httpUrl, () => isOver)
  const all = await answers
  await callers.stop()
  const burstEnd = quantile(
    all.map(({ at }) => at),
    0.9,
  )
  return {
    idleP95: p95(idle),
    waitingP95: p95(busy.filter(({ at }) => at > burstEnd)),
    burstP95: p95(busy.filter(({ at }) => at <= burstEnd)),
    burstMs: burstEnd - started,
    serverErrors: all.filter(({ status }) => status >= 500).length,
    known: new Set(all.flatMap(({ commandId }) => commandId ?? [])).size,
  }
}

/** In a process of its own: who asks must not hold up what is measured. */
async function measureAlone(): Promise<WaitsResult> {
  const dataDir = makeDataDir()
  const server = startPart('embedded-server', { DATA_DIR: dataDir, BATCH_WINDOW_SECONDS: '0' })
  try {
    return await measureWaits(await server.ask<Running & { adminKey: string }>('running'))
  } finally {
    await server.ask('close')
    await server.stop()
    removeDataDir(dataDir)
  }
}

/** Bars: from the first order on /healthz takes at most 3 times as long as idle (p95), no 5xx, every caller learns its id. */
export async function run(): Promise<boolean> {
  const { idleP95, waitingP95, burstP95, burstMs, serverErrors, known } = await measureAlone()
  console.log(
    `${WAITS} commands accepted at once in ${burstMs.toFixed(0)} ms; idle p95 of /healthz ${idleP95.toFixed(1)} ms`,
  )
  return printBars([
    { name: '/healthz while they are accepted, p95 against idle', value: burstP95 / idleP95, atMost: 3 },
    { name: '/healthz while callers wait, p95 against idle', value: waitingP95 / idleP95, atMost: 3 },
    { name: 'answers 5xx', value: serverErrors, atMost: 0 },
    { name: 'callers that know their command', value: known, atLeast: WAITS },
  ])
}
