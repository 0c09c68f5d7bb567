import type { Socket } from 'node:net'
import { createFramer, type Foreign, type Frame, type Framer } from '#h02'
import { SentBytes } from './sent-bytes.ts'
import { TokenBucket, type TokenRate } from './token-bucket.ts'

/** Why a socket is not read for now; several reasons may hold at once. */
const pauseBits = { pressure: 1, held: 2, rate: 4 } as const
type Pause = keyof typeof pauseBits

/** Frames of a socket that wait for the registry; above it the socket is not read. */
const MAX_HELD_BYTES = 64 * 1024

/** What receives the frames of one connection. */
export type FrameHandler = {
  /** A device has named itself. */
  readonly isIdentified: boolean
  /** `receivedAt`: the wall clock. */
  readonly onFrame: (frame: Frame, receivedAt: number) => void
  /** The last call. */
  readonly onClosed: (reason: string) => void
}

/** What a connection needs from what holds it. */
export type ConnectionHost = {
  /** The wall clock. */
  readonly now: () => number
  readonly monotonic: () => number
  readonly frameRate: TokenRate
  readonly createHandler: (connection: Connection) => FrameHandler
  readonly awaitSilence: (connection: Connection) => void
  readonly awaitTokens: (connection: Connection) => void
  readonly closeForeign: (connection: Connection, foreign: Foreign) => void
  /** Frames that wait for the registry took so many bytes more, or less. True: they take too much. */
  readonly addHeld: (connection: Connection, bytes: number) => boolean
}

/** One socket: bytes to frames. Small, and without timers: ten thousand of them are idle most of the time. */
export class Connection {
  readonly socket: Socket
  readonly remoteAddress: string
  readonly framer: Framer = createFramer()
  /** What commands wrote to it. */
  readonly sent = new SentBytes()
  /** Of the monotonic clock, as all times here. */
  readonly openedAt: number
  // Times begin as numbers: V8 makes a new object of each value of a field that began undefined.
  lastDataAt = 0
  /** Acks of one delivery until all of them are known, or until the socket may be written again. */
  unwrittenAcks = ''
  /** No ack is written before: a text command ends with silence, and what follows would become part of it. */
  quietUntil = 0
  closed = false
  /** Its sessions have ended. */
  private isOver = false
  private readonly host: ConnectionHost
  private readonly handler: FrameHandler
  private readonly tokens: TokenBucket
  private heldBytes = 0
  private pausedBy = 0

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket
    this.host = host
    this.remoteAddress = socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown'
    this.openedAt = this.lastDataAt = host.monotonic()
    this.tokens = new TokenBucket(host.frameRate, this.openedAt)
    this.handler = host.createHandler(this)
  }

  get isIdentified(): boolean {
    return this.handler.isIdentified
  }

  get isPaused(): boolean {
    return this.pausedBy !== 0
  }

  onData(chunk: Uint8Array): void {
    // Its sessions have ended; what still arrives is not acknowledged, and the tracker sends it again.
    if (this.closed) return
    this.lastDataAt = this.host.monotonic()
    this.passOn(this.framer.push(chunk))
    if (this.silenceMs > 0) this.host.awaitSilence(this)
    if (this.framer.foreign !== null) this.host.closeForeign(this, this.framer.foreign)
  }

  /** After how long a silence `onSilence` is due, ms; 0 when nothing waits for one. */
  get silenceMs(): number {
    return this.framer.silenceMs
  }

  onSilence(silentMs: number): void {
    this.passOn(this.framer.idle(silentMs))
    if (this.silenceMs > 0) this.host.awaitSilence(this)
  }

  onClosed(reason: string): void {
    if (this.closed) return
    this.closed = true
    try {
      this.passOn(this.framer.end())
    } finally {
      this.isOver = true
      this.handler.onClosed(reason)
    }
  }

  /** A frame of this socket waits for the registry. */
  hold(bytes: number): void {
    this.heldBytes += bytes
    if (this.host.addHeld(this, bytes) || this.heldBytes >= MAX_HELD_BYTES) this.pause('held')
  }

  /** Frames that waited were forwarded or dropped. */
  release(bytes: number): void {
    this.heldBytes -= bytes
    const isTooMuch = this.host.addHeld(this, -bytes)
    if (this.heldBytes === 0 || (!isTooMuch && this.heldBytes < MAX_HELD_BYTES)) this.resume('held')
  }

  pause(why: Pause): void {
    if (this.pausedBy === 0) this.socket.pause()
    this.pausedBy |= pauseBits[why]
  }

  resume(why: Pause): void {
    if (this.pausedBy === 0) return
    this.pausedBy &= ~pauseBits[why]
    if (this.pausedBy !== 0 || this.closed) return
    // Time without reading is our silence, not the tracker's.
    this.lastDataAt = this.host.monotonic()
    this.socket.resume()
  }

  /** Reads on after a flood if there are tokens again. */
  resumeWithTokens(): boolean {
    if (!this.tokens.hasAny(this.host.monotonic())) return false
    this.resume('rate')
    return true
  }

  private passOn(frames: readonly Frame[]): void {
    if (frames.length === 0) return
    const receivedAt = this.host.now()
    for (const frame of frames) {
      // Closed by one of the frames before.
      if (this.isOver) return
      this.handler.onFrame(frame, receivedAt)
    }
    if (this.tokens.spend(frames.length, this.host.monotonic()) || this.closed) return
    this.pause('rate')
    this.host.awaitTokens(this)
  }
}
