import type { TimelineItem } from './command.ts'

/** A command that is tried for a day must still fit into its item: the beginning and the newest are kept. */
const mostItems = 200
const firstItems = 20

/** What of one moment comes first: a conclusion stands behind its reason. */
const kinds: readonly TimelineItem['kind'][] = [
  'created',
  'cancelled',
  'expired',
  'waiting',
  'other-dialect',
  'dispatched',
  'taken',
  'adopted',
  'refused',
  'written',
  'write-uncertain',
  'reply',
  'effect',
  'window-over',
  'note',
  'concluded',
  'corrected',
]

/** Adds items that are not there yet, by id; in order of time. The same array when none was new. */
export function addItems(
  timeline: readonly TimelineItem[],
  items: readonly TimelineItem[],
): readonly TimelineItem[] {
  const known = new Set(timeline.map(({ id }) => id))
  const fresh = items.filter(({ id }) => !known.has(id) && known.add(id))
  if (fresh.length === 0) return timeline
  const all = [...timeline, ...fresh].sort(
    (a, b) => a.at - b.at || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.id < b.id ? -1 : 1),
  )
  return all.length <= mostItems ? all : [...all.slice(0, firstItems), ...all.slice(firstItems - mostItems)]
}

/** An item that control or the API tells. Gateways' ids begin otherwise. */
export const makeItem = (
  kind: TimelineItem['kind'],
  { at, text, attempt = null, key }: { at: number; text: string; attempt?: number | null; key?: string },
): TimelineItem => ({
  id: ['control', kind, ...(attempt === null ? [] : [attempt]), ...(key === undefined ? [] : [key])].join(
    ':',
  ),
  at,
  kind,
  attempt,
  text,
  raw: null,
  frame: null,
})
