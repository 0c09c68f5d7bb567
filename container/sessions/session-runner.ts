import { ackKindOf, isBootType } from '#h02'
import { makeSessionId, type AckKind, type EventKind, type SessionEvent } from '#shared/domain/event.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Login } from '#shared/store/sessions.ts'
import type { Connection } from '../sockets/connection.ts'
import type { Sender } from './acks.ts'
import type { DeviceUsages } from './device-usage.ts'
import type { Answer } from './logins.ts'
import type { Clock } from './clock.ts'
import type { Session } from './session.ts'
import type { SessionOwners } from './session-owners.ts'
import { step, type HeldFrame, type SessionEffect, type SessionInput } from './session-state.ts'

/** What the commands of devices need to know about sessions. */
export type SessionListener = {
  /** A session owns its device. */
  readonly opened: (session: Session, login: Login) => void
  readonly closed: (session: Session) => void
  /** An event of a session with `isObserved`. */
  readonly observe: (session: Session, event: SessionEvent) => void
  /** A session with `awaitsBoot` delivered a boot frame. */
  readonly booted: (session: Session) => void
  readonly sourceRefused: (session: Session) => void
}

type SessionRunnerOptions = {
  readonly gatewayId: string
  readonly clock: Clock
  readonly owners: SessionOwners
  readonly usages: DeviceUsages
  readonly listener: SessionListener | null
  readonly ask: (session: Session) => void
  /** True: the request has not been sent, and will not be. */
  readonly withdraw: (session: Session) => boolean
  /** Releases the device. */
  readonly logout: (session: Session) => void
  /** Into the log; `sender` is acknowledged once the log has the event. */
  readonly forward: (event: SessionEvent, sender: Sender | null) => void
  readonly watchEstablishing: (session: Session) => void
  readonly forgetEstablishing: (session: Session) => void
  readonly closeSocket: (connection: Connection, reason: string) => void
  /** Runs the work of one connection; a fault in it affects no other. */
  readonly guard: (connection: Connection, work: () => void) => void
  readonly metrics: Metrics
}

/**
 * Memory in addition to a held frame's own bytes, and of a session that waits for the registry. Measured with 20,000 of
 * them on Node 24: 415 and 902 bytes (`node --expose-gc test/container/held-memory.ts`).
 */
const HELD_FRAME_OVERHEAD = 450
const HELD_SESSION_OVERHEAD = 1_000

const encoder = new TextEncoder()

/** Executes the effects that the state machine of each session returns. */
export class SessionRunner {
  private readonly options: SessionRunnerOptions

  constructor(options: SessionRunnerOptions) {
    this.options = options
  }

  input(session: Session, input: SessionInput): void {
    const { state, effects } = step(session.state, input)
    session.state = state
    for (const effect of effects) this.perform(session, effect)
  }

  onAnswer(session: Session, answer: Answer): void {
    this.options.guard(session.connection, () => {
      try {
        this.applyAnswer(session, answer)
      } catch (error) {
        this.abandon(session)
        throw error
      }
    })
  }

  onSocketClosed(session: Session, reason: string): void {
    const isWithdrawn = session.state.phase === 'asking' && this.options.withdraw(session)
    this.input(session, { kind: 'closed', reason, isWithdrawn })
    // After a fault in the middle of a step.
    if (session.state.phase === 'closed') this.release(session)
  }

  /** Adds an event of the session to the log, in order. */
  forward(session: Session, kind: EventKind, raw: Uint8Array, options: ForwardOptions = {}): void {
    const { ack = 'none', receivedAt = this.options.clock.now(), sender = null, length } = options
    const event: SessionEvent = {
      kind,
      gatewayId: this.options.gatewayId,
      sessionId: session.sessionId,
      epoch: session.epoch,
      seq: ++session.seq,
      deviceId: session.deviceId,
      receivedAt,
      ack,
      raw,
      ...(length !== undefined && { length }),
    }
    this.options.forward(event, sender)
    if (session.isObserved) this.options.listener?.observe(session, event)
  }

  countDropped(reason: string, frames: number): void {
    this.options.metrics.count('NotForwarded', frames, { reason })
  }

  /** After a fault while its answer was handled: no other answer comes. */
  private abandon(session: Session): void {
    const { phase } = session.state
    if (phase !== 'asking' && phase !== 'leaving') return
    this.options.owners.left(session)
    this.input(session, { kind: 'closed', reason: 'internal error', isWithdrawn: true })
  }

  private applyAnswer(session: Session, answer: Answer): void {
    const { owners, usages, clock, metrics, listener } = this.options
    const { state } = session
    switch (answer.kind) {
      case 'login': {
        const { login } = answer
        session.ackPolicy = login.ackPolicy
        session.usage = usages.of(session.deviceId)
        const isOwner = owners.loggedIn(session, login, state.phase === 'leaving')
        this.input(session, { kind: 'login', login, isOwner })
        break
      }
      case 'withdrawn':
        this.input(session, { kind: 'closed', reason: 'registry not reachable', isWithdrawn: true })
        break
      default:
        if (answer.kind === 'unregistered') metrics.count('UnknownDevices')
        else if (answer.kind === 'source') {
          metrics.count('SourcesRefused')
          listener?.sourceRefused(session)
        }
        this.input(session, { kind: 'refused', at: clock.monotonic(), refusal: answer.kind })
    }
    session.mates.onTrusted()
  }

  private perform(session: Session, effect: SessionEffect): void {
    const { owners, closeSocket } = this.options
    switch (effect.kind) {
      case 'ask':
        this.ask(session)
        break
      case 'hold':
        this.hold(session, effect.frame)
        break
      case 'release':
        this.release(session)
        break
      case 'drop':
        this.countDropped(effect.reason, effect.frames.length)
        if (session.state.phase === 'refused' || effect.reason === 'unestablished') {
          session.mates.onRefusedFrames(effect.frames.length, effect.reason)
        }
        break
      case 'open':
        this.open(session, effect.login, effect.isOwner)
        break
      case 'forward':
        this.forwardFrame(session, effect.frame)
        break
      case 'contest':
        owners.contest(session, effect.frame.at)
        break
      case 'look':
        owners.look(session)
        break
      case 'end':
        this.end(session, effect.reason, effect.isOwner)
        break
      case 'close-socket':
        closeSocket(session.connection, effect.reason)
        break
      case 'forget':
        session.mates.forget(session)
    }
  }

  private ask(session: Session): void {
    const { clock, ask } = this.options
    session.askedAt = clock.monotonic()
    session.requestedAtWall = clock.now()
    session.sessionId = makeSessionId(session.requestedAtWall, Math.random() * 2 ** 32)
    session.seq = 0
    session.frames = 0
    ask(session)
  }

  private hold(session: Session, { frame }: HeldFrame): void {
    const isFirst = session.heldBytes === 0
    const bytes = frame.bytes.length + HELD_FRAME_OVERHEAD + (isFirst ? HELD_SESSION_OVERHEAD : 0)
    session.heldBytes += bytes
    session.connection.hold(bytes)
  }

  private release(session: Session): void {
    const bytes = session.heldBytes
    session.heldBytes = 0
    if (bytes > 0) session.connection.release(bytes)
  }

  private open(session: Session, login: Login, isOwner: boolean): void {
    const { listener, metrics, watchEstablishing } = this.options
    if (!session.isEstablished) watchEstablishing(session)
    if (isOwner) listener?.opened(session, login)
    metrics.count('SessionsOpened')
    const { remoteAddress } = session.connection
    // The fold learns the model from this event and reads it nowhere else, so a redelivery gives the same result.
    const text = login.model === null ? remoteAddress : `${remoteAddress} ${login.model}`
    this.forward(session, 'opened', encoder.encode(text), { receivedAt: session.requestedAtWall })
  }

  private forwardFrame(session: Session, { frame, peeked, receivedAt, at }: HeldFrame): void {
    const { usages } = this.options
    if (session.usage !== null && !usages.count(session.deviceId, session.usage, frame.bytes.length)) {
      this.countDropped('daily-limit', 1)
      return
    }
    if (frame.kind === 'rest') {
      this.forward(session, 'rest', frame.bytes, { receivedAt, length: frame.length })
      return
    }
    session.frames += 1
    if (session.awaitsBoot && isBootType(peeked.type)) this.options.listener?.booted(session)
    session.recent?.keep(session.sessionId, frame.bytes, receivedAt, at)
    const ack = session.ackPolicy === 'auto' ? ackKindOf(peeked, frame.kind) : session.ackPolicy
    const sender = ack === 'none' ? null : { session, type: peeked.type, ack }
    this.forward(session, 'frame', frame.bytes, { ack, receivedAt, sender })
  }

  private end(session: Session, reason: string, isOwner: boolean): void {
    const { owners, listener, metrics, forgetEstablishing, logout } = this.options
    this.forward(session, 'closed', encoder.encode(reason))
    metrics.count('SessionsClosed')
    forgetEstablishing(session)
    owners.left(session)
    listener?.closed(session)
    if (isOwner) logout(session)
  }
}

type ForwardOptions = {
  readonly ack?: AckKind
  /** The wall clock; defaults to now. */
  readonly receivedAt?: number
  readonly sender?: Sender | null
  readonly length?: number | undefined
}
