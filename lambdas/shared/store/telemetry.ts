import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { toChunkItem, type Chunk } from '../history/chunk.ts'
import { stateSortKey, toStateItem, type StoredState } from '../history/state.ts'
import { batchGet, type ReadItem } from './batch-get.ts'

/** What the fold needs of the telemetry table. Other failures than a lost race throw. */
export type TelemetryStore = {
  /** State items of these devices, unread: one damaged item must not stop the others. */
  readonly loadStates: (deviceIds: readonly string[]) => Promise<Map<string, ReadItem>>
  /** Puts a chunk unless it is there. The same key with other bytes: ours goes beside it, under the state's version. */
  readonly putChunk: (chunk: Chunk, stateVersion: number) => Promise<void>
  /** Saves a state as version + 1; false when another save came first. */
  readonly saveState: (state: StoredState, tails: EncodedTails) => Promise<boolean>
}
export type EncodedTails = { readonly tail: Uint8Array | null; readonly late: Uint8Array | null }

export function createTelemetryStore({
  client,
  table,
}: {
  client: DynamoDBDocumentClient
  table: string
}): TelemetryStore {
  return {
    loadStates: async (deviceIds) => {
      const keys = deviceIds.map((pk) => ({ pk, sk: stateSortKey }))
      const items = await batchGet(client, table, keys, { consistent: true })
      return new Map(items.map((item) => [String(item.pk), item]))
    },
    putChunk: async (chunk, stateVersion) => {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: toChunkItem(chunk),
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        const stored = error.Item?.body?.B
        if (stored && Buffer.from(stored).equals(chunk.body)) return
        const beside = toChunkItem(chunk, `${chunk.sortKey}#${stateVersion}`)
        await client.send(new PutCommand({ TableName: table, Item: beside }))
      }
    },
    saveState: async (state, { tail, late }) => {
      const item = toStateItem({ ...state, version: state.version + 1 }, tail ?? undefined, late ?? undefined)
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: item,
            ...(state.version === 0
              ? { ConditionExpression: 'attribute_not_exists(n)' }
              : {
                  ConditionExpression: 'n = :version',
                  ExpressionAttributeValues: { ':version': state.version },
                }),
          }),
        )
        return true
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false
        throw error
      }
    },
  }
}
