import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { textOf } from '../attributes.ts'
import type { StrayContact } from '../domain/diagnosis/evidence.ts'
import type { GatewayLife } from '../domain/diagnosis/outages.ts'
import { fleetKeys } from '../domain/device.ts'
import { batchGet } from './batch-get.ts'
import { listNetwork } from './device-networks.ts'
import type { FleetTable } from './fleet-list.ts'
import { queryPages } from './query-pages.ts'

/** Data that is recorded only for diagnoses. All methods throw when the table cannot be reached. */
export type DiagnosisStore = {
  /** The last contact of a tracker that spoke another protocol, or came to the HTTP port; null: none within a month. */
  readonly stray: (deviceId: string) => Promise<StrayContact | null>
  /** The run times of gateways that ended within the last 40 days. */
  readonly gatewayLives: () => Promise<readonly GatewayLife[]>
  /** Devices whose last session came from a network such as `203.0.0.0/16`. */
  readonly inNetwork: (network: string) => Promise<readonly string[]>
}

/** Limit of compared devices of a network: enough to see whether most of them fell silent. */
const MAX_IN_NETWORK = 200

export function createDiagnosisStore({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): DiagnosisStore {
  return {
    stray: async (deviceId) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: fleetKeys.stray(deviceId), ConsistentRead: true }),
      )
      if (Item === undefined || Number(Item.ttl) * 1_000 <= now()) return null
      return {
        at: Number(Item.lastSeen),
        remoteAddress: String(Item.remoteAddress),
        protocol: textOf(Item.protocol),
      }
    },

    gatewayLives: async () => {
      const started = await readStarts({ client, table })
      const keys = [...started.keys()].map(fleetKeys.gateway)
      const leases = await batchGet(client, table, keys, {
        consistent: true,
        attributes: ['pk', 'renewedAt'],
      })
      return leases.map(({ pk, renewedAt }) => ({
        from: started.get(String(pk).slice(fleetKeys.gateway('').pk.length))!,
        to: Number(renewedAt),
      }))
    },

    inNetwork: (network) => listNetwork({ client, table }, network, MAX_IN_NETWORK),
  }
}

/** When each gateway began, by its id. */
async function readStarts({ client, table }: FleetTable): Promise<Map<string, number>> {
  const started = new Map<string, number>()
  for await (const page of queryPages(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': fleetKeys.gatewayLife('').pk },
  })) {
    for (const { sk, startedAt } of page) started.set(String(sk), Number(startedAt))
  }
  return started
}
