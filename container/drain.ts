import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#shared/log.ts'
import type { Gateway } from './gateway.ts'
import type { Health } from './health.ts'
import type { Listener } from './sockets/listener.ts'

export type DrainTimes = { readonly acceptMs: number; readonly closedByMs: number; readonly goneByMs: number }

const stepMs = 100

/**
 * Leaves in order (DESIGN.md §8): health fails, accepting goes on while the load balancer learns of it, sockets are
 * closed evenly so that trackers don't all dial the next task at once, and what is buffered goes into the log.
 * Resolves to the number of events the log did not take in time. `hurry` skips the waiting.
 */
export async function drain({
  gateway,
  listener,
  health,
  times,
  log,
  hurry,
}: {
  gateway: Gateway
  listener: Listener
  health: Health
  times: DrainTimes
  log: Log
  hurry: AbortSignal
}): Promise<number> {
  const start = gateway.monotonic()
  const wait = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: hurry }).catch((error: unknown) => {
      if (!hurry.aborted) throw error
    })
  }
  health.fail()
  log.info('draining', { sockets: gateway.connections.size })
  await wait(times.acceptMs)
  listener.stopAccepting()

  const closeFor = Math.max(0, times.closedByMs - times.acceptMs)
  for (let left = hurry.aborted ? 0 : Math.floor(closeFor / stepMs); gateway.connections.size > 0; left--) {
    const some = left > 0 ? Math.ceil(gateway.connections.size / left) : gateway.connections.size
    for (const connection of [...gateway.connections].slice(0, some)) gateway.close(connection, 'task stops')
    if (gateway.connections.size === 0) break
    if (hurry.aborted) left = 1
    await wait(stepMs)
  }
  const lost = await gateway.drain(Math.max(0, start + times.goneByMs - gateway.monotonic()))
  if (lost > 0) log.error('events the log did not take; none of them was acknowledged', { events: lost })
  log.info('drained', { ms: Math.round(gateway.monotonic() - start), left: lost })
  return lost
}
