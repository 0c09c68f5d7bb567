import { isSameRelay, type RelayTarget } from '#shared/domain/relay.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { DeviceUsages } from '../sessions/device-usage.ts'
import type { Session } from '../sessions/session.ts'
import type { Connection } from '../sockets/connection.ts'
import { TokenBucket } from '../sockets/token-bucket.ts'
import { createConnects } from './connects.ts'
import type { FindAddress } from './find-address.ts'
import type { DropReason, TrackerFacts } from './judge.ts'
import type { RelayedPiece, RelayHost } from './relay-host.ts'
import { CHUNK_OVERHEAD, MAX_HELD_BYTES } from './relay-state.ts'
import { SessionRelay } from './session-relay.ts'
import type { Piece } from './pieces.ts'

export type RelaysOptions = {
  readonly findAddress: FindAddress
  /** Whether one of our commands awaits its reply or is about to be written. */
  readonly hasOpenCommand: (deviceId: string) => boolean
  /** Puts a piece into the log, as an event of the session. */
  readonly forward: (session: Session, piece: Piece) => void
  /** Puts a piece into the log and writes it to the tracker. */
  readonly write: (session: Session, target: RelayTarget, relayed: RelayedPiece) => void
  /** Limits how much of the other server is recorded per device and day. */
  readonly usages: DeviceUsages
  readonly isUnderPressure: () => boolean
  readonly monotonic: () => number
  readonly log: Log
  readonly metrics: Metrics
}

/** Limit of bytes that all relays of a gateway hold together. Above it, each session may hold only 4 kB. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024
/**
 * Limit of pieces from all servers together; more waits in their sockets. Ten thousand trackers that report once per
 * second get as many acks.
 */
const pieceRate = { perMs: 10, burst: 10_000 }
const LOOK_EVERY_MS = 100
const LOG_EVERY_MS = 60_000

type Count = { readonly name: string; readonly by: number; readonly reason: DropReason | undefined }

/** Bytes that a socket sent before its device was known. */
type Early = { chunks: Uint8Array[]; bytes: number }

/**
 * Relays of devices to another server: everything that a tracker sends is copied to that server. What the server sends
 * is recorded, and written to the tracker if the device's rule allows it. Nothing here delays our own processing of
 * frames, and a fault ends the relay of one session, never its socket.
 */
export class Relays {
  private readonly options: RelaysOptions
  private readonly host: RelayHost<SessionRelay>
  private readonly relays = new Map<Session, SessionRelay>()
  private readonly early = new WeakMap<Connection, Early>()
  /** The registered device of a socket; null if it carries several. */
  private readonly devices = new WeakMap<Connection, string | null>()
  private heldBytes = 0
  private readonly counts = new Map<string, Count>()
  private readonly pieces: TokenBucket
  private timer: NodeJS.Timeout | null = null
  private loggedAt = Number.NEGATIVE_INFINITY

  constructor(options: RelaysOptions) {
    this.options = options
    this.pieces = new TokenBucket(pieceRate, options.monotonic())
    const connects = createConnects<SessionRelay>({
      monotonic: options.monotonic,
      onTurn: (relay) => this.guard(relay, () => relay.turn()),
    })
    this.host = {
      ...options,
      connects,
      factsOf: (session) => this.factsOf(session),
      record: (session, piece) => this.record(session, piece),
      addHeld: (bytes) => {
        this.heldBytes += bytes
      },
      count: (name, by, reason) => this.count(name, by, reason),
      spendPieces: (pieces) => this.pieces.spend(pieces, options.monotonic()),
      hasPieces: () => this.pieces.hasAny(options.monotonic()),
      holdsTooMuch: () => this.heldBytes > MAX_TOTAL_BYTES,
      onLost: (relay, cause) => this.onLost(relay, cause),
      guard: (relay, work) => this.guard(relay, work),
    }
  }

  /** A new socket: its bytes are kept until its first device is known. */
  watch(connection: Connection): void {
    const early: Early = { chunks: [], bytes: 0 }
    this.early.set(connection, early)
    connection.tap = (chunk) => keepEarly(early, chunk)
  }

  /** Starts the relay of a session that owns its device. */
  opened(session: Session, { relay }: { readonly relay: RelayTarget | null }): void {
    this.protect(session, () => this.decide(session, relay))
  }

  private decide(session: Session, relay: RelayTarget | null): void {
    const { connection, deviceId } = session
    const early = this.early.get(connection)
    this.early.delete(connection)
    connection.tap = null
    const known = this.devices.get(connection)
    const isAlone = known === undefined || known === deviceId
    this.devices.set(connection, isAlone ? deviceId : null)
    if (!isAlone) this.stopSeveral(connection)
    else if (relay !== null) this.start(session, relay, early?.chunks ?? [])
  }

  closed(session: Session): void {
    this.protect(session, () => this.stop(session))
  }

  /** Applies changed settings of the registry. */
  changed(session: Session, relay: RelayTarget | null): void {
    this.protect(session, () => this.change(session, relay))
  }

  private change(session: Session, relay: RelayTarget | null): void {
    const running = this.relays.get(session)
    if (isSameRelay(running?.target ?? null, relay) || !session.isOwner) return
    this.stop(session)
    const isAlone = this.devices.get(session.connection) === session.deviceId
    if (relay !== null && isAlone) this.start(session, relay, [])
  }

  reportGauges(): void {
    let [open, down] = [0, 0]
    for (const relay of this.relays.values()) {
      if (relay.isOpen) open++
      if (relay.isDown) down++
    }
    const { metrics } = this.options
    for (const { name, by, reason } of this.counts.values()) {
      metrics.count(name, by, reason === undefined ? undefined : { reason })
    }
    this.counts.clear()
    metrics.gauge('RelaysOpen', open, 'Count')
    metrics.gauge('RelayUpstreamDown', down, 'Count')
    metrics.gauge('RelayBytes', this.heldBytes, 'Bytes')
  }

  /** Counted here and reported once per minute, because a metric for each piece would cost more than the piece. */
  private count(name: string, by = 1, reason?: DropReason): void {
    const key = `${name} ${reason}`
    this.counts.set(key, { name, by: by + (this.counts.get(key)?.by ?? 0), reason })
  }

  stopAll(): void {
    for (const session of this.relays.keys()) this.stop(session)
  }

  /** With two devices on one socket, it is unknown which of them the bytes between frames belong to. */
  private stopSeveral(connection: Connection): void {
    for (const session of this.relays.keys()) if (session.connection === connection) this.stop(session)
  }

  private start(session: Session, target: RelayTarget, early: readonly Uint8Array[]): void {
    const relay = new SessionRelay(session, target, this.host)
    this.relays.set(session, relay)
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS)
    session.connection.tap = (chunk) => this.fromTracker(relay, chunk)
    this.guard(relay, () => relay.begin(early))
  }

  private stop(session: Session): void {
    const relay = this.relays.get(session)
    if (relay === undefined) return
    this.guard(relay, () => relay.end())
    this.forget(relay)
  }

  private forget(relay: SessionRelay): void {
    this.relays.delete(relay.session)
    relay.session.connection.tap = null
    if (this.relays.size > 0 || this.timer === null) return
    clearInterval(this.timer)
    this.timer = null
  }

  private fromTracker(relay: SessionRelay, chunk: Uint8Array): void {
    // A displaced session is another tracker with the same id, or an old socket of this one.
    if (relay.session.isOwner) this.guard(relay, () => relay.fromTracker(chunk))
    else this.stop(relay.session)
  }

  private look(): void {
    const at = this.options.monotonic()
    for (const relay of this.relays.values()) {
      if (relay.dueAt <= at) this.guard(relay, () => relay.passTime())
    }
    this.host.connects.pass()
  }

  private factsOf(session: Session): TrackerFacts {
    const { connection, deviceId } = session
    return {
      sent: connection.sent.unterminated,
      isQuiet: connection.quietUntil > this.options.monotonic(),
      hasOpenCommand: this.options.hasOpenCommand(deviceId),
      isTrusted: session.isOwner && session.isEstablished && !connection.closed,
    }
  }

  private record(session: Session, piece: Piece): boolean {
    const { usages, forward } = this.options
    const { deviceId } = session
    const isAllowed = usages.count(deviceId, usages.of(deviceId), piece.bytes.length)
    if (isAllowed) forward(session, piece)
    else this.count('RelayNotRecorded')
    return isAllowed
  }

  private onLost({ session, target }: SessionRelay, cause: unknown): void {
    const { log, monotonic } = this.options
    this.count('RelayLost')
    const at = monotonic()
    if (at - this.loggedAt < LOG_EVERY_MS) return
    this.loggedAt = at
    const { deviceId } = session
    log.warn('a relay cannot connect; retrying', {
      deviceId,
      host: target.host,
      port: target.port,
      cause,
    })
  }

  /** A fault ends only this relay. The tracker's socket and its frames are not affected. */
  private guard(relay: SessionRelay, work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.onFault(cause)
      this.forget(relay)
      try {
        relay.abandon()
      } catch (second) {
        this.onFault(second)
      }
    }
  }

  /** Runs a step when a session is opened, changed or closed. A fault must not affect the other steps. */
  private protect({ connection }: Session, work: () => void): void {
    try {
      work()
    } catch (cause) {
      connection.tap = null
      this.onFault(cause)
    }
  }

  private onFault(cause: unknown): void {
    this.count('RelayFaults')
    this.options.log.error('fault in a relay; only that relay ends', { cause })
  }
}

function keepEarly(early: Early, chunk: Uint8Array): void {
  early.chunks.push(chunk)
  early.bytes += chunk.length + CHUNK_OVERHEAD
  while (early.bytes > MAX_HELD_BYTES) early.bytes -= early.chunks.shift()!.length + CHUNK_OVERHEAD
}
