/** How people browse the commands of a device. No imports: the browser console runs this file too. */

type Browsed = {
  /** An older API has neither. */
  readonly subject?: string
  readonly otherMakers?: boolean
  readonly experimental: boolean
  readonly dialects: readonly { readonly evidence: { readonly answered: number } }[]
}

export type SubjectGroup<Item> = { readonly subject: string; readonly items: readonly Item[] }

/**
 * Commands by subject, subjects in the order of the catalogue. In each subject first what this firmware has answered,
 * last what is known of other makers' devices only; otherwise in the order of the catalogue.
 */
export function bySubject<Item extends Browsed>(items: readonly Item[]): readonly SubjectGroup<Item>[] {
  const groups = Map.groupBy(items, ({ subject = 'Commands' }) => subject)
  return [...groups].map(([subject, some]) => ({ subject, items: some.toSorted(byUse) }))
}

/** The more useful for this device, the earlier. */
export const byUse = (a: Browsed, b: Browsed): number => rankOf(a) - rankOf(b)

const rankOf = ({ dialects, otherMakers = false, experimental }: Browsed): number => {
  if (dialects.some(({ evidence }) => evidence.answered > 0)) return 0
  return otherMakers ? 3 : experimental ? 2 : 1
}
