import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { BatchExecuteStatementCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { toChunkItem, type Chunk } from '../history/chunk.ts'
import type { Item, ItemValue } from '../history/item-size.ts'
import { STATE_SORT_KEY, toStateItem, type StoredState } from '../history/state.ts'
import { conditionHolds } from './condition-holds.ts'
import { batchGet, type ReadItem } from './batch-get.ts'

/** What the fold needs of the telemetry table. All failures except a lost race throw. */
export type TelemetryStore = {
  /** State items of these devices, not decoded: a damaged item must not stop the others. */
  readonly loadStates: (deviceIds: readonly string[]) => Promise<Map<string, ReadItem>>
  /**
   * Puts a chunk unless it exists. If the key exists with other bytes, ours is stored beside it, with the state's
   * version in its key.
   */
  readonly putChunk: (chunk: Chunk, stateVersion: number) => Promise<void>
  /** Saves a state as version + 1; false if another save was first. */
  readonly saveState: (state: StoredState, tails: EncodedTails) => Promise<boolean>
  /** Saves many states independently, each at the cost of one put; outcomes in the order of the saves. */
  readonly saveStates: (saves: readonly StateSave[]) => Promise<SaveOutcome[]>
}
type EncodedTails = { readonly tail: Uint8Array | null; readonly late: Uint8Array | null }

/** `stored`: the loaded item that the state was decoded from. */
export type StateSave = {
  readonly state: StoredState
  readonly tails: EncodedTails
  readonly stored: ReadItem | undefined
}
export type SaveOutcome = 'saved' | 'conflict' | { readonly failure: unknown }

/** Statements per BatchExecuteStatement (AWS limit). */
const MAX_STATEMENTS = 25

export function createTelemetryStore({
  client,
  table,
}: {
  client: DynamoDBDocumentClient
  table: string
}): TelemetryStore {
  const saveState = (state: StoredState, { tail, late }: EncodedTails): Promise<boolean> => {
    const item = toStateItem({ ...state, version: state.version + 1 }, tail ?? undefined, late ?? undefined)
    return conditionHolds(
      client.send(
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
      ),
    )
  }
  const saveAlone = async ({ state, tails }: StateSave): Promise<SaveOutcome> => {
    try {
      return (await saveState(state, tails)) ? 'saved' : 'conflict'
    } catch (failure) {
      return { failure }
    }
  }
  /** One request for up to 25 existing states. A statement fails by itself; the others succeed. */
  const update = async (
    updates: readonly (StateUpdate & { readonly save: StateSave })[],
  ): Promise<SaveOutcome[]> => {
    try {
      const { Responses = [] } = await client.send(
        new BatchExecuteStatementCommand({
          Statements: updates.map(({ statement, parameters }) => ({
            Statement: statement,
            Parameters: parameters as ItemValue[],
          })),
        }),
      )
      return await Promise.all(
        updates.map(async ({ save }, i): Promise<SaveOutcome> => {
          const response = Responses[i]
          if (response && !response.Error) return 'saved'
          if (response?.Error?.Code === 'ConditionalCheckFailed') return 'conflict'
          // Throttled, most likely: saved alone, it gets the SDK's retries.
          return saveAlone(save)
        }),
      )
    } catch (failure) {
      return updates.map(() => ({ failure }))
    }
  }

  return {
    loadStates: async (deviceIds) => {
      const keys = deviceIds.map((pk) => ({ pk, sk: STATE_SORT_KEY }))
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
    saveState,
    saveStates: async (saves) => {
      const outcomes: SaveOutcome[] = []
      const updates: (StateUpdate & { readonly save: StateSave; readonly index: number })[] = []
      const alone: Promise<void>[] = []
      for (const [index, save] of saves.entries()) {
        const stateUpdate = toUpdate(table, save)
        if (stateUpdate !== null) updates.push({ ...stateUpdate, save, index })
        else alone.push(saveAlone(save).then((outcome) => void (outcomes[index] = outcome)))
      }
      for (let i = 0; i < updates.length; i += MAX_STATEMENTS) {
        const some = updates.slice(i, i + MAX_STATEMENTS)
        for (const [n, outcome] of (await update(some)).entries()) outcomes[some[n]!.index] = outcome
      }
      await Promise.all(alone)
      return outcomes
    },
  }
}

type StateUpdate = { readonly statement: string; readonly parameters: readonly ItemValue[] }

/**
 * A save as a PartiQL update of the changed attributes. BatchWriteItem has no conditions, and a transaction costs twice
 * as much; a batch of statements has conditions and costs the same as single writes. Null if there is no item yet or an
 * attribute is removed: that is rare, and a put can do both.
 */
function toUpdate(table: string, { state, tails, stored }: StateSave): StateUpdate | null {
  if (stored === undefined || state.version === 0) return null
  const item: Item = toStateItem(
    { ...state, version: state.version + 1 },
    tails.tail ?? undefined,
    tails.late ?? undefined,
  )
  for (const name of Object.keys(stored)) if (!(name in item)) return null
  const changed = Object.entries(item).filter(([name, value]) => !isSame(value, stored[name]))
  return {
    statement:
      `UPDATE "${table}"${changed.map(([name]) => ` SET "${name}"=?`).join('')}` +
      ' WHERE "pk"=? AND "sk"=? AND "n"=?',
    parameters: [...changed.map(([, value]) => value), state.deviceId, STATE_SORT_KEY, state.version],
  }
}

const isSame = (value: ItemValue, stored: unknown): boolean =>
  value === stored ||
  (value instanceof Uint8Array && stored instanceof Uint8Array && Buffer.compare(value, stored) === 0)
