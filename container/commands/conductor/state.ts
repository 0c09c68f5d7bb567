import type { Frame, Message } from '#h02'
import type * as h02 from '#h02/catalogue/index.ts'
import type { Server } from '#h02/catalogue/index.ts'
import type { Unterminated } from '#h02/catalogue/stream.ts'
import type { Danger, EffectSpec, OpenCommand } from '#h02/catalogue/types.ts'
import type { AttemptKey, Command, FrameAddress, Reply, TimelineItem } from '#shared/domain/command.ts'
import type { CommandSnapshot, Delivery } from '#shared/domain/command-messages.ts'
import type { Refusal, RefusalCode } from '#shared/domain/refusal.ts'
import type { AttemptFacts } from '#shared/domain/verdict.ts'

/** The functions of the catalogue that the conductor uses. */
export type Catalogue = Pick<
  typeof h02,
  'entryOf' | 'encodeCommand' | 'matchReply' | 'readReply' | 'recognize'
>

export type ConductorConfig = {
  readonly gatewayId: string
  readonly catalogue: Catalogue
  /** Factor on all windows: 1, smaller in tests. */
  readonly timeScale: number
  /** True if trackers that are pointed at this server connect to us. */
  readonly isOurServer: (server: Server) => boolean
}

/**
 * The conductor of one device on one gateway. Plain data, so that it can be compared, copied and explored. Times are ms
 * since 1970 UTC of the gateway's clock.
 */
export type ConductorState = {
  readonly deviceId: string
  /** The session that commands are written to; null while the device is offline, or has its session on another gateway. */
  readonly sessionId: string | null
  /** Epoch of the newest session here; 0 before the first one. */
  readonly epoch: number
  /** True if the device's session is on another gateway now: that gateway ends the windows. */
  readonly isElsewhere: boolean
  /** How long the device's sessions usually last, ms; null: not known. */
  readonly usualSessionMs: number | null
  /** In order of arrival. */
  readonly commands: readonly Conducted[]
  /** Attempts that were reported to control as unknown here: they must not be written if they still arrive. */
  readonly disowned: readonly (AttemptKey & { readonly at: number })[]
  /** Commands of the other server whose replies could be taken for ours. */
  readonly relayed: readonly RelayedCommand[]
}

/**
 * A command of the server that the device is relayed to. `until`: a frame that comes by then may be its answer.
 */
type RelayedCommand = {
  readonly at: number
  readonly asked: Required<OpenCommand>
  readonly until: number
}

/** One attempt to deliver a command, as this gateway knows it. */
export type Conducted = AttemptKey & {
  /** What a reply is matched with. */
  readonly asked: Required<OpenCommand>
  readonly danger: Danger
  readonly effect: EffectSpec | null
  readonly notAfter: number
  /** True if another gateway, or another session of this one, had it first. */
  readonly isAdopted: boolean
  /** The session that it was written to. */
  readonly sessionId: string | null
  /** The written bytes in hex; null if another gateway wrote it. */
  readonly bytes: string | null
  /** What the last frames showed when a dangerous command was written. */
  readonly seen: string | null
  /** When the socket got the bytes, until it calls back. */
  readonly writeStartedAt: number | null
  readonly facts: AttemptFacts
  /** How long the reply is awaited after the write. */
  readonly replyMs: number
  /** When its windows began: at its write, as far as that is known. The facts say which of them are over. */
  readonly from: number
  /** True if a frame of the device has come since the write. */
  readonly isHeard: boolean
  /** Until when a text may still be its answer after the reply window; null: not any more, or not yet. */
  readonly claimUntil: number | null
  /** True if a text came that answers either this or an earlier command: after its window it claims no other text. */
  readonly isDoubtful: boolean
  readonly watch: Watch
  readonly timeline: readonly TimelineItem[]
  /** Number of items so far, including those that were left out. */
  readonly items: number
  readonly reply: Reply | null
  /** The frames of its SMS reply so far; null before the first one, and if the reply is not an SMS. */
  readonly parts: ReplyParts | null
  /**
   * `n` counts reports; those up to `settled` are known to control. The newest one has been repeated `repeats` times
   * and is repeated again at `dueAt`. `repeats` is -1 if it has not been sent yet, because it waits for the write's
   * callback or for more notes.
   */
  readonly report: {
    readonly n: number
    readonly settled: number
    readonly repeats: number
    readonly dueAt: number
  }
}

/** `isCertain`: the whole reply answers this command and no other. */
type ReplyParts = {
  readonly startedAt: number
  readonly isCertain: boolean
  readonly frames: readonly Frame[]
}

/** What the effect watch has observed so far; each kind of effect uses its own fields. */
export type Watch = {
  /** status-bit: number of consecutive live frames that show the requested state, or the opposite. */
  readonly agreeing: number
  readonly opposing: number
  /** interval: the previous live fix, and whether the newest gaps were right. */
  readonly lastFix: LiveFix | null
  readonly gaps: readonly boolean[]
  /** restart, departure: when the session that got the command ended, and how many frames came on the next one. */
  readonly leftAt: number | null
  readonly cameBack: boolean
  readonly framesAfter: number
  /** departure: true while a lookup of the device's session is under way. */
  readonly isLooking: boolean
}

export type LiveFix = {
  readonly fixTime: number | null
  readonly receivedAt: number
  readonly ignitionOn: boolean | null
}

export type FrameSeen = FrameAddress & {
  /** Null if the frame could not be decoded. */
  readonly message: Message | null
  readonly bytes: Uint8Array
  /** Bytes that are not a frame: never an answer by themselves, but perhaps the rest of one. */
  readonly isRest?: true
  /** True if the ignition bit of this device is wired inverted. */
  readonly isIgnitionInverted?: boolean
}

/** An event: its kind, its time, and its other fields. */
type Event<Kind extends string, Fields = unknown> = Fields & { readonly kind: Kind; readonly at: number }

export type ConductorEvent =
  /** The device has a session here. `commands` are those that control has as open or watched, as they are stored. */
  | Event<
      'opened',
      {
        readonly sessionId: string
        readonly epoch: number
        readonly commands: readonly Command[]
        readonly usualSessionMs?: number | null
      }
    >
  | Event<'closed', { readonly sessionId: string }>
  /** Another gateway has the device now. */
  | Event<'superseded', { readonly epoch: number }>
  | Event<
      'delivered',
      {
        readonly delivery: Delivery
        /** The maker code that the tracker itself uses. */
        readonly maker: string | null
        /** The newest frames of the device from all of its sockets, in order of reception. */
        readonly recent: readonly FrameSeen[]
        readonly obstacles: Obstacles
        /** Bytes written to the socket since the last terminator; absent: none. */
        readonly sent?: Unterminated
      }
    >
  /** The socket called back. */
  | Event<'written' | 'write-failed', AttemptKey>
  /** `isContested`: another socket uses the same id, so the frame proves no effect. */
  | { readonly kind: 'frame'; readonly frame: FrameSeen; readonly isContested: boolean }
  | Event<'time'>
  /** Bytes of the other server were written to the tracker; no command of ours was open. */
  | Event<'relayed', { readonly bytes: Uint8Array }>
  | Event<'ask', AttemptKey>
  | Event<'settled', AttemptKey & { readonly n: number }>
  /** The answer to `look`: whether any gateway owns the device. */
  | Event<'looked', { readonly isHeld: boolean }>

export type ConductorAction =
  | (AttemptKey & { readonly kind: 'write'; readonly sessionId: string; readonly bytes: Uint8Array })
  | { readonly kind: 'report'; readonly snapshot: CommandSnapshot }
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  /** Find out whether any gateway owns the device, and answer with `looked`. */
  | { readonly kind: 'look' }

/** The new state and the actions to execute. */
export type Step = { readonly state: ConductorState; readonly actions: readonly ConductorAction[] }

/** Why a command is not written to this session if it is dangerous, or if it contains a secret; null: no obstacle. */
export type Obstacles = { readonly danger: Refusal | null; readonly secret: Refusal | null }
export const noObstacles: Obstacles = { danger: null, secret: null }

export const makeConductorState = (deviceId: string): ConductorState => ({
  deviceId,
  sessionId: null,
  epoch: 0,
  isElsewhere: false,
  usualSessionMs: null,
  commands: [],
  disowned: [],
  relayed: [],
})

/** Returns the same object if no command changes. */
export function changeAll(state: ConductorState, by: (command: Conducted) => Conducted): ConductorState {
  const commands = state.commands.map(by)
  return commands.every((command, i) => command === state.commands[i]) ? state : { ...state, commands }
}
