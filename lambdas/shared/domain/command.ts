import type { Danger, Dialect, Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { Origin } from './new-command.ts'
import type { AttemptFacts, Judgement } from './verdict.ts'

/** Attribute and wire format of commands, snapshots and deliveries. Readers take this and the one before. */
export const commandFormat = 1

/** Bytes that a person typed have no intent of their own: the catalogue names it where it recognises them. */
export const rawIntent = 'raw'

/**
 * `queued`: waits for its turn or for the device. `dispatching`: handed to the gateway, not known to be written.
 * `sent`: written, or perhaps written. `concluded`: has a verdict; nothing but a late certain reply changes it.
 */
export type CommandState = 'queued' | 'dispatching' | 'sent' | 'concluded'

/** Something that happened to a command. `id` is the same however often it is told, so it stands once. */
export type TimelineItem = {
  readonly id: string
  /** ms since 1970 UTC */
  readonly at: number
  readonly kind:
    | 'created'
    | 'waiting'
    | 'dispatched'
    | 'taken'
    | 'refused'
    | 'written'
    | 'write-uncertain'
    | 'adopted'
    | 'reply'
    | 'effect'
    | 'window-over'
    | 'other-dialect'
    | 'cancelled'
    | 'expired'
    | 'concluded'
    | 'corrected'
    | 'note'
  readonly attempt: number | null
  /** One plain sentence for people. Never a secret: what may hold one stands in `raw`. */
  readonly text: string
  /** Bytes concerned, hex: masked when shown to callers without the scope `secrets`. */
  readonly raw: string | null
  /** Frame the item was told from, where there is one: (session, receivedAt). */
  readonly frame: { readonly sessionId: string; readonly receivedAt: number } | null
}

/** One try to deliver it in one dialect. A second is made only where DESIGN.md §6 allows it, visibly. */
export type Attempt = {
  readonly n: number
  readonly dialect: Dialect
  readonly sessionId: string
  readonly gatewayId: string
  readonly dispatchedAt: number
  /** After this the gateway does not write it any more. */
  readonly notAfter: number
  readonly facts: AttemptFacts
  /** The newest report of it that was applied; (0, 0) before any. */
  readonly reported: { readonly epoch: number; readonly n: number }
}

/** The end of a command. `reason`: for `undelivered` (expired, cancelled, replaced, refused…), else null. */
export type Conclusion = Judgement & { readonly at: number; readonly reason: string | null }

/** A command as the fleet table holds it: pk `device#<id>`, sk `command#<commandId>`. Times are ms since 1970 UTC. */
export type Command = {
  readonly v: number
  readonly commandId: string
  readonly deviceId: string
  /** Counts writes of this item: each is conditional on the one before. */
  readonly version: number
  readonly createdAt: number
  /** Key id of who asked. */
  readonly createdBy: string
  /** For the audit; absent in commands of the version before. */
  readonly origin?: Origin
  /** Queued for longer than this, it ends `undelivered`. */
  readonly expiresAt: number
  readonly intent: string
  readonly params: Params
  /** hex of what a person typed; null for an intent. */
  readonly raw: string | null
  readonly dialect: Dialect | 'auto'
  readonly danger: Danger
  /** Two commands with the same key wait for each other; null: no effect is expected. */
  readonly effectKey: string | null
  /** For `unknown` firmware the counters say so; as known at dispatch. */
  readonly model: string | null
  readonly firmware: string | null
  /** The probe it is part of. */
  readonly probeId: string | null
  readonly state: CommandState
  readonly attempts: readonly Attempt[]
  readonly timeline: readonly TimelineItem[]
  /** The reply's text as it came and what it says of the unit; masked when shown. */
  readonly reply: { readonly text: string; readonly facts: ProbeFacts } | null
  readonly conclusion: Conclusion | null
  /** The sweep looks at it then; null once concluded, and told. */
  readonly dueAt: number | null
}

/** `command#` ids sort by time of creation. */
export function makeCommandId(now: number, random: number): string {
  return now.toString(36).padStart(9, '0') + (random >>> 0).toString(36).padStart(7, '0')
}

/** A waiting command as the device's item lists it, in the order of arrival. */
export type QueuedCommand = { readonly commandId: string; readonly effectKey: string | null }

/** A command that a gateway conducts, as the device's item names it: who logs in next adopts it from here. */
export type ConductedCommand = { readonly commandId: string; readonly effectKey: string | null }

/** What the device's item holds of commands and of its session; commands themselves are items of their own. */
export type DeviceCommands = {
  readonly queue: readonly QueuedCommand[]
  /** The one command that awaits its reply. */
  readonly open: ConductedCommand | null
  /** Commands whose reply window is over and whose effect is still awaited. */
  readonly watching: readonly ConductedCommand[]
}

/** A device with more is told to wait: a queue is no program. */
export const mostQueued = 50
