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
  /** Bytes concerned, hex, at most `maxRawBytes`: masked when shown to callers without the scope `secrets`. */
  readonly raw: string | null
  /** The frame's address in history, where the whole frame is. `seq` is missing in items of earlier versions. */
  readonly frame: FrameAddress | null
  /** Stands for so many items that are left out here, for the timeline would be too large. */
  readonly leftOut?: number
}
export type FrameAddress = {
  readonly sessionId: string
  readonly seq?: number
  readonly receivedAt: number
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
  /** Timeline items that gateways have added for it, those that were left out since included. */
  readonly items?: number
}

/**
 * The end of a command. `reason`: why it is `undelivered` (expired, cancelled, replaced, refused…), or what ended the
 * watch of its effect (superseded, cancelled). `corrected`: another verdict stood there before.
 */
export type Conclusion = Judgement & {
  readonly at: number
  readonly reason: string | null
  readonly corrected: boolean
}

/**
 * What a command waits for, and at most until when. `device`: to be online. `turn`: for the commands before it.
 * `write`: for the gateway. `reply`, `effect`: for the tracker.
 */
export type WaitingFor = {
  readonly what: 'device' | 'turn' | 'write' | 'reply' | 'effect'
  readonly until: number
}

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
  /** False: it never waits in the queue. Absent: true; dangerous commands never wait. */
  readonly mayWait?: false
  /** What it acts on: a later command with the same key ends the watch of this one; null: no effect is expected. */
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
  /** Null once it is concluded and no effect is watched any more. */
  readonly waitingFor: WaitingFor | null
  /** The sweep looks at it then; null once it is concluded, published and not watched any more. */
  readonly dueAt: number | null
  /** Its conclusion, or a correction of it, is saved and not yet published. */
  readonly unpublished?: boolean
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
  /** A fuel restore that awaits its reply: it is written even while another command is open. */
  readonly openRestore: ConductedCommand | null
  /** Commands whose reply window is over and whose effect is still watched, concluded ones too. */
  readonly watching: readonly ConductedCommand[]
}

/** Commands that may wait for a device; a restore may always. */
export const maxQueued = 50
