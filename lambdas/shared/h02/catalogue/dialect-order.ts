import { isFor } from './models.ts'
import type { CatalogueEntry, Dialect, DialectEvidence } from './types.ts'

/** After this many attempts without any answer the tracker probably does not know the wording. */
const ENOUGH_TO_DOUBT = 3

/**
 * Dialects in the order in which `auto` tries them: first those that this model answers, best first, then in the
 * catalogue's order, last those it never answered. Uncertain wordings and those of other models are left out: they must
 * be requested explicitly. `model` null: not known.
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
