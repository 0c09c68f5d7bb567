import type { Danger, Dialect } from '#h02/catalogue/types.ts'
import type { AttemptKey, Command, Reply, TimelineItem } from './command.ts'
import type { EventKind } from './event.ts'
import type { InterlockLimits } from './interlock.ts'
import type { LiveGrant } from './live-grant.ts'
import type { AttemptFacts } from './verdict.ts'

/**
 * Messages between control and gateways over MQTT, as JSON. Receivers accept versions N and N−1; they drop unknown
 * messages with a log line. Times are ms since 1970 UTC of the sender's clock; bytes are hex.
 */
export const MESSAGE_FORMAT = 1

type Message<Kind extends string, Fields = unknown> = Fields & {
  readonly v: number
  readonly kind: Kind
  readonly deviceId: string
}

/** To `commands` of a gateway. Its PUBACK means that the gateway has it. */
export type Delivery = Message<
  'deliver',
  AttemptKey & Pick<Command, 'intent' | 'params' | 'raw' | 'danger'>
> & {
  /** Only for this session, and only before `notAfter`. */
  readonly sessionId: string
  readonly notAfter: number
  readonly dialect: Dialect
  /** The device's own password, for text commands. */
  readonly password: string | null
  /** The device's model: the same words may be dangerous on another one. Absent: not known. */
  readonly model?: string
  /** Only for an established session. Absent from version N-1. */
  readonly secret?: boolean
  /** Dangerous commands only: the conditions for the last fix; otherwise the gateway refuses. */
  readonly interlock: InterlockLimits | null
}

/** To `control` of a gateway. */
export type ControlMessage =
  /** Stop repeating reports of this attempt up to this one. */
  | Message<'settled', AttemptKey & { readonly n: number }>
  /** `event` is absent from version N-1, which settles the report that was made first. */
  | Message<'session-settled', { readonly sessionId: string; readonly event?: SessionReport['event'] }>
  /**
   * A session with a higher epoch owns the device: its address and login. `close`: close the socket in any case
   * (deleted).
   */
  | Message<
      'evict',
      {
        readonly epoch: number
        readonly sessionId: string
        readonly remoteAddress: string
        readonly loggedInAt: number
        readonly close: boolean
      }
    >
  /** Send the snapshot of this attempt, or report that there is none. */
  | Message<'ask', AttemptKey>
  /** Publish the device's frames for this grant. Without one (previous version): on the topic of the device, until then. */
  | Message<'watch', { readonly until: number; readonly grant?: LiveGrant }>
  /** The registry's settings of the device have changed: read them again. */
  | Message<'changed'>

/**
 * From a gateway: all it knows of one attempt. Repeated after 5, 15, 45 s and then once a minute until settled. Ordered
 * by (epoch, n): the session's epoch, and a count of the gateway's reports of that attempt.
 */
export type CommandSnapshot = Message<'command', AttemptKey> & {
  readonly gatewayId: string
  readonly sessionId: string
  readonly epoch: number
  readonly n: number
  /** False: this gateway does not know that attempt (an answer to `ask`); then the facts have no meaning. */
  readonly known: boolean
  readonly facts: AttemptFacts
  /** Timeline items of this gateway; ids make repeats harmless. */
  readonly timeline: readonly TimelineItem[]
  /** Total number of items, including those left out of `timeline`. Gateways of earlier versions do not count. */
  readonly items?: number
  readonly reply: Reply | null
}

/**
 * From a gateway, about a session. `opened`: only if there are commands (queued, open or watched), or settings are desired of
 * the device. `booted`: only in the latter case: it sent a boot frame. `established`:
 * secrets may be written to it. `contested`: a displaced session delivered a frame; once a minute while it does.
 * Repeated until settled.
 */
export type SessionReport = Message<'session'> & {
  readonly gatewayId: string
  readonly sessionId: string
  readonly epoch: number
  readonly event: 'opened' | 'booted' | 'established' | 'contested'
  readonly at: number
  readonly remoteAddress: string
  /** contested: the address of the device's owner. Absent from version N-1. */
  readonly ownerAddress?: string
}

/** From a gateway: a session was refused because its address is not among the device's `sources`. Not repeated. */
export type SourceRefusal = Message<
  'source-refused',
  { readonly gatewayId: string; readonly at: number; readonly remoteAddress: string }
>

/**
 * From a gateway: a device has reached its limit of 24 hours; until they are over, its frames are dropped. Not
 * repeated.
 */
export type DailyLimit = Message<'daily-limit', { readonly gatewayId: string; readonly at: number }>

/** From a gateway: bytes of the server that the device is relayed to were written to it. For the audit; not repeated. */
export type RelayedReport = Message<
  'relayed',
  {
    readonly gatewayId: string
    readonly at: number
    readonly sessionId: string
    /** Of its event in the log. */
    readonly seq: number
    /** host:port */
    readonly server: string
    readonly danger: Danger
    /** Null if the catalogue does not recognize the bytes. */
    readonly intent: string | null
    /** hex */
    readonly raw: string
  }
>

/**
 * From a gateway: an id connected that is not registered, for the first time in a month. A gateway reports a limited number
 * an hour; not repeated.
 */
export type UnknownSeen = Message<
  'unknown-seen',
  {
    readonly gatewayId: string
    readonly at: number
    readonly remoteAddress: string
    readonly sampleType: string | null
  }
>

/** From a gateway: an id registered itself, as `registration: open` allows. Not repeated. */
export type SelfRegistration = Message<'registered', { readonly gatewayId: string; readonly at: number }>

export type UpMessage =
  | CommandSnapshot
  | SessionReport
  | SourceRefusal
  | DailyLimit
  | RelayedReport
  | UnknownSeen
  | SelfRegistration

/** To `live/<deviceId>/<grantId>`: the device's traffic, masked, collected over 200 ms. */
export type LiveBatch = Message<'live'> & {
  readonly rows: readonly {
    readonly kind: EventKind
    readonly sessionId: string
    readonly seq: number
    readonly receivedAt: number
    readonly ack: 'R12' | 'V4' | 'echo' | 'none'
    /** hex */
    readonly raw: string
  }[]
}

export const encodeMessage = (message: Delivery | ControlMessage | UpMessage | LiveBatch): string =>
  JSON.stringify(message)

/** A message of one of `kinds`; null for anything else, and for an unknown version. */
export function readMessage<Decoded extends { readonly kind: string }>(
  value: unknown,
  kinds: readonly Decoded['kind'][],
): Decoded | null {
  if (typeof value !== 'object' || value === null) return null
  const { v, kind } = value as Partial<Message<string>>
  if (v !== MESSAGE_FORMAT && v !== MESSAGE_FORMAT - 1) return null
  return kinds.some((known) => known === kind) ? (value as Decoded) : null
}

export function decodeMessage<Decoded extends { readonly kind: string }>(
  payload: Uint8Array,
  kinds: readonly Decoded['kind'][],
): Decoded | null {
  try {
    return readMessage(JSON.parse(new TextDecoder().decode(payload)), kinds)
  } catch {
    return null
  }
}
