import type { StoredEvent } from '../store/event-reader.ts'
import type { FeedPage, FeedPosition } from './feed.ts'

/** One of the lists that a follower reads, with its position in the list. */
export type Followed = {
  readonly position: FeedPosition
  readonly read: (position: FeedPosition) => Promise<FeedPage>
}

/**
 * Yields the events of some lists as they are recorded, without end; null after `quietMs` without an event. It continues reading
 * only when the last event was consumed, so a slow reader costs no memory and misses nothing. Ends when `mayGoOn` returns false.
 */
export async function* follow(
  lists: readonly Followed[],
  {
    mayGoOn,
    wait,
    quietMs,
    monotonic,
  }: {
    readonly mayGoOn: () => Promise<boolean>
    /** Waits until the next read. */
    readonly wait: () => Promise<void>
    readonly quietMs: number
    readonly monotonic: () => number
  },
): AsyncGenerator<StoredEvent | null> {
  let followed = [...lists]
  let spokenAt = monotonic()
  while (await mayGoOn()) {
    let isCaughtUp = true
    for (const [i, { position, read }] of followed.entries()) {
      const page = await read(position)
      for (const event of page.events) yield event
      if (page.events.length > 0) spokenAt = monotonic()
      followed = followed.with(i, { position: page.position, read })
      isCaughtUp &&= page.isCaughtUp
    }
    if (monotonic() - spokenAt >= quietMs) {
      yield null
      spokenAt = monotonic()
    }
    if (isCaughtUp) await wait()
  }
}
