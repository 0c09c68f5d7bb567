import { messageFormat, type LiveBatch } from '#shared/domain/command-messages.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { Metrics } from '#shared/metrics.ts'
import { toHex } from './conductor/timeline.ts'

export type LiveFeed = {
  /** Somebody watches the device until then, ms. */
  readonly watch: (deviceId: string, until: number) => void
  readonly isWatched: (deviceId: string) => boolean
  readonly add: (event: SessionEvent) => void
  readonly stop: () => void
}

/** Frames of a device go out together; people see no difference, and a connection may publish 100 times a second. */
const coalesceMs = 200
/** Rows of a device that wait for a slow link; older ones are dropped first. */
const mostRows = 200

type Watched = {
  until: number
  rows: LiveBatch['rows'][number][]
  timer: NodeJS.Timeout | undefined
  isSending: boolean
}

/** What goes over the wires of watched devices, masked, to their live topics. Nothing for all others. */
export function createLiveFeed({
  maskBytes,
  publish,
  metrics,
  now,
}: {
  readonly maskBytes: (bytes: Uint8Array, direction: 'up' | 'down') => Uint8Array
  readonly publish: (batch: LiveBatch) => Promise<unknown>
  readonly metrics: Metrics
  readonly now: () => number
}): LiveFeed {
  const watched = new Map<string, Watched>()

  const schedule = (deviceId: string, device: Watched): void => {
    if (device.isSending || device.rows.length === 0) return
    device.timer ??= setTimeout(() => {
      device.timer = undefined
      void send(deviceId, device)
    }, coalesceMs)
  }

  const send = async (deviceId: string, device: Watched): Promise<void> => {
    device.isSending = true
    const rows = device.rows.splice(0)
    metrics.count('LiveFrames', rows.length)
    await publish({ v: messageFormat, kind: 'live', deviceId, rows })
    device.isSending = false
    schedule(deviceId, device)
  }

  const isWatched = (deviceId: string): boolean => {
    const device = watched.get(deviceId)
    if (device === undefined) return false
    if (device.until > now()) return true
    if (device.rows.length === 0 && !device.isSending) watched.delete(deviceId)
    return false
  }

  return {
    watch: (deviceId, until) => {
      const device = watched.get(deviceId)
      if (device !== undefined) device.until = Math.max(device.until, until)
      else if (until > now()) {
        watched.set(deviceId, { until, rows: [], timer: undefined, isSending: false })
      }
    },
    isWatched,
    add: ({ deviceId, kind, sessionId, seq, receivedAt, ack, raw }) => {
      const device = isWatched(deviceId) ? watched.get(deviceId) : undefined
      if (device === undefined) return
      const isOnWire = kind === 'frame' || kind === 'rest' || kind === 'written'
      const shown = isOnWire ? maskBytes(raw, kind === 'written' ? 'down' : 'up') : raw
      device.rows.push({ kind, sessionId, seq, receivedAt, ack, raw: toHex(shown) })
      if (device.rows.length > mostRows) {
        device.rows.shift()
        metrics.count('LiveDropped')
      }
      schedule(deviceId, device)
    },
    stop: () => {
      for (const { timer } of watched.values()) clearTimeout(timer)
      watched.clear()
    },
  }
}
