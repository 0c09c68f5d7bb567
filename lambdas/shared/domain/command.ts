import type { Danger, Dialect, Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { AttemptFacts, Judgement } from './verdict.ts'

/** Format of commands in tables, snapshots and deliveries. Readers accept this one and the previous one. */
export const COMMAND_FORMAT = 1

/** The intent of typed bytes that the catalogue does not recognize. */
export const RAW_INTENT = 'raw'

/**
 * `queued`: waits for its turn or for the device. `dispatching`: handed to the gateway, not known to be written.
 * `sent`: written, or perhaps written. `concluded`: has a verdict; only a late certain reply changes it.
 */
export type CommandState = 'queued' | 'dispatching' | 'sent' | 'concluded'

/** In the order within one moment: a conclusion comes after its reason. */
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

/** An item of a command's timeline. `id` is the same however often it is reported, so it appears once. */
export type TimelineItem = {
  readonly id: string
  /** ms since 1970 UTC */
  readonly at: number
  readonly kind: (typeof timelineKinds)[number]
  readonly attempt: number | null
  /** One plain sentence for people. Never a secret: text that may contain one is in `raw`. */
  readonly text: string
  /** The bytes, hex, at most `MAX_RAW_BYTES`; masked for callers without the scope `secrets`. */
  readonly raw: string | null
  /** The address of the whole frame in the history. `seq` is missing in items of earlier versions. */
  readonly frame: FrameAddress | null
  /** Replaces this many items that were left out because the timeline would be too large. */
  readonly leftOut?: number
}
export type FrameAddress = {
  readonly sessionId: string
  readonly seq?: number
  readonly receivedAt: number
}

/** Identifies one attempt of a command. */
export type AttemptKey = { readonly commandId: string; readonly attempt: number }

/** One attempt to deliver it in one dialect. A second attempt is shown on the timeline. */
export type Attempt = {
  readonly n: number
  readonly dialect: Dialect
  readonly sessionId: string
  readonly gatewayId: string
  readonly dispatchedAt: number
  /** After this time the gateway does not write it any more. */
  readonly notAfter: number
  readonly facts: AttemptFacts
  /** The newest applied report of it; (0, 0) before the first one. */
  readonly reported: { readonly epoch: number; readonly n: number }
  /** Timeline items that gateways have added for it, including those left out since. */
  readonly items?: number
}

/**
 * The end of a command. `reason`: why it is `undelivered` (expired, cancelled, replaced, refused…), or what ended the
 * watch of its effect (superseded, cancelled). `corrected`: it replaced another verdict.
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

/** A reply's text, and the facts in it; masked when shown. */
export type Reply = { readonly text: string; readonly facts: ProbeFacts }

/** Where a request came from, as far as known. */
export type Origin = {
  /** Name of the key. */
  readonly keyName: string | null
  /** Network address of the client. */
  readonly address: string | null
  readonly requestId: string | null
}
export const noOrigin: Origin = { keyName: null, address: null, requestId: null }

/** The caller's own notes on a command, such as an order number. They are not sent to the tracker. */
export type Metadata = Readonly<Record<string, string>>

/** An order, checked against the catalogue. Times are ms since 1970 UTC. */
export type NewCommand = {
  /** By `makeCommandId`; a repeated order has the same id. */
  readonly commandId: string
  readonly deviceId: string
  readonly createdAt: number
  /** Id of the key that ordered it. */
  readonly createdBy: string
  /** For the audit; absent in commands of the previous version. */
  readonly origin?: Origin
  /** A command that is still queued then ends `undelivered`. */
  readonly expiresAt: number
  /** From the catalogue, also if it was recognized in raw bytes; else `raw`. */
  readonly intent: string
  readonly params: Params
  /** The typed text as hex; null for an intent. */
  readonly raw: string | null
  readonly dialect: Dialect | 'auto'
  readonly danger: Danger
  /** False: it never waits in the queue. Absent: true; dangerous commands never wait. */
  readonly mayWait?: false
  /** Absent: none. */
  readonly metadata?: Metadata
  /** The probe that it belongs to. */
  readonly probeId: string | null
  /** The campaign that it is a part of, and which one; absent: none. */
  readonly campaign?: { readonly campaignId: string; readonly part: number }
}

/** A command as stored in the fleet table: pk `device#<id>`, sk `command#<commandId>`. */
export type Command = NewCommand & {
  readonly v: number
  /** Counts writes of this item: each requires the version that was read. */
  readonly version: number
  /**
   * The state that it changes: a later command with the same key ends the watch of this one; null: no effect is
   * expected.
   */
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
  /** When the sweep checks it; null once it is concluded, published and not watched any more. */
  readonly dueAt: number | null
  /** Its conclusion, or a correction of it, is saved and not yet published. */
  readonly unpublished?: boolean
}

/** `command#` ids sort by time of creation. */
export function makeCommandId(now: number, random: number): string {
  return now.toString(36).padStart(9, '0') + (random >>> 0).toString(36).padStart(7, '0')
}
