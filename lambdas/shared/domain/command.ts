import type { Danger, Dialect, Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { AttemptFacts, Judgement } from './verdict.ts'

/** Attribute and wire format of commands, snapshots and deliveries. Readers take this and the one before. */
export const COMMAND_FORMAT = 1

/** Bytes that a person typed have no intent of their own: the catalogue names it where it recognises them. */
export const RAW_INTENT = 'raw'

/**
 * `queued`: waits for its turn or for the device. `dispatching`: handed to the gateway, not known to be written.
 * `sent`: written, or perhaps written. `concluded`: has a verdict; nothing but a late certain reply changes it.
 */
export type CommandState = 'queued' | 'dispatching' | 'sent' | 'concluded'

/** In the order of what happened in one moment: a conclusion stands behind its reason. */
export const timelineKinds = [
  'created',
  'cancelled',
  'expired',
  'waiting',
  'other-dialect',
  'dispatched',
  'taken',
  'adopted',
  'refused',
  'written',
  'write-uncertain',
  'reply',
  'effect',
  'window-over',
  'note',
  'concluded',
  'corrected',
] as const

/** Something that happened to a command. `id` is the same however often it is reported, so it stands once. */
export type TimelineItem = {
  readonly id: string
  /** ms since 1970 UTC */
  readonly at: number
  readonly kind: (typeof timelineKinds)[number]
  readonly attempt: number | null
  /** One plain sentence for people. Never a secret: what may hold one stands in `raw`. */
  readonly text: string
  /** Bytes concerned, hex, at most `MAX_RAW_BYTES`: masked when shown to callers without the scope `secrets`. */
  readonly raw: string | null
  /** The frame's address in history, where the whole frame is. `seq` is missing in items of earlier versions. */
  readonly frame: FrameAddress | null
  /** Stands for this many items that are left out here because the timeline would be too large. */
  readonly leftOut?: number
}
export type FrameAddress = {
  readonly sessionId: string
  readonly seq?: number
  readonly receivedAt: number
}

/** Names one attempt of a command. */
export type AttemptKey = { readonly commandId: string; readonly attempt: number }

/** One try to deliver it in one dialect. A second attempt is shown on the timeline. */
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
 * `write`: for the gateway. `reply`, `effect`: for the tracker. `frame`: for a tracker that has sent nothing since the
 * command was written, so its radio may sleep.
 */
export type WaitingFor = {
  readonly what: 'device' | 'turn' | 'write' | 'reply' | 'frame' | 'effect'
  readonly until: number
}

/** A reply's text as it came, and what it says of the device; masked when shown. */
export type Reply = { readonly text: string; readonly facts: ProbeFacts }

/** From where a request came, as far as it is known. */
export type Origin = {
  /** Name of the key. */
  readonly keyName: string | null
  /** Network address of the client. */
  readonly address: string | null
  readonly requestId: string | null
}
export const noOrigin: Origin = { keyName: null, address: null, requestId: null }

/** The caller's own notes on a command, such as a number of an order. They reach no tracker. */
export type Metadata = Readonly<Record<string, string>>

/** What a caller orders, checked against the catalogue. Times are ms since 1970 UTC. */
export type NewCommand = {
  /** By `makeCommandId`; the same order twice has the same id. */
  readonly commandId: string
  readonly deviceId: string
  readonly createdAt: number
  /** Key id of who ordered it. */
  readonly createdBy: string
  /** For the audit; absent in commands of the version before. */
  readonly origin?: Origin
  /** Queued for longer than this, it ends `undelivered`. */
  readonly expiresAt: number
  /** Of the catalogue, also where it was recognised in raw bytes; else `raw`. */
  readonly intent: string
  readonly params: Params
  /** hex of what a person typed; null for an intent. */
  readonly raw: string | null
  readonly dialect: Dialect | 'auto'
  readonly danger: Danger
  /** False: it never waits in the queue. Absent: true; dangerous commands never wait. */
  readonly mayWait?: false
  /** Absent: none. */
  readonly metadata?: Metadata
  /** The probe it is part of. */
  readonly probeId: string | null
}

/** A command as the fleet table holds it: pk `device#<id>`, sk `command#<commandId>`. */
export type Command = NewCommand & {
  readonly v: number
  /** Counts writes of this item: each is conditional on the one before. */
  readonly version: number
  /** What it acts on: a later command with the same key ends the watch of this one; null: no effect is expected. */
  readonly effectKey: string | null
  /** As known at dispatch. */
  readonly model: string | null
  readonly firmware: string | null
  readonly state: CommandState
  readonly attempts: readonly Attempt[]
  readonly timeline: readonly TimelineItem[]
  readonly reply: Reply | null
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
