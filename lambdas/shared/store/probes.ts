import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Dialect } from '#h02/catalogue/types.ts'
import { fleetKeys } from '../domain/device.ts'
import type { PlannedWrite } from '../domain/probe-phase.ts'
import { ttlAfter } from './expiry.ts'
import type { FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'

/** One question of a probe: the command that asks it. */
export type ProbeQuestion = {
  readonly commandId: string
  readonly intent: string
  readonly dialect: Dialect
}

/** A command of a probe's second phase: a write of the value that was read (`fact`), or a read that checks it (null). */
export type ProbeWrite = PlannedWrite & { readonly commandId: string }

/** A probe: harmless reads, one by one; at level 2 then writes that change nothing. Ids sort by time of creation. */
export type Probe = {
  readonly deviceId: string
  readonly probeId: string
  /** ms since 1970 UTC */
  readonly createdAt: number
  readonly createdBy: string
  readonly questions: readonly ProbeQuestion[]
  readonly level: 1 | 2
  /** The second phase: null until it is planned, and at level 1; empty if nothing could be written. */
  readonly writes: readonly ProbeWrite[] | null
}

export type Probes = {
  readonly put: (probe: Probe) => Promise<void>
  readonly get: (deviceId: string, probeId: string) => Promise<Probe | null>
  readonly latest: (deviceId: string) => Promise<Probe | null>
  /** Stores the second phase, unless there is one. Resolves to the stored one; null: there is no such probe. */
  readonly planWrites: (probe: Probe, writes: readonly ProbeWrite[]) => Promise<readonly ProbeWrite[] | null>
  /** Removes a second phase that was planned and never submitted. */
  readonly dropWrites: (probe: Probe) => Promise<void>
}

const PREFIX = 'probe#'
/** Facts that are older than a year are read again. */
const KEPT_SECONDS = 400 * 86_400

export function createProbes({ client, table, now = Date.now }: FleetTable & { now?: () => number }): Probes {
  const keyOf = (deviceId: string, probeId: string) => ({
    pk: fleetKeys.device(deviceId).pk,
    sk: `${PREFIX}${probeId}`,
  })
  const get = async (deviceId: string, probeId: string): Promise<Probe | null> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keyOf(deviceId, probeId), ConsistentRead: true }),
    )
    return Item ? toProbe(Item) : null
  }
  /** True if it was written: the probe exists and `condition` holds. */
  const setWrites = (
    { deviceId, probeId }: Probe,
    writes: readonly ProbeWrite[],
    condition: string | null,
  ): Promise<boolean> =>
    conditionHolds(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(deviceId, probeId),
          UpdateExpression: 'SET writes = :writes',
          ConditionExpression: ['attribute_exists(pk)', ...(condition ? [condition] : [])].join(' and '),
          ExpressionAttributeValues: { ':writes': writes, ...(condition && { ':null': null }) },
        }),
      ),
    )
  return {
    put: async (probe) => {
      const Item = {
        ...keyOf(probe.deviceId, probe.probeId),
        ...probe,
        ttl: ttlAfter(now(), KEPT_SECONDS),
      }
      await client.send(new PutCommand({ TableName: table, Item }))
    },
    get,
    planWrites: async (probe, writes) => {
      if (await setWrites(probe, writes, 'writes = :null')) return writes
      return (await get(probe.deviceId, probe.probeId))?.writes ?? null
    },
    dropWrites: async (probe) => void (await setWrites(probe, [], null)),
    latest: async (deviceId) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': fleetKeys.device(deviceId).pk, ':prefix': PREFIX },
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
  // Probes of the previous version have neither.
  level: item.level === 2 ? 2 : 1,
  writes: (item.writes ?? null) as readonly ProbeWrite[] | null,
})
