import { MIN_JUDGED_FRAMES, MIN_JUDGED_MS } from '#shared/domain/interlock.ts'
import type { Clock } from './clock.ts'

/** A frame of a device that has gone into the log. */
export type RecentFrame = {
  readonly sessionId: string
  readonly bytes: Uint8Array
  readonly receivedAt: number
}

/** Bounds the memory of a device that floods: twice the frames of a device that reports each second. */
const MAX_FRAMES = 128
/** A greater difference between the clocks is a step of the wall clock. */
const MIN_STEP_MS = 1_000
/** Most frames fit; the memory is allocated again for those that do not. */
const USUAL_BYTES = 128

/** Memory of its own for one frame, of which the first `length` bytes count. `at`: when it was received, by the monotonic clock, ms. */
type Slot = { sessionId: string; bytes: Uint8Array; length: number; receivedAt: number; at: number }

/**
 * The newest frames of a device from all of its sockets on this gateway, in order of reception: what the interlock and
 * the baseline of an effect are judged by. At least the last minute of them and at least the last four.
 */
export class RecentFrames {
  private readonly slots: Slot[] = []
  private overflowedAt = Number.NEGATIVE_INFINITY
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * Copies the frame: it is a view of the chunk it came in, which may be a whole stored day. Slots are reused, because
   * what ten thousand devices keep for a minute and then release costs the garbage collector more than copying.
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

  /** Oldest first. `receivedAt`: the steady clock, where the wall clock has been set since. */
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
