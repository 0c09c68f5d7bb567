import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import type { AppEvent } from '../domain/events/bus-event.ts'
import { eventCatalogue } from '../domain/events/catalogue.ts'
import type { EventType } from '../domain/events/event-data.ts'
import { isUnexpired } from './expiry.ts'
import { batchGet } from './batch-get.ts'
import { timeKey, type EventList } from './event-history.ts'
import { walkShards, type FleetItem, type FleetTable } from './fleet-list.ts'
import { queryPages } from './query-pages.ts'
import { toIso } from '../domain/iso-time.ts'

/** An event of the history. `key`: its position in the order of reading. */
export type StoredEvent = {
  readonly key: string
  readonly id: string
  readonly type: EventType
  /** When it happened, ms. */
  readonly at: number
  readonly deviceId: string | null
  readonly event: AppEvent
}

export type EventReader = {
  /** Events of a device's current registration, newest first, consistent. */
  readonly ofDevice: (
    deviceId: string,
    range: {
      readonly from?: number | undefined
      readonly to?: number | undefined
      readonly before?: string | undefined
    },
    pageSize: number,
  ) => AsyncIterable<StoredEvent>
  /**
   * Events of all devices in the order of recording, after a key and before a time. Events of deleted devices may still be among
   * them.
   */
  readonly recorded: (range: {
    readonly list: EventList
    readonly after: string
    readonly to?: number | undefined
    readonly pageSize: number
  }) => AsyncIterable<StoredEvent>
  /** One event of the current registration; null if it was not kept or is deleted. */
  readonly get: (event: {
    readonly id: string
    readonly type: string
    readonly at: number
    readonly deviceId: string | null
  }) => Promise<AppEvent | null>
  /** Leaves out events of unregistered devices and of earlier registrations. */
  readonly dropDeleted: (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>
}

export function createEventReader({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): EventReader {
  // TTL deletes items late, so expired ones are left out.
  const isKept = isUnexpired(now)

  const dropDeleted = async (events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> => {
    const keys = new Set(events.filter(isOfRegistered).map(({ deviceId }) => deviceId!))
    const items = await batchGet(client, table, [...keys].map(fleetKeys.device), {
      consistent: true,
      attributes: ['deviceId', 'registeredAt', 'deletedAt', 'purgeBefore'],
    })
    const since = new Map(
      items
        .filter(({ registeredAt, deletedAt }) => registeredAt !== undefined && deletedAt === undefined)
        .map(({ deviceId, purgeBefore }) => [String(deviceId), Number(purgeBefore ?? 0)]),
    )
    return events.filter(
      (event) => !isOfRegistered(event) || event.at >= (since.get(event.deviceId!) ?? Infinity),
    )
  }

  return {
    ofDevice: async function* (deviceId, { from = 0, to = Infinity, before }, pageSize) {
      for await (const page of queryPages(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk and sk between :low and :high',
        ExpressionAttributeValues: {
          ':pk': fleetKeys.events(deviceId),
          ':low': timeKey(from),
          ':high': before ?? timeKey(to),
        },
        ScanIndexForward: false,
        Limit: pageSize,
      })) {
        const found = page.filter(isKept).map((item) => toStored(item, 'sk'))
        for (const event of await dropDeleted(found)) if (event.key !== before) yield event
      }
    },

    recorded: async function* ({ list, after, to = Infinity, pageSize }) {
      for await (const item of walkShards({ client, table }, list, { range: { above: after }, pageSize })) {
        if (Number(item.recordedAt) >= to) return
        if (isKept(item)) yield toStored(item, 'listKey')
      }
    },

    get: async ({ id, type, at, deviceId }) => {
      const row = (eventCatalogue as Partial<Record<string, (typeof eventCatalogue)[EventType]>>)[type]
      if (row?.kept !== 'history') return null
      const { Item } = await client.send(
        new GetCommand({
          TableName: table,
          Key: { pk: fleetKeys.events(row.of === 'device' ? deviceId : null), sk: `${timeKey(at)}#${id}` },
          ConsistentRead: true,
        }),
      )
      if (Item === undefined || !isKept(Item)) return null
      const [found] = await dropDeleted([toStored(Item, 'sk')])
      return found?.event ?? null
    },

    dropDeleted,
  }
}

/** This type is about an id that is not registered. */
const isOfRegistered = ({ type, deviceId }: StoredEvent): boolean =>
  deviceId !== null && eventCatalogue[type]?.of === 'device' && type !== 'unknown-device.seen'

function toStored(item: FleetItem, keyName: 'sk' | 'listKey'): StoredEvent {
  const { id, type, version, at, recordedAt, deviceId, data } = item
  const event = {
    id,
    type,
    version,
    time: toIso(Number(at)),
    recordedAt: toIso(Number(recordedAt)),
    deviceId: deviceId ?? null,
    data,
  } as AppEvent
  return {
    key: String(item[keyName]),
    id: event.id,
    type: event.type,
    at: Number(at),
    deviceId: event.deviceId,
    event,
  }
}
