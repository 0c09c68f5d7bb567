import type { AttemptKey } from '#shared/domain/command.ts'
import { MESSAGE_FORMAT, type CommandSnapshot } from '#shared/domain/command-messages.ts'
import { noFacts } from '#shared/domain/verdict.ts'
import {
  claimMsOf,
  isDone,
  isSame,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorState,
  type Step,
} from './state.ts'

/** A report that is not settled is repeated this long after the first one, and then each minute. */
const repeatsAfterMs = [5_000, 15_000, 45_000] as const
const THEN_EVERY_MS = 60_000
/** A write calls back within moments: then one report covers both. */
const WRITING_REPORT_MS = 500
/** Notes alone are no news: a tracker that floods us with texts makes one report in this time, not one for each. */
const NOTES_REPORT_MS = 1_000
/** What control has not settled for a day is not reported any more; the sweep has concluded it long ago. */
const KEPT_UNSETTLED_MS = 86_400_000

/** What changed is reported as a whole, facts and replies at once; what is not settled, again. What need not be known is forgotten. */
export function report(
  config: ConductorConfig,
  before: ConductorState,
  state: ConductorState,
  at: number,
): Step {
  const actions: ConductorAction[] = []
  const commands = state.commands
    .map((command) => {
      const known = before.commands.find((one) => isSame(one, command))
      const reported = nextReport(config, command, known, at)
      if (reported !== command && reported.report.firstAt !== 0)
        actions.push({ kind: 'report', snapshot: snapshotOf(config, state, reported) })
      return reported
    })
    .filter((command) => !isForgotten(config, state, command, at))
  const isSameList =
    commands.length === state.commands.length && commands.every((one, i) => one === state.commands[i])
  return { state: isSameList ? state : { ...state, commands }, actions }
}

/** The same command unless it has to be reported; `firstAt` is 0 while its write is about to call back, or notes wait. */
function nextReport(
  { timeScale }: ConductorConfig,
  command: Conducted,
  known: Conducted | undefined,
  at: number,
): Conducted {
  const { report, facts, timeline, reply } = command
  const isChanged = known?.facts !== facts || known.timeline !== timeline || known.reply !== reply
  const isDue = report.dueAt !== null && at >= report.dueAt && report.settled < report.n
  if (!isChanged && !isDue) return command
  const n = isChanged ? report.n + 1 : report.n
  if (known === undefined && command.writeStartedAt === at) {
    const dueAt = at + WRITING_REPORT_MS * timeScale
    return { ...command, report: { ...report, n, firstAt: 0, repeats: 0, dueAt } }
  }
  const isNews = known?.facts !== facts || known.reply !== reply
  const notesAt = report.firstAt === 0 ? report.dueAt : report.firstAt + NOTES_REPORT_MS * timeScale
  if (isChanged && !isNews && notesAt !== null && at < notesAt)
    return { ...command, report: { ...report, n, firstAt: 0, repeats: 0, dueAt: notesAt } }
  const isFirst = isChanged || report.firstAt === 0
  const repeats = isFirst ? 0 : report.repeats + 1
  const firstAt = isFirst ? at : report.firstAt
  const afterMs = repeatsAfterMs[repeats]
  const nextAt = afterMs === undefined ? at + THEN_EVERY_MS * timeScale : firstAt + afterMs * timeScale
  return { ...command, report: { ...report, n, firstAt, repeats, dueAt: Math.max(nextAt, at + 1) } }
}

export const settle = (command: Conducted, n: number): Conducted => {
  const settled = Math.max(command.report.settled, Math.min(n, command.report.n))
  if (settled === command.report.settled) return command
  const dueAt = settled === command.report.n ? null : command.report.dueAt
  return { ...command, report: { ...command.report, settled, dueAt } }
}

/** What this gateway knows of an attempt, to report it or to answer `ask`; perhaps nothing. */
export function snapshotOf(
  { gatewayId }: ConductorConfig,
  { deviceId, sessionId, epoch }: ConductorState,
  known: Conducted | AttemptKey,
): CommandSnapshot {
  const { commandId, attempt } = known
  const isKnown = 'facts' in known
  return {
    v: MESSAGE_FORMAT,
    kind: 'command',
    deviceId,
    commandId,
    attempt,
    gatewayId,
    sessionId: sessionId ?? (isKnown ? known.sessionId : null) ?? '',
    epoch,
    n: isKnown ? known.report.n : 0,
    known: isKnown,
    facts: isKnown ? known.facts : noFacts,
    timeline: isKnown ? known.timeline.filter(({ leftOut }) => leftOut === undefined) : [],
    ...(isKnown && { items: known.items }),
    reply: isKnown ? known.reply : null,
  }
}

/** When the command need not be remembered any more; null while it must. */
export function forgottenAt(
  config: ConductorConfig,
  { isElsewhere }: ConductorState,
  command: Conducted,
): number | null {
  const { report, notAfter, replyUntil, effectUntil, claimUntil, watch } = command
  const memory = claimMsOf(config)
  const end = Math.max(notAfter, replyUntil ?? 0, effectUntil ?? 0, claimUntil ?? 0) + memory
  if (report.settled < report.n) return report.firstAt + Math.max(KEPT_UNSETTLED_MS, memory)
  return isElsewhere || (isDone(command) && !watch.isLooking) ? end : null
}

const isForgotten = (
  config: ConductorConfig,
  state: ConductorState,
  command: Conducted,
  at: number,
): boolean => {
  const until = forgottenAt(config, state, command)
  return until !== null && at >= until && command.report.firstAt !== 0
}
