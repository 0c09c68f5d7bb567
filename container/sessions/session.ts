import type { Frame, Peek } from '#h02'
import type { AckPolicy } from '#shared/domain/device.ts'
import type { Connection } from '../sockets/connection.ts'
import type { NewOwner } from './session-owners.ts'
import type { RecentFrames } from './recent-frames.ts'

/** A frame kept until the registry has answered, or until the connection's device is known. */
export type HeldFrame = { readonly frame: Frame; readonly peeked: Peek; readonly receivedAt: number }

/**
 * One device on one socket: its session. `asking`: the registry has not answered yet. `in`: its frames go into the
 * log. `refused`: not registered, or not from an allowed source, so nothing is kept and nothing acknowledged: the
 * tracker keeps its data.
 */
export type SessionState = 'asking' | 'in' | 'refused'

/** More are not remembered: a session of months sends many commands. */
const maxSecrets = 100

export class Session {
  readonly connection: Connection
  readonly deviceId: string
  /** The first device of its socket: only that one may register itself. */
  readonly isFirst: boolean
  state: SessionState = 'asking'
  /** Why it is refused, where it is: not registered, or not from an allowed source. */
  refusedFor: 'unregistered' | 'source' = 'unregistered'
  /** The registry has been asked and not answered yet. */
  isAsked = false
  sessionId = ''
  seq = 0
  /** The tracker's own maker code, as it sent it last: acks with another are dropped (PROTOCOL.md section 1.8). */
  maker: string | null = null
  ackPolicy: AckPolicy = 'auto'
  lastFrameAt = 0
  lastLoginAt = 0
  held: HeldFrame[] = []
  /** Of its login: the device's session that is the newest has the highest. */
  epoch = 0
  /** Commands go to this socket. */
  isOwner = false
  /** Another socket uses the id: until then, ms. */
  contestedUntil = 0
  /** When this displaced session last reported that it contests the device, ms; 0: not yet. */
  contestReportedAt = 0
  /** Secrets may be written to it (`shared/domain/established.ts`). */
  isEstablished = false
  /** Frames that went into the log since its login. */
  frames = 0
  /** A session on another gateway, from another address, may have spoken until then, ms. */
  otherSpokeAt = 0
  /** Who displaced it; null while it owns the device. */
  displacedBy: NewOwner | null = null
  displacedAt = 0
  /** When the registry was last asked whether anyone holds the session, and whether it may be taken back. */
  lookedAt = 0
  mayLoginAgain = false
  /** Somebody watches it live, or a command of it is under way: its events are looked at one by one. */
  isObserved = false
  /** Known secrets of the device: its passwords, and those of commands that were delivered. Masked in its live view. */
  secrets: readonly string[] = []
  /** How long sessions of the device usually last, ms; null: not known. */
  usualSessionMs: number | null = null
  /** Frames of the device from all of its sockets here; set with the first login. */
  recent: RecentFrames | null = null

  constructor(connection: Connection, deviceId: string, isFirst: boolean) {
    this.connection = connection
    this.deviceId = deviceId
    this.isFirst = isFirst
  }

  learnSecrets(literals: readonly string[]): void {
    this.secrets = [...new Set([...this.secrets, ...literals])].slice(-maxSecrets)
  }
}
