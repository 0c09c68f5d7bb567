import { peek, type Frame } from '#h02'
import type { Connection, FrameHandler } from '../sockets/connection.ts'
import type { Clock } from './clock.ts'
import { Session, type SocketMates } from './session.ts'
import type { HeldFrame, SessionInput, Slot } from './session-state.ts'

type SocketSessionsOptions = {
  readonly clock: Clock
  readonly input: (session: Session, input: SessionInput) => void
  readonly onSocketClosed: (session: Session, reason: string) => void
  readonly countFrame: (type: string | null) => void
  readonly countDropped: (reason: string, frames: number) => void
  readonly close: (connection: Connection, reason: string) => void
  readonly guard: (connection: Connection, work: () => void) => void
}

/** Limit for frames that come before any id of a device. */
const MAX_ORPHAN_BYTES = 8 * 1024
const ORPHAN_OVERHEAD = 100
/** Maximum number of devices per socket; no tracker has more. */
const MAX_DEVICES = 16
/**
 * Maximum number of devices per socket that are not registered or not established: more would be a list of guessed ids.
 * The further devices of a concentrator follow as its first ones become established.
 */
const MAX_UNTRUSTED = 2
/** A socket is closed after this many frames of refused sessions. */
const FRAMES_BEFORE_REFUSAL = 3

/** The devices of one socket: assigns frames to sessions, and decides which ids may be looked up. */
export class SocketSessions implements FrameHandler, SocketMates {
  private readonly connection: Connection
  private readonly options: SocketSessionsOptions
  private sessions: Session[] = []
  private lastSession: Session | null = null
  private orphans: HeldFrame[] = []
  private refusedFrames = 0

  constructor(connection: Connection, options: SocketSessionsOptions) {
    this.connection = connection
    this.options = options
  }

  get isIdentified(): boolean {
    return this.sessions.length > 0
  }

  onFrame(frame: Frame, receivedAt: number): void {
    const peeked = peek(frame)
    if (frame.kind !== 'rest') this.options.countFrame(peeked.type)
    if (peeked.hasMalformedId) return this.options.countDropped('malformed-id', 1)
    const held: HeldFrame = { frame, peeked, receivedAt, at: this.options.clock.monotonic() }
    // A frame without an id belongs to the registered device that sent the last frame on this socket.
    const session = peeked.id === null ? this.lastRegistered() : this.sessionFor(peeked.id)
    if (session === null) {
      if (peeked.id === null) this.keepOrphan(held)
      else this.options.countDropped('too-many-ids', 1)
      return
    }
    this.lastSession = session
    for (const orphan of this.orphans.splice(0)) this.deliver(session, orphan)
    this.deliver(session, held)
  }

  onClosed(reason: string): void {
    const { length } = this.orphans.splice(0)
    if (length > 0) this.options.countDropped('no-id', length)
    for (const session of this.sessions) {
      this.options.guard(this.connection, () => this.options.onSocketClosed(session, reason))
    }
  }

  /** A session was registered, or became established: waiting ids may continue. */
  onTrusted(): void {
    for (const session of this.sessions) {
      if (session.state.phase !== 'asking' || session.state.isRequested) continue
      this.options.input(session, { kind: 'slot', slot: this.slotFor(session) })
    }
  }

  /** Frames were neither stored nor acknowledged. A socket without any other session is closed soon. */
  onRefusedFrames(frames: number, reason: string): void {
    this.refusedFrames += frames
    if (this.refusedFrames < FRAMES_BEFORE_REFUSAL || this.connection.closed) return
    if (this.sessions.every(({ state }) => state.phase === 'refused' || state.phase === 'closed')) {
      this.options.close(this.connection, reason)
    }
  }

  /** The id is beyond the limits: its next frame is judged again. */
  forget(session: Session): void {
    this.sessions = this.sessions.filter((other) => other !== session)
    if (this.lastSession !== session) return
    this.lastSession = this.sessions.findLast(isRegistered) ?? null
  }

  private deliver(session: Session, held: HeldFrame): void {
    if (held.peeked.maker !== null) session.maker = held.peeked.maker
    session.lastFrameAt = held.at
    // The most frequent case: it waits for nothing.
    if (isRegistered(session)) this.options.input(session, { kind: 'frame', frame: held, slot: 'free' })
    else {
      const frame = withOwnBytes(held)
      this.options.input(session, { kind: 'frame', frame, slot: this.slotFor(session) })
    }
  }

  /** Until the registry has answered for a device of this socket, the waiting one counts. */
  private lastRegistered(): Session | null {
    if (this.lastSession !== null && this.lastSession.state.phase !== 'refused') return this.lastSession
    return this.sessions.findLast(({ state }) => state.phase !== 'refused') ?? null
  }

  private sessionFor(deviceId: string): Session | null {
    for (const session of this.sessions) if (session.deviceId === deviceId) return session
    if (this.sessions.length >= MAX_DEVICES) return null
    const isFirst = this.sessions.length === 0
    const { connection, options } = this
    const session = new Session({ connection, mates: this, deviceId, isFirst, clock: options.clock })
    this.sessions.push(session)
    return session
  }

  private slotFor(session: Session): Slot {
    if (this.sessions.length === 1) return 'free'
    const others = this.sessions.filter((other) => other !== session)
    if (others.filter(isUntrusted).length < MAX_UNTRUSTED) return 'free'
    return others.some(isRequested) ? 'wait' : 'full'
  }

  private keepOrphan(held: HeldFrame): void {
    const bytes = this.orphans.reduce((sum, orphan) => sum + sizeOf(orphan), sizeOf(held))
    if (bytes <= MAX_ORPHAN_BYTES) this.orphans.push(withOwnBytes(held))
    else this.options.countDropped('no-id', 1)
  }
}

const sizeOf = ({ frame }: HeldFrame): number => frame.bytes.length + ORPHAN_OVERHEAD

const isRequested = ({ state }: Session): boolean => state.phase === 'asking' && state.isRequested

const isRegistered = ({ state }: Session): boolean =>
  state.phase === 'registered' || state.phase === 'displaced'

const isUntrusted = (session: Session): boolean =>
  isRegistered(session) ? !session.isEstablished : session.state.phase === 'refused' || isRequested(session)

/** A frame with its own memory: the chunk in which it came may be a whole stored day. */
const withOwnBytes = (held: HeldFrame): HeldFrame => ({
  ...held,
  frame: { ...held.frame, bytes: new Uint8Array(held.frame.bytes) },
})
