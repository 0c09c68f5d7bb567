import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import { dueAtOf, SCHEDULE_FORMAT, type Schedule } from '../domain/schedule.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'

/** Schedules of devices in the fleet table. All methods throw when the table cannot be reached. */
export type Schedules = {
  /** Consistent, by name. */
  readonly list: (deviceId: string) => Promise<Schedule[]>
  readonly get: (deviceId: string, name: string) => Promise<Schedule | null>
  /** Sets or replaces it. */
  readonly put: (schedule: Schedule) => Promise<void>
  /** Stores the changes of a run; has no effect if the schedule was set again or deleted in the meantime. */
  readonly advance: (before: Schedule, after: Schedule) => Promise<void>
  /** False if there was none. */
  readonly remove: (deviceId: string, name: string) => Promise<boolean>
}

export function createSchedules({ client, table }: FleetTable): Schedules {
  return {
    list: async (deviceId) => {
      const { pk, sk } = fleetKeys.schedule(deviceId, '')
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
        }),
      )
      return Items.flatMap((item) => toSchedule(item) ?? [])
    },

    get: async (deviceId, name) => {
      const { Item } = await client.send(
        new GetCommand({
          TableName: table,
          Key: fleetKeys.schedule(deviceId, name),
          ConsistentRead: true,
        }),
      )
      return Item ? toSchedule(Item) : null
    },

    put: async (schedule) => {
      await client.send(new PutCommand({ TableName: table, Item: toItem(schedule) }))
    },

    advance: async (before, after) =>
      void (await conditionHolds(
        client.send(
          new PutCommand({
            TableName: table,
            Item: toItem(after),
            ConditionExpression: 'revision = :revision and nextAt = :nextAt',
            ExpressionAttributeValues: { ':revision': before.revision, ':nextAt': before.nextAt },
          }),
        ),
      )),

    remove: (deviceId, name) =>
      conditionHolds(
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: fleetKeys.schedule(deviceId, name),
            ConditionExpression: 'attribute_exists(pk)',
          }),
        ),
      ),
  }
}

function toItem(schedule: Schedule): FleetItem {
  const dueAt = dueAtOf(schedule)
  return {
    ...fleetKeys.schedule(schedule.deviceId, schedule.name),
    ...schedule,
    // The deletion of a device finds its items by this name.
    createdAt: schedule.setAt,
    ...(dueAt !== null && { due: fleetKeys.dueOf(schedule.deviceId), dueAt }),
  }
}

/** Null for an item of a version that this one does not know. */
export function toSchedule(item: FleetItem): Schedule | null {
  if (item.v !== SCHEDULE_FORMAT && item.v !== SCHEDULE_FORMAT - 1) return null
  const { pk: _pk, sk: _sk, due: _due, dueAt: _dueAt, createdAt: _createdAt, ...schedule } = item
  return schedule as Schedule
}
