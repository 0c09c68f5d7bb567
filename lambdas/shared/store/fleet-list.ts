import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { LIST_SHARDS } from '../domain/tables.ts'

export type FleetTable = { readonly client: DynamoDBDocumentClient; readonly table: string }
export type FleetItem = Readonly<Record<string, unknown>>

/** Devices of one list, in the order of their ids, behind `after`. Eventually consistent: it is an index. */
export async function* walkList(
  { client, table }: FleetTable,
  what: 'devices' | 'unknown' | 'keys' | 'models' | 'families',
  { after, pageSize = 100 }: { after?: string | undefined; pageSize?: number } = {},
): AsyncGenerator<FleetItem> {
  // A little more than its share: ids are spread by a hash, not evenly.
  const perShard = Math.ceil((pageSize / LIST_SHARDS) * 1.3) + 1

  async function* walkShard(shard: number): AsyncGenerator<FleetItem> {
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byList',
          Limit: perShard,
          KeyConditionExpression:
            after === undefined ? '#list = :list' : '#list = :list and listKey > :after',
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: {
            ':list': `${what}#${shard}`,
            ...(after !== undefined && { ':after': after }),
          },
          ExclusiveStartKey: start,
        }),
      )
      yield* page.Items ?? []
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
