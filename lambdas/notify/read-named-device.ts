import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '#shared/domain/device.ts'
import { readLabels, type Labels } from '#shared/domain/labels.ts'
import type { FleetTable } from '#shared/store/fleet-list.ts'

/** Null: the device is not registered. */
export type ReadNamedDevice = (
  deviceId: string,
) => Promise<{ readonly name: string | null; readonly labels: Labels } | null>

export const createReadNamedDevice =
  ({ client, table }: FleetTable): ReadNamedDevice =>
  async (deviceId) => {
    const { Item } = await client.send(
      new GetCommand({
        TableName: table,
        Key: fleetKeys.device(deviceId),
        ProjectionExpression: '#name, labels, registeredAt, deletedAt',
        ExpressionAttributeNames: { '#name': 'name' },
      }),
    )
    if (Item?.registeredAt === undefined || Item.deletedAt !== undefined) return null
    return { name: typeof Item.name === 'string' ? Item.name : null, labels: readLabels(Item.labels) }
  }
