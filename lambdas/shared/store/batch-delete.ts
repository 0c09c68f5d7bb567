import { setTimeout as sleep } from 'node:timers/promises'
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { backOffMs } from '../back-off.ts'

/** AWS limit of one BatchWriteItem. */
const MAX_DELETES = 25

/** Deletes items by their keys, in several calls; retries unprocessed ones. */
export async function batchDelete(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Record<string, unknown>[],
): Promise<void> {
  for (let i = 0; i < keys.length; i += MAX_DELETES) {
    let left = keys.slice(i, i + MAX_DELETES).map((Key) => ({ DeleteRequest: { Key } }))
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > 0) await sleep(backOffMs(attempt, { firstMs: 50, maxMs: 2_000 }))
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [table]: left } }))
      left = (answer.UnprocessedItems?.[table] ?? []) as typeof left
    }
  }
}
