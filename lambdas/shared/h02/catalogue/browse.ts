/** The order in which people browse a device's commands. No imports, because the browser console runs this file too. */

type Browsed = {
  /** Missing in answers of an older API. */
  readonly subject?: string
  readonly otherMakers?: boolean
  readonly experimental: boolean
  readonly dialects: readonly { readonly evidence: { readonly answered: number } }[]
}

type SubjectGroup<Item> = { readonly subject: string; readonly items: readonly Item[] }

/**
 * Commands by subject, subjects in the order of the catalogue. Within a subject, commands that this firmware has
 * answered come first, those known only for other makers' devices last; otherwise in the order of the catalogue.
 */
export function bySubject<Item extends Browsed>(items: readonly Item[]): readonly SubjectGroup<Item>[] {
  const groups = Map.groupBy(items, ({ subject = 'Commands' }) => subject)
  return [...groups].map(([subject, some]) => ({ subject, items: some.toSorted(byUse) }))
}

/** Sorts the most useful commands for this device first. */
export const byUse = (a: Browsed, b: Browsed): number => rankOf(a) - rankOf(b)

const rankOf = ({ dialects, otherMakers = false, experimental }: Browsed): number => {
  if (dialects.some(({ evidence }) => evidence.answered > 0)) return 0
  return otherMakers ? 3 : experimental ? 2 : 1
}
