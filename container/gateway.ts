import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '#h02/catalogue/index.ts'
import { monotonicNow } from '#shared/clock.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { RelayTarget } from '#shared/domain/relay.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import { Downlink, type DownlinkSettings } from './commands/downlink.ts'
import { createOwnServers, type OwnServers, type ResolveName } from './commands/own-servers.ts'
import { createRelays, type RelaySettings } from './relay/create-relays.ts'
import type { RelayedPiece } from './relay/relay-host.ts'
import type { Relays } from './relay/relays.ts'
import { createSessionWrites, type SessionWrites } from './session-writes.ts'
import { createAcks, type Acks, type Sender } from './sessions/acks.ts'
import { createClock, type Clock } from './sessions/clock.ts'
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
import { createUnknownIds, type UnknownIds } from './sessions/unknown-ids.ts'
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
  /** The configured addresses at which trackers reach us; may be names. */
  readonly publicServers?: readonly Server[]
  readonly resolveName?: ResolveName
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

/** Connects the folders: sockets, sessions, uplink and commands. */
export class Gateway {
  readonly sockets: Sockets
  readonly monotonic: () => number
  private readonly options: GatewayOptions
  private readonly clock: Clock
  private readonly counts: FrameCounts
  private readonly forwarder: Forwarder<Sender>
  private readonly owners: SessionOwners
  private readonly unknownIds: UnknownIds
  private readonly runner: SessionRunner
  private readonly logins: Logins
  private readonly logouts: Logouts
  private readonly networks: Networks
  private readonly establishing: Establishing
  private readonly downlink: Downlink | null
  private readonly writes: SessionWrites
  private readonly relays: Relays | null
  /** Relays must not lead back to us, and commands may send a tracker away from us. */
  private readonly ownServers: OwnServers

  constructor(options: GatewayOptions) {
    this.options = options
    const { sessions, log, metrics } = options
    const now = options.now ?? Date.now
    const monotonic = options.monotonic ?? options.now ?? monotonicNow
    this.monotonic = monotonic
    this.clock = createClock({ now, monotonic, isIdle: () => !this.downlink?.isBusy })
    this.counts = createFrameCounts(metrics)
    const acks = createAcks({
      clock: this.clock,
      onAck: this.counts.countAck,
      awaitQuiet: (connection) => this.sockets.awaitQuiet(connection),
      close: this.closeOne,
      guard: this.guard,
    })
    this.forwarder = this.createForwarder(acks)
    this.unknownIds = createUnknownIds({ monotonic })
    this.sockets = this.createSockets(acks, now)
    this.owners = this.createOwners()
    this.logins = createLogins({
      ...options,
      monotonic,
      unknownIds: this.unknownIds,
      onAnswer: (session, answer) => this.runner.onAnswer(session, answer),
      onRegistered: (session) => this.downlink?.reports.registered(session),
      onUnknown: (session, sampleType) => this.downlink?.reports.unknownSeen(session, sampleType),
    })
    this.logouts = createLogouts(sessions, log)
    this.ownServers = createOwnServers(options.publicServers ?? [], {
      resolve: options.resolveName,
      now: monotonic,
    })
    this.writes = createSessionWrites({
      forward: (...event) => this.runner.forward(...event),
      guard: this.guard,
      monotonic,
    })
    this.downlink = this.createDownlink()
    this.networks = createNetworks({
      sessions,
      onWork: (session) => this.guard(session.connection, () => this.downlink?.established(session)),
      log,
    })
    this.establishing = this.createEstablishing()
    this.relays = this.createRelays()
    this.runner = this.createRunner()
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

  private readonly guard = (connection: Connection, work: () => void): void =>
    this.sockets.guard(connection, work)

  private readonly closeOne = (connection: Connection, reason: string): void => this.close(connection, reason)

  private createForwarder(acks: Acks): Forwarder<Sender> {
    const { options } = this
    const { log, metrics, firstRetryMs } = options
    return createForwarder<Sender>({
      putRecords: options.putRecords,
      maxCalls: MAX_CALLS,
      flushMs: options.flushMs,
      now: this.monotonic,
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
  }

  private createSockets(acks: Acks, now: () => number): Sockets {
    const { options } = this
    const { sessions, log } = options
    return new Sockets({
      ...options,
      lookEveryMs: options.lookEveryMs ?? LOOK_EVERY_MS,
      now,
      monotonic: this.monotonic,
      bufferedBytes: this.forwarder.bufferedBytes,
      onQuiet: acks.writeOut,
      onForeign: createStrays({ sessions, unknownIds: this.unknownIds, monotonic: this.monotonic, log }).add,
      createHandler: (connection) => {
        this.relays?.watch(connection)
        return new SocketSessions(connection, {
          clock: this.clock,
          input: (session, input) => this.runner.input(session, input),
          onSocketClosed: (session, reason) => this.runner.onSocketClosed(session, reason),
          countFrame: this.counts.count,
          countDropped: (reason, frames) => this.runner.countDropped(reason, frames),
          close: this.closeOne,
          guard: this.guard,
        })
      },
    })
  }

  private createOwners(): SessionOwners {
    const { gatewayId, sessions, log, metrics } = this.options
    return new SessionOwners({
      gatewayId,
      readDevice: sessions.readDevice.bind(sessions),
      clock: this.clock,
      input: (session, input) => this.guard(session.connection, () => this.runner.input(session, input)),
      guard: this.guard,
      close: this.closeOne,
      notifyGateway: (to, message) => this.downlink?.notifyGateway(to, message),
      onContested: (displaced, ownerAddress) => this.downlink?.contested(displaced, ownerAddress),
      onSuperseded: (deviceId, epoch) => this.downlink?.superseded(deviceId, epoch),
      log,
      metrics,
    })
  }

  private createDownlink(): Downlink | null {
    const { downlink, gatewayId, sessions, log, metrics, firstRetryMs } = this.options
    if (downlink === null) return null
    return new Downlink({
      ...downlink,
      gatewayId,
      sessions,
      owners: this.owners,
      ownServers: this.ownServers,
      clock: this.clock,
      write: this.writes.writeCommand,
      onChanged: this.unknownIds.forget,
      onSettings: (session, { relay }) => this.relays?.changed(session, relay),
      onFault: (deviceId, cause) =>
        this.sockets.onFault(this.owners.get(deviceId)?.connection ?? null, cause),
      log,
      metrics,
      firstRetryMs,
    })
  }

  private createEstablishing(): Establishing {
    return createEstablishing({
      timeScale: this.options.downlink?.timeScale ?? 1,
      monotonic: this.monotonic,
      otherSentAt: (session) => this.owners.otherSentAt(session),
      onEstablished: (session) => {
        this.networks.add(session)
        session.mates.onTrusted()
      },
      guard: this.guard,
    })
  }

  private createRunner(): SessionRunner {
    const { options } = this
    const { gatewayId, metrics } = options
    return new SessionRunner({
      gatewayId,
      clock: this.clock,
      owners: this.owners,
      usages: createDeviceUsages({
        maxFrames: options.framesPerDeviceDay,
        maxBytes: options.bytesPerDeviceDay,
        monotonic: this.monotonic,
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
      closeSocket: this.closeOne,
      guard: this.guard,
      metrics,
    })
  }

  /** Writes bytes of the other server to the log and the tracker, and reports them to our commands and to the audit. */
  private writeRelayed(session: Session, server: RelayTarget, relayed: RelayedPiece): void {
    const { piece, danger, intent } = relayed
    this.writes.writeRelayed(session, relayed)
    const about = { seq: session.seq, server: `${server.host}:${server.port}`, danger, intent }
    this.downlink?.relayed(session, piece.bytes, about)
  }

  /** Forwards events of sessions to commands and relays. */
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
      // Without commands there is no audit, so no bytes of the other server are written to the tracker.
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
    this.downlink?.reports.dailyLimit(deviceId)
  }
}
