import { createHash } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { ttlAfter } from './expiry.ts'
import type { FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'

/** A request with an Idempotency-Key: the key's owner, and a fingerprint of the whole request. */
type KeyedRequest = { readonly callerId: string; readonly key: string; readonly fingerprint: string }

/**
 * `first`: the key is new. `again`: this request came before, perhaps at the same time. Both work under the first one's
 * id, so the second finds what the first has made, and nothing is made twice.
 */
type Claim =
  { readonly outcome: 'first' | 'again'; readonly id: string } | { readonly outcome: 'other-request' }

/** The ids under which requests with an Idempotency-Key work, for a day. */
export type IdempotencyStore = {
  readonly claim: (request: KeyedRequest, id: string) => Promise<Claim>
  /**
   * The first request was refused and nothing was done: the key is new again, unless another request came in the
   * meantime.
   */
  readonly release: (request: KeyedRequest, id: string) => Promise<void>
}

const KEPT_SECONDS = 86_400

const keyOf = ({ callerId, key }: KeyedRequest) => ({
  pk: `idempotency#${callerId}#${createHash('sha256').update(key).digest('hex')}`,
  sk: 'answer',
})

export function createIdempotencyStore({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): IdempotencyStore {
  const claim = async (request: KeyedRequest, id: string): Promise<Claim> => {
    const at = now()
    const ttl = ttlAfter(at, KEPT_SECONDS)
    try {
      await client.send(
        new PutCommand({
          TableName: table,
          Item: { ...keyOf(request), fingerprint: request.fingerprint, id, ttl },
          // TTL deletion may take days: expired items must be ignored.
          ConditionExpression: 'attribute_not_exists(pk) or #ttl < :seconds',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':seconds': Math.floor(at / 1_000) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { outcome: 'first', id }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const { fingerprint, id: firstId } = error.Item ?? {}
      if (fingerprint?.S !== request.fingerprint) return { outcome: 'other-request' }
      const shared = await share(request, String(firstId?.S))
      return shared ?? claim(request, id)
    }
  }

  /** From now on several requests use the id, and none of them may release it. Null: it was released just now. */
  const share = async (request: KeyedRequest, id: string): Promise<Claim | null> => {
    const isThere = await conditionHolds(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(request),
          UpdateExpression: 'SET isShared = :true',
          ConditionExpression: 'id = :id',
          ExpressionAttributeValues: { ':true': true, ':id': id },
        }),
      ),
    )
    return isThere ? { outcome: 'again', id } : null
  }

  return {
    claim,
    release: async (request, id) => {
      await conditionHolds(
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: keyOf(request),
            ConditionExpression: 'id = :id and attribute_not_exists(isShared)',
            ExpressionAttributeValues: { ':id': id },
          }),
        ),
      )
    },
  }
}
