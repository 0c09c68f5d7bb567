import { setTimeout as sleep } from 'node:timers/promises'
import { commandSecrets, type Server } from '#h02/catalogue/index.ts'
import { monotonicNow } from '#shared/clock.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { RelayTarget } from '#shared/domain/relay.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import { Downlink, type DownlinkSettings } from './commands/downlink.ts'
import { createOwnServers, type OwnServers } from './commands/own-servers.ts'
import { createRelays, type RelaySettings } from './relay/create-relays.ts'
import type { RelayedPiece } from './relay/relay-host.ts'
import type { Relays } from './relay/relays.ts'
import { createAcks, type Sender } from './sessions/acks.ts'
import { createClock } from './sessions/clock.ts'
import { createDeviceUsages } from './sessions/device-usage.ts'
import { createEstablishing, type Establishing } from './sessions/establishing.ts'
import { createNetworks, type Networks } from './sessions/networks.ts'
import { createLogins, type Logins } from './sessions/logins.ts'
import { createLogouts, type Logouts } from './sessions/logouts.ts'
import { SessionOwners } from './sessions/session-owners.ts'
import { SessionRunner, type SessionListener } from './sessions/session-runner.ts'
import type { Session } from './sessions/session.ts'
import { SocketSessions } from './sessions/socket-sessions.ts'
import { createStrays } from './sessions/strays.ts'
import { createUnknownIds } from './sessions/unknown-ids.ts'
import type { Connection } from './sockets/connection.ts'
import { Sockets } from './sockets/sockets.ts'
import { createForwarder, type Forwarder } from './uplink/forwarder.ts'
import { createFrameCounts, type FrameCounts } from './uplink/frame-counts.ts'
import type { PutRecords } from './uplink/put-records.ts'

export type GatewayOptions = {
  readonly gatewayId: string
  readonly registration: 'open' | 'registered'
  readonly sessions: SessionStore
  readonly putRecords: PutRecords
  readonly flushMs: number
  readonly maxBufferedBytes: number
  readonly framesPerSecond: number
  /** What one device may send in 24 hours, over all of its sockets. */
  readonly framesPerDeviceDay: number
  readonly bytesPerDeviceDay: number
  readonly loginMs: number
  readonly idleMs: number
  /** Null: frames are received, but no commands are accepted. */
  readonly downlink: DownlinkSettings | null
  readonly log: Log
  readonly metrics: Metrics
  /** Null: no device is relayed to another server. */
  readonly relay?: RelaySettings | null
  /** Where trackers reach us, as it is set; names too. */
  readonly publicServers?: readonly Server[]
  /** The wall clock. */
  readonly now?: () => number
  /** For durations; defaults to `now` if that is set (by a test), else to the monotonic clock. */
  readonly monotonic?: () => number
  /** How often open sockets are checked, ms. */
  readonly lookEveryMs?: number
  /** Delay before the first retry of the registry or the log. */
  readonly firstRetryMs?: number
}

const MAX_CALLS = 4
const LOOK_EVERY_MS = 5_000
const DRAIN_STEP_MS = 20
const HASH = 0x23
/** A text command has no terminator: the tracker takes it as complete after this silence (PROTOCOL.md section 5.3). */
const QUIET_AFTER_TEXT_MS = 300

/** Connects the folders: sockets, sessions, uplink and commands. */
export class Gateway {
  readonly sockets: Sockets
  readonly monotonic: () => number
  private readonly options: GatewayOptions
  private readonly counts: FrameCounts
  private readonly forwarder: Forwarder<Sender>
  private readonly runner: SessionRunner
  private readonly logins: Logins
  private readonly logouts: Logouts
  private readonly networks: Networks
  private readonly establishing: Establishing
  private readonly downlink: Downlink | null
  private readonly relays: Relays | null
  /** For relays, which must not lead back to us. */
  private readonly ownServers: OwnServers

  constructor(options: GatewayOptions) {
    this.options = options
    const { gatewayId, sessions, log, metrics, firstRetryMs } = options
    const now = options.now ?? Date.now
    const monotonic = options.monotonic ?? options.now ?? monotonicNow
    this.monotonic = monotonic
    const clock = createClock({ now, monotonic, isIdle: () => !this.downlink?.isBusy })
    const guard = (connection: Connection, work: () => void): void => this.sockets.guard(connection, work)
    const close = (connection: Connection, reason: string): void => this.close(connection, reason)
    this.counts = createFrameCounts(metrics)
    const acks = createAcks({
      clock,
      onAck: this.counts.countAck,
      awaitQuiet: (connection) => this.sockets.awaitQuiet(connection),
      close,
      guard,
    })
    this.forwarder = createForwarder<Sender>({
      putRecords: options.putRecords,
      maxCalls: MAX_CALLS,
      flushMs: options.flushMs,
      now: monotonic,
      firstRetryMs,
      onDelivered: (senders) => {
        acks.write(senders)
        this.sockets.pressure.update()
      },
      onRefused: (records, cause) => {
        metrics.count('LogRefused', records)
        if (cause !== null) log.warn('log not reachable; trying again', { records, cause })
      },
      onCall: (_, ms) => metrics.measure('PutRecordsTime', ms),
    })
    const unknownIds = createUnknownIds({ monotonic })
    this.sockets = new Sockets({
      ...options,
      lookEveryMs: options.lookEveryMs ?? LOOK_EVERY_MS,
      now,
      monotonic,
      bufferedBytes: this.forwarder.bufferedBytes,
      onQuiet: acks.writeOut,
      onForeign: createStrays({ sessions, unknownIds, monotonic, log }).add,
      createHandler: (connection) => {
        this.relays?.watch(connection)
        return new SocketSessions(connection, {
          clock,
          input: (session, input) => this.runner.input(session, input),
          onSocketClosed: (session, reason) => this.runner.onSocketClosed(session, reason),
          countFrame: this.counts.count,
          countDropped: (reason, frames) => this.runner.countDropped(reason, frames),
          close,
          guard,
        })
      },
    })
    const owners = new SessionOwners({
      gatewayId,
      readDevice: sessions.readDevice.bind(sessions),
      clock,
      input: (session, input) => guard(session.connection, () => this.runner.input(session, input)),
      guard,
      close,
      notifyGateway: (to, message) => this.downlink?.notifyGateway(to, message),
      onContested: (displaced, ownerAddress) => this.downlink?.contested(displaced, ownerAddress),
      onSuperseded: (deviceId, epoch) => this.downlink?.superseded(deviceId, epoch),
      log,
      metrics,
    })
    this.logins = createLogins({
      ...options,
      monotonic,
      unknownIds,
      onAnswer: (session, answer) => this.runner.onAnswer(session, answer),
      onRegistered: (session) => this.downlink?.registered(session),
      onUnknown: (session, sampleType) => this.downlink?.unknownSeen(session, sampleType),
    })
    this.logouts = createLogouts(sessions, log)
    this.downlink =
      options.downlink === null
        ? null
        : new Downlink({
            ...options.downlink,
            gatewayId,
            sessions,
            owners,
            clock,
            write: (session, bytes, done) => this.writeCommand(session, bytes, done),
            onChanged: unknownIds.forget,
            onSettings: (session, { relay }) => this.relays?.changed(session, relay),
            onFault: (deviceId, cause) =>
              this.sockets.onFault(owners.get(deviceId)?.connection ?? null, cause),
            log,
            metrics,
            firstRetryMs,
          })
    this.networks = createNetworks({
      sessions,
      onWork: (session) => guard(session.connection, () => this.downlink?.established(session)),
      log,
    })
    this.establishing = createEstablishing({
      timeScale: options.downlink?.timeScale ?? 1,
      monotonic,
      otherSentAt: (session) => owners.otherSentAt(session),
      onEstablished: (session) => {
        this.networks.add(session)
        session.mates.onTrusted()
      },
      guard,
    })
    this.ownServers = createOwnServers(options.publicServers ?? [], { now: monotonic })
    this.relays = this.createRelays()
    this.runner = new SessionRunner({
      gatewayId,
      clock,
      owners,
      usages: createDeviceUsages({
        maxFrames: options.framesPerDeviceDay,
        maxBytes: options.bytesPerDeviceDay,
        monotonic,
        onExceeded: (deviceId) => this.onDailyLimit(deviceId),
      }),
      listener: this.createListener(),
      ask: this.logins.ask,
      withdraw: this.logins.withdraw,
      logout: this.logouts.add,
      forward: (event, sender) => {
        this.forwarder.add(event, sender)
        this.sockets.pressure.update()
      },
      watchEstablishing: this.establishing.watch,
      forgetEstablishing: this.establishing.forget,
      closeSocket: close,
      guard,
      metrics,
    })
  }

  get connections(): ReadonlySet<Connection> {
    return this.sockets.connections
  }

  close(connection: Connection, reason: string): void {
    this.sockets.close(connection, reason)
  }

  /** Updates the metrics that are current values. */
  reportGauges(): void {
    const { metrics } = this.options
    metrics.gauge('OpenSockets', this.connections.size, 'Count')
    metrics.gauge('BufferedBytes', this.forwarder.bufferedBytes() + this.sockets.pressure.heldBytes, 'Bytes')
    this.counts.report()
    this.downlink?.reportGauges()
    this.relays?.reportGauges()
  }

  /**
   * Flushes the buffer and waits for the registry's answers; resolves to the number of events that the log did not
   * accept in time.
   */
  async drain(withinMs: number): Promise<number> {
    const until = this.monotonic() + withinMs
    let left = await this.forwarder.drain(until)
    while (this.logins.size() + this.logouts.size() + this.networks.size() > 0 && this.monotonic() < until) {
      await sleep(DRAIN_STEP_MS)
      left = await this.forwarder.drain(until)
    }
    return left
  }

  /** Resolves when all reports of commands are published, or the time for it is over. */
  async stop(): Promise<void> {
    this.sockets.stop()
    this.relays?.stopAll()
    this.logins.stop()
    this.establishing.stop()
    this.forwarder.stop()
    await this.downlink?.close()
  }

  /**
   * Logged in the order of the session's events: a command counts as written when the socket gets it, even if the write
   * fails later.
   */
  private writeCommand(session: Session, bytes: Uint8Array, done: (error: unknown) => void): void {
    const { connection } = session
    const waitMs = connection.relayQuietUntil - this.monotonic()
    if (waitMs <= 0) return this.writeBytes(session, 'written', bytes, done)
    // The tracker would read it as the rest of a text that the other server sent a moment ago.
    setTimeout(() => {
      if (connection.closed) done(new Error('the socket has closed'))
      else this.sockets.guard(connection, () => this.writeBytes(session, 'written', bytes, done))
    }, waitMs)
  }

  private writeBytes(
    session: Session,
    kind: 'written' | 'relayed',
    bytes: Uint8Array,
    done?: (error: unknown) => void,
  ): void {
    const { connection } = session
    this.runner.forward(session, kind, bytes, kind === 'relayed' ? { length: bytes.length } : {})
    if (bytes.at(-1) !== HASH) {
      connection.quietUntil = this.monotonic() + QUIET_AFTER_TEXT_MS
      if (kind === 'relayed') connection.relayQuietUntil = connection.quietUntil
    }
    connection.sent.note(bytes)
    connection.socket.write(bytes, done)
  }

  /** Bytes of the other server: into the log and to the tracker; commands of ours and the audit learn of them. */
  private writeRelayed(session: Session, server: RelayTarget, { piece, danger, intent }: RelayedPiece): void {
    const { bytes } = piece
    session.learnSecrets(commandSecrets({ intent: intent ?? 'raw', params: {}, raw: bytes }))
    this.writeBytes(session, 'relayed', bytes)
    const about = { seq: session.seq, server: `${server.host}:${server.port}`, danger, intent }
    this.downlink?.relayed(session, bytes, about)
  }

  /** Commands and relays follow sessions. */
  private createListener(): SessionListener | null {
    const { downlink, relays } = this
    if (relays === null) return downlink
    return {
      opened: (session, login) => {
        const { localAddress, localPort } = session.connection.socket
        this.ownServers.learn(localAddress, localPort)
        downlink?.opened(session, login)
        relays.opened(session, login)
      },
      closed: (session) => {
        downlink?.closed(session)
        relays.closed(session)
      },
      observe: (session, event) => downlink?.observe(session, event),
      booted: (session) => downlink?.booted(session),
      sourceRefused: (session) => downlink?.sourceRefused(session),
    }
  }

  private createRelays(): Relays | null {
    const { relay, log, metrics } = this.options
    if (relay === undefined || relay === null) return null
    return createRelays(relay, {
      isOwn: async (server) => {
        await this.ownServers.lookUp(server)
        return this.ownServers.isOurs(server)
      },
      // Without commands there is no audit: then nothing is written.
      hasOpenCommand: (deviceId) => this.downlink?.hasOpen(deviceId) ?? true,
      forward: (session, { bytes, length }) => this.runner.forward(session, 'upstream', bytes, { length }),
      write: (session, server, relayed) => this.writeRelayed(session, server, relayed),
      isUnderPressure: () => this.sockets.pressure.isOn,
      monotonic: this.monotonic,
      log,
      metrics,
    })
  }

  private onDailyLimit(deviceId: string): void {
    this.options.metrics.count('DailyLimits')
    this.options.log.warn('a device has reached its limit of 24 hours; its frames are dropped', { deviceId })
    this.downlink?.dailyLimit(deviceId)
  }
}
