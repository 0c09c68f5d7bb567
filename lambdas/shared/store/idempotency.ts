import { createHash } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { FleetTable } from './fleet-list.ts'

/** What a request was answered with. */
export type StoredAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Whose key it is; `fingerprint`: of all that the request asks for. */
export type KeyedRequest = { readonly callerId: string; readonly key: string; readonly fingerprint: string }

/**
 * `first`: do it, under this id. A request that was cut short is done again under the id it had then, so that what it
 * has made already is found and not made twice.
 */
export type Claim =
  | { readonly outcome: 'first'; readonly id: string }
  | { readonly outcome: 'running' }
  | { readonly outcome: 'other-request' }
  | { readonly outcome: 'done'; readonly answer: StoredAnswer }

/** What was done under an Idempotency-Key, for a day. */
export type IdempotencyStore = {
  readonly claim: (request: KeyedRequest, id: string) => Promise<Claim>
  readonly settle: (request: KeyedRequest, answer: StoredAnswer) => Promise<void>
  /** It was refused, and nothing was done: the key is as good as new. */
  readonly release: (request: KeyedRequest) => Promise<void>
}

const KEPT_SECONDS = 86_400
/** Longer than a request can take: who claimed it is gone. */
const RUNNING_MS = 35_000

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
    const Item = {
      ...keyOf(request),
      fingerprint: request.fingerprint,
      id,
      until: at + RUNNING_MS,
      ttl: Math.ceil(at / 1_000) + KEPT_SECONDS,
    }
    try {
      await client.send(
        new PutCommand({
          TableName: table,
          Item,
          // TTL deletion may take days: what has expired is gone at once.
          ConditionExpression: 'attribute_not_exists(pk) or #ttl < :seconds',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':seconds': Math.floor(at / 1_000) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { outcome: 'first', id }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const { fingerprint, answer, until, id: firstId } = error.Item ?? {}
      if (fingerprint?.S !== request.fingerprint) return { outcome: 'other-request' }
      if (answer?.S !== undefined) return { outcome: 'done', answer: JSON.parse(answer.S) as StoredAnswer }
      return takeUp(request, Number(until?.N), String(firstId?.S))
    }
  }

  /** Goes on where a request ended before its answer. */
  const takeUp = async (request: KeyedRequest, until: number, id: string): Promise<Claim> => {
    const at = now()
    if (until > at) return { outcome: 'running' }
    try {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(request),
          UpdateExpression: 'SET #until = :new',
          ConditionExpression: '#until = :old and attribute_not_exists(answer)',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':old': until, ':new': at + RUNNING_MS },
        }),
      )
      return { outcome: 'first', id }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { outcome: 'running' }
      throw error
    }
  }

  return {
    claim,
    settle: async (request, answer) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(request),
          UpdateExpression: 'SET answer = :answer',
          ExpressionAttributeValues: { ':answer': JSON.stringify(answer) },
        }),
      )
    },
    release: async (request) => {
      await client.send(new DeleteCommand({ TableName: table, Key: keyOf(request) }))
    },
  }
}
