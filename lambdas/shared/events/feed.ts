import { createHash } from 'node:crypto'
import { MAX_WRITE_MS, timeKey } from '../store/event-history.ts'
import type { StoredEvent } from '../store/event-reader.ts'

/**
 * Maximum difference between the clocks of two writers, or of a writer and a reader, ms. On AWS and on one machine it is much
 * smaller.
 */
const MAX_SKEW_MS = 2_000
/** An index shows a write within a second; this is three times that, ms. */
const MAX_INDEX_LAG_MS = 3_000
/**
 * Events are ordered by when they were recorded, but are not found in that order: clocks of writers differ, a write takes time, and
 * so does the index. Events older than this are complete; among younger ones an earlier event may still appear.
 */
export const OVERLAP_MS = MAX_WRITE_MS + MAX_SKEW_MS + MAX_INDEX_LAG_MS

/** Number of events younger than the overlap that a cursor can remember, because it has to fit into a URL. */
const MAX_SEEN = 200
/** Maximum number of events that one page reads in search of matching ones. */
const MAX_SCANNED = 2_000
/** Number of events that are filtered together. */
const CHUNK = 100

/**
 * The position of a reader. It has received everything up to `after`; `seen` contains short digests of the ids of later events that
 * it has received too. So late events are not skipped, and none is returned twice.
 */
export type FeedPosition = { readonly after: string; readonly seen: readonly string[] }

export const feedFrom = (recordedAt: number): FeedPosition => ({ after: timeKey(recordedAt), seen: [] })

export type FeedPage = {
  readonly events: readonly StoredEvent[]
  readonly position: FeedPosition
  /** True if there are no more events now. */
  readonly isCaughtUp: boolean
}

const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 8)

/**
 * A page of the events recorded after a position, in that order. Young events are returned at once. If there are more of them than
 * a position can remember, the rest waits until it is older than the overlap, so none is lost.
 */
export async function readFeed({
  position: { after, seen },
  limit,
  now,
  read,
  filter,
}: {
  readonly position: FeedPosition
  readonly limit: number
  readonly now: number
  /** Events after a key, in the order of their keys. */
  readonly read: (after: string) => AsyncIterable<StoredEvent>
  /** Keeps the events that the reader requested and may see. */
  readonly filter: (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>
}): Promise<FeedPage> {
  const horizon = timeKey(now - OVERLAP_MS)
  /** Digests of returned events that may be read again. */
  const remembered = new Set(seen)
  const met = new Set<string>()
  const events: StoredEvent[] = []
  let complete = after
  let scanned = 0

  const page = (isCaughtUp: boolean): FeedPage => ({
    events,
    position: {
      after: isCaughtUp && horizon > complete ? horizon : complete,
      // Remembered events that were not read again are deleted, unless the page ended before them.
      seen: [...remembered].filter((digest) => !isCaughtUp || met.has(digest)),
    },
    isCaughtUp,
  })

  for await (const chunk of inChunks(read(after), CHUNK)) {
    const digests = new Map(chunk.map((event) => [event, digestOf(event.id)]))
    const unseen = chunk.filter((event) => !remembered.has(digests.get(event)!))
    const matching = new Set(await filter(unseen))
    for (const event of chunk) {
      const digest = digests.get(event)!
      const isYoung = event.key > horizon
      const isFull = events.length === limit || (isYoung && remembered.size >= MAX_SEEN)
      if (scanned === MAX_SCANNED || (isFull && matching.has(event))) return page(false)
      scanned += 1
      if (matching.has(event)) {
        events.push(event)
        if (isYoung) remembered.add(digest)
      }
      if (isYoung) met.add(digest)
      else {
        remembered.delete(digest)
        complete = event.key
      }
    }
  }
  return page(true)
}

async function* inChunks<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let chunk: Item[] = []
  for await (const item of items) {
    if (chunk.push(item) < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
