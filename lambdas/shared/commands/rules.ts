import type * as h02 from '#h02/catalogue/index.ts'
import { replyWindowMs } from '#h02/catalogue/index.ts'
import type { Dialect, DialectEvidence } from '#h02/catalogue/types.ts'
import type { Command } from '../domain/command.ts'
import type { LifeRules } from '../domain/command-life.ts'
import { isTried } from '../domain/command-reports.ts'
import { isRestore } from '../domain/device-commands.ts'
import { familyOf } from '../domain/firmware.ts'
import { VERDICT_MS } from '../domain/verdict.ts'
import type { CommandedDevice } from '../store/command-save.ts'
import type { EvidenceRow, EvidenceStore } from '../store/evidence.ts'
import { containsSecret, isWithheld } from './secrets.ts'

/** What the life of a command needs from the catalogue. */
export type CommandCatalogue = Pick<typeof h02, 'entryOf' | 'dialectOrder'>

/** Dialects of an intent, in the order to try on a device of this model and firmware. */
export type ChooseDialects = (
  command: Pick<Command, 'intent' | 'dialect'>,
  known: { readonly model: string | null; readonly firmware: string | null },
) => Promise<readonly Dialect[]>

export const effectKeyOf = (
  { entryOf }: CommandCatalogue,
  { intent, params }: Pick<Command, 'intent' | 'params'>,
): string | null => entryOf(intent)?.effect?.(params)?.key ?? null

/** The rules of a command in its current state: of its last attempt's dialect, and the dialects in the order to try. */
export function rulesOf(
  { entryOf }: CommandCatalogue,
  command: Command,
  { timeScale, order }: { timeScale: number; order: readonly Dialect[] },
): LifeRules {
  const entry = entryOf(command.intent)
  const last = command.attempts.at(-1)?.dialect ?? order[0] ?? 'text'
  const wording = entry?.encodings.find(({ dialect }) => dialect === last)
  const windowMs = entry?.effect?.(command.params)?.windowMs ?? 0
  const mayTryOther =
    command.dialect === 'auto' &&
    command.danger === 'harmless' &&
    entry?.idempotent === true &&
    wording?.answers === true
  return {
    replyMs: (wording?.replyMs ?? replyWindowMs[last]) * timeScale,
    effectMs: command.effectKey === null ? null : windowMs * timeScale,
    verdictMs: VERDICT_MS * timeScale,
    otherDialect: mayTryOther ? (order.find((dialect) => dialect !== last) ?? null) : null,
  }
}

/**
 * The dialect for the next write: the ordered one, or the first of the order that was not tried yet. A restore never
 * waits: if its text contains the password, or another command awaits its reply, it is written as `h02`, whose replies
 * are matched by word and time.
 */
export async function dialectNow(
  { chooseDialects, catalogue }: { chooseDialects: ChooseDialects; catalogue: CommandCatalogue },
  command: Command,
  device: CommandedDevice,
): Promise<Dialect> {
  const known = await chooseDialects(command, device)
  const isBeside = isRestore(command) && device.commands.open !== null
  const order = isBeside ? known.toSorted(h02First) : known
  const dialect =
    command.dialect !== 'auto'
      ? command.dialect
      : (order.find((one) => !isTried(command, one)) ?? order[0] ?? 'text')
  const mustChange = isRestore(command) && command.raw === null && isWithheld(command, dialect, device)
  if (!mustChange) return dialect
  const { encodings = [] } = catalogue.entryOf(command.intent) ?? {}
  const other = encodings.find((encoding) => !containsSecret(command, encoding.dialect, device.password))
  return other?.dialect ?? dialect
}

const h02First = (a: Dialect, b: Dialect): number => Number(b === 'h02') - Number(a === 'h02')

/** Evidence changes slowly, so it is cached for this long. */
const EVIDENCE_KEPT_MS = 60_000
const MAX_FAMILIES = 1_000

/** Ordered by evidence of the firmware, then by the catalogue. */
export function createChooseDialects({
  catalogue,
  evidence,
  now = Date.now,
}: {
  catalogue: CommandCatalogue
  evidence: Pick<EvidenceStore, 'ofFamily'>
  now?: () => number
}): ChooseDialects {
  const cache = new Map<string, { readonly at: number; readonly rows: Promise<EvidenceRow[]> }>()
  const read = (family: string): Promise<EvidenceRow[]> => {
    const known = cache.get(family)
    if (known && now() - known.at < EVIDENCE_KEPT_MS) return known.rows
    if (cache.size >= MAX_FAMILIES) cache.clear()
    const rows = evidence.ofFamily(family)
    cache.set(family, { at: now(), rows })
    // A failed read is not cached.
    rows.catch(() => cache.delete(family))
    return rows
  }
  return async ({ intent, dialect }, { model, firmware }) => {
    if (dialect !== 'auto') return [dialect]
    const entry = catalogue.entryOf(intent)
    if (entry === null) return ['text']
    const byCatalogue = catalogue.dialectOrder(entry, { model })
    // Only uncertain wordings, or those of other models: used anyway, because it was ordered.
    if (byCatalogue.length === 0) return entry.encodings.slice(0, 1).map((encoding) => encoding.dialect)
    if (firmware === null || new Set(byCatalogue).size < 2) return byCatalogue
    const rows = dialectEvidence(await read(familyOf(firmware)), { intent, firmware })
    return catalogue.dialectOrder(entry, { model, evidence: rows })
  }
}

/** The counts of an intent on exactly this firmware, per dialect; none if the firmware is unknown. */
export function dialectEvidence(
  rows: readonly EvidenceRow[],
  { intent, firmware }: { intent: string; firmware: string | null },
): DialectEvidence[] {
  const found = new Map<Dialect, DialectEvidence>()
  for (const { counts, dialect, ...of } of rows) {
    if (of.intent !== intent || of.firmware !== firmware) continue
    const { answered = 0, confirmed = 0, unconfirmed = 0, contradicted = 0 } = counts
    const sum = found.get(dialect) ?? { dialect, answered: 0, attempts: 0 }
    found.set(dialect, {
      dialect,
      // ERROR counts as an answer: it helps to choose another wording.
      answered: sum.answered + answered + confirmed + unconfirmed + contradicted,
      attempts: Object.values(counts).reduce((all, count) => all + count, sum.attempts),
    })
  }
  return [...found.values()]
}
