import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dueShards } from '#shared/domain/tables.ts'

export type DueItem = Readonly<Record<string, unknown>>

/** So many are taken in hand before the clock is looked at. */
const pageItems = 200

/** What waits for a time that has come, page by page, oldest first within each shard. Everything that waits is found here. */
export async function* readDue(
  { client, table }: { client: DynamoDBDocumentClient; table: string },
  now: number,
): AsyncGenerator<readonly DueItem[]> {
  for (let shard = 0; shard < dueShards; shard++) {
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byDue',
          KeyConditionExpression: 'due = :due and dueAt <= :now',
          Limit: pageItems,
          ExpressionAttributeValues: { ':due': `due#${shard}`, ':now': now },
          ExclusiveStartKey: start,
        }),
      )
      yield page.Items ?? []
      start = page.LastEvaluatedKey
    } while (start)
  }
}
