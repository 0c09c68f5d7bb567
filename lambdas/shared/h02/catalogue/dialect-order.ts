import type { CatalogueEntry, Dialect, DialectEvidence, Encoding } from './types.ts'

/** So often unanswered, and never answered: the unit does not know these words. */
const enoughToDoubt = 3

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
    if (known.answered === 0) return known.attempts >= enoughToDoubt ? -1 : 0
    return Math.min(1, known.answered / known.attempts)
  }
  return entry.encodings
    .filter((encoding) => encoding.confidence !== 'unsure' && isFor(encoding, model))
    .map(({ dialect }) => dialect)
    .sort((a, b) => rank(b) - rank(a))
}

/** People write ST-906L, firmware says ST906: dashes and case don't count. */
const plainName = (model: string): string => model.toUpperCase().replace(/[^A-Z0-9]/g, '')

const isFor = ({ models }: Encoding, model: string | null): boolean =>
  models === null || (model !== null && models.some((start) => plainName(model).startsWith(plainName(start))))
