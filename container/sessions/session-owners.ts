import { MESSAGE_FORMAT, type ControlMessage } from '#shared/domain/command-messages.ts'
import { CONTEST_MS } from '#shared/domain/contested.ts'
import { isEstablished } from '#shared/domain/established.ts'
import { isInNetworks } from '#shared/domain/network.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { DeviceSettings, Login, SessionStore } from '#shared/store/sessions.ts'
import type { Connection } from '../sockets/connection.ts'
import { createDeviceFrames } from './device-frames.ts'
import type { Clock } from './clock.ts'
import type { NewOwner, Session } from './session.ts'
import type { SessionInput } from './session-state.ts'

type Evict = Extract<ControlMessage, { kind: 'evict' }>

type SessionOwnersOptions = {
  readonly gatewayId: string
  readonly readDevice: SessionStore['readDevice']
  readonly clock: Clock
  /** Passes an input to a session. */
  readonly input: (session: Session, input: SessionInput) => void
  /** Runs the work of one connection; a fault in it affects no other. */
  readonly guard: (connection: Connection, work: () => void) => void
  readonly close: (connection: Connection, reason: string) => void
  /** Sends to the gateway that owned the device before. */
  readonly notifyGateway: (gatewayId: string, message: ControlMessage) => void
  /** A displaced session delivered a frame. Reported at its first frame, then once a minute. */
  readonly onContested: (displaced: Session, ownerAddress: string) => void
  /** Another gateway has the device. */
  readonly onSuperseded: (deviceId: string, epoch: number) => void
  readonly log: Log
  readonly metrics: Metrics
}

/** A socket that has been silent for this long counts as dead. */
const DEAD_SOCKET_MS = 60_000
const CONTEST_REPORT_MS = 60_000

/**
 * Which socket of this gateway owns a device: the newest session receives the commands. A displaced session is closed
 * if it is silent or from the owner's address. Otherwise it is still read: H02 has no authentication, and people must
 * be able to see whether the second socket is a reconnect, a clone or a spoof. Its next frame contests the device.
 */
export class SessionOwners {
  private readonly owners = new Map<string, Session>()
  private readonly displaced = new Map<string, Set<Session>>()
  private readonly frames: ReturnType<typeof createDeviceFrames>
  private readonly options: SessionOwnersOptions
  private readonly clock: Clock

  constructor(options: SessionOwnersOptions) {
    this.options = options
    this.clock = options.clock
    this.frames = createDeviceFrames(options.clock)
  }

  get(deviceId: string): Session | undefined {
    return this.owners.get(deviceId)
  }

  /** All sessions of a device whose frames go into the log. */
  sessionsOf(deviceId: string): Session[] {
    const owner = this.owners.get(deviceId)
    return [...(owner === undefined ? [] : [owner]), ...(this.displaced.get(deviceId) ?? [])]
  }

  /**
   * A session was registered. Returns true if it owns the device. `isLeaving`: its socket has closed in the meantime,
   * so it closes no other socket.
   */
  loggedIn(session: Session, login: Login, isLeaving: boolean): boolean {
    const { deviceId, connection } = session
    const { epoch, previous, establishedFrom } = login
    const { remoteAddress } = connection
    const isFromElsewhere = previous !== null && previous.gatewayId !== this.options.gatewayId
    session.recent = this.frames.of(deviceId)
    session.epoch = epoch
    session.displacedBy = null
    session.contestReportedAt = Number.NEGATIVE_INFINITY
    for (const other of this.sessionsOf(deviceId)) this.extendContest(session, other.contestedUntilMonotonic)
    this.learnContest(session, login)
    session.isEstablished = isEstablished({ remoteAddress }, establishedFrom)
    // Its gateway is notified below, and reports if that socket still sends.
    session.otherSentAt =
      isFromElsewhere && previous.remoteAddress !== remoteAddress ? session.askedAt : Number.NEGATIVE_INFINITY
    const older = this.owners.get(deviceId)
    if (older !== undefined && older !== session && older.epoch > epoch) {
      // Two logins of this gateway overlapped: the later one was answered first.
      session.displacedBy = toNewOwner(older)
      this.addDisplaced(session)
      return false
    }
    this.owners.set(deviceId, session)
    if (older !== undefined && older !== session) this.displace(older, toNewOwner(session), isLeaving)
    if (!isFromElsewhere) return true
    this.options.metrics.count('Evictions')
    this.options.notifyGateway(previous.gatewayId, {
      v: MESSAGE_FORMAT,
      kind: 'evict',
      deviceId,
      epoch,
      sessionId: session.sessionId,
      remoteAddress,
      loggedInAt: session.requestedAtWall,
      close: false,
    })
    return true
  }

  /** A session has ended. */
  left(session: Session): void {
    const { deviceId } = session
    this.removeDisplaced(session)
    const wasOwner = this.owners.get(deviceId) === session
    if (wasOwner) this.owners.delete(deviceId)
    const others = this.sessionsOf(deviceId)
    if (others.length === 0) this.frames.leave(deviceId)
    if (wasOwner) for (const other of others) this.options.input(other, { kind: 'owner-left' })
  }

  /** Another gateway has the device, or all of its sockets must be closed. */
  evicted({ deviceId, epoch, remoteAddress, close }: Evict): void {
    if (close) {
      for (const { connection } of this.sessionsOf(deviceId))
        this.options.close(connection, 'device was deleted')
      return
    }
    const owner = this.owners.get(deviceId)
    if (owner !== undefined && owner.epoch < epoch) {
      this.owners.delete(deviceId)
      this.displace(owner, { epoch, remoteAddress, since: this.clock.monotonic() }, false)
    }
    this.options.onSuperseded(deviceId, epoch)
  }

  /** A displaced session delivered a frame while another address owns the device: this is not a reconnect. */
  contest(session: Session, at: number): void {
    const owner = this.owners.get(session.deviceId)
    const newOwner = owner === undefined ? session.displacedBy : toNewOwner(owner)
    if (newOwner === null || at <= newOwner.since) return
    if (!isFromOtherAddress(session, newOwner.remoteAddress)) return
    for (const one of this.sessionsOf(session.deviceId)) this.extendContest(one, at + CONTEST_MS)
    const now = this.clock.monotonic()
    if (now - session.contestReportedAt < CONTEST_REPORT_MS) return
    if (session.contestReportedAt === Number.NEGATIVE_INFINITY)
      this.options.metrics.count('TakeoversContested')
    session.contestReportedAt = now
    this.options.onContested(session, newOwner.remoteAddress)
  }

  /**
   * Looks up whether the device has an owner that may be alive. Notifies the displaced session unless its owner is on
   * this gateway.
   */
  look(session: Session): void {
    const owner = this.owners.get(session.deviceId)
    if (owner !== undefined && this.clock.monotonic() - owner.lastFrameAt <= DEAD_SOCKET_MS) return
    void this.options.readDevice(session.deviceId).then(
      (device) =>
        this.options.guard(session.connection, () => {
          if (device === null) return
          this.learnContest(session, device)
          this.options.input(session, { kind: 'looked', isFree: this.isFree(session, device) })
        }),
      (cause: unknown) =>
        this.options.log.warn('registry not reachable; a displaced session stays displaced', { cause }),
    )
  }

  /** Applies what the registry reports about a contest. `contestedUntil` is a time of the wall clock. */
  learnContest(session: Session, { contestedUntil }: Pick<Login, 'contestedUntil'>): void {
    if (contestedUntil === null) return
    // A contest lasts at most half an hour, whatever this clock shows.
    const left = Math.min(CONTEST_MS, contestedUntil - this.clock.now())
    if (left > 0) this.extendContest(session, this.clock.monotonic() + left)
  }

  /** The allowed sources of a device have changed: sessions from other addresses are closed. */
  closeOthers(deviceId: string, sources: readonly string[]): void {
    for (const { connection } of this.sessionsOf(deviceId)) {
      if (!isInNetworks(connection.remoteAddress, sources)) {
        this.options.close(connection, 'source is not allowed')
      }
    }
  }

  /** When another session of the device, from another address, last sent something, as far as this gateway knows. */
  otherSentAt(session: Session): number {
    return this.sessionsOf(session.deviceId)
      .filter((other) => isFromOtherAddress(session, other.connection.remoteAddress))
      .reduce((latest, { lastFrameAt }) => Math.max(latest, lastFrameAt), session.otherSentAt)
  }

  /**
   * A session on another gateway that is older than a minute may be silent: that gateway is notified when we log in,
   * and closes silent sockets. While the device is contested its sockets do not take it from each other; but without
   * any owner, the device could not even receive a restore.
   */
  private isFree(session: Session, device: DeviceSettings): boolean {
    const { gatewayId } = this.options
    // Its owner here has left; the registry learns of that a moment later.
    const hasLeft = device.session?.gatewayId === gatewayId && !this.owners.has(session.deviceId)
    if (device.session === null || hasLeft) return true
    const isOld = this.clock.now() - device.session.since >= DEAD_SOCKET_MS
    return isOld && !session.isContested
  }

  private displace(session: Session, newOwner: NewOwner, isOwnerLeaving: boolean): void {
    session.displacedBy = newOwner
    this.options.metrics.count('SessionsTakenOver')
    this.addDisplaced(session)
    const isDead = this.clock.monotonic() - session.lastFrameAt > DEAD_SOCKET_MS
    const isSameAddress = !isFromOtherAddress(session, newOwner.remoteAddress)
    const isStale = (isDead || isSameAddress) && !session.isContested && !isOwnerLeaving
    this.options.input(session, { kind: 'displaced', isStale })
  }

  private extendContest(session: Session, until: number): void {
    session.contestedUntilMonotonic = Math.max(session.contestedUntilMonotonic, until)
  }

  private addDisplaced(session: Session): void {
    const others = this.displaced.get(session.deviceId)
    if (others === undefined) this.displaced.set(session.deviceId, new Set([session]))
    else others.add(session)
  }

  private removeDisplaced(session: Session): void {
    const others = this.displaced.get(session.deviceId)
    if (others?.delete(session) && others.size === 0) this.displaced.delete(session.deviceId)
  }
}

const isFromOtherAddress = (session: Session, remoteAddress: string): boolean =>
  session.connection.remoteAddress !== remoteAddress

const toNewOwner = ({ epoch, askedAt, connection }: Session): NewOwner => ({
  epoch,
  remoteAddress: connection.remoteAddress,
  since: askedAt,
})
