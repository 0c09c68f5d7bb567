import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { DeviceState, HistoryRow } from '../domain/device-state.ts'
import { offsetOf } from '../domain/clock-offset.ts'
import {
  fromStateItem,
  readPresence,
  readSummary,
  STATE_SORT_KEY,
  summaryAttributes,
} from '../history/state.ts'
import { isUnexpired } from './expiry.ts'
import { batchGet } from './batch-get.ts'
import { isWithinRetention, readRows, type RowQuery } from './history-rows.ts'

export type HistoryReader = {
  readonly readState: (deviceId: string) => Promise<DeviceState | null>
  readonly readStates: (deviceIds: readonly string[]) => Promise<Map<string, DeviceState>>
  readonly readRows: (deviceId: string, query: RowQuery) => AsyncIterable<HistoryRow>
}

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
    readRows: (deviceId, query) =>
      readRows({ client, table, now }, deviceId, query, async () => {
        const item = await readItem(deviceId)
        return item && fromStateItem(item)
      }),
  }
}

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
