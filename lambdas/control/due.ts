import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dueShards } from '#shared/domain/tables.ts'

export type DueItem = Readonly<Record<string, unknown>>

/** What waits for a time that has come, oldest first within each shard. Everything that waits is found here. */
export async function* readDue(
  { client, table }: { client: DynamoDBDocumentClient; table: string },
  now: number,
): AsyncGenerator<DueItem> {
  for (let shard = 0; shard < dueShards; shard++) {
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byDue',
          KeyConditionExpression: 'due = :due and dueAt <= :now',
          ExpressionAttributeValues: { ':due': `due#${shard}`, ':now': now },
          ExclusiveStartKey: start,
        }),
      )
      yield* page.Items ?? []
      start = page.LastEvaluatedKey
    } while (start)
  }
}
