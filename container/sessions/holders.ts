import { messageFormat, type ControlMessage } from '#shared/domain/command-messages.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import { CONTEST_MS, isContested } from '#shared/domain/contested.ts'
import { isEstablished } from '#shared/domain/established.ts'
import { isInNetworks } from '#shared/domain/network.ts'
import type { Connection } from '../sockets/connection.ts'
import { createDeviceFrames } from './device-frames.ts'
import type { Unit } from './unit.ts'

type Evict = Extract<ControlMessage, { kind: 'evict' }>

/** The session that displaced another one. */
export type Winner = {
  readonly epoch: number
  readonly remoteAddress: string
  /** ms */
  readonly loggedInAt: number
}

export type HoldersOptions = {
  readonly gatewayId: string
  readonly readDevice: SessionStore['readDevice']
  readonly close: (connection: Connection, reason: string) => void
  /** Sends to the gateway that owned the device before. */
  readonly tellGateway: (gatewayId: string, message: ControlMessage) => void
  /** A displaced session delivered a frame: reported with the first, and then once a minute. */
  readonly onContested: (displaced: Unit, ownerAddress: string) => void
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
export class Holders {
  private readonly holders = new Map<string, Unit>()
  private readonly displaced = new Map<string, Set<Unit>>()
  private readonly frames = createDeviceFrames()
  private readonly options: HoldersOptions

  constructor(options: HoldersOptions) {
    this.options = options
  }

  get(deviceId: string): Unit | undefined {
    return this.holders.get(deviceId)
  }

  /** All sessions of a device whose frames go into the log. */
  unitsOf(deviceId: string): Unit[] {
    const owner = this.holders.get(deviceId)
    return [...(owner === undefined ? [] : [owner]), ...(this.displaced.get(deviceId) ?? [])]
  }

  /** A session has logged in. */
  take(unit: Unit, login: Login): void {
    const { deviceId, connection } = unit
    const { gatewayId } = this.options
    const { epoch, previous, contestedUntil, establishedFrom } = login
    const { remoteAddress } = connection
    const isFromElsewhere = previous !== null && previous.gatewayId !== gatewayId
    unit.recent = this.frames.of(deviceId)
    unit.epoch = epoch
    unit.contestedUntil = Math.max(
      contestedUntil ?? 0,
      ...this.unitsOf(deviceId).map((other) => other.contestedUntil),
    )
    unit.isEstablished = isEstablished({ remoteAddress }, establishedFrom)
    // Its gateway is notified below, and reports if that socket still speaks.
    unit.otherSpokeAt = isFromElsewhere && previous.remoteAddress !== remoteAddress ? unit.lastLoginAt : 0
    const older = this.holders.get(deviceId)
    if (older !== undefined && older !== unit && older.epoch > epoch) {
      // Two logins of this gateway crossed: the later one was answered first.
      this.lose(unit, toWinner(older))
      return
    }
    this.holders.set(deviceId, unit)
    this.readmit(unit)
    if (older !== undefined && older !== unit) this.lose(older, toWinner(unit))
    if (!isFromElsewhere) return
    this.options.metrics.count('Evictions')
    this.options.tellGateway(previous.gatewayId, {
      v: messageFormat,
      kind: 'evict',
      deviceId,
      epoch,
      sessionId: unit.sessionId,
      remoteAddress,
      loggedInAt: unit.lastLoginAt,
      close: false,
    })
  }

  /** A session's socket has closed. True when it owned the device. */
  leave(unit: Unit): boolean {
    this.removeDisplaced(unit)
    const isHolder = this.holders.get(unit.deviceId) === unit
    if (isHolder) this.holders.delete(unit.deviceId)
    unit.isHolder = false
    if (this.unitsOf(unit.deviceId).length === 0) this.frames.leave(unit.deviceId)
    return isHolder
  }

  /** Another gateway has won the device, or it is to be closed whatever its socket does. */
  evicted({ deviceId, epoch, remoteAddress, loggedInAt, close }: Evict): void {
    if (close) {
      for (const { connection } of this.unitsOf(deviceId))
        this.options.close(connection, 'device was deleted')
      return
    }
    const holder = this.holders.get(deviceId)
    if (holder !== undefined && holder.epoch < epoch) {
      this.holders.delete(deviceId)
      this.lose(holder, { epoch, remoteAddress, loggedInAt })
    }
    this.options.onSuperseded(deviceId, epoch)
  }

  /**
   * A frame of a displaced session. True: it logs in again, because no other session owns the device. At most once a
   * minute.
   */
  onDisplacedFrame(unit: Unit, receivedAt: number): boolean {
    this.contest(unit, receivedAt)
    if (unit.mayLoginAgain) {
      unit.mayLoginAgain = false
      return true
    }
    const at = this.options.now()
    const owner = this.holders.get(unit.deviceId)
    const ownerIsAlive = owner !== undefined && at - owner.lastFrameAt <= DEAD_SOCKET_MS
    const since = Math.max(unit.lastLoginAt, unit.lostAt, unit.lookedAt)
    if (ownerIsAlive || at - since < DEAD_SOCKET_MS) return false
    unit.lookedAt = at
    void this.look(unit)
    return false
  }

  isContested({ contestedUntil }: Unit): boolean {
    return isContested(contestedUntil, this.options.now())
  }

  /** The allowed sources of a device have changed: sessions from elsewhere end. */
  closeOthers(deviceId: string, sources: readonly string[]): void {
    for (const { connection } of this.unitsOf(deviceId)) {
      if (!isInNetworks(connection.remoteAddress, sources)) {
        this.options.close(connection, 'source is not allowed')
      }
    }
  }

  /** When another session of the device spoke last, from another address, as far as this gateway knows; 0: never. */
  otherSpokeAt(unit: Unit): number {
    return this.unitsOf(unit.deviceId)
      .filter((other) => isFromOtherAddress(unit, other.connection.remoteAddress))
      .reduce((latest, { lastFrameAt }) => Math.max(latest, lastFrameAt), unit.otherSpokeAt)
  }

  /**
   * Whether the device has no owner any more. A session on another gateway that is older than a minute may be silent:
   * that gateway is notified when we log in, and closes what is silent. While the device is contested its sockets do not
   * take it from each other, but a device without any owner could not even get a restore.
   */
  private async look(unit: Unit): Promise<void> {
    try {
      const device = await this.options.readDevice(unit.deviceId)
      if (device === null || unit.isHolder || unit.connection.closed) return
      unit.contestedUntil = Math.max(unit.contestedUntil, device.contestedUntil ?? 0)
      const { session } = device
      const isOldSession = session !== null && this.options.now() - session.since >= DEAD_SOCKET_MS
      unit.mayLoginAgain = session === null || (isOldSession && !this.isContested(unit))
    } catch (cause) {
      this.options.log.warn('registry not reachable; a displaced session waits', { cause })
    }
  }

  private lose(unit: Unit, winner: Winner): void {
    this.readmit(unit)
    unit.isHolder = false
    unit.lostTo = winner
    unit.lostAt = this.options.now()
    const { connection, deviceId } = unit
    if (connection.closed) return
    this.options.metrics.count('SessionsTakenOver')
    const isDead = this.options.now() - unit.lastFrameAt > DEAD_SOCKET_MS
    const isSameAddress = connection.remoteAddress === winner.remoteAddress
    if ((isDead || isSameAddress) && !this.isContested(unit)) {
      this.options.close(connection, 'replaced by a newer session')
      return
    }
    const others = this.displaced.get(deviceId)
    if (others === undefined) this.displaced.set(deviceId, new Set([unit]))
    else others.add(unit)
  }

  /** Both sockets deliver frames: that is no reconnect. */
  private contest(unit: Unit, receivedAt: number): void {
    const owner = this.holders.get(unit.deviceId)
    const winner = owner === undefined ? unit.lostTo : toWinner(owner)
    if (winner === null || receivedAt <= winner.loggedInAt) return
    if (!isFromOtherAddress(unit, winner.remoteAddress)) return
    for (const one of this.unitsOf(unit.deviceId)) {
      one.contestedUntil = Math.max(one.contestedUntil, receivedAt + CONTEST_MS)
    }
    const at = this.options.now()
    if (at - unit.contestReportedAt < CONTEST_REPORT_MS) return
    if (unit.contestReportedAt === 0) this.options.metrics.count('TakeoversContested')
    unit.contestReportedAt = at
    this.options.onContested(unit, winner.remoteAddress)
  }

  /** As if it had never been displaced. */
  private readmit(unit: Unit): void {
    this.removeDisplaced(unit)
    unit.isHolder = true
    unit.lostTo = null
    unit.mayLoginAgain = false
    unit.contestReportedAt = 0
  }

  private removeDisplaced(unit: Unit): void {
    const others = this.displaced.get(unit.deviceId)
    if (others?.delete(unit) && others.size === 0) this.displaced.delete(unit.deviceId)
  }
}

const isFromOtherAddress = (unit: Unit, remoteAddress: string): boolean =>
  unit.connection.remoteAddress !== remoteAddress

const toWinner = ({ epoch, lastLoginAt, connection }: Unit): Winner => ({
  epoch,
  remoteAddress: connection.remoteAddress,
  loggedInAt: lastLoginAt,
})
