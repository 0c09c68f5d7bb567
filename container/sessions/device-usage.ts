/** What a device has sent since `since`. */
export type DeviceUsage = { since: number; frames: number; bytes: number; isReported: boolean }

export type DeviceUsages = {
  readonly of: (deviceId: string) => DeviceUsage
  /** Counts a frame. False: the device has reached its limit of 24 hours, and the frame is dropped. */
  readonly count: (deviceId: string, usage: DeviceUsage, bytes: number) => boolean
}

const DAY_MS = 86_400_000
const MAX_DEVICES = 100_000

/**
 * Limits what one device id may send in a day over all of its sockets here: each frame costs money, and anyone who
 * knows an id can send. `onExceeded` is called once in 24 hours.
 */
export function createDeviceUsages({
  maxFrames,
  maxBytes,
  monotonic,
  onExceeded,
}: {
  readonly maxFrames: number
  readonly maxBytes: number
  readonly monotonic: () => number
  readonly onExceeded: (deviceId: string) => void
}): DeviceUsages {
  /** Ordered by the start of the day, oldest first. */
  const devices = new Map<string, DeviceUsage>()

  const start = (deviceId: string, at: number): DeviceUsage => {
    const usage = { since: at, frames: 0, bytes: 0, isReported: false }
    devices.delete(deviceId)
    devices.set(deviceId, usage)
    for (const [oldest, { since }] of devices) {
      if (at - since < DAY_MS && devices.size <= MAX_DEVICES) break
      devices.delete(oldest)
    }
    return usage
  }

  return {
    of: (deviceId) => devices.get(deviceId) ?? start(deviceId, monotonic()),
    count: (deviceId, usage, bytes) => {
      const at = monotonic()
      if (at - usage.since >= DAY_MS) {
        Object.assign(usage, { since: at, frames: 0, bytes: 0, isReported: false })
        devices.delete(deviceId)
        devices.set(deviceId, usage)
      }
      if (usage.frames < maxFrames && usage.bytes + bytes <= maxBytes) {
        usage.frames += 1
        usage.bytes += bytes
        return true
      }
      if (!usage.isReported) {
        usage.isReported = true
        onExceeded(deviceId)
      }
      return false
    },
  }
}
