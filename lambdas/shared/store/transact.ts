import { setTimeout as sleep } from 'node:timers/promises'
import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb'
import {
  TransactWriteCommand,
  type DynamoDBDocumentClient,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { conflictWaitMs } from '../back-off.ts'

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** Temporary failures, for example when another transaction locks an item. They are retried with growing random delays. */
const conflicts = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])
const MAX_TRIES = 10
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 1_000

/**
 * Writes all items or none. Resolves to the indexes of items whose condition did not hold; empty: it is written. All
 * other errors, and conflicts that persist, throw.
 */
export async function transact(
  client: DynamoDBDocumentClient,
  items: readonly TransactItem[],
): Promise<readonly number[]> {
  for (let tried = 1; ; tried++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [...items] }))
      return []
    } catch (error) {
      const codes =
        error instanceof TransactionCanceledException
          ? (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None')
          : []
      const failed = codes.flatMap((code, i) => (code === 'ConditionalCheckFailed' ? [i] : []))
      if (failed.length > 0) return failed
      const passes =
        error instanceof TransactionInProgressException || codes.some((code) => conflicts.has(code))
      if (!passes || tried === MAX_TRIES) throw error
      await sleep(conflictWaitMs(tried, { firstMs: FIRST_WAIT_MS, maxMs: LONGEST_WAIT_MS }))
    }
  }
}
