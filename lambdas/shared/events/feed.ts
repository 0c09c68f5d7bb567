import { createHash } from 'node:crypto'
import { MAX_WRITE_MS, timeKey } from '../store/event-history.ts'
import type { StoredEvent } from '../store/event-reader.ts'

/** Clocks of two writers, or of a writer and a reader, differ by no more: AWS and one machine keep them much closer. */
const MAX_SKEW_MS = 2_000
/** An index shows a write within a second; three times that. */
const MAX_INDEX_LAG_MS = 3_000
/**
 * Events are ordered by when they were recorded, but are not found in that order: clocks of writers differ, a write takes
 * time, and so does the index. What is older than this is complete; behind it an earlier event may still turn up.
 */
export const OVERLAP_MS = MAX_WRITE_MS + MAX_SKEW_MS + MAX_INDEX_LAG_MS

/** Events younger than the overlap that a cursor can remember: it has to fit into a URL. */
const MAX_SEEN = 200
/** Events that one page reads at most while it looks for those that are wanted. */
const MAX_SCANNED = 2_000
/** Events that are judged together. */
const CHUNK = 100

/**
 * Where a reader is. Up to `after` it has had everything; `seen` are the events behind it that it has had already, as
 * short digests of their ids. So nothing is skipped that turns up late, and nothing is handed out twice.
 */
export type FeedPosition = { readonly after: string; readonly seen: readonly string[] }

export const feedFrom = (recordedAt: number): FeedPosition => ({ after: timeKey(recordedAt), seen: [] })

export type FeedPage = {
  readonly events: readonly StoredEvent[]
  readonly position: FeedPosition
  /** Nothing more is there now. */
  readonly isCaughtUp: boolean
}

const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 8)

/**
 * A page of what was recorded behind a position, in that order. Young events are handed out at once; when more of them
 * come than a position can remember, they wait until they are older than the overlap, and none is lost.
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
  /** Events behind a key, in the order of their keys. */
  readonly read: (after: string) => AsyncIterable<StoredEvent>
  /** Those that the reader wants and may see. */
  readonly filter: (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>
}): Promise<FeedPage> {
  const horizon = timeKey(now - OVERLAP_MS)
  /** Digests of events that were handed out, and that may be met again. */
  const remembered = new Set(seen)
  const met = new Set<string>()
  const events: StoredEvent[] = []
  let complete = after
  let scanned = 0

  const page = (isCaughtUp: boolean): FeedPage => ({
    events,
    position: {
      after: isCaughtUp && horizon > complete ? horizon : complete,
      // What is still remembered and was not met is deleted, unless the page ended before it.
      seen: [...remembered].filter((digest) => !isCaughtUp || met.has(digest)),
    },
    isCaughtUp,
  })

  for await (const chunk of inChunks(read(after), CHUNK)) {
    const digests = new Map(chunk.map((event) => [event, digestOf(event.id)]))
    const unseen = chunk.filter((event) => !remembered.has(digests.get(event)!))
    const wanted = new Set(await filter(unseen))
    for (const event of chunk) {
      const digest = digests.get(event)!
      const isYoung = event.key > horizon
      const isFull = events.length === limit || (isYoung && remembered.size >= MAX_SEEN)
      if (scanned === MAX_SCANNED || (isFull && wanted.has(event))) return page(false)
      scanned += 1
      if (wanted.has(event)) {
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
