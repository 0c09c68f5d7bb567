import { performance } from 'node:perf_hooks'
import { quantile } from './timing.ts'
import { startCommandSystem } from '../e2e/command-system.ts'
import { testAdminKey } from '../e2e/harness.ts'

/** Waiting requests of one run, over so many devices that no queue is full. */
const waits = 200
const perDevice = 20
const probesOfHealth = 100

export type WaitsResult = {
  readonly idleP95: number
  readonly busyP95: number
  /** While the callers that may not wait get their answers, and how long that takes. */
  readonly burstP95: number
  readonly burstMs: number
  readonly serverErrors: number
  /** Callers that learned the id of their command. */
  readonly known: number
}

/** 200 requests with `Prefer: wait` at once, for devices that are away; meanwhile /healthz is asked one by one. */
export async function measureWaits(count = waits, seconds = 25): Promise<WaitsResult> {
  const system = await startCommandSystem()
  try {
    const { httpUrl } = system.embedded
    const devices = Array.from({ length: Math.ceil(count / perDevice) }, (_, i) => String(9_170_000_100 + i))
    for (const deviceId of devices) await system.ask('POST', '/v1/devices', { deviceId })
    const askHealth = async (): Promise<number> => {
      const start = performance.now()
      const answer = await fetch(`${httpUrl}/healthz`)
      if (!answer.ok) throw new Error(`/healthz: ${answer.status}`)
      return performance.now() - start
    }
    const askHealthAgain = async (isOver: () => boolean) => {
      const times: { readonly at: number; readonly ms: number }[] = []
      while (!isOver()) {
        const at = performance.now()
        times.push({ at, ms: await askHealth() })
      }
      return times
    }
    const p95 = (times: readonly { readonly ms: number }[]): number =>
      quantile(
        times.map(({ ms }) => ms),
        0.95,
      )
    let left = probesOfHealth
    const idle = await askHealthAgain(() => left-- === 0)

    const started = performance.now()
    const answeredAt: number[] = []
    let isOver = false
    const answers = Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const deviceId = devices[i % devices.length]!
        const answer = await fetch(`${httpUrl}${system.pathOf(deviceId)}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${testAdminKey}`,
            'content-type': 'application/json',
            prefer: `wait=${seconds}`,
          },
          body: JSON.stringify({
            intent: 'overspeed',
            params: { speedKmh: 40 + Math.floor(i / devices.length) },
          }),
        })
        answeredAt.push(performance.now())
        return { status: answer.status, body: (await answer.json()) as { commandId?: string } }
      }),
    ).finally(() => {
      isOver = true
    })
    const busy = await askHealthAgain(() => isOver)
    const all = await answers
    const burstEnd = quantile(answeredAt, 0.9)
    return {
      idleP95: p95(idle),
      busyP95: p95(busy),
      burstP95: p95(busy.filter(({ at }) => at <= burstEnd)),
      burstMs: burstEnd - started,
      serverErrors: all.filter(({ status }) => status >= 500).length,
      known: all.filter(({ body }) => body.commandId !== undefined).length,
    }
  } finally {
    await system.close()
  }
}

/** Bars: /healthz takes at most 3 times as long as idle (p95), no 5xx, every caller learns its command id. */
export async function run(): Promise<boolean> {
  const { idleP95, busyP95, burstP95, burstMs, serverErrors, known } = await measureWaits()
  const ratio = busyP95 / idleP95
  console.log(
    `/healthz p95: idle ${idleP95.toFixed(1)} ms, with ${waits} waits ${busyP95.toFixed(1)} ms (${ratio.toFixed(1)}×, bar 3×)`,
  )
  console.log(
    `in the first ${burstMs.toFixed(0)} ms, until 9 of 10 callers are answered: p95 ${burstP95.toFixed(1)} ms`,
  )
  console.log(`5xx: ${serverErrors} (bar 0); callers that know their command: ${known} of ${waits}`)
  return ratio <= 3 && serverErrors === 0 && known === waits
}
