import type { AttemptKey } from '#shared/domain/command.ts'
import { MESSAGE_FORMAT, type CommandSnapshot } from '#shared/domain/command-messages.ts'
import { noFacts } from '#shared/domain/verdict.ts'
import { claimMsOf, endsOf, isDone, isOpen, isSame, isWatched } from './conducted.ts'
import {
  changeAll,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorState,
  type Step,
} from './state.ts'

/** Unsettled reports are repeated after these times, then once a minute. */
const repeatsAfterMs = [5_000, 10_000, 30_000] as const
const THEN_EVERY_MS = 60_000
export const repeatAfterMs = (repeats: number): number => repeatsAfterMs[repeats] ?? THEN_EVERY_MS
/** A write calls back within moments: then one report covers both. */
const WRITING_REPORT_MS = 500
/**
 * Notes alone are reported at most once in this time, so that a tracker that floods us with texts does not cause a
 * report for each.
 */
const NOTES_REPORT_MS = 1_000
/** A report that control has not settled for a day is given up; the sweep has concluded the command long before. */
const MAX_REPEATS = 1_440

/**
 * Makes reports: all facts and replies of changed commands at once, and unsettled ones again. Drops commands that need
 * not be remembered.
 */
export function report(
  config: ConductorConfig,
  before: ConductorState,
  state: ConductorState,
  at: number,
): Step {
  const actions: ConductorAction[] = []
  const reported = changeAll(state, (command) => {
    const known = before.commands.find((one) => isSame(one, command))
    const next = nextReport(config, command, known, at)
    if (next !== command && next.report.repeats >= 0) {
      actions.push({ kind: 'report', snapshot: snapshotOf(config, state, next, next) })
    }
    return next
  })
  const commands = reported.commands.filter((command) => at < forgottenAt(config, state, command))
  return {
    state: commands.length === reported.commands.length ? reported : { ...reported, commands },
    actions,
  }
}

/**
 * Returns the command unchanged unless a report is due. A report waits while a write is about to call back, or while
 * there are only notes.
 */
function nextReport(
  { timeScale }: ConductorConfig,
  command: Conducted,
  known: Conducted | undefined,
  at: number,
): Conducted {
  const { report, facts, timeline, reply } = command
  const hasNewFacts = known?.facts !== facts || known.reply !== reply
  const isNoted = !hasNewFacts && known.timeline !== timeline
  const isWaiting = report.repeats < 0 && at < report.dueAt
  if (!hasNewFacts && !isNoted && (report.settled === report.n || at < report.dueAt)) return command
  const n = hasNewFacts || isNoted ? report.n + 1 : report.n
  const isWriting = known === undefined && command.writeStartedAt === at
  if (isNoted && isWaiting) return { ...command, report: { ...report, n } }
  const waitMs = isWriting ? WRITING_REPORT_MS : isNoted && report.repeats >= 0 ? NOTES_REPORT_MS : null
  const repeats = waitMs !== null ? -1 : n > report.n ? 0 : report.repeats + 1
  const dueAt = at + Math.max((waitMs ?? repeatAfterMs(repeats)) * timeScale, 1)
  return { ...command, report: { ...report, n, repeats, dueAt } }
}

export const settle = (command: Conducted, n: number): Conducted => {
  const settled = Math.max(command.report.settled, Math.min(n, command.report.n))
  return settled === command.report.settled ? command : { ...command, report: { ...command.report, settled } }
}

/** What this gateway knows of an attempt, for a report or the answer to `ask`; null: nothing. */
export const snapshotOf = (
  { gatewayId }: ConductorConfig,
  { deviceId, sessionId, epoch }: ConductorState,
  { commandId, attempt }: AttemptKey,
  known: Conducted | null,
): CommandSnapshot => ({
  v: MESSAGE_FORMAT,
  kind: 'command',
  deviceId,
  commandId,
  attempt,
  gatewayId,
  sessionId: sessionId ?? known?.sessionId ?? '',
  epoch,
  n: known?.report.n ?? 0,
  known: known !== null,
  facts: known?.facts ?? noFacts,
  timeline: known?.timeline.filter(({ leftOut }) => leftOut === undefined) ?? [],
  items: known?.items ?? 0,
  reply: known?.reply ?? null,
})

/** When the command need not be remembered any more; `Infinity`: not yet known. */
export function forgottenAt(
  config: ConductorConfig,
  { isElsewhere }: ConductorState,
  command: Conducted,
): number {
  const { report, notAfter, claimUntil, watch } = command
  if (report.settled < report.n) return report.repeats < MAX_REPEATS ? Infinity : 0
  if (!isElsewhere && (!isDone(command) || watch.isLooking)) return Infinity
  const { reply, effect } = endsOf(config, command)
  const replyEnd = isOpen(command) ? reply : (claimUntil ?? 0)
  return Math.max(notAfter, replyEnd, isWatched(command) ? effect : 0) + claimMsOf(config)
}
