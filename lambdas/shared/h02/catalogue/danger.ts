import { isFor } from './models.ts'
import { dangers, type CatalogueEntry, type Danger, type Dialect, type Encoding } from './types.ts'

export const dangerRank = (danger: Danger): number => dangers.indexOf(danger)

export const worse = (a: Danger, b: Danger): Danger => (dangerRank(b) > dangerRank(a) ? b : a)

/** How dangerous an entry's wording is on a model; null: the model is not known. */
export const wordingDanger = (entry: CatalogueEntry, encoding: Encoding, model: string | null): Danger =>
  isFor(encoding, model) ? entry.danger : worse(entry.danger, encoding.dangerElsewhere ?? entry.danger)

/**
 * How dangerous an intent is in a dialect on a model; null: the model is not known. `auto` only chooses from wordings
 * that are known for the model.
 */
export function dangerOf(
  entry: CatalogueEntry,
  { dialect, model }: { readonly dialect: Dialect | 'auto'; readonly model: string | null },
): Danger {
  const encoding = entry.encodings.find((one) => one.dialect === dialect)
  return encoding === undefined ? entry.danger : wordingDanger(entry, encoding, model)
}
