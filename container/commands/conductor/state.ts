import type { Frame, Message } from '#h02'
import type * as h02 from '#h02/catalogue/index.ts'
import { isRelay, replyWindowMs, serverIn, type Server } from '#h02/catalogue/index.ts'
import type { Unterminated } from '#h02/catalogue/stream.ts'
import type { Danger, EffectSpec, OpenCommand } from '#h02/catalogue/types.ts'
import type { AttemptKey, Command, FrameAddress, Reply, TimelineItem } from '#shared/domain/command.ts'
import type { CommandSnapshot, Delivery } from '#shared/domain/command-messages.ts'
import type { Refusal, RefusalCode } from '#shared/domain/refusal.ts'
import {
  isSlotFree,
  judge,
  noFacts,
  VERDICT_MS,
  type AttemptFacts,
  type Judgement,
} from '#shared/domain/verdict.ts'

/** What the conductor needs of the catalogue. */
export type Catalogue = Pick<
  typeof h02,
  'entryOf' | 'encodeCommand' | 'matchReply' | 'readReply' | 'recognise'
>

export type ConductorConfig = {
  readonly gatewayId: string
  readonly catalogue: Catalogue
  /** All windows are multiplied by it: 1, and less in tests. */
  readonly timeScale: number
  /** Whether trackers that are sent to this server come to us. */
  readonly isOurServer: (server: Server) => boolean
}

/**
 * The conductor of one device on one gateway: plain data, so that it can be compared, copied and explored. Times are
 * ms since 1970 UTC of the gateway's clock.
 */
export type ConductorState = {
  readonly deviceId: string
  /** The session that commands are written to; null while the device is away, or has its session on another gateway. */
  readonly sessionId: string | null
  /** Epoch of the newest session here; 0 before any. */
  readonly epoch: number
  /** Another gateway has taken the device over: that one ends the windows. */
  readonly isElsewhere: boolean
  /** How long sessions of the device usually last, ms; null: not known. */
  readonly usualSessionMs: number | null
  /** In the order in which they came. */
  readonly commands: readonly Conducted[]
  /** Reported to control as not known here: they must not be written any more if they still come. */
  readonly disowned: readonly (AttemptKey & { readonly at: number })[]
}

/** One attempt to deliver a command, as this gateway knows it. */
export type Conducted = AttemptKey & {
  /** What its reply is looked for with. */
  readonly asked: Required<OpenCommand>
  readonly danger: Danger
  readonly effect: EffectSpec | null
  readonly notAfter: number
  /** Another gateway, or another session of this one, had it first. */
  readonly isAdopted: boolean
  /** Session it was written to. */
  readonly sessionId: string | null
  /** hex, as written; null where another gateway wrote it. */
  readonly bytes: string | null
  /** Dangerous ones: what the last frames showed when it was written. */
  readonly seen: string | null
  /** The socket has the bytes and has not called back. */
  readonly writeStartedAt: number | null
  readonly facts: AttemptFacts
  /** How long its reply is awaited once it is written. */
  readonly replyMs: number
  /** When its windows began: with its write, as far as that is known. Whether they are over is among the facts. */
  readonly from: number
  /** A frame of the device came since it was written. */
  readonly isHeard: boolean
  /** A text that comes after its reply window may still be its answer until then; null: no longer, or not yet. */
  readonly claimUntil: number | null
  /** A text came that was its answer or an earlier command's: it claims no other after its window. */
  readonly isDoubtful: boolean
  readonly watch: Watch
  readonly timeline: readonly TimelineItem[]
  /** Items added so far, those that were left out since included. */
  readonly items: number
  readonly reply: Reply | null
  /** The frames of its SMS reply so far; null before one, and where the reply is no SMS. */
  readonly parts: ReplyParts | null
  /**
   * `n` counts reports; those up to `settled` are known to control. The newest one was repeated `repeats` times, and is
   * repeated at `dueAt`; -1: it was not sent yet, because it waits for the write to call back or for more notes.
   */
  readonly report: {
    readonly n: number
    readonly settled: number
    readonly repeats: number
    readonly dueAt: number
  }
}

/** `isCertain`: the whole answers this command and no other. */
export type ReplyParts = {
  readonly startedAt: number
  readonly isCertain: boolean
  readonly frames: readonly Frame[]
}

/** What the effect watch has seen so far; each kind of effect uses its part. */
export type Watch = {
  /** status-bit: live frames in a row that show what was asked for, or the opposite. */
  readonly agreeing: number
  readonly opposing: number
  /** interval: the live fix before, and whether the newest gaps were right. */
  readonly lastFix: LiveFix | null
  readonly gaps: readonly boolean[]
  /** restart, departure: when the session that got the command was gone, and how many frames came on the next one. */
  readonly leftAt: number | null
  readonly cameBack: boolean
  readonly framesAfter: number
  /** departure: asked whether the device is elsewhere. */
  readonly isLooking: boolean
}

export type LiveFix = {
  readonly fixTime: number | null
  readonly receivedAt: number
  readonly ignitionOn: boolean | null
}

export type FrameSeen = FrameAddress & {
  /** Null for what does not decode. */
  readonly message: Message | null
  readonly bytes: Uint8Array
  /** Bytes that are no frame: never an answer, but perhaps the rest of one. */
  readonly isRest?: true
  /** The status bit of the ignition is wired the other way round. */
  readonly isIgnitionInverted?: boolean
}

/** Something that happened: its kind, when, and what else belongs to it. */
type Event<Kind extends string, Fields = unknown> = Fields & { readonly kind: Kind; readonly at: number }

export type ConductorEvent =
  /** The device has a session here; `commands` are those that control has open or watched, as they are stored. */
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
        /** What was written to the socket since the last terminator; absent: nothing. */
        readonly sent?: Unterminated
      }
    >
  /** The socket's write called back. */
  | Event<'written' | 'write-failed', AttemptKey>
  /** `isContested`: another socket uses the id, so the frame proves no effect. */
  | { readonly kind: 'frame'; readonly frame: FrameSeen; readonly isContested: boolean }
  | Event<'time'>
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

/** A state, and what to do because of what led to it. */
export type Step = { readonly state: ConductorState; readonly actions: readonly ConductorAction[] }

/** Why a command is not written to this session, if it is dangerous, or if it carries a secret; null: it may be. */
export type Obstacles = { readonly danger: Refusal | null; readonly secret: Refusal | null }
export const noObstacles: Obstacles = { danger: null, secret: null }

/** An attempt of which nothing has happened yet. */
export const makeConducted = (
  config: ConductorConfig,
  known: AttemptKey & Pick<Conducted, 'asked' | 'danger' | 'notAfter'>,
): Conducted => ({
  ...known,
  ...expectationsOf(config, known.asked),
  isAdopted: false,
  sessionId: null,
  bytes: null,
  seen: null,
  writeStartedAt: null,
  facts: noFacts,
  from: 0,
  isHeard: false,
  claimUntil: null,
  isDoubtful: false,
  watch: {
    agreeing: 0,
    opposing: 0,
    lastFix: null,
    gaps: [],
    leftAt: null,
    cameBack: false,
    framesAfter: 0,
    isLooking: false,
  },
  timeline: [],
  items: 0,
  reply: null,
  parts: null,
  report: { n: 0, settled: 0, repeats: 0, dueAt: 0 },
})

export const makeConductorState = (deviceId: string): ConductorState => ({
  deviceId,
  sessionId: null,
  epoch: 0,
  isElsewhere: false,
  usualSessionMs: null,
  commands: [],
  disowned: [],
})

export const isSame = (a: AttemptKey, b: AttemptKey): boolean =>
  a.commandId === b.commandId && a.attempt === b.attempt

/** Its reply is awaited. */
export const isOpen = ({ facts }: Conducted): boolean => !isSlotFree(facts)

/** The verdict of what this gateway knows; null: it still waits for something. */
export const judgementOf = ({ facts, effect }: Conducted): Judgement | null => judge(facts, effect !== null)

/** Nothing that comes changes its verdict, or is watched for. */
export const isDone = (command: Conducted): boolean => judgementOf(command)?.effectPending === false

/** Its effect may still be seen. */
export const isWatched = (command: Conducted): boolean =>
  command.effect !== null &&
  command.facts.effect === null &&
  !command.facts.effectWindowOver &&
  !isDone(command)

export const withFacts = (command: Conducted, facts: Partial<AttemptFacts>): Conducted => ({
  ...command,
  facts: { ...command.facts, ...facts },
})

/** The same state where no command changes. */
export function changeAll(state: ConductorState, by: (command: Conducted) => Conducted): ConductorState {
  const commands = state.commands.map(by)
  return commands.every((command, i) => command === state.commands[i]) ? state : { ...state, commands }
}

/** It releases the engine: it waits for no other command. */
export const isRestore = ({ effect, danger }: Pick<Conducted, 'effect' | 'danger'>): boolean =>
  isRelay(effect?.key ?? null) && danger !== 'dangerous'

/** An unanswered text keeps its claim to a late reply for this long. */
const CLAIM_MS = 300_000
/** A socket that has not called back by then, or by the end of the reply window, never will. */
const MIN_WRITE_MS = 5_000

export const claimMsOf = ({ timeScale }: ConductorConfig): number => CLAIM_MS * timeScale

/**
 * How long a reply is awaited, 0 where none is expected; and what should be seen, its window scaled. A tracker that is sent
 * to us, where it is already, restarts and comes back.
 */
function expectationsOf(
  { catalogue, timeScale, isOurServer }: ConductorConfig,
  { intent, dialect, params }: OpenCommand,
): Pick<Conducted, 'replyMs' | 'effect'> {
  const entry = catalogue.entryOf(intent)
  const encoding = entry?.encodings.find((one) => one.dialect === dialect)
  const { answers, replyMs } = encoding ?? { answers: true, replyMs: replyWindowMs[dialect] }
  const effect = entry?.effect?.(params) ?? null
  const server = effect && serverIn({ intent, params })
  return {
    replyMs: answers ? replyMs * timeScale : 0,
    effect: effect && {
      ...effect,
      kind: server !== null && isOurServer(server) ? 'restart' : effect.kind,
      windowMs: effect.windowMs * timeScale,
    },
  }
}

/** When the windows of a command end, by the clock. `verdict`: it concludes then, whatever is still watched. */
export function endsOf(
  { timeScale }: ConductorConfig,
  { from, replyMs, effect, facts, writeStartedAt }: Conducted,
) {
  const callsBackMs = writeStartedAt === null ? 0 : MIN_WRITE_MS * timeScale
  return {
    reply: facts.extension?.until ?? from + Math.max(replyMs, callsBackMs),
    effect: from + (effect?.windowMs ?? 0),
    verdict: from + Math.max(replyMs, VERDICT_MS * timeScale),
  }
}
