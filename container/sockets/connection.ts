import type { Socket } from 'node:net'
import { createFramer, type Foreign, type Frame, type Framer } from '#h02'
import { SentBytes } from './sent-bytes.ts'
import { TokenBucket, type TokenRate } from './token-bucket.ts'

/** Why a socket is not read at the moment; several reasons can apply at once. */
const pauseBits = { pressure: 1, held: 2, rate: 4 } as const
type Pause = keyof typeof pauseBits

/** Limit for frames of a socket that wait for the registry; above it the socket is not read. */
const MAX_HELD_BYTES = 64 * 1024

/** Receives the frames of one connection. */
export type FrameHandler = {
  /** True after a device has sent its id. */
  readonly isIdentified: boolean
  /** `receivedAt`: the wall clock. */
  readonly onFrame: (frame: Frame, receivedAt: number) => void
  /** No call follows this one. */
  readonly onClosed: (reason: string) => void
}

/** What a connection needs from its container. */
export type ConnectionHost = {
  /** The wall clock. */
  readonly now: () => number
  readonly monotonic: () => number
  readonly frameRate: TokenRate
  readonly createHandler: (connection: Connection) => FrameHandler
  readonly awaitSilence: (connection: Connection) => void
  readonly awaitTokens: (connection: Connection) => void
  /** `bytes`: those that arrived last. */
  readonly closeForeign: (connection: Connection, foreign: Foreign, bytes: Uint8Array) => void
  /** Reports a change of the bytes that wait for the registry. True: they are above the limit. */
  readonly addHeld: (connection: Connection, bytes: number) => boolean
}

/** One socket: bytes to frames. It is small and has no timers: of ten thousand sockets most are idle. */
export class Connection {
  readonly socket: Socket
  readonly remoteAddress: string
  readonly framer: Framer = createFramer()
  /** Bytes that commands wrote to it. */
  readonly sent = new SentBytes()
  /** Times are of the monotonic clock. */
  readonly openedAt: number
  // Times start as numbers: V8 would allocate an object for each value of a field that started undefined.
  lastDataAt = 0
  /** Acks of one delivery until all of them are known, or until the socket may be written again. */
  unwrittenAcks = ''
  /** No ack is written before this time: silence ends a text command, and bytes that follow sooner would join it. */
  quietUntil = 0
  /** A text command of another server was written: no other command is written before. */
  relayQuietUntil = 0
  /** Gets every received byte, after the frames that end with it; null if no one needs the bytes. */
  tap: ((chunk: Uint8Array) => void) | null = null
  closed = false
  /** True after its sessions have ended. */
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
    // Its sessions have ended. Later data is not acknowledged, so the tracker sends it again.
    if (this.closed) return
    this.lastDataAt = this.host.monotonic()
    this.passOn(this.framer.push(chunk))
    if (this.tap !== null) this.tap(chunk)
    if (this.silenceMs > 0) this.host.awaitSilence(this)
    if (this.framer.foreign !== null) this.host.closeForeign(this, this.framer.foreign, chunk)
  }

  /** After how much silence `onSilence` is due, ms; 0 if no record waits for it. */
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

  /** Waiting frames were forwarded or dropped. */
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
    // While we did not read, the silence was ours and not the tracker's.
    this.lastDataAt = this.host.monotonic()
    this.socket.resume()
  }

  /** Resumes reading after a flood if there are tokens again. */
  resumeWithTokens(): boolean {
    if (!this.tokens.hasAny(this.host.monotonic())) return false
    this.resume('rate')
    return true
  }

  private passOn(frames: readonly Frame[]): void {
    if (frames.length === 0) return
    const receivedAt = this.host.now()
    for (const frame of frames) {
      // An earlier frame has closed the connection.
      if (this.isOver) return
      this.handler.onFrame(frame, receivedAt)
    }
    if (this.tokens.spend(frames.length, this.host.monotonic()) || this.closed) return
    this.pause('rate')
    this.host.awaitTokens(this)
  }
}
