import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../tools/api-client.ts'
import { readAllDevices } from '../tools/read-devices.ts'
import type { Device } from './discovery.ts'

export type WatchTimes = {
  /** The list is read again at least this often. */
  readonly resyncMs: number
  /** Pause before events are followed again. If the API cannot stream, the list is read at this interval. */
  readonly retryMs: number
  /** Minimum time between two reads of the list. */
  readonly pauseMs: number
  /** Ingest publishes positions only while someone follows them, which it notices within 5 s. */
  readonly learnsMs: number
}
const usualTimes: WatchTimes = { resyncMs: 30_000, retryMs: 5_000, pauseMs: 1_000, learnsMs: 6_000 }

/** A large fleet is read less often, so that reading takes at most this share of the time. */
const READING_SHARE = 0.2

/** The events that change something that is published. */
const types = [
  'device.added',
  'device.removed',
  'device.online',
  'device.offline',
  'device.moved',
  'alarm.raised',
  'alarm.cleared',
].join(',')

/**
 * Reads all devices that the key sees, at once and after each event, until the signal aborts. Events only trigger a read, so lost
 * or repeated events do no harm.
 */
export async function watchFleet({
  client,
  onDevices,
  onError,
  signal,
  times: given = {},
}: {
  readonly client: () => Promise<ApiClient>
  readonly onDevices: (devices: readonly Device[]) => void
  readonly onError: (message: string, cause: unknown) => void
  readonly signal: AbortSignal
  readonly times?: Partial<WatchTimes>
}): Promise<void> {
  const times = { ...usualTimes, ...given }
  const bell = createBell(signal)
  const following = followEvents({ client, ring: bell.ring, onError, signal, times })
  while (!signal.aborted) {
    const since = performance.now()
    try {
      onDevices(await readAllDevices(await client()))
    } catch (cause) {
      if (!signal.aborted) onError('devices not read', cause)
    }
    const tookMs = performance.now() - since
    await pause(Math.max(times.pauseMs, tookMs / READING_SHARE), signal)
    await bell.wait(times.resyncMs)
  }
  await following
}

/** Triggers a read for each event, and whenever events may have been missed. */
async function followEvents({
  client,
  ring,
  onError,
  signal,
  times,
}: {
  readonly client: () => Promise<ApiClient>
  readonly ring: () => void
  readonly onError: (message: string, cause: unknown) => void
  readonly signal: AbortSignal
  readonly times: Pick<WatchTimes, 'retryMs' | 'learnsMs'>
}): Promise<void> {
  let isFailing = false
  while (!signal.aborted) {
    let isOpen = false
    try {
      const api = await client()
      for await (const bytes of api.download(`/v1/stream?types=${types}`, signal)) {
        isFailing = false
        if (!isOpen) void pause(times.learnsMs, signal).then(ring)
        if (!isOpen || Buffer.from(bytes).includes('event:')) ring()
        isOpen = true
      }
    } catch (cause) {
      if (!signal.aborted && !isFailing)
        onError('events cannot be followed; devices are read at intervals', cause)
      isFailing = true
    }
    await pause(times.retryMs, signal)
    ring()
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  // Rejects when the signal aborts.
  sleep(ms, undefined, { signal }).catch(() => {})

function createBell(signal: AbortSignal) {
  let hasRung = false
  let wake = (): void => {}
  return {
    ring: () => {
      hasRung = true
      wake()
    },
    /** Resolves when a read was triggered since the last call, after `ms`, or when the signal aborts. */
    wait: async (ms: number): Promise<void> => {
      const rung = new AbortController()
      wake = () => rung.abort()
      if (!hasRung) await pause(ms, AbortSignal.any([signal, rung.signal]))
      hasRung = false
    },
  }
}
