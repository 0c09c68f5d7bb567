import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys, type UnknownDevice } from '../domain/device.ts'
import { isUnexpired } from './expiry.ts'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'

export type UnknownDevices = {
  readonly get: (deviceId: string) => Promise<UnknownDevice | null>
  readonly list: (options: { after?: string | undefined; pageSize: number }) => AsyncIterable<UnknownDevice>
  /** False if there was none. */
  readonly forget: (deviceId: string) => Promise<boolean>
}

export function createUnknownDevices({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): UnknownDevices {
  // TTL deletion may take days: readers must ignore expired items.
  const isKept = isUnexpired(now)
  return {
    get: async (deviceId) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: fleetKeys.unknown(deviceId), ConsistentRead: true }),
      )
      return Item && isKept(Item) ? toUnknownDevice(Item) : null
    },
    list: async function* ({ after, pageSize }) {
      for await (const item of walkList({ client, table }, 'unknown', { after, pageSize })) {
        if (isKept(item)) yield toUnknownDevice(item)
      }
    },
    forget: async (deviceId) => {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: fleetKeys.unknown(deviceId), ReturnValues: 'ALL_OLD' }),
      )
      return Attributes !== undefined
    },
  }
}

const toUnknownDevice = (item: FleetItem): UnknownDevice => ({
  deviceId: String(item.deviceId ?? item.listKey),
  firstSeen: Number(item.firstSeen),
  lastSeen: Number(item.lastSeen),
  remoteAddress: typeof item.remoteAddress === 'string' ? item.remoteAddress : '',
  sampleType: typeof item.sampleType === 'string' ? item.sampleType : null,
})
