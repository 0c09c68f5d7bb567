import { recognizeForeign, signBytes, unrecognized, type Foreign } from './foreign.ts'
import { DOLLAR, LETTER_X, STAR, startAt, textRestartAt } from './header.ts'
import { append, keep, plain } from './held-bytes.ts'
import type { Frame, FrameKind } from './message.ts'
import { cutRecord, findRecordEnd, shortestRecordAt, SHORT_RECORD } from './record-end.ts'

const HASH = 0x23
const PADDING: ReadonlySet<number> = new Set([0x00, 0x0a, 0x0d, 0x20])
/** So much garbage in a row is no broken frame any more. */
const MOST_GARBAGE = 2_048

export type FramerOptions = {
  readonly maxTextLength?: number
  readonly maxBinaryLength?: number
}

export type Framer = {
  /** Frames completed by these bytes. They may share memory with `chunk`: it must not be written to afterwards. */
  readonly push: (chunk: Uint8Array) => Frame[]
  /** After 30–100 ms of silence: delivers a waiting `$` record, keeps half a text. */
  readonly idle: () => Frame[]
  /** The connection closed: delivers a waiting record, and the unfinished rest as a frame of kind `rest`. */
  readonly end: () => Frame[]
  /** Whether a `$` record waits for its end: then call `idle` after the silence. */
  readonly needsIdle: boolean
  readonly bufferedBytes: number
  /** Bytes that belonged to no frame, padding between frames aside. */
  readonly skippedBytes: number
  /** Texts that passed the longest length. */
  readonly tooLong: number
  /** Another protocol, once recognised. */
  readonly foreign: Foreign | null
}

/** While bytes come, after a silence, after the close. */
type Mode = 'open' | 'silent' | 'closed'

const EMPTY = new Uint8Array(0)

/** Cuts a connection's bytes into frames, by PROTOCOL.md §1.6: never by how the bytes happened to arrive. */
export function createFramer(options: FramerOptions = {}): Framer {
  return new H02Framer(options.maxTextLength ?? 4_096, options.maxBinaryLength ?? 128)
}

/** A class, because there is one per socket: 10,000 idle ones share their functions. */
class H02Framer implements Framer {
  needsIdle = false
  skippedBytes = 0
  tooLong = 0
  foreign: Foreign | null = null
  private held: Uint8Array = EMPTY
  /** No `#` and no restart lies between the text's start and here: bytes that came one by one are not read again and again. */
  private textRead = 0
  private lastLength = 0
  private garbage = 0
  private head: Uint8Array | null = EMPTY
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
    return this.scan(this.held.length === 0 ? plain(chunk) : append(this.held, chunk), 'open')
  }

  idle(): Frame[] {
    return this.needsIdle ? this.scan(this.held, 'silent') : []
  }

  end(): Frame[] {
    const frames = this.scan(this.held, 'closed')
    if (this.held.length > 0) frames.push({ kind: 'rest', bytes: this.held })
    this.held = EMPTY
    this.needsIdle = false
    return frames
  }

  private scan(b: Uint8Array, mode: Mode): Frame[] {
    const isOwn = this.held.length > 0
    const frames: Frame[] = []
    this.needsIdle = false
    let at = 0
    while (at < b.length) {
      const length = this.frameAt(b, at, mode)
      if (length > 0) {
        // Mostly a chunk is one frame, and needs no view of its own.
        const bytes = length === b.length ? b : b.subarray(at, at + length)
        frames.push({ kind: KINDS[b[at]!]!, bytes })
        at += length
        this.head = null
        this.garbage = 0
      } else if (length === WAIT) break
      else {
        this.skip(b[at]!)
        at++
      }
    }
    this.textRead = Math.max(0, this.textRead - at)
    this.held = at < b.length ? keep(b, at, isOwn) : EMPTY
    return frames
  }

  /** Length of the frame at `at`, or WAIT, or SKIP. */
  private frameAt(b: Uint8Array, at: number, mode: Mode): number {
    const first = b[at]
    if (first !== STAR && first !== DOLLAR && first !== LETTER_X) return SKIP
    const start = startAt(b, at, b.length)
    if (start !== 'yes') return start === 'no' ? SKIP : WAIT
    if (first === STAR) return this.textAt(b, at)
    if (first === DOLLAR) return this.recordAt(b, at, mode)
    return at + SHORT_RECORD <= b.length ? SHORT_RECORD : WAIT
  }

  private textAt(b: Uint8Array, at: number): number {
    const limit = Math.min(b.length, at + this.maxText)
    let i = Math.max(at + 4, this.textRead)
    for (; i < limit; i++) {
      const byte = b[i]
      if (byte === HASH) return i + 1 - at
      if (byte !== STAR) continue
      const restart = textRestartAt(b, i, b.length)
      if (restart === 'maybe') break
      if (restart === 'yes') {
        this.textRead = i
        return SKIP
      }
    }
    this.textRead = i
    if (i - at < this.maxText) return WAIT
    this.tooLong++
    return SKIP
  }

  private recordAt(b: Uint8Array, at: number, mode: Mode): number {
    const shortest = shortestRecordAt(b, at, b.length)
    if (b.length - at < shortest) return WAIT
    const found =
      mode === 'open'
        ? findRecordEnd(b, at, b.length, shortest, this.maxBinary)
        : cutRecord(b, at, b.length, shortest, this.maxBinary)
    if (found === 'wait') {
      this.needsIdle = true
      return WAIT
    }
    // Longer than any record: the length last confirmed is the best guess.
    if (found === 'none') return Math.max(shortest, this.lastLength)
    this.lastLength = found
    return found
  }

  private skip(byte: number): void {
    if (PADDING.has(byte) && this.garbage === 0) return
    this.skippedBytes++
    if (++this.garbage > MOST_GARBAGE) this.foreign ??= unrecognized
  }

  private lookForForeign(head: Uint8Array, chunk: Uint8Array): void {
    const seen = append(head, chunk.subarray(0, signBytes - head.length))
    this.foreign ??= recognizeForeign(seen)
    this.head = seen.length < signBytes && this.foreign === null ? seen : null
  }
}

const WAIT = -1
const SKIP = 0
const KINDS: Readonly<Record<number, FrameKind>> = {
  [STAR]: 'text',
  [DOLLAR]: 'binary',
  [LETTER_X]: 'mileage',
}
