import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import {
  compareHistoryKeys,
  type DeviceState,
  type HistoryKey,
  type HistoryRow,
} from '../domain/device-state.ts'
import { offsetOf } from '../domain/clock-offset.ts'
import { expiryOf, LONGEST_SPAN } from '../history/chunk.ts'
import { decodeRows } from '../history/rows.ts'
import {
  fromStateItem,
  readPresence,
  readSummary,
  STATE_SORT_KEY,
  summaryAttributes,
} from '../history/state.ts'
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

export type HistoryReader = {
  readonly readState: (deviceId: string) => Promise<DeviceState | null>
  readonly readStates: (deviceIds: readonly string[]) => Promise<Map<string, DeviceState>>
  readonly readRows: (deviceId: string, query: RowQuery) => AsyncIterable<HistoryRow>
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
 * Reads a device's history: first the tails in the state, then chunks from the index by time, merged in the order of
 * keys. Rows may move from a tail to a chunk in between: they are then read twice and returned once.
 */
export function createHistoryReader({
  client,
  table,
  now = Date.now,
}: {
  client: DynamoDBDocumentClient
  table: string
  now?: () => number
}): HistoryReader {
  const isKept = isUnexpired(now)

  const readItem = async (deviceId: string): Promise<Record<string, unknown> | null> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: { pk: deviceId, sk: STATE_SORT_KEY }, ConsistentRead: true }),
    )
    return Item && isKept(Item) ? Item : null
  }

  async function* list(
    deviceId: string,
    low: number,
    high: number,
    forward: boolean,
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

  const fetchRows = async (chunks: readonly Listed[]): Promise<HistoryRow[]> => {
    const keys = chunks.map((chunk) => chunk.key)
    const items = await batchGet(client, table, keys, { consistent: true })
    return items.filter(isKept).flatMap((item) => decodeRows(item.body as Uint8Array))
  }

  async function* readRows(deviceId: string, query: RowQuery): AsyncGenerator<HistoryRow> {
    const forward = query.order === 'asc'
    const after = query.after
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

    const item = await readItem(deviceId)
    const state = item && fromStateItem(item)
    const isVisible = (row: HistoryRow): boolean =>
      inRange(row) && isWithinRetention(row.receivedAt, state?.retentionDays ?? null, now())
    let waiting = state ? [...state.tail, ...state.late].filter(isVisible) : []
    let unfetched: Listed[] = []
    const pages = list(deviceId, Math.max(0, low - LONGEST_SPAN), high, forward)
    let lastListed: number | null = forward ? -Infinity : Infinity
    let fetchSize = FIRST_FETCH
    let fetching: Fetch[] = []
    const returned = new Set<string>()
    const startFetch = (): void => {
      unfetched.sort((a, b) => (forward ? a.from - b.from : b.to - a.to))
      const chunks = unfetched.slice(0, fetchSize)
      unfetched = unfetched.slice(fetchSize)
      fetchSize = Math.min(LARGEST_FETCH, fetchSize * 2)
      const rows = fetchRows(chunks)
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

  return {
    readState: async (deviceId) => {
      const item = await readItem(deviceId)
      return item && toDeviceState(deviceId, item, now())
    },
    readStates: async (deviceIds) => {
      const keys = deviceIds.map((pk) => ({ pk, sk: STATE_SORT_KEY }))
      const items = await batchGet(client, table, keys, {
        consistent: false,
        attributes: ['pk', ...summaryAttributes],
      })
      return new Map(
        items.filter(isKept).map((item) => [String(item.pk), toDeviceState(String(item.pk), item, now())]),
      )
    },
    readRows,
  }
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
const isWithinRetention = (receivedAt: number, retentionDays: number | null, now: number): boolean =>
  retentionDays === null || expiryOf(receivedAt, retentionDays) * 1_000 > now

function toDeviceState(deviceId: string, item: Readonly<Record<string, unknown>>, now: number): DeviceState {
  const summary = readSummary(item)
  const { lastPosition } = summary
  const retentionDays = typeof item.re === 'number' ? item.re : null
  return {
    deviceId,
    lastSeen: summary.lastSeen,
    lastPosition:
      lastPosition && isWithinRetention(lastPosition.receivedAt, retentionDays, now) ? lastPosition : null,
    lastType: summary.lastType,
    batteryPercent: summary.batteryPercent,
    voltage: summary.voltage,
    gsm: summary.gsm,
    satellites: summary.satellites,
    statusWord: summary.statusWord,
    iccid: summary.iccid,
    clockOffsetMinutes: offsetOf(summary.clock),
    places: (readPresence(item)?.inside ?? []).map(({ placeId, since }) => ({ placeId, since })),
  }
}
