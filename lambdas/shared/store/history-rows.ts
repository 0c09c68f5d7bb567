import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { compareHistoryKeys, type HistoryKey, type HistoryRow } from '../domain/device-state.ts'
import { expiryOf, LONGEST_SPAN } from '../history/chunk.ts'
import { decodeRows } from '../history/rows.ts'
import type { StoredState } from '../history/state.ts'
import { isUnexpired } from './expiry.ts'
import { batchGet, type Key } from './batch-get.ts'

export type RowQuery = {
  /** Index time, ms, inclusive. */
  readonly from?: number
  /** Index time, ms, exclusive. */
  readonly to?: number
  readonly order: 'desc' | 'asc'
  /** Only rows after this key, in the requested order. */
  readonly after?: HistoryKey
}

type HistoryTable = {
  readonly client: DynamoDBDocumentClient
  readonly table: string
  readonly now: () => number
}

/** An entry of the index by time: a chunk's key and its range of index times. */
type Listed = { readonly key: Key; readonly from: number; readonly to: number }

type Fetch = { readonly chunks: readonly Listed[]; readonly rows: Promise<HistoryRow[]> }

/** Index entries per page: a day of a tracker that reports every 10 s is about 250. */
const LIST_PAGE = 500
/** Chunks in the first fetch: a screenful of frames is in the first 16; later fetches are larger. */
const FIRST_FETCH = 16
const LARGEST_FETCH = 100
/** After the first fetch, two fetches run at a time: the table answers while earlier rows are decoded. */
const FETCHES_AHEAD = 2
/** Rows remembered to recognize duplicates. Copies of a row are close together, however much is read. */
const MAX_REMEMBERED = 50_000

/**
 * Rows of a device: first the tails in its state, then chunks from the index by time, merged in the
 * order of keys. Rows may move from a tail to a chunk in between: they are then read twice and returned once.
 */
export async function* readRows(
  at: HistoryTable,
  deviceId: string,
  query: RowQuery,
  readState: () => Promise<StoredState | null>,
): AsyncGenerator<HistoryRow> {
  const { forward, low, high, inRange, byOrder } = rangeOf(query)
  const state = await readState()
  const isVisible = (row: HistoryRow): boolean =>
    inRange(row) && isWithinRetention(row.receivedAt, state?.retentionDays ?? null, at.now())
  let waiting = state ? [...state.tail, ...state.late].filter(isVisible) : []
  let unfetched: Listed[] = []
  const pages = listChunks(at, deviceId, { low: Math.max(0, low - LONGEST_SPAN), high, forward })
  let lastListed: number | null = forward ? -Infinity : Infinity
  let fetchSize = FIRST_FETCH
  let fetching: Fetch[] = []
  const returned = new Set<string>()
  const startFetch = (): void => {
    unfetched.sort((a, b) => (forward ? a.from - b.from : b.to - a.to))
    const chunks = unfetched.slice(0, fetchSize)
    unfetched = unfetched.slice(fetchSize)
    fetchSize = Math.min(LARGEST_FETCH, fetchSize * 2)
    const rows = fetchRows(at, chunks)
    // If the caller stops reading, a failure needs no handling.
    rows.catch(() => {})
    fetching.push({ chunks, rows })
  }

  for (;;) {
    // No unread row is before the frontier, in the requested order.
    const unread = [...unfetched, ...fetching.flatMap(({ chunks }) => chunks)]
    const frontier = frontierOf(unread, lastListed, forward)
    waiting.sort((a, b) => byOrder(b, a))
    while (waiting.length > 0) {
      const row = waiting.at(-1)!
      if (frontier !== null && (forward ? row.indexTime >= frontier : row.indexTime <= frontier)) break
      waiting.pop()
      const name = `${row.sessionId}:${row.seq}`
      if (returned.has(name)) continue
      returned.add(name)
      if (returned.size > MAX_REMEMBERED) returned.delete(returned.values().next().value!)
      yield row
    }
    if (frontier === null) return
    if (lastListed !== null && frontier === unlistedFrontier(lastListed, forward)) {
      const page = await pages.next()
      if (page.done) lastListed = null
      else {
        lastListed = page.value.at(-1)?.from ?? lastListed
        unfetched.push(...page.value.filter((chunk) => chunk.to >= low && chunk.from < high))
      }
      continue
    }
    const ahead = fetchSize === FIRST_FETCH ? 1 : FETCHES_AHEAD
    while (unfetched.length > 0 && fetching.length < ahead) startFetch()
    const next = fetching[0]!
    fetching = fetching.slice(1)
    waiting = waiting.concat((await next.rows).filter(inRange))
  }
}

/** Which rows are requested, and in which order. */
function rangeOf(query: RowQuery) {
  const { after } = query
  const forward = query.order === 'asc'
  const low = Math.max(query.from ?? 0, forward ? (after?.indexTime ?? 0) : 0)
  const high = Math.min(
    query.to ?? Number.MAX_SAFE_INTEGER,
    forward ? Infinity : (after?.indexTime ?? Infinity) + 1,
  )
  const inRange = (row: HistoryRow): boolean =>
    row.indexTime >= low &&
    row.indexTime < high &&
    (after === undefined ||
      (forward ? compareHistoryKeys(row, after) > 0 : compareHistoryKeys(row, after) < 0))
  const byOrder = forward ? compareHistoryKeys : (a: HistoryKey, b: HistoryKey) => compareHistoryKeys(b, a)
  return { forward, low, high, inRange, byOrder }
}

/** Chunks by time, in pages. */
async function* listChunks(
  { client, table }: HistoryTable,
  deviceId: string,
  { low, high, forward }: { readonly low: number; readonly high: number; readonly forward: boolean },
): AsyncGenerator<Listed[]> {
  let start: Record<string, unknown> | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byTime',
        ConsistentRead: true,
        ScanIndexForward: forward,
        Limit: LIST_PAGE,
        KeyConditionExpression: 'pk = :pk and #from between :low and :high',
        ExpressionAttributeNames: { '#from': 'from' },
        ExpressionAttributeValues: { ':pk': deviceId, ':low': low, ':high': high },
        ExclusiveStartKey: start,
      }),
    )
    start = page.LastEvaluatedKey
    yield (page.Items ?? []).map((item) => ({
      key: { pk: String(item.pk), sk: String(item.sk) },
      from: Number(item.from),
      to: Number(item.to),
    }))
  } while (start)
}

async function fetchRows(
  { client, table, now }: HistoryTable,
  chunks: readonly Listed[],
): Promise<HistoryRow[]> {
  const keys = chunks.map((chunk) => chunk.key)
  const items = await batchGet(client, table, keys, { consistent: true })
  return items.filter(isUnexpired(now)).flatMap((item) => decodeRows(item.body as Uint8Array))
}

/** Chunks that are not listed yet start after the last listed one; newest first, they may still extend beyond it. */
const unlistedFrontier = (lastListed: number, forward: boolean): number =>
  forward ? lastListed : lastListed + LONGEST_SPAN

function frontierOf(
  unfetched: readonly Listed[],
  lastListed: number | null,
  forward: boolean,
): number | null {
  const bounds = unfetched.map((chunk) => (forward ? chunk.from : chunk.to))
  if (lastListed !== null) bounds.push(unlistedFrontier(lastListed, forward))
  if (bounds.length === 0) return null
  return forward ? Math.min(...bounds) : Math.max(...bounds)
}

/** Rows of the tails and the last position stay in the item after their retention, so readers filter them. */
export const isWithinRetention = (receivedAt: number, retentionDays: number | null, now: number): boolean =>
  retentionDays === null || expiryOf(receivedAt, retentionDays) * 1_000 > now
