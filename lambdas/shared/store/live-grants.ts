import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { isWithinLimit } from '../domain/device-limit.ts'
import { fleetKeys } from '../domain/device.ts'
import { readLabels } from '../domain/labels.ts'
import { decodeGrant, encodeGrant, mergeGrants, type LiveGrant } from '../domain/live-grant.ts'
import { conditionalResult } from './condition-holds.ts'
import { IS_REGISTERED } from './device-item.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { limitAttributes, readLimit } from './key-limit.ts'

/** The grants of a device's item, including ended ones. */
export function grantsOf(item: FleetItem): LiveGrant[] {
  const stored = item.liveGrants instanceof Set ? [...item.liveGrants].map(String) : []
  const grants = stored.map(decodeGrant).filter((grant) => grant !== null)
  // The previous version stored one time for all watchers.
  if (typeof item.watchUntil === 'number') grants.push({ grantId: null, keyId: null, until: item.watchUntil })
  return grants
}

/** Stores a grant to watch the device live, and removes ended ones. Its new item; null if there is no such device. */
export async function watchDevice(
  fleet: FleetTable,
  deviceId: string,
  grant: LiveGrant,
  now: number,
): Promise<FleetItem | null> {
  const item = await update(fleet, deviceId, 'ADD liveGrants :grants', [grant], IS_REGISTERED)
  if (item === null) return null
  const all = grantsOf(item).filter(({ grantId }) => grantId !== null)
  const valid = mergeGrants(all, [grant], now)
  const ended = all.filter((one) => !valid.some(({ grantId }) => grantId === one.grantId))
  // Others may remove the same ones at the same time.
  if (ended.length > 0)
    await update(fleet, deviceId, 'DELETE liveGrants :grants', ended, 'attribute_exists(liveGrants)')
  return item
}

async function update(
  { client, table }: FleetTable,
  deviceId: string,
  UpdateExpression: string,
  grants: readonly LiveGrant[],
  ConditionExpression: string,
): Promise<FleetItem | null> {
  const written = await conditionalResult(
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetKeys.device(deviceId),
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeValues: { ':grants': new Set(grants.map(encodeGrant)) },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  )
  return written && (written.Attributes ?? {})
}

/**
 * Whether an API key still opens a device: it was not deleted, has not expired, and the device is one of those that it is
 * restricted to, by the labels that it has now. Strongly consistent.
 */
export async function isKeyValid(
  { client, table }: FleetTable,
  { keyId, deviceId }: { readonly keyId: string; readonly deviceId: string },
  now: number,
): Promise<boolean> {
  const read = async (
    Key: { pk: string; sk: string },
    ...names: string[]
  ): Promise<FleetItem | undefined> => {
    const { Item } = await client.send(
      new GetCommand({
        TableName: table,
        Key,
        ConsistentRead: true,
        ProjectionExpression: names.map((name) => `#${name}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      }),
    )
    return Item
  }
  const key = await read(fleetKeys.apiKey(keyId), 'pk', 'expiresAt', ...limitAttributes)
  if (key === undefined || (typeof key.expiresAt === 'number' && key.expiresAt <= now)) return false
  const limit = readLimit(key)
  const device =
    limit?.labels == null ? undefined : await read(fleetKeys.device(deviceId), 'labels', 'registeredAt')
  const labels = device?.registeredAt === undefined ? null : readLabels(device.labels)
  return isWithinLimit(limit, { deviceId, labels })
}
