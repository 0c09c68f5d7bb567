import { MIN_JUDGED_MS } from '#shared/domain/interlock.ts'
import type { Clock } from './clock.ts'
import { RecentFrames } from './recent-frames.ts'

/** The recent frames of each device with a session here, and of those that left within the last minute. */
export function createDeviceFrames(clock: Clock): {
  readonly of: (deviceId: string) => RecentFrames
  /** The device has no session here any more. */
  readonly leave: (deviceId: string) => void
} {
  const { monotonic } = clock
  const devices = new Map<string, RecentFrames>()
  /** When each device left, oldest first. */
  const left = new Map<string, number>()

  const forgetOld = (): void => {
    for (const [deviceId, at] of left) {
      if (monotonic() - at <= MIN_JUDGED_MS) return
      left.delete(deviceId)
      devices.delete(deviceId)
    }
  }

  return {
    of: (deviceId) => {
      left.delete(deviceId)
      forgetOld()
      const known = devices.get(deviceId)
      if (known !== undefined) return known
      const frames = new RecentFrames(clock)
      devices.set(deviceId, frames)
      return frames
    },
    leave: (deviceId) => {
      left.delete(deviceId)
      left.set(deviceId, monotonic())
      forgetOld()
    },
  }
}
