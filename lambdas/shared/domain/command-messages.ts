import type { Danger, Dialect, Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { TimelineItem } from './command.ts'
import type { EventKind } from './event.ts'
import type { LiveGrant } from './live-grant.ts'
import type { AttemptFacts } from './verdict.ts'

/**
 * What control and gateways say to each other over MQTT, as JSON. Every message has `v`; receivers take N and N−1 and
 * drop what they don't know, saying so. Times are ms since 1970 UTC of the sender's clock; bytes are hex.
 */
export const messageFormat = 1

/** To `commands` of a gateway. PUBACK means: the gateway has taken it. */
export type Delivery = {
  readonly v: number
  readonly kind: 'deliver'
  readonly deviceId: string
  readonly commandId: string
  readonly attempt: number
  /** Only this session may have it, and only before `notAfter`. */
  readonly sessionId: string
  readonly notAfter: number
  readonly dialect: Dialect
  readonly intent: string
  readonly params: Params
  /** hex of what a person typed, written as it is; then `intent` may still be recognised, for reply and effect. */
  readonly raw: string | null
  /** The device's own password, for text commands. */
  readonly password: string | null
  readonly danger: Danger
  /** The device's model: the same words may be dangerous on another. Absent: not known. */
  readonly model?: string
  /** Only for an established session. Absent from version N-1. */
  readonly secret?: boolean
  /** Dangerous commands only: what the last fix must be, or the gateway refuses. */
  readonly interlock: { readonly maxSpeedKmh: number; readonly maxFixAgeMs: number } | null
}

/** To `control` of a gateway. */
export type ControlMessage =
  /** Stop repeating reports of this command up to this one. */
  | {
      readonly v: number
      readonly kind: 'settled'
      readonly deviceId: string
      readonly commandId: string
      readonly attempt: number
      readonly n: number
    }
  | {
      readonly v: number
      readonly kind: 'session-settled'
      readonly deviceId: string
      readonly sessionId: string
      /** Absent from version N-1, which settles the report that was made first. */
      readonly event?: SessionReport['event']
    }
  /** Another session has won; `epoch` and `remoteAddress` are the winner's. `close`: whatever the socket does (deleted). */
  | {
      readonly v: number
      readonly kind: 'evict'
      readonly deviceId: string
      readonly epoch: number
      readonly sessionId: string
      readonly remoteAddress: string
      readonly loggedInAt: number
      readonly close: boolean
    }
  /** Send the snapshot of this command, or say that you have none. */
  | {
      readonly v: number
      readonly kind: 'ask'
      readonly deviceId: string
      readonly commandId: string
      readonly attempt: number
    }
  /** Publish the device's frames for this grant. Without one (the version before): on the topic of the device, until then. */
  | {
      readonly v: number
      readonly kind: 'watch'
      readonly deviceId: string
      readonly until: number
      readonly grant?: LiveGrant
    }
  /** The registry's settings of the device have changed: read them again. */
  | { readonly v: number; readonly kind: 'changed'; readonly deviceId: string }

/**
 * From a gateway, of one attempt: all it knows of it. Repeated after 5, 15, 45 s and then each minute until settled.
 * Ordered by (epoch, n): the session's epoch, and a count of the gateway's reports of that attempt.
 */
export type CommandSnapshot = {
  readonly v: number
  readonly kind: 'command'
  readonly deviceId: string
  readonly commandId: string
  readonly attempt: number
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
  readonly reply: { readonly text: string; readonly facts: ProbeFacts } | null
}

/**
 * From a gateway, of a session. `opened`: only where there is work (queued, open or watched commands). `established`:
 * secrets may be written to it. `contested`: a displaced session delivered a frame; once a minute while it does.
 * Repeated until settled.
 */
export type SessionReport = {
  readonly v: number
  readonly kind: 'session'
  readonly deviceId: string
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
export type SourceRefusal = {
  readonly v: number
  readonly kind: 'source-refused'
  readonly deviceId: string
  readonly gatewayId: string
  readonly at: number
  readonly remoteAddress: string
}

export type UpMessage = CommandSnapshot | SessionReport | SourceRefusal

/** To `live/<deviceId>/<grantId>`: what went over the wire, masked, coalesced over 200 ms. */
export type LiveBatch = {
  readonly v: number
  readonly kind: 'live'
  readonly deviceId: string
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

type AnyMessage = { readonly v: number; readonly kind: string }

/** A message of one of `kinds`, or null for what is none, or of a version nobody here knows. */
export function decodeMessage<Message extends AnyMessage>(
  payload: string | Uint8Array,
  kinds: readonly Message['kind'][],
): Message | null {
  let value: unknown
  try {
    value = JSON.parse(typeof payload === 'string' ? payload : new TextDecoder().decode(payload))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { v, kind } = value as Partial<AnyMessage>
  if (v !== messageFormat && v !== messageFormat - 1) return null
  return kinds.some((known) => known === kind) ? (value as Message) : null
}
