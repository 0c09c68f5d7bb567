import { deviceSecrets, type KnownSecrets } from '#h02/catalogue/index.ts'
import type { ControlMessage } from '#shared/domain/command-messages.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { LEASE_EVERY_MS } from '#shared/store/gateways.ts'
import type { DeviceSettings, Login, SessionStore } from '#shared/store/sessions.ts'
import { Commands } from './commands.ts'
import type { Catalogue } from './conductor/state.ts'
import type { OwnServers } from './own-servers.ts'
import { createControlLink, type ConnectLink, type ControlLink } from './control-link.ts'
import type { SessionOwners } from '../sessions/session-owners.ts'
import { createDeviceReports, type DeviceReports, type RelayedBytes } from './device-reports.ts'
import { createLiveFeed, type LiveFeed } from './live-feed.ts'
import { createSessionReports, type SessionReports } from './session-reports.ts'
import type { Clock } from '../sessions/clock.ts'
import type { Session } from '../sessions/session.ts'

/** What the gateway needs to receive commands; without it, it only receives frames. */
export type DownlinkSettings = {
  readonly connect: ConnectLink
  readonly catalogue: Catalogue
  readonly maskBytes: (bytes: Uint8Array, direction: 'up' | 'down', known: KnownSecrets) => Uint8Array
  readonly stage: string
  /** Factor on the windows of commands and on the lease. */
  readonly timeScale: number
}

type DownlinkOptions = DownlinkSettings & {
  readonly gatewayId: string
  readonly sessions: SessionStore
  readonly owners: SessionOwners
  readonly ownServers: OwnServers
  readonly write: (session: Session, bytes: Uint8Array, done: (error: unknown) => void) => void
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  /** Called when the registry's entry of a device has changed. */
  readonly onChanged: (deviceId: string) => void
  /** The current entry, for a session of the device on this gateway. */
  readonly onSettings: (session: Session, device: DeviceSettings) => void
  /** Called after a fault in the commands of a device. */
  readonly onFault: (deviceId: string, cause: unknown) => void
  readonly firstRetryMs?: number | undefined
}

/** Trackers that cycle their radio, or whose network forgets connections, begin sessions all the time. */
const SHORT_SESSION_MS = 5 * 60_000

/** The gateway's MQTT side: commands and their reports, sessions with commands, the live view, take-overs. */
export class Downlink {
  readonly reports: DeviceReports
  private readonly options: DownlinkOptions
  private readonly link: ControlLink
  private readonly commands: Commands
  private readonly live: LiveFeed
  private readonly sessionReports: SessionReports
  private readonly renewing: NodeJS.Timeout

  constructor(options: DownlinkOptions) {
    this.options = options
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
      ownServers: options.ownServers,
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
    this.reports = createDeviceReports({ gatewayId, publish: this.link.report, clock })
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

  /** The tracker may have been reset, so control reads its settings. */
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

  sourceRefused(session: Session): void {
    this.reports.sourceRefused(session)
  }

  /** A command of ours for the device awaits its reply, or is on its way. */
  hasOpen(deviceId: string): boolean {
    return this.commands.hasOpen(deviceId)
  }

  /** Bytes of the server that the device is relayed to were written to the tracker. */
  relayed(session: Session, bytes: Uint8Array, about: RelayedBytes): void {
    this.commands.relayed(session.deviceId, bytes)
    this.reports.relayed(session, bytes, about)
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

  /** True if a new session is reported: the tracker may have restarted, unless its sessions are always short. */
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
      // The device keeps its old settings until its next login.
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
