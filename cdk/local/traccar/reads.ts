import { accepted, RefusedError, type ApiClient } from '../../tools/api-client.ts'
import { readAllDevices } from '../../tools/read-devices.ts'
import { toDeviceId } from './ids.ts'
import {
  toDevice,
  toEvent,
  toLastPosition,
  toOwnTypes,
  toPosition,
  type TraccarEvent,
  type TraccarPosition,
} from './models.ts'

const POSITIONS_PAGE = 10_000
const EVENTS_PAGE = 500
/** Limit of rows, because an answer is built in memory as one JSON text of about 30 MB. */
const MAX_POSITIONS = 50_000
const MAX_EVENTS = 10_000
/** Devices whose events are read at the same time. */
const AT_ONCE = 8

const requireDeviceId = (text: string): string => {
  const deviceId = toDeviceId(text)
  if (deviceId === null) throw new RefusedError(400, `deviceId: no device has the number ${text}`)
  return deviceId
}

const requireFewer = (count: number, max: number, what: string): void => {
  if (count > max) throw new RefusedError(400, `more than ${max} ${what}: request a shorter time range`)
}

const isSelected = (query: URLSearchParams, name: string, value: string): boolean =>
  !query.has(name) || query.getAll(name).includes(value)

/** `GET devices`: all, or those with `id` or `uniqueId`. */
export const readDevices = async (api: ApiClient, query: URLSearchParams) =>
  (await readAllDevices(api))
    .map(toDevice)
    .filter(
      ({ id, uniqueId }) => isSelected(query, 'id', String(id)) && isSelected(query, 'uniqueId', uniqueId),
    )

/** `GET positions`: the last position of each device; with `deviceId`, `from` and `to`, the positions in that range. */
export async function readPositions(api: ApiClient, query: URLSearchParams): Promise<TraccarPosition[]> {
  const device = query.get('deviceId')
  const [from, to] = [query.get('from'), query.get('to')]
  if (device !== null && from !== null && to !== null && !query.has('id'))
    return readHistory(api, requireDeviceId(device), { from, to })
  return (await readAllDevices(api))
    .flatMap((one) => toLastPosition(one) ?? [])
    .filter(
      ({ id, deviceId }) =>
        isSelected(query, 'id', String(id)) && isSelected(query, 'deviceId', String(deviceId)),
    )
}

type Range = { readonly from: string; readonly to: string }

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

/** Reads all pages of a list. Throws a refusal if there are more than `max` items. */
async function readAll<Item>(
  { max, what }: { readonly max: number; readonly what: string },
  read: (cursor: { readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = []
  for (let cursor: string | null = null; ;) {
    const page: Page<Item> = await read(cursor === null ? {} : { cursor })
    items.push(...page.items)
    requireFewer(items.length, max, what)
    cursor = page.nextCursor
    if (cursor === null) return items
  }
}

async function readHistory(api: ApiClient, deviceId: string, range: Range): Promise<TraccarPosition[]> {
  const fixed = { ...range, order: 'asc' as const, limit: POSITIONS_PAGE }
  const positions = await readAll({ max: MAX_POSITIONS, what: 'positions' }, (cursor) =>
    accepted(
      api.GET('/v1/devices/{deviceId}/positions', {
        params: { path: { deviceId }, query: { ...fixed, ...cursor } },
      }),
    ),
  )
  return positions.map((position) => toPosition(deviceId, position))
}

/** `GET reports/events` with `deviceId` (some), `from`, `to` and perhaps `type`, oldest first. */
export async function readEventReport(api: ApiClient, query: URLSearchParams): Promise<TraccarEvent[]> {
  const [from, to] = [query.get('from'), query.get('to')]
  if (from === null || to === null)
    throw new RefusedError(400, 'from and to are missing: ISO 8601 times, such as 2026-01-31T08:00:00Z')
  const types = toOwnTypes(query.getAll('type'))
  const waiting = [...new Set(query.getAll('deviceId').map(requireDeviceId))]
  if (types.length === 0 || waiting.length === 0) {
    await requireKey(api)
    return []
  }
  const events: TraccarEvent[] = []
  while (waiting.length > 0) {
    const some = waiting.splice(0, AT_ONCE)
    const found = await Promise.all(
      some.map((deviceId) => readEventsOf(api, { deviceId, from, to, type: types.join(',') })),
    )
    events.push(...found.flat())
    requireFewer(events.length, MAX_EVENTS, 'events')
  }
  return events.toSorted((a, b) => Date.parse(a.eventTime) - Date.parse(b.eventTime))
}

async function readEventsOf(
  api: ApiClient,
  range: Range & { readonly deviceId: string; readonly type: string },
): Promise<TraccarEvent[]> {
  const events = await readAll({ max: MAX_EVENTS, what: 'events' }, (cursor) =>
    accepted(api.GET('/v1/events', { params: { query: { ...range, limit: EVENTS_PAGE, ...cursor } } })),
  )
  return events.flatMap((event) => toEvent(event) ?? [])
}

/** Throws a refusal if the key is unknown or may not read. */
export const requireKey = async (api: ApiClient): Promise<void> =>
  void (await accepted(api.GET('/v1/devices', { params: { query: { limit: 1 } } })))

/** Reads new events: each call resolves to the events since the previous call. */
export function createEventReader(api: ApiClient, since: number): () => Promise<TraccarEvent[]> {
  const fixed = { from: new Date(since).toISOString(), type: toOwnTypes([]).join(','), limit: EVENTS_PAGE }
  let cursor: string | null = null
  return async () => {
    const events: TraccarEvent[] = []
    for (;;) {
      const query = { ...fixed, ...(cursor && { cursor }) }
      const page = await accepted(api.GET('/v1/events', { params: { query } }))
      events.push(...page.items.flatMap((event) => toEvent(event) ?? []))
      cursor = page.nextCursor
      if (page.next === null) return events
    }
  }
}
