import { profileNamed, profiles } from './profiles/index.ts'
import { runTracker } from './running-tracker.ts'
import { defaultStart, type Ignition, type Place } from './route.ts'
import type { Secrets } from './settings.ts'

export type TrackerOptions = {
  readonly host: string
  readonly port: number
  /** The profile's own if not given. */
  readonly deviceId?: string
  /** A name from profiles/index.ts. */
  readonly profile: string
  readonly seed?: number
  /** 0.01: all waits are 100 times shorter. */
  readonly timeScale?: number
  readonly intervalSeconds?: number
  readonly start?: Place
  readonly ignition?: Ignition
  /** Secrets in the tracker's settings. */
  readonly secrets?: Secrets
  readonly now?: () => number
  /**
   * `wall`: a frame's fix time is the time of its sending. `intervals`: it advances by the unscaled interval and
   * ends at now with the last of `maxFrames`; so it is by default where `timeScale` is below 1 and `maxFrames` known.
   */
  readonly clock?: 'wall' | 'intervals'
  /** Frames of its own accord; replies and repetitions do not count. */
  readonly maxFrames?: number
  /** After a loss; true if not given. */
  readonly reconnect?: boolean
  readonly onSent?: (bytes: Uint8Array) => void
  readonly onReceived?: (bytes: Uint8Array) => void
  /** Why there is no connection, in a sentence. */
  readonly onNote?: (note: string) => void
}

type Sent = { readonly at: number; readonly bytes: Uint8Array }

export type Tracker = {
  readonly deviceId: string
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** When `maxFrames` are sent. */
  readonly done: Promise<void>
  readonly sent: readonly Sent[]
  /** Frames and texts of the server, each by itself. */
  readonly received: readonly Uint8Array[]
}

/** Trackers that share an id drive in different areas. */
const startOf = (n: number, { latitude, longitude }: Place = defaultStart): Place => ({
  latitude: latitude + (latitude > 0 ? -0.3 : 0.3) * n,
  longitude,
})

/** Limit of stored frames, for a tracker that runs for days. */
const MEMORY = 10_000

/**
 * A simulated tracker. What it sends depends only on the seed and on `now`.
 *
 *     const tracker = createTracker({ host: '127.0.0.1', port, profile: 'st906l', timeScale: 0.01, maxFrames: 5 })
 *     tracker.start()
 *     await tracker.done
 *     await tracker.stop()
 */
export function createTracker(options: TrackerOptions): Tracker {
  const { host, port, seed = 1, timeScale = 1, intervalSeconds = 10, now = Date.now } = options
  const profile = profileNamed(options.profile)
  if (profile === undefined) {
    throw new Error(
      `there is no profile "${options.profile}"; there are ${profiles.map(({ name }) => name).join(', ')}`,
    )
  }
  const id = options.deviceId ?? profile.defaultId
  const maxFrames = options.maxFrames ?? Infinity
  const byIntervals = (options.clock ?? (timeScale < 1 ? 'intervals' : 'wall')) === 'intervals'
  const sent: Sent[] = []
  const received: Uint8Array[] = []
  const done = Promise.withResolvers<void>()
  let made = 0
  let counted = 0

  const remember = <Item>(list: Item[], item: Item): void => {
    if (list.push(item) > MEMORY) list.shift()
  }
  const trackers = Array.from({ length: profile.trackers ?? 1 }, (_, n) =>
    runTracker({
      profile,
      id,
      seed: seed + n * 7919,
      start: startOf(n, options.start),
      ignition: options.ignition,
      intervalSeconds,
      server: { host, port },
      secrets: options.secrets,
      timeScale,
      reconnect: options.reconnect ?? true,
      clock: now,
      clockStart:
        byIntervals && Number.isFinite(maxFrames) ? now() - (maxFrames - 1) * intervalSeconds * 1000 : null,
      mayMake: () => made < maxFrames && ++made > 0,
      onSent(bytes, counts) {
        remember(sent, { at: Date.now(), bytes })
        options.onSent?.(bytes)
        if (counts && ++counted === maxFrames) done.resolve()
      },
      onReceived(bytes) {
        remember(received, bytes)
        options.onReceived?.(bytes)
      },
      onNote: (note) => options.onNote?.(note),
    }),
  )

  return {
    deviceId: id,
    start: () => trackers.forEach((tracker) => tracker.start()),
    stop: async () => void (await Promise.all(trackers.map((tracker) => tracker.stop()))),
    done: done.promise,
    sent,
    received,
  }
}
