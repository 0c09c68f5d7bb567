import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Dialect } from '#h02/catalogue/types.ts'
import { fleetKeys } from '../domain/device.ts'
import type { FleetTable } from './fleet-list.ts'

/** One question of a probe: the command that asks it. */
export type ProbeQuestion = {
  readonly commandId: string
  readonly intent: string
  readonly dialect: Dialect
}

/** A probe: harmless reads, asked one by one. Ids sort by time of creation. */
export type Probe = {
  readonly deviceId: string
  readonly probeId: string
  /** ms since 1970 UTC */
  readonly createdAt: number
  readonly createdBy: string
  readonly questions: readonly ProbeQuestion[]
}

export type Probes = {
  readonly put: (probe: Probe) => Promise<void>
  readonly get: (deviceId: string, probeId: string) => Promise<Probe | null>
  readonly latest: (deviceId: string) => Promise<Probe | null>
}

const prefix = 'probe#'
/** What a unit said of itself a year ago is asked again. */
const keptSeconds = 400 * 86_400

export function createProbes({ client, table, now = Date.now }: FleetTable & { now?: () => number }): Probes {
  const keyOf = (deviceId: string, probeId: string) => ({
    pk: fleetKeys.device(deviceId).pk,
    sk: `${prefix}${probeId}`,
  })
  return {
    put: async (probe) => {
      const Item = {
        ...keyOf(probe.deviceId, probe.probeId),
        ...probe,
        ttl: Math.ceil(now() / 1_000) + keptSeconds,
      }
      await client.send(new PutCommand({ TableName: table, Item }))
    },
    get: async (deviceId, probeId) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keyOf(deviceId, probeId), ConsistentRead: true }),
      )
      return Item ? toProbe(Item) : null
    },
    latest: async (deviceId) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': fleetKeys.device(deviceId).pk, ':prefix': prefix },
          ScanIndexForward: false,
          Limit: 1,
        }),
      )
      return Items[0] ? toProbe(Items[0]) : null
    },
  }
}

const toProbe = (item: Readonly<Record<string, unknown>>): Probe => ({
  deviceId: String(item.deviceId),
  probeId: String(item.probeId),
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
  questions: item.questions as readonly ProbeQuestion[],
})
