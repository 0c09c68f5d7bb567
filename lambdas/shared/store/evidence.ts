import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Dialect } from '#h02/catalogue/types.ts'
import { evidencePartition, fleetKeys } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import type { EvidenceChange } from '../domain/evidence-change.ts'
import { familyOf } from '../domain/firmware.ts'
import { EVIDENCE_SHARDS } from '../domain/tables.ts'
import { verdicts, type Verdict } from '../domain/verdict.ts'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'
import type { TransactItem } from './transact.ts'
import { queryAll } from './query-pages.ts'

/** The counts of one wording of one intent on one firmware: how many attempts ended how. */
export type EvidenceRow = {
  /** As devices report it, or `unknown`. */
  readonly firmware: string
  readonly intent: string
  readonly dialect: Dialect
  readonly counts: Readonly<Partial<Record<Verdict, number>>>
  /** The attempts in `counts` whose effect was observed without a reply. */
  readonly unreplied: number
}

export type EvidenceStore = {
  /** Counts of all firmwares of a family (`familyOf`), by firmware. Eventually consistent. */
  readonly ofFamily: (family: string) => Promise<EvidenceRow[]>
  /** Names of the families with counts. */
  readonly listFamilies: () => Promise<string[]>
}

/** Older versions counted by registered model. Nothing is added there any more, so it is cached for this long, ms. */
const LEGACY_KEPT_MS = 600_000

export const createEvidenceStore = (
  { client, table }: FleetTable,
  now: () => number = Date.now,
): EvidenceStore => {
  const readShard = async (partition: string, shard: number): Promise<FleetItem[]> => {
    return queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': evidencePartition(partition, shard) },
    })
  }
  const readPartition = async (partition: string): Promise<FleetItem[]> =>
    (
      await Promise.all(Array.from({ length: EVIDENCE_SHARDS }, (_, shard) => readShard(partition, shard)))
    ).flat()

  const readList = async (what: 'models' | 'families'): Promise<string[]> => {
    const names: string[] = []
    for await (const item of walkList({ client, table }, what)) names.push(String(item.listKey))
    return names
  }

  /** Rows of older versions by model. */
  const readLegacy = async (): Promise<ReadonlyMap<string, readonly FleetItem[]>> => {
    const byModel = new Map<string, readonly FleetItem[]>()
    for (const model of await readList('models')) byModel.set(model, await readPartition(model))
    return byModel
  }
  let legacy: { readonly at: number; readonly items: ReturnType<typeof readLegacy> } | null = null
  const legacyItems = (): ReturnType<typeof readLegacy> => {
    if (legacy !== null && now() - legacy.at < LEGACY_KEPT_MS) return legacy.items
    const items = readLegacy()
    legacy = { at: now(), items }
    // A failed read is not cached.
    items.catch(() => (legacy = null))
    return items
  }

  return {
    ofFamily: async (family) => {
      const [own, older] = await Promise.all([readPartition(family), legacyItems()])
      // A model may have the name of a family: then it is the same partition, which is read already.
      const others = [...older].flatMap(([model, items]) => (model === family ? [] : items))
      return sumUp([...own, ...others].filter((item) => familyOf(String(item.firmware)) === family))
    },
    listFamilies: async () => {
      const [families, older] = await Promise.all([readList('families'), legacyItems()])
      const ofOlder = [...older.values()].flat().map((item) => familyOf(String(item.firmware)))
      return [...new Set([...families, ...ofOlder])].sort()
    },
  }
}

/** Adds up the counters of all shards; a wording whose counts were all taken back is left out. */
function sumUp(items: readonly FleetItem[]): EvidenceRow[] {
  type Sum = Omit<EvidenceRow, 'counts' | 'unreplied'> & {
    readonly counts: Partial<Record<Verdict, number>>
    unreplied: number
  }
  const rows = new Map<string, Sum>()
  for (const item of items) {
    const key = String(item.sk)
    const row = rows.get(key) ?? {
      firmware: String(item.firmware),
      intent: String(item.intent),
      dialect: item.dialect as Dialect,
      counts: {},
      unreplied: 0,
    }
    rows.set(key, row)
    row.unreplied += Number(item.unreplied ?? 0)
    for (const verdict of verdicts) {
      const count = (row.counts[verdict] ?? 0) + Number(item[verdict] ?? 0)
      if (count !== 0) row.counts[verdict] = count
      else delete row.counts[verdict]
    }
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, row]) => (Object.keys(row.counts).length > 0 ? [row] : []))
}

/** Verdicts based on an effect, with or without a reply. */
const effectVerdicts: ReadonlySet<Verdict> = new Set<Verdict>(['confirmed', 'contradicted'])

/**
 * The changes of counters as transaction items. A transaction may touch an item only once, so changes of one item are
 * merged.
 */
export function countEvidence(table: string, changes: readonly EvidenceChange[]): TransactItem[] {
  const byItem = new Map<string, EvidenceChange[]>()
  for (const change of changes) {
    const key = JSON.stringify([change.firmware, change.intent, change.dialect, shardOf(change)])
    byItem.set(key, [...(byItem.get(key) ?? []), change])
  }
  return [...byItem.values()].map((changes) => {
    const { firmware, intent, dialect } = changes[0]!
    const counts = new Map<Verdict | 'unreplied', number>()
    const add = (name: Verdict | 'unreplied', by: number) => counts.set(name, (counts.get(name) ?? 0) + by)
    for (const { verdict, replied, by } of changes) {
      add(verdict, by)
      if (!replied && effectVerdicts.has(verdict)) add('unreplied', by)
    }
    const counted = [...counts]
    return {
      Update: {
        TableName: table,
        Key: fleetKeys.evidence(familyOf(firmware), shardOf(changes[0]!), firmware, intent, dialect),
        UpdateExpression:
          'SET firmware = :firmware, intent = :intent, dialect = :dialect' +
          ` ADD ${counted.map(([name]) => `#${name} :${name}`).join(', ')}`,
        // `unknown` is both a reserved word and a verdict.
        ExpressionAttributeNames: Object.fromEntries(counted.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ':firmware': firmware,
          ':intent': intent,
          ':dialect': dialect,
          ...Object.fromEntries(counted.map(([name, by]) => [`:${name}`, by])),
        },
      },
    }
  })
}

const shardOf = ({ commandId }: EvidenceChange): number => bucketOf(commandId) % EVIDENCE_SHARDS

/** Families that this process has already listed. */
const listed = new Set<string>()
const MAX_LISTED = 10_000

/** Lists families before something is counted for them. */
export async function noteFamilies(
  { client, table }: FleetTable,
  changes: readonly EvidenceChange[],
): Promise<void> {
  for (const family of new Set(changes.map(({ firmware }) => familyOf(firmware)))) {
    const key = `${table}/${family}`
    if (listed.has(key)) continue
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetKeys.family(family),
        UpdateExpression: 'SET #list = :list, listKey = :family',
        ExpressionAttributeNames: { '#list': 'list' },
        // One shard of the list is enough: families are few.
        ExpressionAttributeValues: { ':list': 'families#0', ':family': family },
      }),
    )
    if (listed.size >= MAX_LISTED) listed.clear()
    listed.add(key)
  }
}
