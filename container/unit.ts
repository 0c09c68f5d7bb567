import type { Frame, Peek } from '#h02'
import type { AckPolicy } from '#shared/domain/device.ts'
import type { Connection } from './connection.ts'
import type { Winner } from './holders.ts'

/** A frame kept until the registry has answered, or until the connection's device is known. */
export type HeldFrame = { readonly frame: Frame; readonly peeked: Peek; readonly receivedAt: number }

/**
 * One device on one socket: its session. `asking`: the registry has not answered yet. `in`: its frames go into the
 * log. `refused`: nobody registered it, so nothing is kept and nothing acknowledged: the tracker keeps its data.
 */
export type UnitState = 'asking' | 'in' | 'refused'

/** So many of its newest frames are at hand: what a command's baseline and interlock are judged by. */
const recentFrames = 4
/** A frame is a view of the chunk it came in; what is kept must not keep a whole stored day in memory. */
const largestChunk = 4_096

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
  /** Of its login: the device's session that is the newest has the highest. */
  epoch = 0
  /** Commands go to this socket. */
  isHolder = false
  /** Two senders use the id until then, ms. */
  conflictUntil = 0
  /** Who took its session; null once that is told as contested, or while it holds it. */
  lostTo: Winner | null = null
  lostAt = 0
  /** When the registry was last asked whether anyone holds the session, and whether it may be taken back. */
  lookedAt = 0
  mayLoginAgain = false
  /** Somebody watches it live, or a command of it is under way: its events are looked at one by one. */
  isObserved = false
  private readonly ring: (HeldFrame | undefined)[] = Array.from({ length: recentFrames }, () => undefined)
  private kept = 0

  constructor(connection: Connection, deviceId: string, isFirst: boolean) {
    this.connection = connection
    this.deviceId = deviceId
    this.isFirst = isFirst
  }

  keep(frame: HeldFrame): void {
    this.ring[this.kept++ % recentFrames] = frame
  }

  /** The newest frames of its session, oldest first. */
  recent(): HeldFrame[] {
    return this.ring.flatMap((_, i) => this.ring[(this.kept + i) % recentFrames] ?? [])
  }

  /** After a large chunk: its frames get memory of their own. */
  detach(): void {
    for (const [i, held] of this.ring.entries()) {
      if (held === undefined || held.frame.bytes.buffer.byteLength <= largestChunk) continue
      this.ring[i] = { ...held, frame: { ...held.frame, bytes: held.frame.bytes.slice() } }
    }
  }
}
