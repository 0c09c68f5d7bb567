import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import { batchGet } from './batch-get.ts'
import type { FleetTable } from './fleet-list.ts'

/** Each running gateway renews its lease this often, ms. */
export const LEASE_EVERY_MS = 10_000
/** After this time a lease has expired: then IoT Core is asked whether the gateway is connected. */
const LEASE_MS = 60_000
/** A gateway is forgotten this long after its last lease; until then its end is known. */
const KEPT_SECONDS = 40 * 86_400
/** Longer than any gateway runs. */
const LIFE_KEPT_SECONDS = 1_000 * 86_400

export type GatewayStore = {
  /** Selects the gateways whose lease is not older than 60 s. */
  readonly leased: (gatewayIds: readonly string[]) => Promise<ReadonlySet<string>>
}

type Parts = FleetTable & { readonly now?: () => number }

/** The first lease of a gateway also stores its start time. */
export async function renewLease({ client, table, now = Date.now }: Parts, gatewayId: string): Promise<void> {
  const at = now()
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName: table,
      Key: fleetKeys.gateway(gatewayId),
      UpdateExpression: 'SET renewedAt = :at, #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':at': at, ':ttl': Math.ceil(at / 1_000) + KEPT_SECONDS },
      ReturnValues: 'UPDATED_OLD',
    }),
  )
  if (Attributes?.renewedAt !== undefined) return
  await client.send(
    new UpdateCommand({
      TableName: table,
      Key: fleetKeys.gatewayLife(gatewayId),
      UpdateExpression: 'SET startedAt = if_not_exists(startedAt, :at), #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':at': at, ':ttl': Math.ceil(at / 1_000) + LIFE_KEPT_SECONDS },
    }),
  )
}

/** `timeScale`: factor on the lease, for tests. */
export const createGatewayStore = ({
  client,
  table,
  timeScale = 1,
  now = Date.now,
}: Parts & { readonly timeScale?: number }): GatewayStore => ({
  leased: async (gatewayIds) => {
    const keys = [...new Set(gatewayIds)].map(fleetKeys.gateway)
    const items = await batchGet(client, table, keys, { consistent: true })
    const prefix = fleetKeys.gateway('').pk
    return new Set(
      items
        .filter(({ renewedAt }) => typeof renewedAt === 'number' && renewedAt >= now() - LEASE_MS * timeScale)
        .map(({ pk }) => String(pk).slice(prefix.length)),
    )
  },
})
