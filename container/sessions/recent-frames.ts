import { MIN_JUDGED_FRAMES, MIN_JUDGED_MS } from '#shared/domain/interlock.ts'
import type { Clock } from './clock.ts'

/** A frame of a device that has gone into the log. */
type RecentFrame = {
  readonly sessionId: string
  readonly bytes: Uint8Array
  readonly receivedAt: number
}

/** Bounds the memory of a device that floods: twice the frames of a device that reports each second. */
const MAX_FRAMES = 128
/** A greater difference between the clocks is a step of the wall clock. */
const MIN_STEP_MS = 1_000
/** Four texts of 100 bytes with their headers. */
const FIRST_BYTES = 512
/**
 * The header of an entry: its length as 16 bits, and its time of reception by the monotonic and by the wall clock as 64 bits each.
 */
const HEADER_BYTES = 18
const AT = 2
const RECEIVED_AT = 10

/** Frames from number `from` on came in this session. */
type Run = { readonly sessionId: string; readonly from: number }

/**
 * The newest frames of a device from all of its sockets on this gateway, in order of reception, for the interlock and the baseline
 * of an effect: at least those of the last minute, and at least the last four.
 *
 * They are stored one after another in one buffer. As objects, the frames that ten thousand devices keep for a minute and then
 * release would be the garbage collector's largest cost.
 */
export class RecentFrames {
  private memory = new DataView(new ArrayBuffer(FIRST_BYTES))
  private start = 0
  private end = 0
  /** The number of the oldest frame here, and of all frames so far. */
  private oldest = 0
  private total = 0
  private runs: Run[] = []
  private overflowedAt = Number.NEGATIVE_INFINITY
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Copies the frame: it is a view of the chunk it came in, which may be a whole stored day. */
  keep(sessionId: string, bytes: Uint8Array, receivedAt: number, at: number): void {
    this.dropOld(this.clock.monotonic())
    this.makeRoom(HEADER_BYTES + bytes.length)
    const { memory, end } = this
    memory.setUint16(end, bytes.length)
    memory.setFloat64(end + AT, at)
    memory.setFloat64(end + RECEIVED_AT, receivedAt)
    new Uint8Array(memory.buffer).set(bytes, end + HEADER_BYTES)
    this.end = end + HEADER_BYTES + bytes.length
    if (this.runs.at(-1)?.sessionId !== sessionId) this.runs.push({ sessionId, from: this.total })
    this.total++
  }

  /** Oldest first. `receivedAt`: by the steady clock if the wall clock has been set since. */
  list(): RecentFrame[] {
    const { monotonic, steady } = this.clock
    const toSteady = steady() - monotonic()
    const frames: RecentFrame[] = []
    const { memory } = this
    for (let offset = this.start; offset < this.end; offset += this.sizeAt(offset)) {
      const receivedAt = memory.getFloat64(offset + RECEIVED_AT)
      const atSteady = Math.round(memory.getFloat64(offset + AT) + toSteady)
      const hasStepped = Math.abs(atSteady - receivedAt) > MIN_STEP_MS
      const number = this.oldest + frames.length
      frames.push({
        sessionId: this.runs.findLast(({ from }) => from <= number)!.sessionId,
        bytes: new Uint8Array(memory.buffer.slice(offset + HEADER_BYTES, offset + this.sizeAt(offset))),
        receivedAt: hasStepped ? atSteady : receivedAt,
      })
    }
    return frames
  }

  /** False while a frame of the last minute was dropped because there were too many. */
  get isComplete(): boolean {
    return this.clock.monotonic() - this.overflowedAt > MIN_JUDGED_MS
  }

  private get count(): number {
    return this.total - this.oldest
  }

  private sizeAt(offset: number): number {
    return HEADER_BYTES + this.memory.getUint16(offset)
  }

  private dropOld(at: number): void {
    while (this.count >= MIN_JUDGED_FRAMES && at - this.memory.getFloat64(this.start + AT) > MIN_JUDGED_MS) {
      this.dropOldest()
    }
    if (this.count < MAX_FRAMES) return
    this.dropOldest()
    this.overflowedAt = at
  }

  private dropOldest(): void {
    this.start += this.sizeAt(this.start)
    this.oldest++
    while (this.runs.length > 1 && this.runs[1]!.from <= this.oldest) this.runs.shift()
  }

  /** The offset after the last entry. Moves the entries to the front if that frees half of the memory, else doubles the memory. */
  private makeRoom(bytes: number): void {
    if (this.end + bytes <= this.memory.byteLength) return
    const used = this.end - this.start
    let size = this.memory.byteLength
    while (2 * (used + bytes) > size) size *= 2
    const old = new Uint8Array(this.memory.buffer)
    if (size === old.length) old.copyWithin(0, this.start, this.end)
    else {
      this.memory = new DataView(new ArrayBuffer(size))
      new Uint8Array(this.memory.buffer).set(old.subarray(this.start, this.end))
    }
    this.start = 0
    this.end = used
  }
}
