import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Dialect } from '#h02/catalogue/types.ts'
import { evidencePartition, fleetKeys } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import type { EvidenceChange } from '../domain/evidence-change.ts'
import { evidenceShards } from '../domain/tables.ts'
import { verdicts, type Verdict } from '../domain/verdict.ts'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'
import type { TransactItem } from './transact.ts'

/** What is known of one wording of one intent on one firmware: how many attempts ended how. */
export type EvidenceRow = {
  readonly model: string
  /** `unknown` until a probe names it. */
  readonly firmware: string
  readonly intent: string
  readonly dialect: Dialect
  readonly counts: Readonly<Partial<Record<Verdict, number>>>
}

export type EvidenceStore = {
  /** Everything counted of a model. Eventually consistent. */
  readonly ofModel: (model: string) => Promise<EvidenceRow[]>
  /** Models of which something was counted, by name. */
  readonly listModels: () => Promise<string[]>
}

export const createEvidenceStore = ({ client, table }: FleetTable): EvidenceStore => {
  const readShard = async (model: string, shard: number): Promise<FleetItem[]> => {
    const items: FleetItem[] = []
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': evidencePartition(model, shard) },
          ExclusiveStartKey: start,
        }),
      )
      items.push(...(page.Items ?? []))
      start = page.LastEvaluatedKey
    } while (start)
    return items
  }
  return {
    ofModel: async (model) => {
      const shards = Array.from({ length: evidenceShards }, (_, shard) => readShard(model, shard))
      return sumUp(model, (await Promise.all(shards)).flat())
    },
    listModels: async () => {
      const models: string[] = []
      for await (const item of walkList({ client, table }, 'models')) models.push(String(item.listKey))
      return models
    },
  }
}

/** Counters of all shards, added up; a wording whose counts were all taken back is none. */
function sumUp(model: string, items: readonly FleetItem[]): EvidenceRow[] {
  const rows = new Map<
    string,
    Omit<EvidenceRow, 'counts'> & { readonly counts: Partial<Record<Verdict, number>> }
  >()
  for (const item of items) {
    const key = String(item.sk)
    const row = rows.get(key) ?? {
      model,
      firmware: String(item.firmware),
      intent: String(item.intent),
      dialect: item.dialect as Dialect,
      counts: {},
    }
    rows.set(key, row)
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

/** The counters as a transaction changes them: a transaction may touch an item once, so changes of one item go together. */
export function countEvidence(table: string, changes: readonly EvidenceChange[]): TransactItem[] {
  const byItem = new Map<string, EvidenceChange[]>()
  for (const change of changes) {
    const key = JSON.stringify([
      change.model,
      change.firmware,
      change.intent,
      change.dialect,
      shardOf(change),
    ])
    byItem.set(key, [...(byItem.get(key) ?? []), change])
  }
  return [...byItem.values()].map((changes) => {
    const { model, firmware, intent, dialect } = changes[0]!
    const counts = new Map<Verdict, number>()
    for (const { verdict, by } of changes) counts.set(verdict, (counts.get(verdict) ?? 0) + by)
    const counted = [...counts]
    return {
      Update: {
        TableName: table,
        Key: fleetKeys.evidence(model, shardOf(changes[0]!), firmware, intent, dialect),
        UpdateExpression:
          'SET firmware = :firmware, intent = :intent, dialect = :dialect' +
          ` ADD ${counted.map(([verdict]) => `#${verdict} :${verdict}`).join(', ')}`,
        // `unknown` is a reserved word, and a verdict.
        ExpressionAttributeNames: Object.fromEntries(counted.map(([verdict]) => [`#${verdict}`, verdict])),
        ExpressionAttributeValues: {
          ':firmware': firmware,
          ':intent': intent,
          ':dialect': dialect,
          ...Object.fromEntries(counted.map(([verdict, by]) => [`:${verdict}`, by])),
        },
      },
    }
  })
}

const shardOf = ({ commandId }: EvidenceChange): number => bucketOf(commandId) % evidenceShards

/** Models that this process has listed already. */
const listed = new Set<string>()
const mostListed = 10_000

/** Lists models of which something is about to be counted. */
export async function noteModels(
  { client, table }: FleetTable,
  changes: readonly EvidenceChange[],
): Promise<void> {
  for (const model of new Set(changes.map((change) => change.model))) {
    const key = `${table}/${model}`
    if (listed.has(key)) continue
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetKeys.model(model),
        UpdateExpression: 'SET #list = :list, listKey = :model',
        ExpressionAttributeNames: { '#list': 'list' },
        // All in one shard of the list: models are few.
        ExpressionAttributeValues: { ':list': 'models#0', ':model': model },
      }),
    )
    if (listed.size >= mostListed) listed.clear()
    listed.add(key)
  }
}
