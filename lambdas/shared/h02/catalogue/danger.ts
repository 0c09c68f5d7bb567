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

/** Why a command requires a confirmation, as the end of a sentence "It …"; null: it does not. */
export const dangerReasons: Readonly<Record<Danger, string | null>> = {
  harmless: null,
  sensitive: 'may give others power over the car, let them listen in, or silence its alarms',
  disruptive: 'may make the device unreachable over the network, or lose its settings',
  dangerous: 'acts on a car that may be moving',
}

/** For bytes that the catalogue does not recognize. */
export const UNKNOWN_BYTES_REASON =
  'contains bytes that the catalogue does not recognize, so their effect is not known'
