import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNow } from '#shared/clock.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { SessionStore } from '#shared/store/sessions.ts'
import { Downlink, type DownlinkSettings } from './commands/downlink.ts'
import { createAcks, type Sender } from './sessions/acks.ts'
import { createClock } from './sessions/clock.ts'
import { createDeviceUsages } from './sessions/device-usage.ts'
import { createEstablishing, type Establishing } from './sessions/establishing.ts'
import { createNetworks, type Networks } from './sessions/networks.ts'
import { createLogins, type Logins } from './sessions/logins.ts'
import { createLogouts, type Logouts } from './sessions/logouts.ts'
import { SessionOwners } from './sessions/session-owners.ts'
import { SessionRunner } from './sessions/session-runner.ts'
import type { Session } from './sessions/session.ts'
import { SocketSessions } from './sessions/socket-sessions.ts'
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
    this.sockets = new Sockets({
      ...options,
      lookEveryMs: options.lookEveryMs ?? LOOK_EVERY_MS,
      now,
      monotonic,
      bufferedBytes: this.forwarder.bufferedBytes,
      onQuiet: acks.writeOut,
      createHandler: (connection) =>
        new SocketSessions(connection, {
          clock,
          input: (session, input) => this.runner.input(session, input),
          onSocketClosed: (session, reason) => this.runner.onSocketClosed(session, reason),
          countFrame: this.counts.count,
          countDropped: (reason, frames) => this.runner.countDropped(reason, frames),
          close,
          guard,
        }),
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
    const unknownIds = createUnknownIds({ monotonic })
    this.logins = createLogins({
      ...options,
      monotonic,
      unknownIds,
      onAnswer: (session, answer) => this.runner.onAnswer(session, answer),
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
      listener: this.downlink,
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
    this.runner.forward(session, 'written', bytes)
    if (bytes.at(-1) !== HASH) connection.quietUntil = this.monotonic() + QUIET_AFTER_TEXT_MS
    connection.sent.note(bytes)
    connection.socket.write(bytes, done)
  }

  private onDailyLimit(deviceId: string): void {
    this.options.metrics.count('DailyLimits')
    this.options.log.warn('a device has reached its limit of 24 hours; its frames are dropped', { deviceId })
    this.downlink?.dailyLimit(deviceId)
  }
}
