import type { AckPolicy } from '#shared/domain/device.ts'
import type { Connection } from '../sockets/connection.ts'
import type { Clock } from './clock.ts'
import type { DeviceUsage } from './device-usage.ts'
import type { RecentFrames } from './recent-frames.ts'
import { newSession, type SessionState } from './session-state.ts'

/** The session that owns the device instead. `since`: the monotonic clock. */
export type NewOwner = { readonly epoch: number; readonly remoteAddress: string; readonly since: number }

/** What a session needs from the other sessions of its socket. */
export type SocketMates = {
  /** It was registered, or became established: other ids of the socket may be looked up. */
  readonly onTrusted: () => void
  /** Frames of a refused session, or of an id beyond the limits, were neither stored nor acknowledged. */
  readonly onRefusedFrames: (frames: number, reason: string) => void
  /** The id is beyond the limits of the socket. */
  readonly forget: (session: Session) => void
}

/** Limits the memory: a session of months sends many commands. */
const MAX_SECRETS = 100

type SessionOptions = {
  readonly connection: Connection
  readonly mates: SocketMates
  readonly deviceId: string
  /** True for the first device of its socket: only that one may register itself. */
  readonly isFirst: boolean
  readonly clock: Clock
}

/** One device on one socket. Times are of the monotonic clock unless the comment says otherwise. */
export class Session {
  readonly connection: Connection
  readonly mates: SocketMates
  readonly deviceId: string
  readonly isFirst: boolean
  state: SessionState = newSession
  /** Memory of its frames that wait for the registry. */
  heldBytes = 0
  sessionId = ''
  seq = 0
  /** Of its login: the newest session of a device has the highest. */
  epoch = 0
  /** When the registry was asked, by the monotonic and by the wall clock. */
  askedAt = 0
  requestedAtWall = 0
  /** The maker code that the tracker itself sent last: it drops acks with another one (PROTOCOL.md section 1.8). */
  maker: string | null = null
  ackPolicy: AckPolicy = 'auto'
  lastFrameAt = Number.NEGATIVE_INFINITY
  /** Frames that went into the log since its login. */
  frames = 0
  /** Frames of the device from all of its sockets here; set at the first login. */
  recent: RecentFrames | null = null
  /** What the device has sent today over all of its sockets here; set at the first login. */
  usage: DeviceUsage | null = null
  /** True if secrets may be written to it (`shared/domain/established.ts`). */
  isEstablished = false
  /** Another socket uses the id; until then the device counts as contested. */
  contestedUntilMonotonic = Number.NEGATIVE_INFINITY
  /** When this displaced session last reported that it contests the device. */
  contestReportedAt = Number.NEGATIVE_INFINITY
  /** A session on another gateway, from another address, may have sent something until then. */
  otherSentAt = Number.NEGATIVE_INFINITY
  /** The session that displaced it; null while it owns the device. */
  displacedBy: NewOwner | null = null
  /** True if it is watched live, or a command of it is under way: its events are observed one by one. */
  isObserved = false
  /** Known secrets of the device: its passwords, and those in delivered commands. They are masked in its live view. */
  secrets: readonly string[] = []
  /** How long sessions of the device usually last, ms; null: not known. */
  usualSessionMs: number | null = null
  /** True if the device's ignition bit is wired inverted. */
  isIgnitionInverted = false
  /** Settings are desired of the device, and it has not sent a boot frame yet: the first one is reported. */
  awaitsBoot = false
  private readonly clock: Clock

  constructor(options: SessionOptions) {
    this.connection = options.connection
    this.mates = options.mates
    this.deviceId = options.deviceId
    this.isFirst = options.isFirst
    this.clock = options.clock
  }

  /** True if it receives the commands of the device. */
  get isOwner(): boolean {
    return this.state.phase === 'registered'
  }

  get isContested(): boolean {
    return this.contestedUntilMonotonic > this.clock.monotonic()
  }

  /** Until when the device is contested, by the steady clock; 0: it is not. */
  get contestedUntil(): number {
    return this.isContested ? this.toSteady(this.contestedUntilMonotonic) : 0
  }

  /** Converts a time of the monotonic clock to the steady clock. Never: 0. */
  toSteady(at: number): number {
    const { steady, monotonic } = this.clock
    return at === Number.NEGATIVE_INFINITY ? 0 : Math.round(steady() - monotonic() + at)
  }

  learnSecrets(literals: readonly string[]): void {
    this.secrets = [...new Set([...this.secrets, ...literals])].slice(-MAX_SECRETS)
  }
}
