import type { Frame, Peek } from '#h02'
import type { AckPolicy } from '#shared/domain/device.ts'
import type { Connection } from './connection.ts'

/** A frame kept until the registry has answered, or until the connection's device is known. */
export type HeldFrame = { readonly frame: Frame; readonly peeked: Peek; readonly receivedAt: number }

/**
 * One device on one socket: its session. `asking`: the registry has not answered yet. `in`: its frames go into the
 * log. `refused`: nobody registered it, so nothing is kept and nothing acknowledged: the tracker keeps its data.
 */
export type UnitState = 'asking' | 'in' | 'refused'

export class Unit {
  readonly connection: Connection
  readonly deviceId: string
  /** The first device of its socket: only that one may register itself. */
  readonly isFirst: boolean
  state: UnitState = 'asking'
  /** The registry has been asked and not answered yet. */
  isAsked = false
  sessionId = ''
  seq = 0
  /** The unit's own maker code, as it sent it last: acks with another are dropped (PROTOCOL.md §1.2). */
  maker: string | null = null
  ackPolicy: AckPolicy = 'auto'
  lastFrameAt = 0
  lastLoginAt = 0
  held: HeldFrame[] = []

  constructor(connection: Connection, deviceId: string, isFirst: boolean) {
    this.connection = connection
    this.deviceId = deviceId
    this.isFirst = isFirst
  }
}
