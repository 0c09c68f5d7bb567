import { watchFleet, type WatchTimes } from '../../mqtt/watch-fleet.ts'
import { createApiClient, RefusedError } from '../../tools/api-client.ts'
import { toDevice, toLastPosition, type Device, type TraccarEvent, type TraccarPosition } from './models.ts'
import { createEventReader } from './reads.ts'

/**
 * A message of a socket. A position is always sent together with its device, because Home Assistant looks up the device in the same
 * message.
 */
type Update = {
  readonly devices?: readonly ReturnType<typeof toDevice>[]
  readonly positions?: readonly TraccarPosition[]
  readonly events?: readonly TraccarEvent[]
}
type Listener = {
  readonly send: (update: Update) => void
  /** The key is no longer accepted, or the server stops; nothing more is sent. */
  readonly refuse: () => void
}
export type FeedParts = {
  readonly httpUrl: () => string
  readonly onError: (message: string, cause: unknown) => void
  readonly times?: Partial<WatchTimes>
  readonly now?: () => number
}
export type Feeds = ReturnType<typeof createFeeds>

type Shown = { readonly device: ReturnType<typeof toDevice>; readonly position: TraccarPosition | null }

const toUpdate = (shown: readonly Shown[]): Update => ({
  devices: shown.map(({ device }) => device),
  positions: shown.flatMap(({ position }) => position ?? []),
})

/** Follows the changes that a key sees: once per key for all of its sockets, and only while it has a socket. */
export function createFeeds(parts: FeedParts) {
  const feeds = new Map<string, ReturnType<typeof startFeed>>()
  const ended = new Set<Promise<void>>()
  let isClosed = false
  const end = (key: string): void => {
    const feed = feeds.get(key)
    if (feed === undefined) return
    feeds.delete(key)
    const ending = feed.end().finally(() => ended.delete(ending))
    ended.add(ending)
  }
  return {
    /** Sends the current state, and then each change. Returns a function that ends the feed. */
    join: (key: string, listener: Listener): (() => void) => {
      if (isClosed) {
        listener.refuse()
        return () => {}
      }
      const feed = feeds.get(key) ?? startFeed(key, parts, () => end(key))
      feeds.set(key, feed)
      feed.join(listener)
      return () => {
        feed.leave(listener)
        if (feed.isEmpty() && feeds.get(key) === feed) end(key)
      }
    },
    close: async (): Promise<void> => {
      isClosed = true
      for (const key of feeds.keys()) end(key)
      await Promise.all(ended)
    },
  }
}

function startFeed(
  key: string,
  { httpUrl, onError, times, now = Date.now }: FeedParts,
  onRefused: () => void,
) {
  const api = createApiClient(httpUrl(), key)
  const ending = new AbortController()
  const listeners = new Set<Listener>()
  /** Null until it is read. */
  let shown: ReadonlyMap<string, Shown> | null = null
  const send = (update: Update): void => listeners.forEach((listener) => listener.send(update))
  const fail = (message: string, cause: unknown): void => {
    if (ending.signal.aborted) return
    const isRefused = cause instanceof RefusedError && (cause.status === 401 || cause.status === 403)
    if (!isRefused) return onError(message, cause)
    for (const listener of listeners) listener.refuse()
    onRefused()
  }

  const showDevices = (devices: readonly Device[]): void => {
    const before = shown
    const after = new Map(
      devices.map((device) => [
        device.deviceId,
        { device: toDevice(device), position: toLastPosition(device) },
      ]),
    )
    shown = after
    if (before === null) return send(toUpdate([...after.values()]))
    const isSame = (id: string, one: Shown): boolean => JSON.stringify(before.get(id)) === JSON.stringify(one)
    const changed = [...after].flatMap(([id, one]) => (isSame(id, one) ? [] : [one]))
    if (changed.length > 0) send(toUpdate(changed))
  }
  const readNewEvents = createEventReader(api, now())
  let reading = Promise.resolve()
  const showEvents = async (): Promise<void> => {
    const events = await readNewEvents()
    if (events.length > 0) send({ events })
  }

  const watching = watchFleet({
    client: async () => api,
    onDevices: (devices) => {
      showDevices(devices)
      reading = reading.then(showEvents).catch((cause: unknown) => fail('events not read', cause))
    },
    onError: fail,
    signal: ending.signal,
    ...(times && { times }),
  })
  return {
    join: (listener: Listener): void => {
      listeners.add(listener)
      if (shown !== null) listener.send(toUpdate([...shown.values()]))
    },
    leave: (listener: Listener): void => void listeners.delete(listener),
    isEmpty: (): boolean => listeners.size === 0,
    end: async (): Promise<void> => {
      ending.abort()
      await watching
      await reading
    },
  }
}
