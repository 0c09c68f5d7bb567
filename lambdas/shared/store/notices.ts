import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { FleetTable } from './fleet-list.ts'

/** Ours to tell, told before, or being told by another invocation. */
export type Claim = 'ours' | 'told' | 'taken'

/** Which effects people have been told of, so that one is told once however often it comes. */
export type Notices = {
  readonly claim: (effectId: string) => Promise<Claim>
  /** It has been told: from now on it is never told again. */
  readonly confirm: (effectId: string) => Promise<void>
  /** It could not be told: whoever tries next need not wait. */
  readonly release: (effectId: string) => Promise<void>
}

/** Longer than an effect can still come again: the log keeps events for 7 days. */
const keptSeconds = 8 * 86_400
/** A claim whose invocation died is open again after so long; no send takes half of it. */
const leaseMs = 30_000

export function createNotices({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): Notices {
  const keyOf = (effectId: string) => ({ pk: `effect#${effectId}`, sk: 'effect' })
  return {
    claim: async (effectId) => {
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(effectId),
            UpdateExpression: 'SET claimedAt = :now, #ttl = if_not_exists(#ttl, :ttl)',
            ConditionExpression:
              'attribute_not_exists(pk) or (attribute_not_exists(toldAt) and claimedAt <= :expired)',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ':now': now(),
              ':expired': now() - leaseMs,
              ':ttl': Math.ceil(now() / 1000) + keptSeconds,
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
        return 'ours'
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        return error.Item?.toldAt === undefined ? 'taken' : 'told'
      }
    },
    confirm: async (effectId) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(effectId),
          UpdateExpression: 'SET toldAt = :now',
          ExpressionAttributeValues: { ':now': now() },
        }),
      )
    },
    release: async (effectId) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(effectId),
          UpdateExpression: 'SET claimedAt = :never',
          ExpressionAttributeValues: { ':never': 0 },
        }),
      )
    },
  }
}
