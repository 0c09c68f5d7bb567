import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { forEachLimited } from '../concurrency.ts'
import type { BusEvent, PutEvents } from '../domain/events/bus-event.ts'
import { eventCatalogue } from '../domain/events/catalogue.ts'
import { fleetKeys } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import { LIST_SHARDS } from '../domain/tables.ts'
import { batchDelete } from './batch-delete.ts'
import type { FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'
import { queryPages } from './query-pages.ts'

/** Attributes of an event's item; readers accept this one and the previous one. */
const EVENT_FORMAT = 1
/**
 * A write that takes longer is abandoned and repeated with a new `recordedAt`. So an event appears at most this long after its
 * `recordedAt`, and readers that follow the history know how far back they have to read (events/feed.ts).
 */
export const MAX_WRITE_MS = 5_000
const WRITE_ATTEMPTS = 3
const WRITES_IN_FLIGHT = 16
const DAY_SECONDS = 86_400
const MOVED_SORT_KEY = 'moved'

/** 13 digits: times sort as texts. */
export const timeKey = (at: number): string =>
  String(Math.min(Math.max(0, at), 9_999_999_999_999)).padStart(13, '0')

export type EventList = 'events' | 'moved'
const shardOf = (list: EventList, partition: string): string => `${list}#${bucketOf(partition) % LIST_SHARDS}`

/** Stores events that are not stored yet; rejects if it is unknown whether all are stored. */
export function createRecordEvents({
  client,
  table,
  retentionDays,
  now = Date.now,
}: FleetTable & { readonly retentionDays: number; readonly now?: () => number }): PutEvents {
  const toItem = (event: BusEvent) => {
    const { kept, of, version } = eventCatalogue[event.type]
    const pk = fleetKeys.events(of === 'device' ? event.deviceId : null)
    const recordedAt = now()
    return {
      pk,
      sk: kept === 'history' ? `${timeKey(event.at)}#${event.id}` : MOVED_SORT_KEY,
      list: shardOf(kept === 'history' ? 'events' : 'moved', pk),
      listKey: `${timeKey(recordedAt)}#${event.id}`,
      v: EVENT_FORMAT,
      version,
      ...event,
      recordedAt,
      ttl: Math.ceil(event.at / 1_000) + retentionDays * DAY_SECONDS,
    }
  }
  const put = (event: BusEvent, abortSignal: AbortSignal): Promise<boolean> =>
    conditionHolds(
      client.send(
        new PutCommand({
          TableName: table,
          Item: toItem(event),
          ConditionExpression: 'attribute_not_exists(pk)' + (isNewestOnly(event) ? ' or #at < :at' : ''),
          ...(isNewestOnly(event) && {
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':at': event.at },
          }),
        }),
        { abortSignal },
      ),
    )
  const record = async (event: BusEvent): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const signal = AbortSignal.timeout(MAX_WRITE_MS)
      try {
        await put(event, signal)
        return
      } catch (error) {
        if (!signal.aborted || attempt === WRITE_ATTEMPTS) throw error
      }
    }
  }
  return (events) => forEachLimited(events, WRITES_IN_FLIGHT, record)
}

/** Deletes the events of a device before this time; resolves to their number. */
export async function purgeEvents(
  { client, table }: FleetTable,
  deviceId: string,
  before: number,
): Promise<number> {
  const pk = fleetKeys.events(deviceId)
  let removed = 0
  for await (const page of queryPages(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk and sk < :before',
    ProjectionExpression: 'pk, sk',
    ExpressionAttributeValues: { ':pk': pk, ':before': timeKey(before) },
  })) {
    await batchDelete(client, table, page)
    removed += page.length
  }
  const newest = new DeleteCommand({
    TableName: table,
    Key: { pk, sk: MOVED_SORT_KEY },
    ConditionExpression: '#at < :before',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':before': before },
  })
  return removed + ((await conditionHolds(client.send(newest))) ? 1 : 0)
}

const isNewestOnly = ({ type }: BusEvent): boolean => eventCatalogue[type].kept === 'newest'
