import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { LIST_SHARDS } from '../domain/tables.ts'

export type FleetTable = { readonly client: DynamoDBDocumentClient; readonly table: string }
export type FleetItem = Readonly<Record<string, unknown>>

/** Devices of one list, ordered by id, after `after`. Eventually consistent, because it reads an index. */
export const walkList = (
  fleet: FleetTable,
  what: 'devices' | 'unknown' | 'keys' | 'models' | 'families',
  { after, pageSize }: { after?: string | undefined; pageSize?: number } = {},
): AsyncGenerator<FleetItem> =>
  walkShards(fleet, what, { ...(after !== undefined && { range: { above: after } }), pageSize })

/** `above` is exclusive, `upTo` is inclusive. */
type Range = { readonly above: string; readonly upTo?: string }

/** Items of all shards of a list whose `listKey` is in the range, in its order. */
export async function* walkShards(
  { client, table }: FleetTable,
  what: string,
  { range, pageSize = 100 }: { range?: Range | undefined; pageSize?: number | undefined },
): AsyncGenerator<FleetItem> {
  const condition =
    range === undefined
      ? ''
      : range.upTo === undefined
        ? ' and listKey > :above'
        : ' and listKey between :above and :upTo'
  // A little more than an equal share, because a hash does not spread ids evenly.
  const perShard = Math.ceil((pageSize / LIST_SHARDS) * 1.3) + 1

  async function* walkShard(shard: number): AsyncGenerator<FleetItem> {
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byList',
          Limit: perShard,
          KeyConditionExpression: `#list = :list${condition}`,
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: {
            ':list': `${what}#${shard}`,
            ...(range && { ':above': range.above }),
            ...(range?.upTo !== undefined && { ':upTo': range.upTo }),
          },
          ExclusiveStartKey: start,
        }),
      )
      for (const item of page.Items ?? []) if (item.listKey !== range?.above) yield item
      start = page.LastEvaluatedKey
    } while (start)
  }

  const readHead = async (walk: AsyncGenerator<FleetItem>) => {
    const { done, value } = await walk.next()
    return done ? null : { walk, item: value, key: String(value.listKey) }
  }
  const shards = Array.from({ length: LIST_SHARDS }, (_, shard) => walkShard(shard))
  let heads = (await Promise.all(shards.map(readHead))).filter((head) => head !== null)
  while (heads.length > 0) {
    const least = heads.reduce((a, b) => (b.key < a.key ? b : a))
    yield least.item
    const next = await readHead(least.walk)
    heads = heads.flatMap((head) => (head !== least ? [head] : next ? [next] : []))
  }
}
