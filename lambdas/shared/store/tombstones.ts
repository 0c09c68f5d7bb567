import {
  BatchWriteCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb'
import { setTimeout as sleep } from 'node:timers/promises'
import { chunkPrefix } from '../history/chunk.ts'
import { stateFormat, stateSortKey, summaryAttributes } from '../history/state.ts'

/** A device's history while it is deleted, and when it is wanted again. */
export type Tombstones = {
  /** Takes the state's contents away and makes the fold drop whatever still comes. */
  readonly bury: (deviceId: string) => Promise<void>
  /** Lets events in that are received from now on; what came before stays dropped. */
  readonly reopen: (deviceId: string, now: number) => Promise<void>
  /** Deletes chunks and parked events from before then; resolves to their number. */
  readonly purge: (deviceId: string, before: number) => Promise<number>
}

/** Later than anything that will be received. */
const forEver = 9_999_999_999_999
/** AWS limit of one BatchWriteItem. */
const mostDeletes = 25

export function createTombstones({
  client,
  table,
}: {
  client: DynamoDBDocumentClient
  table: string
}): Tombstones {
  const setDropBefore = async (
    deviceId: string,
    dropBefore: number,
    remove: readonly string[],
  ): Promise<void> => {
    const names = Object.fromEntries(remove.map((name, i) => [`#r${i}`, name]))
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: deviceId, sk: stateSortKey },
        // The version moves, so that a fold under way sees the tombstone before it saves.
        UpdateExpression:
          'SET db = :db, f = :f, o = if_not_exists(o, :one), n = if_not_exists(n, :zero) + :one' +
          (remove.length > 0 ? ` REMOVE ${Object.keys(names).join(', ')}` : ''),
        ...(remove.length > 0 && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: { ':db': dropBefore, ':f': stateFormat, ':one': 1, ':zero': 0 },
      }),
    )
  }

  const deleteAll = async (keys: readonly Record<string, unknown>[]): Promise<void> => {
    for (let i = 0; i < keys.length; i += mostDeletes) {
      let left = keys.slice(i, i + mostDeletes).map((Key) => ({ DeleteRequest: { Key } }))
      for (let attempt = 0; left.length > 0; attempt++) {
        if (attempt > 0) await sleep(Math.min(2_000, 50 * 2 ** attempt))
        const answer = await client.send(new BatchWriteCommand({ RequestItems: { [table]: left } }))
        left = (answer.UnprocessedItems?.[table] ?? []) as typeof left
      }
    }
  }

  const keysBetween = async (
    deviceId: string,
    low: string,
    high: string,
  ): Promise<Record<string, unknown>[]> => {
    const keys: Record<string, unknown>[] = []
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk and sk between :low and :high',
          ProjectionExpression: 'pk, sk',
          ExpressionAttributeValues: { ':pk': deviceId, ':low': low, ':high': high },
          ExclusiveStartKey: start,
        }),
      )
      keys.push(...(page.Items ?? []))
      start = page.LastEvaluatedKey
    } while (start)
    return keys
  }

  return {
    bury: (deviceId) => setDropBefore(deviceId, forEver, [...summaryAttributes, 't', 'l', 'lm', 'x']),
    reopen: (deviceId, now) => setDropBefore(deviceId, now, []),
    purge: async (deviceId, before) => {
      const lastChunk = `${chunkPrefix}${String(before).padStart(13, '0')}`
      const chunks = await keysBetween(deviceId, chunkPrefix, lastChunk)
      const parked = await keysBetween(deviceId, 'parked#', 'parked#~')
      await deleteAll([...chunks, ...parked])
      return chunks.length + parked.length
    },
  }
}
