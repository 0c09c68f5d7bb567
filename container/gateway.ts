import { setTimeout as sleep } from 'node:timers/promises'
import { ackKindOf, type Foreign } from '#h02'
import { makeSessionId, type AckKind, type EventKind, type SessionEvent } from '#shared/domain/event.ts'
import { monotonicNow } from '#shared/clock.ts'
import { createLimiter } from '#shared/concurrency.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import type { Connection } from './sockets/connection.ts'
import { Downlink, type DownlinkSettings } from './commands/downlink.ts'
import { createForwarder, type Forwarder } from './uplink/forwarder.ts'
import { createAcks, type Sender } from './uplink/acks.ts'
import { createFrameCounts, type FrameCounts } from './uplink/frame-counts.ts'
import { SessionOwners } from './sessions/session-owners.ts'
import { createPressure, type Pressure } from './sockets/pressure.ts'
import type { PutRecords } from './uplink/put-records.ts'
import { createEstablishing, type Establishing } from './sessions/establishing.ts'
import { createRegistry, type Answer } from './sessions/registry.ts'
import { createSocketWatch, type SocketWatch } from './sockets/socket-watch.ts'
import type { HeldFrame, Session } from './sessions/session.ts'

export type GatewayOptions = {
  readonly gatewayId: string
  readonly registration: 'open' | 'registered'
  readonly sessions: SessionStore
  readonly putRecords: PutRecords
  readonly flushMs: number
  readonly maxBufferedBytes: number
  readonly framesPerSecond: number
  readonly loginMs: number
  readonly idleMs: number
  /** Null: trackers are heard, and nobody can command them. */
  readonly downlink: DownlinkSettings | null
  readonly log: Log
  readonly metrics: Metrics
  /** The wall clock. */
  readonly now?: () => number
  /** For durations; the wall clock that a test sets, else the monotonic one. */
  readonly monotonic?: () => number
  /** How often open sockets are looked over, ms. Tests look more often. */
  readonly lookEveryMs?: number
  /** Wait before the registry, or the log, is asked a second time. Tests ask sooner. */
  readonly firstRetryMs?: number
}

const lanes = 4
/**
 * Logins and logouts asked at a time. All trackers of a task that stopped dial at once: each call takes 100 kB while it
 * waits in the SDK, and commands must find a free socket to the table among them.
 */
const callsInFlight = 32
/** A stored day may come at once: bursts are let through, a steady flood is not. */
const burstSeconds = 20
const HASH = 0x23
/** Time until a tracker takes a text command for whole (PROTOCOL.md §5.3: it has no terminator). */
const quietAfterTextMs = 300
/** A socket that is closed and does not read its last bytes is dropped after so long. */
const lingerMs = 2_000
const drainStepMs = 20

const encoder = new TextEncoder()

/** What all sockets of a gateway share: the log, the registry, who holds which device, and the look at the clock. */
export class Gateway {
  readonly now: () => number
  readonly monotonic: () => number
  readonly framesPerMs: number
  readonly frameBurst: number
  readonly pressure: Pressure
  readonly counts: FrameCounts
  readonly connections = new Set<Connection>()
  private readonly options: GatewayOptions
  private readonly forwarder: Forwarder<Sender>
  private readonly owners: SessionOwners
  private readonly downlink: Downlink | null
  private readonly establishing: Establishing
  /** Units about whom the registry has not answered yet. */
  private readonly asking = new Set<Session>()
  private readonly loggingOut = new Set<Promise<void>>()
  private readonly limitCalls = createLimiter(callsInFlight)
  private readonly acks: ReturnType<typeof createAcks>
  private readonly ask: ReturnType<typeof createRegistry>
  private readonly watch: SocketWatch

  constructor(options: GatewayOptions) {
    this.options = options
    this.now = options.now ?? Date.now
    this.monotonic = options.monotonic ?? options.now ?? monotonicNow
    this.framesPerMs = options.framesPerSecond / 1_000
    this.frameBurst = options.framesPerSecond * burstSeconds
    const { sessions, gatewayId, registration, log, firstRetryMs } = options
    this.ask = createRegistry({
      sessions,
      gatewayId,
      registration,
      log,
      now: this.now,
      limit: this.limitCalls,
      ...(firstRetryMs !== undefined && { firstRetryMs }),
    })
    this.counts = createFrameCounts(options.metrics)
    this.acks = createAcks({
      now: this.now,
      monotonic: this.monotonic,
      onAck: this.counts.countAck,
      awaitQuiet: (connection) => this.watch.awaitQuiet(connection),
      closeDeaf: (connection) => this.close(connection, 'does not read its acks'),
    })
    this.forwarder = createForwarder<Sender>({
      putRecords: options.putRecords,
      lanes,
      flushMs: options.flushMs,
      now: this.monotonic,
      ...(firstRetryMs !== undefined && { firstRetryMs }),
      onDelivered: (senders) => this.onDelivered(senders),
      onRefused: (records, cause) => {
        options.metrics.count('LogRefused', records)
        if (cause !== null) options.log.warn('log not reachable; trying again', { records, cause })
      },
      onCall: (_, ms) => options.metrics.measure('PutRecordsTime', ms),
    })
    this.pressure = createPressure({
      maxBufferedBytes: options.maxBufferedBytes,
      bufferedBytes: this.forwarder.bufferedBytes,
      connections: this.connections,
      log,
      metrics: options.metrics,
    })
    this.owners = new SessionOwners({
      gatewayId,
      readDevice: sessions.readDevice.bind(sessions),
      close: (connection, reason) => this.close(connection, reason),
      notifyGateway: (to, message) => this.downlink?.notifyGateway(to, message),
      onContested: (displaced, ownerAddress) => this.downlink?.contested(displaced, ownerAddress),
      onSuperseded: (deviceId, epoch) => this.downlink?.superseded(deviceId, epoch),
      log,
      metrics: options.metrics,
      now: this.now,
    })
    this.downlink =
      options.downlink === null
        ? null
        : new Downlink({
            ...options.downlink,
            gatewayId,
            sessions,
            owners: this.owners,
            write: (session, bytes, done) => this.writeCommand(session, bytes, done),
            log,
            metrics: options.metrics,
            now: this.now,
            firstRetryMs,
          })
    this.establishing = createEstablishing({
      timeScale: options.downlink?.timeScale ?? 1,
      now: this.now,
      otherSpokeAt: (session) => this.owners.otherSpokeAt(session),
      onEstablished: (session) => {
        this.downlink?.established(session)
        session.connection.askNext()
      },
    })
    this.watch = createSocketWatch({
      connections: this.connections,
      close: (connection, reason) => this.close(connection, reason),
      onQuiet: (connection) => this.acks.writeOut(connection),
      loginMs: options.loginMs,
      idleMs: options.idleMs,
      lookEveryMs: options.lookEveryMs ?? 5_000,
      now: this.monotonic,
    })
  }

  add(connection: Connection): void {
    this.connections.add(connection)
    if (this.pressure.isOn) connection.pause('pressure')
  }

  remove(connection: Connection, reason: string): void {
    if (!this.connections.delete(connection)) return
    this.watch.forget(connection)
    this.options.metrics.count('SkippedBytes', connection.framer.skippedBytes)
    if (connection.framer.tooLong > 0) this.options.metrics.count('TooLong', connection.framer.tooLong)
    connection.onClosed(reason)
  }

  close(connection: Connection, reason: string): void {
    this.remove(connection, reason)
    connection.socket.destroySoon()
    // Who never reads would keep the socket for ever, out of sight of every limit.
    connection.socket.setTimeout(lingerMs, () => connection.socket.destroy())
  }

  closeForeign(connection: Connection, { name, hint }: Foreign): void {
    if (!this.connections.has(connection)) return
    this.options.metrics.count('Foreign')
    this.options.log.warn(`closed: ${hint}`, { protocol: name, remoteAddress: connection.remoteAddress })
    this.close(connection, `speaks ${name}`)
  }

  awaitSilence(connection: Connection): void {
    this.watch.awaitSilence(connection)
  }

  awaitTokens(connection: Connection): void {
    this.options.metrics.count('RateLimited')
    this.watch.awaitTokens(connection)
  }

  countDropped(reason: string): void {
    this.options.metrics.count('NotForwarded', 1, { reason })
  }

  /** Asks the registry until it answers, whatever becomes of the socket meanwhile: its frames wait for that. */
  login(session: Session): void {
    session.isAsked = true
    this.asking.add(session)
    session.lastLoginAt = this.now()
    session.sessionId = makeSessionId(session.lastLoginAt, Math.random() * 2 ** 32)
    session.seq = 0
    session.frames = 0
    this.establishing.forget(session)
    void this.ask(session).then((answer) => {
      session.isAsked = false
      this.asking.delete(session)
      if (answer.kind === 'login') this.welcome(session, answer.login)
      else this.refuse(session, answer.kind)
      session.connection.askNext()
    })
  }

  forwardFrame(session: Session, held: HeldFrame): void {
    if (!session.isOwner && this.owners.onDisplacedFrame(session, held.receivedAt)) {
      this.forward(
        session,
        'closed',
        encoder.encode('had lost the device to another socket'),
        'none',
        this.now(),
        null,
      )
      session.connection.hold(session, held)
      return
    }
    const { frame, peeked, receivedAt } = held
    if (frame.kind === 'rest') {
      this.forward(session, 'rest', frame.bytes, 'none', receivedAt, null, frame.length)
      return
    }
    session.frames += 1
    session.recent?.keep(session.sessionId, frame.bytes, receivedAt)
    const owed = session.ackPolicy === 'auto' ? ackKindOf(peeked, frame.kind) : session.ackPolicy
    this.forward(
      session,
      'frame',
      frame.bytes,
      owed,
      receivedAt,
      owed === 'none' ? null : { session, type: peeked.type, ack: owed },
    )
  }

  closeSession(session: Session, reason: string): void {
    if (session.state !== 'in') return
    this.forward(session, 'closed', encoder.encode(reason), 'none', this.now(), null)
    this.options.metrics.count('SessionsClosed')
    this.establishing.forget(session)
    const wasOwner = this.owners.leave(session)
    this.downlink?.closed(session)
    if (!wasOwner) return
    const leaving = this.limitCalls(() => this.options.sessions.logout(session.deviceId, session.sessionId))
      .catch((cause: unknown) => {
        // The next login takes the session anyway; until then the device shows as online.
        this.options.log.warn('session not given back', { cause })
      })
      .finally(() => this.loggingOut.delete(leaving))
    this.loggingOut.add(leaving)
  }

  /** Values for the dashboard, as they are now. */
  reportGauges(): void {
    this.options.metrics.gauge('OpenSockets', this.connections.size, 'Count')
    this.options.metrics.gauge(
      'BufferedBytes',
      this.forwarder.bufferedBytes() + this.pressure.heldBytes,
      'Bytes',
    )
    this.counts.report()
    this.downlink?.reportGauges()
  }

  /**
   * Sends on what is buffered, also what the registry has not answered for yet, and gives sessions back; resolves to
   * the number of events that the log did not take in time.
   */
  async drain(withinMs: number): Promise<number> {
    const until = this.monotonic() + withinMs
    let left = await this.forwarder.drain(until)
    while ((this.asking.size > 0 || this.loggingOut.size > 0) && this.monotonic() < until) {
      await sleep(drainStepMs)
      left = await this.forwarder.drain(until)
    }
    for (const { held } of this.asking) left += held.length
    return left
  }

  /** Resolves when what is to be told of commands is told, or cannot be told in time. */
  async stop(): Promise<void> {
    this.watch.stop()
    this.establishing.stop()
    this.forwarder.stop()
    await this.downlink?.close()
  }

  /** In the order of the session's events: written is what is handed to the socket, whatever becomes of it. */
  private writeCommand(session: Session, bytes: Uint8Array, done: (error: unknown) => void): void {
    this.forward(session, 'written', bytes, 'none', this.now(), null)
    if (bytes.at(-1) !== HASH) session.connection.quietUntil = this.monotonic() + quietAfterTextMs
    session.connection.sent.note(bytes)
    session.connection.socket.write(bytes, done)
  }

  private forward(
    session: Session,
    kind: EventKind,
    raw: Uint8Array,
    ack: AckKind,
    receivedAt: number,
    sender: Sender | null,
    length?: number,
  ): void {
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
    this.forwarder.add(event, sender)
    if (session.isObserved) this.downlink?.observe(session, event)
    this.pressure.feel()
  }

  private onDelivered(senders: readonly Sender[]): void {
    this.acks.write(senders)
    this.pressure.feel()
  }

  private welcome(session: Session, login: Login): void {
    const { ackPolicy, model } = login
    session.state = 'in'
    session.ackPolicy = ackPolicy
    this.owners.take(session, login)
    if (!session.isEstablished) this.establishing.watch(session)
    if (session.isOwner) this.downlink?.opened(session, login)
    this.options.metrics.count('SessionsOpened')
    this.forward(
      session,
      'opened',
      // The fold learns the model here: then it needs to ask nobody, and a redelivery gives the same again.
      encoder.encode(
        model === null ? session.connection.remoteAddress : `${session.connection.remoteAddress} ${model}`,
      ),
      'none',
      session.lastLoginAt,
      null,
    )
    const held = session.held.splice(0)
    for (const frame of held) this.forwardFrame(session, frame)
    session.connection.release(held)
    if (session.connection.closed) this.closeSession(session, 'closed while the registry was asked')
  }

  private refuse(session: Session, kind: Exclude<Answer['kind'], 'login'>): void {
    session.state = 'refused'
    session.refusedFor = kind
    if (kind === 'unregistered') this.options.metrics.count('UnknownDevices')
    else {
      this.options.metrics.count('SourcesRefused')
      this.downlink?.sourceRefused(session)
    }
    const held = session.held.splice(0)
    session.connection.release(held)
    session.connection.countRefused(session, held.length)
  }
}
