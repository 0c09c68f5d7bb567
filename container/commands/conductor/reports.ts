import { messageFormat, type CommandSnapshot } from '#shared/domain/command-messages.ts'
import { noFacts } from '#shared/domain/verdict.ts'
import {
  claimMsOf,
  isDone,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorState,
  type Reporting,
} from './state.ts'

/** A report that is not settled is sent again after so long, and then each minute. */
const repeatsAfterMs = [5_000, 15_000, 45_000] as const
const thenEveryMs = 60_000
/** A write calls back within moments: then one report covers both. */
const takenReportMs = 500
/** What control has not settled for a day is not reported any more; the sweep has concluded it long ago. */
const keptUnsettledMs = 86_400_000

/** Whatever changed is reported at once, as a whole; what is not settled, again. */
export function report(
  config: ConductorConfig,
  before: ConductorState,
  state: ConductorState,
  at: number,
): { readonly state: ConductorState; readonly actions: readonly ConductorAction[] } {
  const actions: ConductorAction[] = []
  const commands = state.commands.map((command) => {
    const known = before.commands.find(
      ({ commandId, attempt }) => commandId === command.commandId && attempt === command.attempt,
    )
    const reporting = nextReport(config, command, known, at)
    const told = reporting === command.report ? command : { ...command, report: reporting }
    const isSent = reporting.firstAt === at || reporting.repeats > command.report.repeats
    if (reporting !== command.report && isSent) {
      actions.push({ kind: 'report', snapshot: snapshotOf(config, state, told) })
    }
    return told
  })
  const kept = commands.filter((command) => !isForgotten(config, state, command, at))
  const same = kept.length === state.commands.length && kept.every((one, i) => one === state.commands[i])
  return { state: same ? state : { ...state, commands: kept }, actions }
}

function nextReport(
  { timeScale }: ConductorConfig,
  command: Conducted,
  known: Conducted | undefined,
  at: number,
): Reporting {
  const { report } = command
  const isChanged =
    known === undefined ||
    known.facts !== command.facts ||
    known.timeline !== command.timeline ||
    known.reply !== command.reply
  if (isChanged) {
    const n = report.n + 1
    // Just given to the socket: that it was written is known in a moment.
    if (known === undefined && command.writeStartedAt === at) {
      return { ...report, n, firstAt: 0, repeats: 0, dueAt: at + takenReportMs * timeScale }
    }
    return { ...report, n, firstAt: at, repeats: 0, dueAt: at + repeatsAfterMs[0] * timeScale }
  }
  if (report.dueAt === null || at < report.dueAt || report.settled >= report.n) return report
  if (report.firstAt === 0) return { ...report, firstAt: at, dueAt: at + repeatsAfterMs[0] * timeScale }
  const repeats = report.repeats + 1
  const next = repeatsAfterMs[repeats]
  const dueAt = next === undefined ? at + thenEveryMs * timeScale : report.firstAt + next * timeScale
  return { ...report, repeats, dueAt: Math.max(dueAt, at + 1) }
}

export const settle = (command: Conducted, n: number): Conducted => {
  const settled = Math.max(command.report.settled, Math.min(n, command.report.n))
  if (settled === command.report.settled) return command
  const dueAt = settled === command.report.n ? null : command.report.dueAt
  return { ...command, report: { ...command.report, settled, dueAt } }
}

export function snapshotOf(
  { gatewayId }: ConductorConfig,
  { deviceId, sessionId, epoch }: ConductorState,
  command: Conducted,
): CommandSnapshot {
  return {
    v: messageFormat,
    kind: 'command',
    deviceId,
    commandId: command.commandId,
    attempt: command.attempt,
    gatewayId,
    sessionId: sessionId ?? command.sessionId ?? '',
    epoch,
    n: command.report.n,
    known: true,
    facts: command.facts,
    timeline: command.timeline.filter(({ leftOut }) => leftOut === undefined),
    items: command.items,
    reply: command.reply,
  }
}

/** An answer to `ask` by a gateway that does not know it. */
export const unknownSnapshot = (
  { gatewayId }: ConductorConfig,
  { deviceId, sessionId, epoch }: ConductorState,
  { commandId, attempt }: { readonly commandId: string; readonly attempt: number },
): CommandSnapshot => ({
  v: messageFormat,
  kind: 'command',
  deviceId,
  commandId,
  attempt,
  gatewayId,
  sessionId: sessionId ?? '',
  epoch,
  n: 0,
  known: false,
  facts: noFacts,
  timeline: [],
  reply: null,
})

/** When the command need not be remembered any more; null while it must. */
export function forgottenAt(
  config: ConductorConfig,
  { isElsewhere }: ConductorState,
  command: Conducted,
): number | null {
  const { report, notAfter, replyUntil, effectUntil, claimUntil, watch } = command
  const memory = claimMsOf(config)
  const end = Math.max(notAfter, replyUntil ?? 0, effectUntil ?? 0, claimUntil ?? 0) + memory
  if (report.settled < report.n) return report.firstAt + Math.max(keptUnsettledMs, memory)
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
