import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../tools/api-client.ts'
import { readAllDevices } from '../tools/read-devices.ts'
import type { Device } from './discovery.ts'

export type WatchTimes = {
  /** The list is read again after this time in any case. */
  readonly resyncMs: number
  /** Pause before the events are followed again. Where the API cannot stream, the list is read as often. */
  readonly retryMs: number
  /** Least time between two reads of the list. */
  readonly pauseMs: number
}
const usualTimes: WatchTimes = { resyncMs: 30_000, retryMs: 5_000, pauseMs: 1_000 }

/** A large fleet is read less often: reading takes at most this share of the time. */
const READING_SHARE = 0.2

/** What changes something that is published. */
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
 * Reads all devices that the key sees, at once and after each event, until the signal. Events only say that there is
 * something to read, so none can be lost or come twice.
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
  const following = followEvents({ client, ring: bell.ring, onError, signal, retryMs: times.retryMs })
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

/** Rings for each event, and whenever events may have been missed. */
async function followEvents({
  client,
  ring,
  onError,
  signal,
  retryMs,
}: {
  readonly client: () => Promise<ApiClient>
  readonly ring: () => void
  readonly onError: (message: string, cause: unknown) => void
  readonly signal: AbortSignal
  readonly retryMs: number
}): Promise<void> {
  let isFailing = false
  while (!signal.aborted) {
    try {
      const api = await client()
      for await (const bytes of api.download(`/v1/stream?types=${types}`, signal)) {
        isFailing = false
        if (Buffer.from(bytes).includes('event:')) ring()
      }
    } catch (cause) {
      if (!signal.aborted && !isFailing)
        onError('events are not followed; devices are read every now and then', cause)
      isFailing = true
    }
    await pause(retryMs, signal)
    ring()
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  // Rejects with the signal.
  sleep(ms, undefined, { signal }).catch(() => {})

function createBell(signal: AbortSignal) {
  let hasRung = false
  let wake = (): void => {}
  return {
    ring: () => {
      hasRung = true
      wake()
    },
    /** Resolves when it has rung since the last time, or after ms, or with the signal. */
    wait: async (ms: number): Promise<void> => {
      const rung = new AbortController()
      wake = () => rung.abort()
      if (!hasRung) await pause(ms, AbortSignal.any([signal, rung.signal]))
      hasRung = false
    },
  }
}
