import { MIN_JUDGED_FRAMES, MIN_JUDGED_MS } from '#shared/domain/interlock.ts'
import type { Clock } from './clock.ts'

/** A frame of a device that has gone into the log. */
export type RecentFrame = {
  readonly sessionId: string
  readonly bytes: Uint8Array
  readonly receivedAt: number
}

/** Limits the memory for a device that floods: twice the frames of a device that reports every second. */
const MAX_FRAMES = 128
/** A larger difference between the clocks is a step of the wall clock. */
const MIN_STEP_MS = 1_000
/** Most frames fit; for larger ones the memory is allocated again. */
const USUAL_BYTES = 128

/**
 * Own memory for one frame, of which the first `length` bytes are used. `at`: when it was received, by the monotonic
 * clock, ms.
 */
type Slot = { sessionId: string; bytes: Uint8Array; length: number; receivedAt: number; at: number }

/**
 * The newest frames of a device from all of its sockets on this gateway, in order of reception. The interlock and the
 * baseline of an effect are judged by them. At least the last minute and at least the last four frames.
 */
export class RecentFrames {
  private readonly slots: Slot[] = []
  private overflowedAt = Number.NEGATIVE_INFINITY
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * Copies the frame, because it is a view of the chunk in which it came, which may be a whole stored day. Slots are
   * reused: releasing what ten thousand devices kept for a minute costs the garbage collector more than copying.
   */
  keep(sessionId: string, bytes: Uint8Array, receivedAt: number, at: number): void {
    const slot = this.takeSlot(this.clock.monotonic())
    if (bytes.length > slot.bytes.length) slot.bytes = new Uint8Array(bytes.length)
    slot.bytes.set(bytes)
    slot.length = bytes.length
    slot.sessionId = sessionId
    slot.receivedAt = receivedAt
    slot.at = at
    this.slots.push(slot)
  }

  /** Oldest first. `receivedAt` uses the steady clock if the wall clock has been set since. */
  list(): RecentFrame[] {
    const { monotonic, steady } = this.clock
    const toSteady = steady() - monotonic()
    return this.slots.map(({ sessionId, bytes, length, receivedAt, at }) => {
      const atSteady = Math.round(at + toSteady)
      const hasStepped = Math.abs(atSteady - receivedAt) > MIN_STEP_MS
      return { sessionId, bytes: bytes.slice(0, length), receivedAt: hasStepped ? atSteady : receivedAt }
    })
  }

  /** False while a frame of the last minute was dropped because there were too many. */
  get isComplete(): boolean {
    return this.clock.monotonic() - this.overflowedAt > MIN_JUDGED_MS
  }

  private takeSlot(at: number): Slot {
    let free: Slot | undefined
    while (this.slots.length >= MIN_JUDGED_FRAMES && this.isOld(at)) free = this.slots.shift()
    if (free === undefined && this.slots.length >= MAX_FRAMES) {
      free = this.slots.shift()
      this.overflowedAt = at
    }
    return free ?? { sessionId: '', bytes: new Uint8Array(USUAL_BYTES), length: 0, receivedAt: 0, at: 0 }
  }

  private isOld(at: number): boolean {
    return at - this.slots[0]!.at > MIN_JUDGED_MS
  }
}
