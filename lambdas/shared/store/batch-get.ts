import { setTimeout as sleep } from 'node:timers/promises'
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

import { conflictWaitMs } from '../back-off.ts'
/** Keys per BatchGetItem (AWS limit). */
const MAX_KEYS = 100

export type ReadItem = Record<string, unknown>
export type Key = { readonly pk: string; readonly sk: string }

/** Reads many items by key, in any order; missing ones are left out. Retries unprocessed keys. */
export async function batchGet(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
  { consistent, attributes }: { consistent: boolean; attributes?: readonly string[] },
): Promise<ReadItem[]> {
  const names = attributes && Object.fromEntries(attributes.map((name, i) => [`#a${i}`, name]))
  const parts = Array.from({ length: Math.ceil(keys.length / MAX_KEYS) }, (_, i) =>
    keys.slice(i * MAX_KEYS, (i + 1) * MAX_KEYS),
  )
  const found = await Promise.all(
    parts.map(async (part) => {
      const items: ReadItem[] = []
      let unread: Record<string, unknown>[] = part.map(({ pk, sk }) => ({ pk, sk }))
      for (let attempt = 0; unread.length > 0; attempt++) {
        if (attempt > 0) await sleep(conflictWaitMs(attempt, { firstMs: 25, maxMs: 2_000 }))
        const answer = await client.send(
          new BatchGetCommand({
            RequestItems: {
              [table]: {
                Keys: unread,
                ConsistentRead: consistent,
                ...(names && {
                  ProjectionExpression: Object.keys(names).join(', '),
                  ExpressionAttributeNames: names,
                }),
              },
            },
          }),
        )
        items.push(...(answer.Responses?.[table] ?? []))
        unread = answer.UnprocessedKeys?.[table]?.Keys ?? []
      }
      return items
    }),
  )
  return found.flat()
}
