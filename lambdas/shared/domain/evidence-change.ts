import type { Dialect } from '#h02/catalogue/types.ts'
import { rawIntent, type Attempt, type Command } from './command.ts'
import { closed } from './facts.ts'
import { judge, type Verdict } from './verdict.ts'

/** One attempt counted, or counted no longer (`by: -1`, late corrections). */
export type EvidenceChange = {
  readonly commandId: string
  readonly model: string
  readonly firmware: string
  readonly intent: string
  readonly dialect: Dialect
  readonly verdict: Verdict
  readonly by: 1 | -1
}

/** Where a model or a firmware has no name yet. */
export const unknownName = 'unknown'

/** What a step changed in the counters: nothing before the conclusion, each written attempt with it. */
export function evidenceOf(before: Command | null, after: Command): EvidenceChange[] {
  const [earlier, now] = [countsOf(before), countsOf(after)]
  return [
    ...earlier.filter((count) => !has(now, count)).map(({ change }) => ({ ...change, by: -1 as const })),
    ...now.filter((count) => !has(earlier, count)).map(({ change }) => ({ ...change, by: 1 as const })),
  ]
}

type Count = { readonly n: number; readonly change: Omit<EvidenceChange, 'by'> }

const has = (counts: readonly Count[], { n, change }: Count): boolean =>
  counts.some((count) => count.n === n && count.change.verdict === change.verdict)

/** Bytes that nobody knows teach nothing about a model; nor does what was never written. */
function countsOf(command: Command | null): Count[] {
  if (command === null || command.conclusion === null || command.intent === rawIntent) return []
  return command.attempts.flatMap((attempt) => {
    const verdict = verdictOf(attempt, command.effectKey !== null)
    if (verdict === null) return []
    const { commandId, intent, model, firmware } = command
    const of = { model: model ?? unknownName, firmware: firmware ?? unknownName, intent }
    return { n: attempt.n, change: { commandId, ...of, dialect: attempt.dialect, verdict } }
  })
}

/** How this attempt alone ended. A reply that may be another's is shown, not counted, unless an effect speaks for itself. */
function verdictOf({ facts }: Attempt, expectsEffect: boolean): Verdict | null {
  const verdict = judge(closed(facts), expectsEffect)?.verdict ?? null
  if (verdict === null || verdict === 'undelivered') return null
  if (facts.reply?.ambiguous && verdict !== 'confirmed' && verdict !== 'contradicted') return null
  return verdict
}
