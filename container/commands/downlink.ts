import { deviceSecrets, type KnownSecrets, type Server } from '#h02/catalogue/index.ts'
import { MESSAGE_FORMAT, type ControlMessage, type RelayedReport } from '#shared/domain/command-messages.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { LEASE_EVERY_MS } from '#shared/store/gateways.ts'
import type { DeviceSettings, Login, SessionStore } from '#shared/store/sessions.ts'
import { Commands } from './commands.ts'
import type { Catalogue } from './conductor/state.ts'
import { toHex } from './conductor/timeline.ts'
import { createOwnServers, type ResolveName } from './own-servers.ts'
import { createControlLink, type ConnectLink, type ControlLink } from './control-link.ts'
import type { SessionOwners } from '../sessions/session-owners.ts'
import { createLiveFeed, type LiveFeed } from './live-feed.ts'
import { createSessionReports, type SessionReports } from './session-reports.ts'
import type { Clock } from '../sessions/clock.ts'
import type { Session } from '../sessions/session.ts'
import { TokenBucket, type TokenRate } from '../sockets/token-bucket.ts'

/** What the gateway needs to receive commands; without it, it only receives frames. */
export type DownlinkSettings = {
  readonly connect: ConnectLink
  readonly catalogue: Catalogue
  readonly maskBytes: (bytes: Uint8Array, direction: 'up' | 'down', known: KnownSecrets) => Uint8Array
  readonly stage: string
  /** Factor on the windows of commands and on the lease. */
  readonly timeScale: number
  /** The configured addresses of this server for trackers, names included. */
  readonly publicServers?: readonly Server[]
  readonly resolveName?: ResolveName
}

type DownlinkOptions = DownlinkSettings & {
  readonly gatewayId: string
  readonly sessions: SessionStore
  readonly owners: SessionOwners
  readonly write: (session: Session, bytes: Uint8Array, done: (error: unknown) => void) => void
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  /** Called when the registry's entry of a device has changed. */
  readonly onChanged: (deviceId: string) => void
  /** What it is now, for a session of the device here. */
  readonly onSettings: (session: Session, device: DeviceSettings) => void
  /** Called after a fault in the commands of a device. */
  readonly onFault: (deviceId: string, cause: unknown) => void
  readonly firstRetryMs?: number | undefined
}

/** What the audit says of bytes of the other server, beside them. */
export type RelayedBytes = Pick<RelayedReport, 'seq' | 'server' | 'danger' | 'intent'>

const REFUSAL_REPORT_MS = 3_600_000
/** Trackers that cycle their radio, or whose network forgets connections, begin sessions all the time. */
const SHORT_SESSION_MS = 5 * 60_000
const MAX_REFUSALS = 10_000
/** Each becomes an event, which is stored and sent to webhooks; the list of unknown devices has them all. */
const UNKNOWN_REPORTS: TokenRate = { perMs: 60 / 3_600_000, burst: 60 }

/** The gateway's MQTT side: commands and their reports, sessions with commands, the live view, take-overs. */
export class Downlink {
  private readonly options: DownlinkOptions
  private readonly link: ControlLink
  private readonly commands: Commands
  private readonly live: LiveFeed
  private readonly sessionReports: SessionReports
  private readonly renewing: NodeJS.Timeout
  private readonly refusalsReportedAt = new Map<string, number>()
  private readonly unknownReports: TokenBucket

  constructor(options: DownlinkOptions) {
    this.options = options
    this.unknownReports = new TokenBucket(UNKNOWN_REPORTS, options.clock.monotonic())
    const { gatewayId, catalogue, timeScale, owners, sessions, log, metrics, clock } = options
    this.link = createControlLink({
      connect: options.connect,
      stage: options.stage,
      gatewayId,
      onDelivery: (delivery) => this.guard(delivery, () => this.commands.deliver(delivery)),
      onControl: (message) => this.guard(message, () => this.onControl(message)),
      log,
      metrics,
    })
    this.commands = new Commands({
      config: { gatewayId, catalogue, timeScale },
      ownServers: createOwnServers(options.publicServers ?? [], {
        ...(options.resolveName !== undefined && { resolve: options.resolveName }),
        now: clock.monotonic,
      }),
      sessions,
      report: this.link.report,
      ownerOf: (deviceId) => owners.get(deviceId),
      otherSentAt: (session) => session.toSteady(owners.otherSentAt(session)),
      write: options.write,
      onInterest: (deviceId) => this.lookAt(deviceId),
      onFault: options.onFault,
      log,
      metrics,
      now: clock.steady,
      firstRetryMs: options.firstRetryMs,
    })
    this.live = createLiveFeed({
      maskBytes: options.maskBytes,
      publish: this.link.publishLive,
      isKeyValid: (keyId, deviceId) => sessions.isKeyValid(keyId, deviceId),
      log,
      metrics,
      clock,
    })
    this.sessionReports = createSessionReports({
      gatewayId,
      publish: this.link.report,
      timeScale,
      now: clock.now,
    })
    const renew = (): void =>
      void sessions
        .renewLease(gatewayId)
        .catch((cause: unknown) => log.warn('lease not renewed; trying again soon', { cause }))
    renew()
    this.renewing = setInterval(renew, LEASE_EVERY_MS * timeScale)
  }

  /** A session owns its device. */
  opened(session: Session, login: Login): void {
    this.live.watch(session.deviceId, login.liveGrants)
    for (const { secrets } of this.options.owners.sessionsOf(session.deviceId)) session.learnSecrets(secrets)
    session.learnSecrets(deviceSecrets(login.password))
    session.usualSessionMs = login.usualSessionMs
    session.isIgnitionInverted = login.ignitionInverted
    this.commands.opened(session, login)
    const { queued, open, openRestore, watching } = login
    const hasWork = queued > 0 || open !== null || openRestore !== null || watching.length > 0
    session.awaitsBoot = login.keepsSettings
    if (hasWork || (login.keepsSettings && this.isRare(login))) this.sessionReports.report(session, 'opened')
    this.lookAt(session.deviceId)
  }

  /** It may have been reset: control asks for its settings. */
  booted(session: Session): void {
    session.awaitsBoot = false
    this.sessionReports.report(session, 'booted')
  }

  closed(session: Session): void {
    this.commands.closed(session)
    this.sessionReports.closed(session.sessionId)
  }

  /** An event of a device that is watched live or has commands under way. */
  observe(session: Session, event: SessionEvent): void {
    const { deviceId } = event
    if (event.kind === 'frame' || event.kind === 'rest') this.commands.frame(session, this.steadied(event))
    this.live.add(event, { deviceId, literals: session.secrets })
    session.isObserved = this.isInteresting(deviceId)
  }

  notifyGateway(gatewayId: string, message: ControlMessage): void {
    this.link.notifyGateway(gatewayId, message)
  }

  contested(displaced: Session, ownerAddress: string): void {
    this.sessionReports.report(displaced, 'contested', { ownerAddress })
  }

  /** The session became established, and commands wait for that. */
  established(session: Session): void {
    this.sessionReports.report(session, 'established')
  }

  /** At most once per hour and device: a refused tracker redials as fast as it can. */
  sourceRefused({ deviceId, connection: { remoteAddress } }: Session): void {
    const at = this.options.clock.monotonic()
    if (at - (this.refusalsReportedAt.get(deviceId) ?? Number.NEGATIVE_INFINITY) < REFUSAL_REPORT_MS) return
    if (this.refusalsReportedAt.size >= MAX_REFUSALS) this.refusalsReportedAt.clear()
    this.refusalsReportedAt.set(deviceId, at)
    this.link.report({ ...this.reportOn(deviceId), kind: 'source-refused', remoteAddress })
  }

  dailyLimit(deviceId: string): void {
    this.link.report({ ...this.reportOn(deviceId), kind: 'daily-limit' })
  }

  /** The id has registered itself. */
  registered({ deviceId }: Session): void {
    this.link.report({ ...this.reportOn(deviceId), kind: 'registered' })
  }

  /** An id is listed as unknown for the first time in a month. A flood of made-up ids must not become one of events. */
  unknownSeen({ deviceId, connection: { remoteAddress } }: Session, sampleType: string | null): void {
    if (!this.unknownReports.take(this.options.clock.monotonic())) return
    this.link.report({ ...this.reportOn(deviceId), kind: 'unknown-seen', remoteAddress, sampleType })
  }

  /** A command of ours for the device awaits its reply, or is on its way. */
  hasOpen(deviceId: string): boolean {
    return this.commands.hasOpen(deviceId)
  }

  /** Bytes of the server that the device is relayed to were written to it. */
  relayed(session: Session, bytes: Uint8Array, about: RelayedBytes): void {
    const { deviceId, sessionId } = session
    this.commands.relayed(deviceId, bytes)
    this.link.report({
      ...about,
      ...this.reportOn(deviceId),
      kind: 'relayed',
      sessionId,
      raw: toHex(bytes),
    })
  }

  superseded(deviceId: string, epoch: number): void {
    this.commands.superseded(deviceId, epoch)
  }

  /** True if a command is under way, or a device with commands is remembered. */
  get isBusy(): boolean {
    return this.commands.size > 0
  }

  reportGauges(): void {
    this.link.reportGauges()
    this.options.metrics.gauge('DevicesCommanded', this.commands.size, 'Count')
  }

  async close(): Promise<void> {
    clearInterval(this.renewing)
    this.commands.stop()
    this.sessionReports.stop()
    this.live.stop()
    await this.link.close()
  }

  /** A new session says that the tracker may have restarted, unless its sessions are short anyway. */
  private reportOn(deviceId: string) {
    const { gatewayId, clock } = this.options
    return { v: MESSAGE_FORMAT, deviceId, gatewayId, at: clock.now() }
  }

  private isRare({ usualSessionMs }: Login): boolean {
    return usualSessionMs === null || usualSessionMs >= SHORT_SESSION_MS * this.options.timeScale
  }

  private guard({ deviceId }: { readonly deviceId: string }, work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.options.onFault(deviceId, cause)
    }
  }

  private onControl(message: ControlMessage): void {
    const { owners } = this.options
    switch (message.kind) {
      case 'settled':
      case 'ask':
        this.commands.control(message)
        break
      case 'session-settled':
        this.sessionReports.settled(message.sessionId, message.event)
        break
      case 'evict':
        owners.evicted(message)
        break
      case 'watch':
        this.live.watch(message.deviceId, [
          message.grant ?? { grantId: null, keyId: null, until: message.until },
        ])
        this.lookAt(message.deviceId)
        break
      case 'changed':
        this.options.onChanged(message.deviceId)
        void this.readAgain(message.deviceId)
    }
  }

  /** The registry's settings have changed: sessions continue with the new ones. */
  private async readAgain(deviceId: string): Promise<void> {
    const { owners, sessions, log } = this.options
    if (owners.sessionsOf(deviceId).length === 0) return
    try {
      const device = await sessions.readDevice(deviceId)
      if (device === null) return
      for (const session of owners.sessionsOf(deviceId)) {
        session.learnSecrets(deviceSecrets(device.password))
        session.ackPolicy = device.ackPolicy
        owners.learnContest(session, device)
        this.options.onSettings(session, device)
      }
      this.live.watch(deviceId, device.liveGrants)
      if (device.sources !== null) owners.closeOthers(deviceId, device.sources)
      this.lookAt(deviceId)
    } catch (cause) {
      // Until its next login the device keeps its old settings.
      log.warn('changed settings of a device cannot be read; the old ones stay', { cause })
    }
  }

  /** Commands use the steady clock: after a step of the wall clock they would treat a frame as old. */
  private steadied(event: SessionEvent): SessionEvent {
    const { now, steady } = this.options.clock
    const ahead = steady() - now()
    return ahead === 0 ? event : { ...event, receivedAt: event.receivedAt + ahead }
  }

  private isInteresting(deviceId: string): boolean {
    return this.commands.isConducting(deviceId) || this.live.isWatched(deviceId)
  }

  private lookAt(deviceId: string): void {
    const isObserved = this.isInteresting(deviceId)
    for (const session of this.options.owners.sessionsOf(deviceId)) session.isObserved = isObserved
  }
}
