import type { Socket } from 'node:net'
import { createFramer, peek, type Frame, type Framer } from '#h02'
import type { Gateway } from '../gateway.ts'
import { SentBytes } from './sent-bytes.ts'
import { Session, type HeldFrame } from '../sessions/session.ts'

/** Why a socket does not read for now; several may hold at once. */
export const pauses = { pressure: 1, held: 2, rate: 4 } as const
type Pause = keyof typeof pauses

export const sizeOfHeld = (held: HeldFrame): number => held.frame.bytes.length + 100

/** Frames before any id, and frames while the registry has not answered (cdk/ARCHITECTURE.md section 5.2). */
const mostOrphanBytes = 8 * 1024
const mostHeldBytes = 64 * 1024
/** Devices on one socket: more is no tracker. */
const MAX_DEVICES = 16
/**
 * Devices on one socket that are not registered or not established: more is a list of guessed ids. The others of a
 * concentrator follow as its first ones become established.
 */
const MAX_UNTRUSTED = 2
/** A refused session, on a socket that another one keeps open, is asked for again after this long. */
const askAgainMs = 60_000
/** A socket is closed after this many frames of refused sessions. */
const framesBeforeRefusal = 3

/** One socket. Small on purpose, and without timers of its own: ten thousand of them sit idle most of the time. */
export class Connection {
  readonly socket: Socket
  readonly remoteAddress: string
  readonly openedAt: number
  readonly framer: Framer = createFramer()
  /** What commands wrote to it. */
  readonly sent = new SentBytes()
  // Times begin as numbers: V8 makes a new object of each value of a field that began undefined.
  lastDataAt = 0
  /** Acks of one delivery until all of them are known, or until the socket may speak again. */
  unwrittenAcks = ''
  /** No ack is written before: a text command has no end but silence, and what follows would become part of it. */
  quietUntil = 0
  closed = false
  private readonly gateway: Gateway
  private sessions: Session[] = []
  private lastSession: Session | null = null
  private orphans: HeldFrame[] = []
  private heldBytes = 0
  private refusedFrames = 0
  private pausedBy = 0
  private tokens = 0
  private tokensAt = 0

  /** `at`: of the monotonic clock, as every time here but `receivedAt`. */
  constructor(socket: Socket, gateway: Gateway, at: number) {
    this.socket = socket
    this.gateway = gateway
    this.remoteAddress = socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown'
    this.openedAt = this.lastDataAt = this.tokensAt = at
    this.tokens = gateway.frameBurst
  }

  /** A device has spoken on it. */
  get isIdentified(): boolean {
    return this.sessions.length > 0
  }

  get isPaused(): boolean {
    return this.pausedBy !== 0
  }

  onData(chunk: Uint8Array): void {
    // Its story has been told to the end; what still comes is not acknowledged, and the tracker sends it again.
    if (this.closed) return
    this.lastDataAt = this.gateway.monotonic()
    this.takeAll(this.framer.push(chunk))
    if (this.silenceMs > 0) this.gateway.awaitSilence(this)
    if (this.framer.foreign !== null) this.gateway.closeForeign(this, this.framer.foreign)
  }

  /** After how long a silence `onSilence` is due, ms; 0 when nothing waits for one. */
  get silenceMs(): number {
    return this.framer.silenceMs
  }

  onSilence(silentMs: number): void {
    this.takeAll(this.framer.idle(silentMs))
    if (this.silenceMs > 0) this.gateway.awaitSilence(this)
  }

  onClosed(reason: string): void {
    if (this.closed) return
    this.closed = true
    this.takeAll(this.framer.end())
    for (const _ of this.orphans.splice(0)) this.gateway.countDropped('no-id')
    for (const session of this.sessions) this.gateway.closeSession(session, reason)
  }

  /** What a session held has gone on, or is given up. */
  release(held: readonly HeldFrame[]): void {
    for (const frame of held) {
      this.heldBytes -= sizeOfHeld(frame)
      this.gateway.pressure.heldBytes -= sizeOfHeld(frame)
    }
    if (this.heldBytes < mostHeldBytes) this.resume('held')
  }

  pause(why: Pause): void {
    if (this.pausedBy === 0) this.socket.pause()
    this.pausedBy |= pauses[why]
  }

  resume(why: Pause): void {
    if (this.pausedBy === 0) return
    this.pausedBy &= ~pauses[why]
    if (this.pausedBy !== 0 || this.closed) return
    // Time spent not reading is ours, not the tracker's silence.
    this.lastDataAt = this.gateway.monotonic()
    this.socket.resume()
  }

  /** Whether frames may pass again after a flood. */
  mayPass(): boolean {
    this.earnTokens(this.gateway.monotonic())
    if (this.tokens <= 0) return false
    this.resume('rate')
    return true
  }

  /** Keeps a frame until the registry has answered, and asks it unless too many ids of the socket are unproven. */
  hold(session: Session, held: HeldFrame): void {
    session.state = 'asking'
    session.held.push(held)
    this.heldBytes += sizeOfHeld(held)
    this.gateway.pressure.heldBytes += sizeOfHeld(held)
    if (this.heldBytes >= mostHeldBytes || this.gateway.pressure.holdsTooMuch) this.pause('held')
    if (!session.isAsked) this.ask(session)
  }

  /** A session of this socket was answered for, or became established: ids that wait may go on. */
  askNext(): void {
    for (const session of this.sessions) if (session.state === 'asking' && !session.isAsked) this.ask(session)
  }

  private ask(session: Session): void {
    const others = this.sessions.filter((other) => other !== session)
    if (others.filter(isUntrusted).length < MAX_UNTRUSTED) this.gateway.login(session)
    else if (!others.some(({ isAsked }) => isAsked)) this.drop(session)
  }

  /** Beyond the limit: not kept, not acknowledged. Its next frame is judged again. */
  private drop(session: Session): void {
    this.sessions = this.sessions.filter((other) => other !== session)
    if (this.lastSession === session)
      this.lastSession = this.sessions.findLast(({ state }) => state === 'in') ?? null
    const held = session.held.splice(0)
    this.release(held)
    for (const _ of held) this.gateway.countDropped('unestablished')
  }

  /** A frame costs a token; they come back with time, up to a burst, for a stored day comes in one. */
  private earnTokens(at: number): void {
    const earned = (at - this.tokensAt) * this.gateway.framesPerMs
    this.tokens = Math.min(this.gateway.frameBurst, this.tokens + earned)
    this.tokensAt = at
  }

  private takeAll(frames: readonly Frame[]): void {
    if (frames.length === 0) return
    const receivedAt = this.gateway.now()
    for (const frame of frames) this.take(frame, receivedAt)
    this.earnTokens(this.gateway.monotonic())
    this.tokens -= frames.length
    if (this.tokens > 0 || this.closed) return
    this.pause('rate')
    this.gateway.awaitTokens(this)
  }

  private take(frame: Frame, receivedAt: number): void {
    const peeked = peek(frame)
    const held: HeldFrame = { frame, peeked, receivedAt }
    if (frame.kind !== 'rest') this.gateway.counts.count(peeked.type)
    if (peeked.hasMalformedId) return this.gateway.countDropped('malformed-id')
    // A frame without an id belongs to the last device that is registered and spoke here.
    const session = peeked.id === null ? this.lastRegistered() : this.sessionFor(peeked.id)
    if (session === null) {
      if (peeked.id === null) this.keepOrphan(held)
      return
    }
    this.lastSession = session
    if (this.orphans.length > 0) for (const orphan of this.orphans.splice(0)) this.deliver(session, orphan)
    this.deliver(session, held)
  }

  /** While the registry has not answered for any device of this socket, the one that waits counts. */
  private lastRegistered(): Session | null {
    if (this.lastSession !== null && this.lastSession.state !== 'refused') return this.lastSession
    return this.sessions.findLast(({ state }) => state !== 'refused') ?? null
  }

  private sessionFor(deviceId: string): Session | null {
    for (const session of this.sessions) if (session.deviceId === deviceId) return session
    if (this.sessions.length >= MAX_DEVICES) {
      this.gateway.countDropped('too-many-ids')
      return null
    }
    const session = new Session(this, deviceId, this.sessions.length === 0)
    this.sessions.push(session)
    return session
  }

  private keepOrphan(held: HeldFrame): void {
    const bytes = this.orphans.reduce((sum, orphan) => sum + sizeOfHeld(orphan), sizeOfHeld(held))
    if (bytes <= mostOrphanBytes) this.orphans.push(held)
    else this.gateway.countDropped('no-id')
  }

  private deliver(session: Session, held: HeldFrame): void {
    if (held.peeked.maker !== null) session.maker = held.peeked.maker
    session.lastFrameAt = held.receivedAt
    switch (session.state) {
      case 'in':
        this.gateway.forwardFrame(session, held)
        return
      case 'asking':
        this.hold(session, held)
        return
      case 'refused':
        // Somebody may have registered it since.
        if (held.receivedAt - session.lastLoginAt >= askAgainMs) this.hold(session, held)
        else this.countRefused(session, 1)
    }
  }

  /** Frames of a refused session: not kept, not acknowledged. A socket without any other is soon closed. */
  countRefused({ refusedFor }: Session, frames: number): void {
    this.refusedFrames += frames
    for (let i = 0; i < frames; i++) this.gateway.countDropped(refusedFor)
    if (this.refusedFrames < framesBeforeRefusal || this.closed) return
    if (this.sessions.every(({ state }) => state === 'refused')) this.gateway.close(this, refusedFor)
  }
}

const isUntrusted = ({ state, isAsked, isEstablished }: Session): boolean =>
  isAsked || state === 'refused' || (state === 'in' && !isEstablished)
