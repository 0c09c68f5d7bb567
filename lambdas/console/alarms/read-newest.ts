import type { EventAnswer } from '../api/types.ts'

export const PAGE_SIZE = 500
/** A browser can show the alarms of this many events without becoming slow. */
export const MAX_EVENTS = 2_000
/** Each request reads at most 2,000 events of any type, so a fleet with many others needs many requests. */
const MAX_REQUESTS = 40
/** A slice of time that is not halved again: the feed of it is read to its end. */
const MIN_SLICE_MS = 1_000

type Page = {
  readonly items: readonly EventAnswer[]
  readonly nextCursor: string | null
  /** Null if there is no more. */
  readonly next: string | null
}
/** The feed of a range, oldest first. Without `to` it ends now, by the server's clock. */
export type ReadPage = (range: {
  readonly from: number
  readonly to: number | undefined
  readonly cursor: string | undefined
}) => Promise<Page>

export type Newest = {
  readonly events: readonly EventAnswer[]
  /** All events recorded since then were read, ms since 1970. */
  readonly since: number
  /** True if events after `begin` were not read. */
  readonly isCut: boolean
}

/**
 * The newest events of a feed that is oldest first. Reads slices of time backwards from now on. A slice that does not fit into one
 * page is read again shorter.
 */
export async function readNewest(
  readPage: ReadPage,
  { begin, now }: { readonly begin: number; readonly now: number },
): Promise<Newest> {
  const events: EventAnswer[] = []
  let to: number | undefined
  let width = now - begin
  let requests = 0
  for (;;) {
    const end = to ?? now
    const from = Math.max(begin, end - width)
    requests += 1
    const page = await readPage({ from, to, cursor: undefined })
    if (page.next !== null && width > MIN_SLICE_MS) {
      width = Math.max(MIN_SLICE_MS, shorterWidth(page, from, width))
      continue
    }
    events.push(...page.items, ...(await readRest(readPage, { from, to }, page)))
    const isCut = from > begin
    if (!isCut || events.length >= MAX_EVENTS || requests >= MAX_REQUESTS)
      return { events, since: from, isCut }
    to = from
    if (page.items.length < PAGE_SIZE / 2) width *= 2
  }
}

/** At most half; less if the events are so dense that the page covers less. */
function shorterWidth({ items }: Page, from: number, width: number): number {
  const last = items.at(-1)
  const covered = last === undefined ? width : Date.parse(last.recordedAt) - from
  return Math.min(width / 2, covered)
}

async function readRest(
  readPage: ReadPage,
  range: { readonly from: number; readonly to: number | undefined },
  first: Page,
): Promise<EventAnswer[]> {
  const rest: EventAnswer[] = []
  let page = first
  // An empty page: the next events are too young for the feed, and are returned some seconds later.
  while (page.next !== null && page.nextCursor !== null && page.items.length > 0) {
    page = await readPage({ ...range, cursor: page.nextCursor })
    rest.push(...page.items)
  }
  return rest
}
