import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import { batchGet } from './batch-get.ts'
import { conditionalResult } from './condition-holds.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { toUpdate, type Changes } from './fleet-update.ts'
import { toDevice, type RegisteredDevice } from './registered-device.ts'

/** The condition of a write to a device that is registered and not deleted. */
export const IS_REGISTERED = 'attribute_exists(registeredAt) and attribute_not_exists(deletedAt)'

/** An update of a device's item. */
export type DeviceUpdate = {
  readonly deviceId: string
  readonly changes: Changes
  readonly condition: string
}

export const toDeviceUpdate = (table: string, { deviceId, changes, condition }: DeviceUpdate) => ({
  TableName: table,
  Key: fleetKeys.device(deviceId),
  ...toUpdate(changes),
  ConditionExpression: condition,
})

/** The item as it is before or afterwards, or null when the condition does not hold. */
export async function updateDevice(
  { client, table }: FleetTable,
  update: DeviceUpdate,
  answer: 'ALL_NEW' | 'ALL_OLD',
): Promise<FleetItem | null> {
  const input = { ...toDeviceUpdate(table, update), ReturnValues: answer }
  const written = await conditionalResult(client.send(new UpdateCommand(input)))
  return written && (written.Attributes ?? {})
}

export async function readDevice(
  { client, table }: FleetTable,
  deviceId: string,
): Promise<RegisteredDevice | null> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: fleetKeys.device(deviceId), ConsistentRead: true }),
  )
  return Item ? toDevice(Item) : null
}

/** Those of the devices that are registered, by id. Consistent, so that a device registered a moment ago is found. */
export async function readDevices(
  { client, table }: FleetTable,
  deviceIds: readonly string[],
): Promise<Map<string, RegisteredDevice>> {
  const items = await batchGet(client, table, deviceIds.map(fleetKeys.device), { consistent: true })
  const devices = items.map(toDevice).filter((device) => device !== null)
  return new Map(devices.map((device) => [device.deviceId, device]))
}
