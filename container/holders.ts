import { messageFormat, type ControlMessage } from '#shared/domain/command-messages.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import type { Connection } from './connection.ts'
import { isOtherNetwork } from './network.ts'
import type { Unit } from './unit.ts'

type Evict = Extract<ControlMessage, { kind: 'evict' }>

/** Who took a device over from a socket. */
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
  /** Tells the gateway that held the device before. */
  readonly tellGateway: (gatewayId: string, message: ControlMessage) => void
  /** A loser goes on sending from elsewhere. */
  readonly onContested: (unit: Unit) => void
  /** Another gateway has the device. */
  readonly onSuperseded: (deviceId: string, epoch: number) => void
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => number
}

/** A device's other socket that has been silent for so long is dead; so seldom does a loser ask for its session. */
const deadSocketMs = 60_000

/**
 * Which socket of this gateway holds a device's session: the newest wins for commands (DESIGN.md §6). The loser is
 * closed when it is silent or from the same address; otherwise it stays readable, for H02 knows no authentication, and
 * people must see whether the second socket is a reconnect, a clone or a spoof.
 */
export class Holders {
  private readonly holders = new Map<string, Unit>()
  /** Units that lost their session and are still readable. */
  private readonly losers = new Map<string, Set<Unit>>()
  private readonly options: HoldersOptions

  constructor(options: HoldersOptions) {
    this.options = options
  }

  get(deviceId: string): Unit | undefined {
    return this.holders.get(deviceId)
  }

  /** All units of a device whose frames go into the log. */
  unitsOf(deviceId: string): Unit[] {
    const holder = this.holders.get(deviceId)
    return [...(holder === undefined ? [] : [holder]), ...(this.losers.get(deviceId) ?? [])]
  }

  /** A unit has logged in. */
  take(unit: Unit, { epoch, previous, conflictUntil }: Login): void {
    const { deviceId, connection } = unit
    unit.epoch = epoch
    unit.conflictUntil = conflictUntil ?? 0
    const older = this.holders.get(deviceId)
    if (older !== undefined && older !== unit && older.epoch > epoch) {
      // Two logins of this gateway crossed: the later one was answered first.
      this.lose(unit, toWinner(older))
      return
    }
    this.holders.set(deviceId, unit)
    this.readmit(unit)
    if (older !== undefined && older !== unit) this.lose(older, toWinner(unit))
    if (previous === null || previous.gatewayId === this.options.gatewayId || this.isInConflict(unit)) return
    this.options.metrics.count('Evictions')
    this.options.tellGateway(previous.gatewayId, {
      v: messageFormat,
      kind: 'evict',
      deviceId,
      epoch,
      sessionId: unit.sessionId,
      remoteAddress: connection.remoteAddress,
      loggedInAt: unit.lastLoginAt,
      close: false,
    })
  }

  /** A unit's socket has closed. True when it held the session. */
  leave(unit: Unit): boolean {
    this.removeLoser(unit)
    const isHolder = this.holders.get(unit.deviceId) === unit
    if (isHolder) this.holders.delete(unit.deviceId)
    unit.isHolder = false
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
   * A frame of a unit that does not hold its session. True: log in again, for the one that took it over is gone. At
   * most once a minute, and not where two senders are in conflict.
   */
  onLoserFrame(unit: Unit, receivedAt: number): boolean {
    const { lostTo } = unit
    if (lostTo !== null) this.noteContest(unit, lostTo, receivedAt)
    if (unit.mayLoginAgain) {
      unit.mayLoginAgain = false
      return true
    }
    const at = this.options.now()
    const holder = this.holders.get(unit.deviceId)
    const holderIsAlive = holder !== undefined && at - holder.lastFrameAt <= deadSocketMs
    const since = Math.max(unit.lastLoginAt, unit.lostAt, unit.lookedAt)
    if (holderIsAlive || at - since < deadSocketMs || this.isInConflict(unit)) return false
    unit.lookedAt = at
    void this.look(unit)
    return false
  }

  isInConflict({ conflictUntil }: Unit): boolean {
    return conflictUntil > this.options.now()
  }

  /**
   * Whether another gateway has a fresh session of the device, or it is in conflict. One that has had its session for
   * longer may be silent or not: that gateway is told when we log in, and closes what is silent.
   */
  private async look(unit: Unit): Promise<void> {
    try {
      const device = await this.options.readDevice(unit.deviceId)
      if (device === null || unit.isHolder || unit.connection.closed) return
      unit.conflictUntil = device.conflictUntil ?? 0
      const isFresh = device.session !== null && this.options.now() - device.session.since < deadSocketMs
      unit.mayLoginAgain = !isFresh && !this.isInConflict(unit)
    } catch (cause) {
      this.options.log.warn('registry not reachable; a socket without its session waits', { cause })
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
    const isDead = this.options.now() - unit.lastFrameAt > deadSocketMs
    const isSameAddress = connection.remoteAddress === winner.remoteAddress
    if ((isDead || isSameAddress) && !this.isInConflict(unit)) {
      this.options.close(connection, 'replaced by a newer session')
      return
    }
    const others = this.losers.get(deviceId)
    if (others === undefined) this.losers.set(deviceId, new Set([unit]))
    else others.add(unit)
  }

  private noteContest(unit: Unit, winner: Winner, receivedAt: number): void {
    if (receivedAt <= winner.loggedInAt) return
    if (!isOtherNetwork(unit.connection.remoteAddress, winner.remoteAddress)) return
    unit.lostTo = null
    this.options.metrics.count('TakeoversContested')
    this.options.onContested(unit)
  }

  /** As if it had never lost anything. */
  private readmit(unit: Unit): void {
    this.removeLoser(unit)
    unit.isHolder = true
    unit.lostTo = null
    unit.mayLoginAgain = false
  }

  private removeLoser(unit: Unit): void {
    const others = this.losers.get(unit.deviceId)
    if (others?.delete(unit) && others.size === 0) this.losers.delete(unit.deviceId)
  }
}

const toWinner = ({ epoch, lastLoginAt, connection }: Unit): Winner => ({
  epoch,
  remoteAddress: connection.remoteAddress,
  loggedInAt: lastLoginAt,
})
