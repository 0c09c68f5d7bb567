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
/** More are not remembered: a session of months sends many commands. */
const maxSecrets = 100
/** Most frames fit: the memory is taken again for those that come after. */
const usualBytes = 128

/** A place for a frame: memory of its own, of which the first `length` bytes count. */
type Kept = { bytes: Uint8Array; length: number; receivedAt: number }
/** A frame of the session that has gone into the log. */
export type RecentFrame = { readonly bytes: Uint8Array; readonly receivedAt: number }

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
  /** Known secrets of the device: its passwords, and those of commands that were delivered. Masked in its live view. */
  secrets: readonly string[] = []
  private readonly ring: Kept[] = []
  private kept = 0

  constructor(connection: Connection, deviceId: string, isFirst: boolean) {
    this.connection = connection
    this.deviceId = deviceId
    this.isFirst = isFirst
  }

  learnSecrets(literals: readonly string[]): void {
    this.secrets = [...new Set([...this.secrets, ...literals])].slice(-maxSecrets)
  }

  /**
   * A copy: a frame is a view of the chunk it came in, which may be a whole stored day; and what ten thousand units keep
   * a while, and then let go, costs the collector more than copying.
   */
  keep({ frame: { bytes }, receivedAt }: HeldFrame): void {
    const at = this.kept++ % recentFrames
    const place = (this.ring[at] ??= { bytes: new Uint8Array(usualBytes), length: 0, receivedAt })
    if (bytes.length > place.bytes.length) place.bytes = new Uint8Array(bytes.length)
    place.bytes.set(bytes)
    place.length = bytes.length
    place.receivedAt = receivedAt
  }

  /** The newest frames of its session, oldest first. */
  recent(): RecentFrame[] {
    const oldest = this.ring.length < recentFrames ? 0 : this.kept % recentFrames
    return [...this.ring.slice(oldest), ...this.ring.slice(0, oldest)].map(
      ({ bytes, length, receivedAt }) => ({
        bytes: bytes.slice(0, length),
        receivedAt,
      }),
    )
  }
}
