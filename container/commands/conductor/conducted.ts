/** One attempt of a command: what is expected of it, what is known, and when its windows end. */
import { isRelay, replyWindowMs, serverIn } from '#h02/catalogue/index.ts'
import type { OpenCommand } from '#h02/catalogue/types.ts'
import type { AttemptKey } from '#shared/domain/command.ts'
import {
  isSlotFree,
  judge,
  noFacts,
  VERDICT_MS,
  type AttemptFacts,
  type Judgement,
} from '#shared/domain/verdict.ts'
import type { Conducted, ConductorConfig } from './state.ts'

/** An attempt without any event so far. */
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

export const isSame = (a: AttemptKey, b: AttemptKey): boolean =>
  a.commandId === b.commandId && a.attempt === b.attempt

/** Whether its reply is awaited. */
export const isOpen = ({ facts }: Conducted): boolean => !isSlotFree(facts)

/** The verdict according to this gateway; null: it still waits for something. */
export const judgementOf = ({ facts, effect }: Conducted): Judgement | null => judge(facts, effect !== null)

/** Whether no further event can change its verdict, and nothing is watched. */
export const isDone = (command: Conducted): boolean => judgementOf(command)?.effectPending === false

/** Whether its effect may still be observed. */
export const isWatched = (command: Conducted): boolean =>
  command.effect !== null &&
  command.facts.effect === null &&
  !command.facts.effectWindowOver &&
  !isDone(command)

export const withFacts = (command: Conducted, facts: Partial<AttemptFacts>): Conducted => ({
  ...command,
  facts: { ...command.facts, ...facts },
})

/** Whether it releases the engine: such a command waits for no other one. */
export const isRestore = ({ effect, danger }: Pick<Conducted, 'effect' | 'danger'>): boolean =>
  isRelay(effect?.key ?? null) && danger !== 'dangerous'

/** How long an unanswered text may still get a late reply. */
const CLAIM_MS = 300_000
/** A socket that has not called back within this time, or by the end of the reply window, never will. */
const MIN_WRITE_MS = 5_000

export const claimMsOf = ({ timeScale }: ConductorConfig): number => CLAIM_MS * timeScale

/**
 * How long a reply is awaited (0: none is expected) and which effect is expected, with its window scaled. A tracker
 * that is pointed at our own server, where it is already, restarts and comes back.
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

/** When the windows of a command end. `verdict`: when it concludes, even if its effect is still watched. */
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
