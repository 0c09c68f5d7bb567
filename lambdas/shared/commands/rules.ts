import { replyWindowMs } from '#h02/catalogue/index.ts'
import type { CatalogueEntry, Dialect, DialectEvidence } from '#h02/catalogue/types.ts'
import type { Command } from '../domain/command.ts'
import type { LifeRules } from '../domain/command-life.ts'
import { verdictMs } from '../domain/verdict.ts'
import type { EvidenceRow } from '../store/evidence.ts'

/** What the life of a command asks of the catalogue. */
export type CommandCatalogue = {
  readonly entryOf: (intent: string) => CatalogueEntry | null
  readonly dialectOrder: (
    entry: CatalogueEntry,
    known: { readonly model: string | null; readonly evidence?: readonly DialectEvidence[] },
  ) => readonly Dialect[]
}

export const effectKeyOf = (
  { entryOf }: CommandCatalogue,
  { intent, params }: Pick<Command, 'intent' | 'params'>,
): string | null => entryOf(intent)?.effect?.(params)?.key ?? null

/** The rules of a command as it stands: of its last attempt's dialect, and of the dialects in the order to try them. */
export function rulesOf(
  { entryOf }: CommandCatalogue,
  command: Command,
  { timeScale, order }: { timeScale: number; order: readonly Dialect[] },
): LifeRules {
  const entry = entryOf(command.intent)
  const last = command.attempts.at(-1)?.dialect ?? order[0] ?? 'text'
  const wording = entry?.encodings.find(({ dialect }) => dialect === last)
  const effect = command.effectKey === null ? null : (entry?.effect?.(command.params) ?? null)
  const mayTryOther =
    command.dialect === 'auto' &&
    command.danger === 'harmless' &&
    entry?.idempotent === true &&
    wording?.answers === true
  return {
    replyMs: (wording?.replyMs ?? replyWindowMs[last]) * timeScale,
    effectMs: command.effectKey === null ? null : (effect?.windowMs ?? 0) * timeScale,
    verdictMs: verdictMs * timeScale,
    otherDialect: mayTryOther
      ? (order.find((dialect) => dialect !== last && !isWritten(command, dialect)) ?? null)
      : null,
  }
}

/** The dialect of the next attempt: what was asked for, or the first of the order that was not written in vain yet. */
export const dialectFor = (command: Command, order: readonly Dialect[]): Dialect =>
  command.dialect !== 'auto'
    ? command.dialect
    : (order.find((dialect) => !isWritten(command, dialect)) ?? order[0] ?? 'text')

const isWritten = ({ attempts }: Command, dialect: Dialect): boolean =>
  attempts.some((attempt) => attempt.dialect === dialect && attempt.facts.written !== 'no')

/** What was counted of an intent on exactly this firmware, per dialect; nothing where the firmware is not known. */
export function dialectEvidence(
  rows: readonly EvidenceRow[],
  { intent, firmware }: { intent: string; firmware: string | null },
): DialectEvidence[] {
  const found = new Map<Dialect, { answered: number; attempts: number }>()
  for (const { counts, dialect } of rows.filter(
    (row) => row.intent === intent && row.firmware === firmware,
  )) {
    const sum = found.get(dialect) ?? { answered: 0, attempts: 0 }
    found.set(dialect, sum)
    const { answered = 0, confirmed = 0, unconfirmed = 0, contradicted = 0 } = counts
    // ERROR is an answer that teaches to ask otherwise.
    sum.answered += answered + confirmed + unconfirmed + contradicted
    sum.attempts += Object.values(counts).reduce((all, count) => all + count, 0)
  }
  return [...found].map(([dialect, sum]) => ({ dialect, ...sum }))
}
