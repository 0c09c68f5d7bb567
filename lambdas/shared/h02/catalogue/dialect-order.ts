import { isFor } from './models.ts'
import type { CatalogueEntry, Dialect, DialectEvidence } from './types.ts'

/** Unanswered this often, and never answered: the tracker does not know these words. */
const ENOUGH_TO_DOUBT = 3

/**
 * Dialects in the order in which `auto` should try them: first those that this model answers, best first, then the
 * catalogue's order, last those it never answered. Unsure wordings and other models' are left out: they want to be asked
 * for by name. `model` null: not known.
 */
export function dialectOrder(
  entry: CatalogueEntry,
  { model, evidence = [] }: { model: string | null; evidence?: readonly DialectEvidence[] },
): readonly Dialect[] {
  const rank = (dialect: Dialect): number => {
    const known = evidence.find((item) => item.dialect === dialect)
    if (known === undefined || known.attempts === 0) return 0
    if (known.answered === 0) return known.attempts >= ENOUGH_TO_DOUBT ? -1 : 0
    return Math.min(1, known.answered / known.attempts)
  }
  return entry.encodings
    .filter((encoding) => encoding.confidence !== 'unsure' && isFor(encoding, model))
    .map(({ dialect }) => dialect)
    .sort((a, b) => rank(b) - rank(a))
}
