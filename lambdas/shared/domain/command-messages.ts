import type { Dialect } from '#h02/catalogue/types.ts'
import type { AttemptKey, Command, Reply, TimelineItem } from './command.ts'
import type { EventKind } from './event.ts'
import type { InterlockLimits } from './interlock.ts'
import type { LiveGrant } from './live-grant.ts'
import type { AttemptFacts } from './verdict.ts'

/**
 * What control and gateways send each other over MQTT, as JSON. Receivers accept versions N and N−1 and drop, with a log
 * line, what they don't know. Times are ms since 1970 UTC of the sender's clock; bytes are hex.
 */
export const MESSAGE_FORMAT = 1

type Message<Kind extends string, Fields = unknown> = Fields & {
  readonly v: number
  readonly kind: Kind
  readonly deviceId: string
}

/** To `commands` of a gateway. PUBACK means: the gateway has taken it. */
export type Delivery = Message<
  'deliver',
  AttemptKey & Pick<Command, 'intent' | 'params' | 'raw' | 'danger'>
> & {
  /** Only this session may have it, and only before `notAfter`. */
  readonly sessionId: string
  readonly notAfter: number
  readonly dialect: Dialect
  /** The device's own password, for text commands. */
  readonly password: string | null
  /** The device's model: the same words may be dangerous on another. Absent: not known. */
  readonly model?: string
  /** Only for an established session. Absent from version N-1. */
  readonly secret?: boolean
  /** Dangerous commands only: what the last fix must be, or the gateway refuses. */
  readonly interlock: InterlockLimits | null
}

/** To `control` of a gateway. */
export type ControlMessage =
  /** Stop repeating reports of this attempt up to this one. */
  | Message<'settled', AttemptKey & { readonly n: number }>
  /** `event` is absent from version N-1, which settles the report that was made first. */
  | Message<'session-settled', { readonly sessionId: string; readonly event?: SessionReport['event'] }>
  /** A session with a higher epoch owns the device: its address and login. `close`: whatever the socket does (deleted). */
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
  /** Send the snapshot of this attempt, or say that you have none. */
  | Message<'ask', AttemptKey>
  /** Publish the device's frames for this grant. Without one (the version before): on the topic of the device, until then. */
  | Message<'watch', { readonly until: number; readonly grant?: LiveGrant }>
  /** The registry's settings of the device have changed: read them again. */
  | Message<'changed'>

/**
 * From a gateway: all it knows of one attempt. Repeated after 5, 15, 45 s and then each minute until settled.
 * Ordered by (epoch, n): the session's epoch, and a count of the gateway's reports of that attempt.
 */
export type CommandSnapshot = Message<'command', AttemptKey> & {
  readonly gatewayId: string
  readonly sessionId: string
  readonly epoch: number
  readonly n: number
  /** False: this gateway knows nothing of that attempt (an answer to `ask`); then the facts say nothing. */
  readonly known: boolean
  readonly facts: AttemptFacts
  /** What this gateway saw of it; ids make repeats harmless. */
  readonly timeline: readonly TimelineItem[]
  /** How many items there were, those left out of `timeline` included. Gateways of earlier versions do not count. */
  readonly items?: number
  readonly reply: Reply | null
}

/**
 * From a gateway, of a session. `opened`: only where there is work (queued, open or watched commands). `established`:
 * secrets may be written to it. `contested`: a displaced session delivered a frame; once a minute while it does.
 * Repeated until settled.
 */
export type SessionReport = Message<'session'> & {
  readonly gatewayId: string
  readonly sessionId: string
  readonly epoch: number
  readonly event: 'opened' | 'established' | 'contested'
  readonly at: number
  readonly remoteAddress: string
  /** contested: where the owner of the device is connected from. Absent from version N-1. */
  readonly ownerAddress?: string
}

/** From a gateway: a session was refused because its address is none of the device's `sources`. Not repeated. */
export type SourceRefusal = Message<
  'source-refused',
  { readonly gatewayId: string; readonly at: number; readonly remoteAddress: string }
>

/** From a gateway: a device has sent what it may send in 24 hours; until they are over, its frames are dropped. Not repeated. */
export type DailyLimit = Message<'daily-limit', { readonly gatewayId: string; readonly at: number }>

export type UpMessage = CommandSnapshot | SessionReport | SourceRefusal | DailyLimit

/** To `live/<deviceId>/<grantId>`: what went over the wire, masked, coalesced over 200 ms. */
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

/** A message of one of `kinds`, or null for anything else, and for an unknown version. */
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
