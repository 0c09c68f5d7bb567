import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import type { FleetTable } from './fleet-list.ts'

/**
 * Finds the devices of one network of an operator without reading the fleet: a small item per device, in index byList under the
 * network. It is written when a device connects from another network than before, which is rare.
 */
export async function noteNetwork(
  { client, table }: FleetTable,
  { deviceId, network, at }: { readonly deviceId: string; readonly network: string; readonly at: number },
): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: table,
      Key: fleetKeys.network(deviceId),
      // A deletion of the device removes what was created before it.
      UpdateExpression: 'SET #list = :list, listKey = :id, createdAt = :at',
      ExpressionAttributeNames: { '#list': 'list' },
      ExpressionAttributeValues: { ':list': listOf(network), ':id': deviceId, ':at': at },
    }),
  )
  // Written last: after a failure, the next login writes both again.
  await client.send(
    new UpdateCommand({
      TableName: table,
      Key: fleetKeys.device(deviceId),
      UpdateExpression: 'SET network = :network',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':network': network },
    }),
  )
}

/** Ids of devices whose last session came from the network, at most `limit`. Eventually consistent. */
export async function listNetwork(
  { client, table }: FleetTable,
  network: string,
  limit: number,
): Promise<string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'byList',
      Limit: limit,
      KeyConditionExpression: '#list = :list',
      ExpressionAttributeNames: { '#list': 'list' },
      ExpressionAttributeValues: { ':list': listOf(network) },
    }),
  )
  return Items.map(({ listKey }) => String(listKey))
}

const listOf = (network: string): string => `network#${network}`
