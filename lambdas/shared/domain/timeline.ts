import { timelineKinds, type Command, type Reply, type TimelineItem } from './command.ts'

/** Limit of a frame on a timeline; the whole frame is in the device's history. */
export const MAX_RAW_BYTES = 512
/** As JSON. With attempts, parameters and the reply a command stays below 64 KB, and so does a gateway's report of it. */
const MAX_TIMELINE_BYTES = 40 * 1024
const MAX_ITEMS = 200
/** The first items are never left out. */
const HEAD_ITEMS = 10
const MAX_TEXT_LENGTH = 300
/** As JSON. */
const MAX_REPLY_BYTES = 16 * 1024
const MAX_FACT_LENGTH = 200

/** Left out last. */
const essential: ReadonlySet<TimelineItem['kind']> = new Set([
  'created',
  'written',
  'reply',
  'effect',
  'concluded',
  'corrected',
])

/** Adds new items by id, ordered by time. Returns the same array if none was new. */
export function addItems(
  timeline: readonly TimelineItem[],
  items: readonly TimelineItem[],
): readonly TimelineItem[] {
  const fresh = newItems(timeline, items)
  return fresh.length === 0 ? timeline : trim([...timeline, ...fresh])
}

/** The items that are neither on the timeline nor were left out of it before. `isRepeat`: all of them were there before. */
export function newItems(
  timeline: readonly TimelineItem[],
  items: readonly TimelineItem[],
  isRepeat = false,
): readonly TimelineItem[] {
  const known = new Set(timeline.map(({ id }) => id))
  const leftOutUntil = gapIn(timeline)?.at ?? 0
  return items.filter(
    ({ id, at, kind }) =>
      (at > leftOutUntil || (essential.has(kind) && !isRepeat)) && !known.has(id) && known.add(id),
  )
}

/**
 * Keeps a timeline within its size: the oldest items after the first few are replaced, notes first, by one item with
 * their number. `missed`: items that others have already left out.
 */
export function trim(items: readonly TimelineItem[], missed = 0): readonly TimelineItem[] {
  const gap = gapIn(items)
  const kept = items
    .filter((item) => item !== gap)
    .sort((a, b) => a.at - b.at || rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1))
  let bytes = kept.reduce((sum, item) => sum + jsonBytes(item) + 1, 0)
  let leftOut = (gap?.leftOut ?? 0) + missed
  let until = gap?.at ?? kept[Math.min(HEAD_ITEMS, kept.length) - 1]?.at ?? 0
  while (kept.length > HEAD_ITEMS && (kept.length > MAX_ITEMS || bytes > MAX_TIMELINE_BYTES)) {
    const tail = kept.slice(HEAD_ITEMS)
    const victim =
      tail.find(({ kind }) => kind === 'note') ?? tail.find(({ kind }) => !essential.has(kind)) ?? tail[0]!
    kept.splice(kept.indexOf(victim), 1)
    bytes -= jsonBytes(victim) + 1
    until = Math.max(until, victim.at)
    leftOut++
  }
  if (leftOut === 0) return kept
  const text =
    leftOut === 1
      ? '1 item is left out here; the frames are in the history.'
      : `${leftOut} items are left out here; the frames are in the history.`
  const item = toItem({ id: GAP_ID, at: until, kind: 'note', text, leftOut })
  const after = kept.findIndex(({ at }, i) => i >= HEAD_ITEMS && at > until)
  return kept.toSpliced(after < 0 ? kept.length : after, 0, item)
}

const rankOf = ({ kind }: TimelineItem): number => timelineKinds.indexOf(kind)

const GAP_ID = 'left-out'
const gapIn = (items: readonly TimelineItem[]): TimelineItem | undefined =>
  items.find(({ id }) => id === GAP_ID)

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** An item within its limits: if there are too many bytes, the first ones and their total number. */
export function toItem({
  text,
  raw = null,
  ...fields
}: Pick<TimelineItem, 'id' | 'at' | 'kind' | 'text'> & Partial<TimelineItem>): TimelineItem {
  const bytes = (raw?.length ?? 0) / 2
  const note = bytes > MAX_RAW_BYTES ? ` (the first ${MAX_RAW_BYTES} of ${bytes} bytes)` : ''
  const clipped = text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH - 1)}…`
  return {
    attempt: null,
    frame: null,
    ...fields,
    text: clipped + note,
    raw: raw === null ? null : raw.slice(0, 2 * MAX_RAW_BYTES),
  }
}

/** A reply as stored in reports and commands. */
export function clipReply({ text, facts }: Reply): Reply {
  let clipped = text.slice(0, MAX_REPLY_BYTES)
  while (jsonBytes(clipped) > MAX_REPLY_BYTES) clipped = clipped.slice(0, clipped.length / 2)
  const isShort = (value: unknown): boolean => typeof value !== 'string' || value.length <= MAX_FACT_LENGTH
  return {
    text: clipped === text ? text : `${clipped}…`,
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => isShort(value))),
  }
}

/**
 * Adds an item of control or the API, whose ids differ from the gateways'. Returns the same command if it is there
 * already.
 */
export function withItem(
  command: Command,
  kind: TimelineItem['kind'],
  { at, text, attempt, key }: { at: number; text: string; attempt?: number; key?: string },
): Command {
  const id = ['control', kind, attempt, key].filter((part) => part !== undefined).join(':')
  const item = toItem({ id, at, kind, attempt: attempt ?? null, text })
  const timeline = addItems(command.timeline, [item])
  return timeline === command.timeline ? command : { ...command, timeline }
}
