import type { Frame, Message } from '#h02'
import type * as h02 from '#h02/catalogue/index.ts'
import { isRelay, replyWindowMs, serverIn, type Server } from '#h02/catalogue/index.ts'
import type { Unterminated } from '#h02/catalogue/stream.ts'
import type {
  CatalogueEntry,
  Danger,
  Dialect,
  EffectSpec,
  OpenCommand,
  Params,
} from '#h02/catalogue/types.ts'
import type { AttemptKey, Command, FrameAddress, Reply, TimelineItem } from '#shared/domain/command.ts'
import type { CommandSnapshot, Delivery } from '#shared/domain/command-messages.ts'
import type { Refusal, RefusalCode } from '#shared/domain/refusal.ts'
import { isSlotFree, judge, noFacts, VERDICT_MS, type AttemptFacts } from '#shared/domain/verdict.ts'

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
 * ms since 1970 UTC of the gateway's clock; bytes are hex.
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
  /** `*HQ` words with their HHMMSS, written lately: never the same twice (PROTOCOL.md section 5.1). */
  readonly words: readonly { readonly key: string; readonly at: number }[]
  /** Reported to control as not known here: they must not be written any more if they still come. */
  readonly disowned: readonly (AttemptKey & { readonly at: number })[]
}

/** What its reply is looked for with. `raw`: hex that a person typed. */
export type AskedCommand = Omit<OpenCommand, 'raw'> & Pick<Command, 'raw'>

/** One attempt to deliver a command, as this gateway knows it. */
export type Conducted = AttemptKey & {
  readonly asked: AskedCommand
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
  readonly replyUntil: number | null
  /** A frame of the device came since it was written. */
  readonly isHeard: boolean
  readonly effectUntil: number | null
  /** When it concludes, whatever is still watched; null where nothing is. */
  readonly verdictAt: number | null
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
  readonly report: Reporting
}

/** `isCertain`: the whole answers this command and no other. `bytes` are hex. */
export type ReplyParts = {
  readonly startedAt: number
  readonly isCertain: boolean
  readonly frames: readonly { readonly kind: Frame['kind']; readonly bytes: string }[]
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

/** `n` counts reports; those up to `settled` are known to control. */
export type Reporting = {
  readonly n: number
  readonly settled: number
  readonly firstAt: number
  readonly repeats: number
  readonly dueAt: number | null
}

export type FrameSeen = FrameAddress & {
  /** Null for what does not decode. */
  readonly message: Message | null
  readonly bytes: Uint8Array
  /** Bytes that are no frame: never an answer, but perhaps the rest of one. */
  readonly isRest?: true
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
  known: AttemptKey & Pick<Conducted, 'asked' | 'danger' | 'notAfter'>,
): Conducted => ({
  ...known,
  effect: null,
  isAdopted: false,
  sessionId: null,
  bytes: null,
  seen: null,
  writeStartedAt: null,
  facts: noFacts,
  replyMs: 0,
  replyUntil: null,
  isHeard: false,
  effectUntil: null,
  verdictAt: null,
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
  report: { n: 0, settled: 0, firstAt: 0, repeats: 0, dueAt: null },
})

export const makeConductorState = (deviceId: string): ConductorState => ({
  deviceId,
  sessionId: null,
  epoch: 0,
  isElsewhere: false,
  usualSessionMs: null,
  commands: [],
  words: [],
  disowned: [],
})

export const isSame = (a: AttemptKey, b: AttemptKey): boolean =>
  a.commandId === b.commandId && a.attempt === b.attempt

/** Its reply is awaited. */
export const isOpen = ({ facts }: Conducted): boolean => !isSlotFree(facts)

/** Nothing that comes changes its verdict, or is watched for. */
export const isDone = ({ facts, effect }: Conducted): boolean => {
  const judgement = judge(facts, effect !== null)
  return judgement !== null && !judgement.effectPending
}

/** It releases the engine: it waits for no other command. */
export const isRestore = ({ effect, danger }: Pick<Conducted, 'effect' | 'danger'>): boolean =>
  isRelay(effect?.key ?? null) && danger !== 'dangerous'

/** An unanswered text keeps its claim to a late reply for this long. */
const CLAIM_MS = 300_000
/** A socket that has not called back by then, or by the end of the reply window, never will. */
const MIN_WRITE_MS = 5_000

export const claimMsOf = ({ timeScale }: ConductorConfig): number => CLAIM_MS * timeScale

/** How long a reply is awaited; 0 where none is expected. */
export function replyMsOf(
  { timeScale }: ConductorConfig,
  entry: CatalogueEntry | null,
  dialect: Dialect,
): number {
  const encoding = entry?.encodings.find((one) => one.dialect === dialect)
  if (encoding === undefined) return replyWindowMs[dialect] * timeScale
  return encoding.answers ? encoding.replyMs * timeScale : 0
}

/** What should be seen, its window scaled. A tracker that is sent to us, where it is already, restarts and comes back. */
export function effectOf(
  { timeScale, isOurServer }: ConductorConfig,
  entry: CatalogueEntry | null,
  params: Params,
): EffectSpec | null {
  const effect = entry?.effect?.(params) ?? null
  if (effect === null) return null
  const server = serverIn({ intent: entry!.intent, params })
  const kind = server !== null && isOurServer(server) ? 'restart' : effect.kind
  return { ...effect, kind, windowMs: effect.windowMs * timeScale }
}

/** The ends of a command's windows, from its write. `isCalledBack`: the socket has confirmed it. */
export function windowsFrom(
  { timeScale }: ConductorConfig,
  { effect, replyMs }: Pick<Conducted, 'effect' | 'replyMs'>,
  at: number,
  isCalledBack: boolean,
): Pick<Conducted, 'replyUntil' | 'effectUntil' | 'verdictAt'> {
  return {
    replyUntil: at + (isCalledBack ? replyMs : Math.max(replyMs, MIN_WRITE_MS * timeScale)),
    effectUntil: effect === null ? null : at + effect.windowMs,
    verdictAt: effect === null ? null : at + Math.max(replyMs, VERDICT_MS * timeScale),
  }
}
