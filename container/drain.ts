import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#shared/log.ts'

/** Times after SIGTERM, ms. ECS kills the process 120 s after it. */
type DrainTimes = { readonly acceptMs: number; readonly closedByMs: number; readonly goneByMs: number }

/** What drain needs of the gateway. */
export type Drainable<C = unknown> = {
  readonly connections: ReadonlySet<C>
  readonly close: (connection: C, reason: string) => void
  /** Resolves to the number of events that the log did not accept within this time. */
  readonly drain: (withinMs: number) => Promise<number>
  /** Monotonic, ms. */
  readonly monotonic: () => number
}

/** Readings of the monotonic clock. */
type Timeline = {
  readonly closeFrom: number
  readonly acceptUntil: number
  readonly closedBy: number
  readonly goneBy: number
}

type Stopping = {
  /** ECS wants the task to stop and has deregistered it: SIGTERM follows after the deregistration delay. */
  readonly announced: () => void
  /** SIGTERM: the process is killed 120 s later. */
  readonly signalled: () => void
  /** SIGTERM or SIGINT a second time: exit without waiting. */
  readonly hurry: () => void
  readonly isStopping: () => boolean
  /** Resolves at the first of the above. */
  readonly begun: Promise<void>
  readonly timeline: () => Timeline
  readonly hurried: AbortSignal
}

/**
 * Times after the announcement. A load balancer may send new connections for up to about two minutes after
 * deregistration, so the gateway accepts for that long; it starts closing sockets earlier, because closing takes time.
 * SIGTERM comes after 120 s (the deregistration delay), SIGKILL after 240 s.
 */
const announcedTimes = { closeFromMs: 20_000, acceptMs: 125_000, closedByMs: 165_000, goneByMs: 185_000 }

const STEP_MS = 100

/** Why and since when the gateway is stopping. `monotonic` in ms. */
export function createStopping(monotonic: () => number, times: DrainTimes): Stopping {
  const abort = new AbortController()
  const begin = Promise.withResolvers<void>()
  let announcedAt: number | null = null
  let signalledAt: number | null = null
  return {
    announced: () => {
      announcedAt ??= monotonic()
      begin.resolve()
    },
    signalled: () => {
      signalledAt ??= monotonic()
      begin.resolve()
    },
    hurry: () => abort.abort(),
    isStopping: () => announcedAt !== null || signalledAt !== null,
    begun: begin.promise,
    hurried: abort.signal,
    // The earlier of both: SIGTERM may come sooner than the deregistration delay, and then SIGKILL does too.
    timeline: () => {
      const fromAnnounced = announcedAt ?? Infinity
      const fromSignal = signalledAt ?? Infinity
      const { closeFromMs, acceptMs, closedByMs, goneByMs } = announcedTimes
      return {
        closeFrom: Math.min(fromAnnounced + closeFromMs, fromSignal + times.acceptMs),
        acceptUntil: Math.min(fromAnnounced + acceptMs, fromSignal + times.acceptMs),
        closedBy: Math.min(fromAnnounced + closedByMs, fromSignal + times.closedByMs),
        goneBy: Math.min(fromAnnounced + goneByMs, fromSignal + times.goneByMs),
      }
    },
  }
}

/**
 * Stops in order: health fails; the gateway accepts as long as the load balancer may still send trackers; sockets are
 * closed evenly, so that trackers do not all dial the next task at once; the buffer is flushed into the log. Resolves
 * to the number of events that the log did not accept in time.
 */
export async function drain<C>({
  gateway,
  listener,
  health,
  stopping,
  log,
  wait = (ms, signal) =>
    sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    }),
}: {
  readonly gateway: Drainable<C>
  readonly listener: { readonly stopAccepting: () => void }
  readonly health: { readonly fail: () => void }
  readonly stopping: Pick<Stopping, 'timeline' | 'hurried'>
  readonly log: Pick<Log, 'info' | 'error'>
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}): Promise<number> {
  const { hurried, timeline } = stopping
  const start = gateway.monotonic()
  health.fail()
  log.info('draining', { sockets: gateway.connections.size })

  const closeSome = (count: number): void => {
    for (const connection of [...gateway.connections].slice(0, count)) gateway.close(connection, 'task stops')
  }
  let isAccepting = true
  while (isAccepting || gateway.connections.size > 0) {
    const now = gateway.monotonic()
    const { closeFrom, acceptUntil, closedBy } = timeline()
    if (isAccepting && (hurried.aborted || now >= acceptUntil)) {
      listener.stopAccepting()
      isAccepting = false
    }
    if (hurried.aborted || now >= closedBy) closeSome(gateway.connections.size)
    else if (now >= closeFrom) {
      const stepsLeft = Math.max(1, Math.floor((closedBy - now) / STEP_MS))
      closeSome(Math.ceil(gateway.connections.size / stepsLeft))
    }
    if (!isAccepting && gateway.connections.size === 0) break
    await wait(STEP_MS, hurried)
  }
  const lost = await gateway.drain(Math.max(0, timeline().goneBy - gateway.monotonic()))
  if (lost > 0)
    log.error('the log did not accept these events; none of them was acknowledged', { events: lost })
  log.info('drained', { ms: Math.round(gateway.monotonic() - start), left: lost })
  return lost
}
