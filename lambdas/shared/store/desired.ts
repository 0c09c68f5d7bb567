import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { DESIRED_FORMAT, type Desired } from '../domain/desired.ts'
import { dueAtOf } from '../domain/desired-step.ts'
import { fleetKeys } from '../domain/device.ts'
import { IS_REGISTERED } from './device-item.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'
import { transact } from './transact.ts'

/** Settings that devices should keep, in the fleet table. All methods throw when the table cannot be reached. */
export type DesiredStore = {
  /** Consistent. */
  readonly get: (deviceId: string) => Promise<Desired | null>
  /**
   * Stores desired settings, and makes the device's gateway report its sessions. `changed`: another writer was faster. `no-device`:
   * the device is not registered.
   */
  readonly set: (before: Desired | null, after: Desired) => Promise<'saved' | 'changed' | 'no-device'>
  /** False if another writer was faster; read and decide again. */
  readonly save: (before: Desired, after: Desired) => Promise<boolean>
  /** False if no settings were desired. */
  readonly remove: (deviceId: string) => Promise<boolean>
}

export function createDesiredStore({
  client,
  table,
  timeScale = 1,
}: FleetTable & { readonly timeScale?: number }): DesiredStore {
  const toPut = (before: Desired | null, after: Desired) => ({
    TableName: table,
    Item: toItem({ ...after, version: (before?.version ?? 0) + 1 }, timeScale),
    ...(before === null
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': before.version },
        }),
  })
  /** The gateway that logs the device in reads this, and reports its sessions. */
  const flag = (deviceId: string, expression: string, isOn: boolean) => ({
    TableName: table,
    Key: fleetKeys.device(deviceId),
    UpdateExpression: expression,
    ConditionExpression: IS_REGISTERED,
    ...(isOn && { ExpressionAttributeValues: { ':yes': true } }),
  })

  return {
    get: async (deviceId) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: fleetKeys.desired(deviceId), ConsistentRead: true }),
      )
      return Item ? toDesired(Item) : null
    },

    set: async (before, after) => {
      const Update = flag(after.deviceId, 'SET keepsSettings = :yes', true)
      const failed = await transact(client, [{ Update }, { Put: toPut(before, after) }])
      if (failed.length === 0) return 'saved'
      return failed.includes(0) ? 'no-device' : 'changed'
    },

    save: (before, after) => conditionHolds(client.send(new PutCommand(toPut(before, after)))),

    remove: async (deviceId) => {
      const removed = await conditionHolds(
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: fleetKeys.desired(deviceId),
            ConditionExpression: 'attribute_exists(pk)',
          }),
        ),
      )
      await transact(client, [{ Update: flag(deviceId, 'REMOVE keepsSettings', false) }])
      return removed
    },
  }
}

const toItem = (desired: Desired, timeScale: number): FleetItem => ({
  ...fleetKeys.desired(desired.deviceId),
  ...desired,
  // The deletion of a device finds its items by this name.
  createdAt: desired.setAt,
  due: fleetKeys.dueOf(desired.deviceId),
  dueAt: dueAtOf(desired, timeScale),
})

/** Null for an item of a version that this one does not know. */
function toDesired(item: FleetItem): Desired | null {
  if (item.v !== DESIRED_FORMAT && item.v !== DESIRED_FORMAT - 1) return null
  const { pk: _pk, sk: _sk, due: _due, dueAt: _dueAt, createdAt: _createdAt, ...desired } = item
  return desired as Desired
}
