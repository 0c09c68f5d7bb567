import { messageFormat, type ControlMessage } from '#shared/domain/command-messages.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import { CONTEST_MS, isContested } from '#shared/domain/contested.ts'
import { isEstablished } from '#shared/domain/established.ts'
import { isInNetworks } from '#shared/domain/network.ts'
import type { Connection } from '../sockets/connection.ts'
import { createDeviceFrames } from './device-frames.ts'
import type { Session } from './session.ts'

type Evict = Extract<ControlMessage, { kind: 'evict' }>

/** The session that displaced another one. */
export type NewOwner = {
  readonly epoch: number
  readonly remoteAddress: string
  /** ms */
  readonly loggedInAt: number
}

export type SessionOwnersOptions = {
  readonly gatewayId: string
  readonly readDevice: SessionStore['readDevice']
  readonly close: (connection: Connection, reason: string) => void
  /** Sends to the gateway that owned the device before. */
  readonly notifyGateway: (gatewayId: string, message: ControlMessage) => void
  /** A displaced session delivered a frame: reported with the first, and then once a minute. */
  readonly onContested: (displaced: Session, ownerAddress: string) => void
  /** Another gateway has the device. */
  readonly onSuperseded: (deviceId: string, epoch: number) => void
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => number
}

/** A socket that has been silent for this long is dead; a displaced session asks for its device no more often. */
const DEAD_SOCKET_MS = 60_000
const CONTEST_REPORT_MS = 60_000

/**
 * Which socket of this gateway owns a device: the newest session receives the commands. A displaced session is closed
 * when it is silent or from the owner's address. Otherwise it stays readable: H02 has no authentication, and people must
 * be able to see whether the second socket is a reconnect, a clone or a spoof. Its next frame contests the device.
 */
export class SessionOwners {
  private readonly owners = new Map<string, Session>()
  private readonly displaced = new Map<string, Set<Session>>()
  private readonly frames = createDeviceFrames()
  private readonly options: SessionOwnersOptions

  constructor(options: SessionOwnersOptions) {
    this.options = options
  }

  get(deviceId: string): Session | undefined {
    return this.owners.get(deviceId)
  }

  /** All sessions of a device whose frames go into the log. */
  sessionsOf(deviceId: string): Session[] {
    const owner = this.owners.get(deviceId)
    return [...(owner === undefined ? [] : [owner]), ...(this.displaced.get(deviceId) ?? [])]
  }

  /** A session has logged in. */
  take(session: Session, login: Login): void {
    const { deviceId, connection } = session
    const { gatewayId } = this.options
    const { epoch, previous, contestedUntil, establishedFrom } = login
    const { remoteAddress } = connection
    const isFromElsewhere = previous !== null && previous.gatewayId !== gatewayId
    session.recent = this.frames.of(deviceId)
    session.epoch = epoch
    session.contestedUntil = Math.max(
      contestedUntil ?? 0,
      ...this.sessionsOf(deviceId).map((other) => other.contestedUntil),
    )
    session.isEstablished = isEstablished({ remoteAddress }, establishedFrom)
    // Its gateway is notified below, and reports if that socket still speaks.
    session.otherSpokeAt =
      isFromElsewhere && previous.remoteAddress !== remoteAddress ? session.lastLoginAt : 0
    const older = this.owners.get(deviceId)
    if (older !== undefined && older !== session && older.epoch > epoch) {
      // Two logins of this gateway crossed: the later one was answered first.
      this.lose(session, toNewOwner(older))
      return
    }
    this.owners.set(deviceId, session)
    this.readmit(session)
    if (older !== undefined && older !== session) this.lose(older, toNewOwner(session))
    if (!isFromElsewhere) return
    this.options.metrics.count('Evictions')
    this.options.notifyGateway(previous.gatewayId, {
      v: messageFormat,
      kind: 'evict',
      deviceId,
      epoch,
      sessionId: session.sessionId,
      remoteAddress,
      loggedInAt: session.lastLoginAt,
      close: false,
    })
  }

  /** A session's socket has closed. True when it owned the device. */
  leave(session: Session): boolean {
    this.removeDisplaced(session)
    const isOwner = this.owners.get(session.deviceId) === session
    if (isOwner) this.owners.delete(session.deviceId)
    session.isOwner = false
    if (this.sessionsOf(session.deviceId).length === 0) this.frames.leave(session.deviceId)
    return isOwner
  }

  /** Another gateway has won the device, or it is to be closed whatever its socket does. */
  evicted({ deviceId, epoch, remoteAddress, loggedInAt, close }: Evict): void {
    if (close) {
      for (const { connection } of this.sessionsOf(deviceId))
        this.options.close(connection, 'device was deleted')
      return
    }
    const owner = this.owners.get(deviceId)
    if (owner !== undefined && owner.epoch < epoch) {
      this.owners.delete(deviceId)
      this.lose(owner, { epoch, remoteAddress, loggedInAt })
    }
    this.options.onSuperseded(deviceId, epoch)
  }

  /**
   * A frame of a displaced session. True: it logs in again, because no other session owns the device. At most once a
   * minute.
   */
  onDisplacedFrame(session: Session, receivedAt: number): boolean {
    this.contest(session, receivedAt)
    if (session.mayLoginAgain) {
      session.mayLoginAgain = false
      return true
    }
    const at = this.options.now()
    const owner = this.owners.get(session.deviceId)
    const ownerIsAlive = owner !== undefined && at - owner.lastFrameAt <= DEAD_SOCKET_MS
    const since = Math.max(session.lastLoginAt, session.displacedAt, session.lookedAt)
    if (ownerIsAlive || at - since < DEAD_SOCKET_MS) return false
    session.lookedAt = at
    void this.look(session)
    return false
  }

  isContested({ contestedUntil }: Session): boolean {
    return isContested(contestedUntil, this.options.now())
  }

  /** The allowed sources of a device have changed: sessions from elsewhere end. */
  closeOthers(deviceId: string, sources: readonly string[]): void {
    for (const { connection } of this.sessionsOf(deviceId)) {
      if (!isInNetworks(connection.remoteAddress, sources)) {
        this.options.close(connection, 'source is not allowed')
      }
    }
  }

  /** When another session of the device spoke last, from another address, as far as this gateway knows; 0: never. */
  otherSpokeAt(session: Session): number {
    return this.sessionsOf(session.deviceId)
      .filter((other) => isFromOtherAddress(session, other.connection.remoteAddress))
      .reduce((latest, { lastFrameAt }) => Math.max(latest, lastFrameAt), session.otherSpokeAt)
  }

  /**
   * Whether the device has no owner any more. A session on another gateway that is older than a minute may be silent:
   * that gateway is notified when we log in, and closes what is silent. While the device is contested its sockets do not
   * take it from each other, but a device without any owner could not even get a restore.
   */
  private async look(session: Session): Promise<void> {
    try {
      const device = await this.options.readDevice(session.deviceId)
      if (device === null || session.isOwner || session.connection.closed) return
      session.contestedUntil = Math.max(session.contestedUntil, device.contestedUntil ?? 0)
      const { session: owning } = device
      const isOldSession = owning !== null && this.options.now() - owning.since >= DEAD_SOCKET_MS
      session.mayLoginAgain = owning === null || (isOldSession && !this.isContested(session))
    } catch (cause) {
      this.options.log.warn('registry not reachable; a displaced session waits', { cause })
    }
  }

  private lose(session: Session, newOwner: NewOwner): void {
    this.readmit(session)
    session.isOwner = false
    session.displacedBy = newOwner
    session.displacedAt = this.options.now()
    const { connection, deviceId } = session
    if (connection.closed) return
    this.options.metrics.count('SessionsTakenOver')
    const isDead = this.options.now() - session.lastFrameAt > DEAD_SOCKET_MS
    const isSameAddress = connection.remoteAddress === newOwner.remoteAddress
    if ((isDead || isSameAddress) && !this.isContested(session)) {
      this.options.close(connection, 'replaced by a newer session')
      return
    }
    const others = this.displaced.get(deviceId)
    if (others === undefined) this.displaced.set(deviceId, new Set([session]))
    else others.add(session)
  }

  /** Both sockets deliver frames: that is no reconnect. */
  private contest(session: Session, receivedAt: number): void {
    const owner = this.owners.get(session.deviceId)
    const newOwner = owner === undefined ? session.displacedBy : toNewOwner(owner)
    if (newOwner === null || receivedAt <= newOwner.loggedInAt) return
    if (!isFromOtherAddress(session, newOwner.remoteAddress)) return
    for (const one of this.sessionsOf(session.deviceId)) {
      one.contestedUntil = Math.max(one.contestedUntil, receivedAt + CONTEST_MS)
    }
    const at = this.options.now()
    if (at - session.contestReportedAt < CONTEST_REPORT_MS) return
    if (session.contestReportedAt === 0) this.options.metrics.count('TakeoversContested')
    session.contestReportedAt = at
    this.options.onContested(session, newOwner.remoteAddress)
  }

  /** As if it had never been displaced. */
  private readmit(session: Session): void {
    this.removeDisplaced(session)
    session.isOwner = true
    session.displacedBy = null
    session.mayLoginAgain = false
    session.contestReportedAt = 0
  }

  private removeDisplaced(session: Session): void {
    const others = this.displaced.get(session.deviceId)
    if (others?.delete(session) && others.size === 0) this.displaced.delete(session.deviceId)
  }
}

const isFromOtherAddress = (session: Session, remoteAddress: string): boolean =>
  session.connection.remoteAddress !== remoteAddress

const toNewOwner = ({ epoch, lastLoginAt, connection }: Session): NewOwner => ({
  epoch,
  remoteAddress: connection.remoteAddress,
  loggedInAt: lastLoginAt,
})
