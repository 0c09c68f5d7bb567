import { recognizeForeign, SIGN_BYTES, unrecognized, type Foreign } from './foreign.ts'
import { DOLLAR, LETTER_X, startAt, textRestartAt } from './header.ts'
import { append, keep, plain } from './held-bytes.ts'
import type { Frame, FrameKind } from './message.ts'
import { cutRecord, findRecordEnd, shortestRecordAt, SHORT_RECORD } from './record-end.ts'
import { HASH, STAR } from './ascii.ts'

const padding: ReadonlySet<number> = new Set([0x00, 0x0a, 0x0d, 0x20])
/** More garbage than this in a row cannot be a broken frame. */
const MAX_GARBAGE_BYTES = 2_048
/** The same for garbage that began as a text: some replies are longer than the limit of a frame. */
const MAX_OVERLONG_BYTES = 16_384
/** How many bytes of a rest are kept. */
const MAX_REST_BYTES = 512

/** After this silence a `$` record that waits for its end is complete (PROTOCOL.md section 1.6, rule 3). */
const SILENCE_MS = 50
/**
 * The same for a record that is shorter than one confirmed on the socket. TCP retransmits after 200 ms at the
 * earliest and a GPRS round trip takes 500 ms, so a record in two segments would otherwise be cut.
 */
const LONG_SILENCE_MS = 2_000

type FramerOptions = {
  readonly maxTextLength?: number
  readonly maxBinaryLength?: number
}

export type Framer = {
  /**
   * Returns the frames that these bytes complete. They may share memory with `chunk`, which must not be changed
   * afterwards.
   */
  readonly push: (chunk: Uint8Array) => Frame[]
  /**
   * Returns the frames that a silence of `silentMs` completes (by default one that completes any record). An incomplete
   * text is kept.
   */
  readonly idle: (silentMs?: number) => Frame[]
  /** Call it when the connection is closed. Returns a waiting record, and incomplete bytes as a rest. */
  readonly end: () => Frame[]
  /** After how many ms of silence `idle` is due; 0 if nothing waits for it. */
  readonly silenceMs: number
  readonly bufferedBytes: number
  /** Number of bytes that belonged to no frame, without padding between frames. */
  readonly skippedBytes: number
  /** Number of texts that were too long. */
  readonly tooLong: number
  /** Another protocol, once it was recognized. */
  readonly foreign: Foreign | null
}

const empty = new Uint8Array(0)

/**
 * Splits the bytes of a connection into frames (PROTOCOL.md section 1.6), independent of how TCP delivered them. Bytes
 * that belong to no frame come as frames of kind `rest`, in order, so that nothing a device sent is lost.
 */
export function createFramer(options: FramerOptions = {}): Framer {
  return new H02Framer(options.maxTextLength ?? 4_096, options.maxBinaryLength ?? 128)
}

/** A class, because there is one per socket: 10,000 idle sockets share its functions. */
class H02Framer implements Framer {
  silenceMs = 0
  skippedBytes = 0
  tooLong = 0
  foreign: Foreign | null = null
  private held: Uint8Array = empty
  /** No `#` and no start of a frame is before this offset, so that bytes are not scanned twice. */
  private textRead = 0
  private lastLength = 0
  private longestLength = 0
  /** The bytes that were skipped since the last frame: the first of them, and their number. */
  private rest: number[] | null = null
  private restLength = 0
  private maxGarbage = MAX_GARBAGE_BYTES
  private head: Uint8Array | null = empty
  private readonly maxText: number
  private readonly maxBinary: number

  constructor(maxText: number, maxBinary: number) {
    this.maxText = maxText
    this.maxBinary = maxBinary
  }

  get bufferedBytes(): number {
    return this.held.length
  }

  push(chunk: Uint8Array): Frame[] {
    if (this.head !== null) this.lookForForeign(this.head, chunk)
    return this.scan(this.held.length === 0 ? plain(chunk) : append(this.held, chunk), 0)
  }

  idle(silentMs = LONG_SILENCE_MS): Frame[] {
    return this.silenceMs > 0 && silentMs >= this.silenceMs ? this.scan(this.held, silentMs) : []
  }

  end(): Frame[] {
    const frames = this.scan(this.held, closed)
    for (const byte of this.held) this.skip(byte)
    this.flushRest(frames)
    this.held = empty
    this.silenceMs = 0
    return frames
  }

  /** `silentMs`: for how long nothing has been received; 0 if bytes have just arrived. */
  private scan(b: Uint8Array, silentMs: number): Frame[] {
    const isOwn = this.held.length > 0
    const frames: Frame[] = []
    this.silenceMs = 0
    let at = 0
    while (at < b.length) {
      const length = this.frameAt(b, at, silentMs)
      if (length > 0) {
        this.flushRest(frames)
        // Usually a chunk is exactly one frame and needs no view.
        const bytes = length === b.length ? b : b.subarray(at, at + length)
        frames.push({ kind: kinds[b[at]!]!, bytes })
        at += length
        this.head = null
        this.maxGarbage = MAX_GARBAGE_BYTES
      } else if (length === WAIT) break
      else {
        this.skip(b[at]!)
        at++
      }
    }
    this.textRead = Math.max(0, this.textRead - at)
    this.held = at < b.length ? keep(b, at, isOwn) : empty
    if (silentMs > 0) this.flushRest(frames)
    else if (this.restLength > 0) this.awaitSilence(SILENCE_MS)
    return frames
  }

  /** Length of the frame at `at`, or WAIT, or SKIP. */
  private frameAt(b: Uint8Array, at: number, silentMs: number): number {
    const first = b[at]
    if (first !== STAR && first !== DOLLAR && first !== LETTER_X) return SKIP
    const start = startAt(b, at, b.length)
    if (start !== 'yes') return start === 'no' ? SKIP : WAIT
    if (first === STAR) return this.textAt(b, at, silentMs)
    if (first === DOLLAR) return this.recordAt(b, at, silentMs)
    return at + SHORT_RECORD <= b.length ? SHORT_RECORD : WAIT
  }

  /** A text ends at its `#`, or is cut off by the start of another text or of a `$` record. */
  private textAt(b: Uint8Array, at: number, silentMs: number): number {
    const limit = Math.min(b.length, at + this.maxText)
    let i = Math.max(at + 4, this.textRead)
    let undecided = -1
    for (; i < limit; i++) {
      const byte = b[i]
      if (byte === HASH) return i + 1 - at
      if (byte !== STAR && byte !== DOLLAR) continue
      const start = byte === STAR ? textRestartAt(b, i, b.length) : startAt(b, i, b.length)
      if (start === 'no') continue
      if (start === 'yes') {
        this.textRead = i
        return SKIP
      }
      if (undecided < 0) undecided = i
      if (silentMs > 0) continue
      // A reply such as `cost 5$#` looks like the start of a record until a silence follows.
      if (byte === DOLLAR && b.indexOf(HASH, i) >= 0) this.awaitSilence(SILENCE_MS)
      break
    }
    this.textRead = undecided < 0 ? i : undecided
    if (i - at < this.maxText) return WAIT
    this.tooLong++
    this.maxGarbage = MAX_OVERLONG_BYTES
    return SKIP
  }

  private recordAt(b: Uint8Array, at: number, silentMs: number): number {
    const shortest = shortestRecordAt(b, at, b.length)
    if (b.length - at < shortest) return WAIT
    if (silentMs > 0 && silentMs < LONG_SILENCE_MS && b.length - at < this.longestLength) {
      this.awaitSilence(LONG_SILENCE_MS)
      return WAIT
    }
    const found =
      silentMs > 0
        ? cutRecord(b, at, b.length, shortest, this.maxBinary, this.lastLength)
        : findRecordEnd(b, at, b.length, shortest, this.maxBinary, this.lastLength)
    if (found === 'wait') {
      this.awaitSilence(b.length - at < this.longestLength ? LONG_SILENCE_MS : SILENCE_MS)
      return WAIT
    }
    // Longer than any record: the length last confirmed is the best guess.
    if (found === 'none') return Math.max(shortest, this.lastLength)
    this.lastLength = found
    this.longestLength = Math.max(this.longestLength, found)
    return found
  }

  private awaitSilence(ms: number): void {
    this.silenceMs = this.silenceMs === 0 ? ms : Math.min(this.silenceMs, ms)
  }

  private skip(byte: number): void {
    if (padding.has(byte) && this.restLength === 0) return
    this.skippedBytes++
    this.rest ??= []
    if (this.rest.length < MAX_REST_BYTES) this.rest.push(byte)
    if (++this.restLength > this.maxGarbage) this.foreign ??= unrecognized
  }

  private flushRest(frames: Frame[]): void {
    if (this.rest !== null) {
      frames.push({ kind: 'rest', bytes: Uint8Array.from(this.rest), length: this.restLength })
    }
    this.rest = null
    this.restLength = 0
  }

  private lookForForeign(head: Uint8Array, chunk: Uint8Array): void {
    const seen = append(head, chunk.subarray(0, SIGN_BYTES - head.length))
    this.foreign ??= recognizeForeign(seen)
    this.head = seen.length < SIGN_BYTES && this.foreign === null ? seen : null
  }
}

const WAIT = -1
/** Nothing more will arrive. This counts as longer than any silence. */
const closed = Number.POSITIVE_INFINITY
const SKIP = 0
const kinds: Readonly<Record<number, FrameKind>> = {
  [STAR]: 'text',
  [DOLLAR]: 'binary',
  [LETTER_X]: 'mileage',
}
