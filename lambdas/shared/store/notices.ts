import { setTimeout as sleep } from 'node:timers/promises'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { conflictWaitMs } from '../back-off.ts'
import { fleetKeys } from '../domain/device.ts'
import { decide, noLimits, takeBack } from '../domain/notice-limits.ts'
import type { Decision, Grant, Notice, NoticeLimits } from '../domain/notice-limits.ts'
import { ttlAfter } from './expiry.ts'
import type { FleetTable } from './fleet-list.ts'
import { toUpdate } from './fleet-update.ts'
import { transact } from './transact.ts'

/**
 * An effect that this invocation may act on. `grant`: an earlier invocation was allowed to send it, and perhaps did
 * not.
 */
type Claim = { readonly effectId: string; readonly claimedAt: number; readonly grant: Grant | null }

/** Which effects were notified, so that each is sent once however often it comes, and within the limits. */
export type Notices = {
  /** A claim; or `sent`: it was sent or counted before; or `taken`: another invocation is working on it. */
  readonly claim: (effectId: string) => Promise<Claim | 'sent' | 'taken'>
  /**
   * Decides whether the effect is sent now. If it is held back or dropped, no `confirm` is needed. Rejects if the claim
   * was lost, or if too many invocations decide for the scope at once.
   */
  readonly admit: (claim: Claim, notice: Notice) => Promise<Decision['outcome']>
  /** It was sent, and is never sent again. */
  readonly confirm: (claim: Claim) => Promise<void>
  /** It was not sent: the next attempt need not wait for the claim to expire. */
  readonly release: (claim: Claim) => Promise<void>
}

/** Longer than an event can be repeated: the log keeps events for 7 days. */
const KEPT_SECONDS = 8 * 86_400
/** The claim of an invocation that died expires after this time; a send takes less than half of it. */
const LEASE_MS = 30_000
/** If several invocations decide for one scope at once, one of them succeeds per round. */
const MAX_ROUNDS = 30
const LONGEST_WAIT_MS = 600

export function createNotices({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): Notices {
  const ttl = (): number => ttlAfter(now(), KEPT_SECONDS)

  return {
    claim: async (effectId) => {
      const claimedAt = now()
      try {
        const { Attributes } = await client.send(
          new UpdateCommand({
            TableName: table,
            Key: effectKey(effectId),
            UpdateExpression: 'SET claimedAt = :now, #ttl = if_not_exists(#ttl, :ttl)',
            // A claim from the future was made by a clock that was set back since.
            ConditionExpression:
              'attribute_not_exists(pk) or' +
              ' (attribute_not_exists(toldAt) and (claimedAt <= :expired or claimedAt >= :future))',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ':now': claimedAt,
              ':expired': claimedAt - LEASE_MS,
              ':future': claimedAt + LEASE_MS,
              ':ttl': ttl(),
            },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
        return { effectId, claimedAt, grant: (Attributes?.grant as Grant | undefined) ?? null }
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        return error.Item?.toldAt === undefined ? 'taken' : 'sent'
      }
    },

    admit: async (claim, notice) => {
      for (let round = 1; round <= MAX_ROUNDS; round++) {
        const { limits, version } = await readLimits({ client, table }, notice.scope)
        const before = claim.grant === null ? limits : takeBack(limits, claim.grant)
        const { limits: after, outcome } = decide(before, notice, now())
        const failed = await transact(client, [
          limitsUpdate(table, notice.scope, { limits: after, version, ttl: ttl() }),
          {
            Update:
              outcome.kind === 'send'
                ? effectUpdate(table, claim, { grant: outcome.grant })
                : effectUpdate(table, claim, { toldAt: now() }, ['grant']),
          },
        ])
        if (failed.length === 0) return outcome
        if (failed.includes(1)) throw new Error('the claim was lost to another invocation')
        await sleep(conflictWaitMs(round, { firstMs: 10, maxMs: LONGEST_WAIT_MS }))
      }
      throw new Error('too many invocations decide about one device at once')
    },

    confirm: async ({ effectId }) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: effectKey(effectId),
          UpdateExpression: 'SET toldAt = :now REMOVE #grant',
          ExpressionAttributeNames: { '#grant': 'grant' },
          ExpressionAttributeValues: { ':now': now() },
        }),
      )
    },

    release: async (claim) => {
      await client.send(new UpdateCommand(effectUpdate(table, claim, { claimedAt: 0 })))
    },
  }
}

const effectKey = (effectId: string) => ({ pk: `effect#${effectId}`, sk: 'effect' })

type VersionedLimits = { readonly limits: NoticeLimits; readonly version: number }

async function readLimits({ client, table }: FleetTable, scope: string): Promise<VersionedLimits> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: fleetKeys.noticeLimits(scope), ConsistentRead: true }),
  )
  return Item === undefined
    ? { limits: noLimits, version: 0 }
    : { limits: Item.limits as NoticeLimits, version: Number(Item.version) }
}

/** Replaces the limits while they have the version that was read. */
function limitsUpdate(
  table: string,
  scope: string,
  { limits, version, ttl }: VersionedLimits & { readonly ttl: number },
) {
  const { summaryAt } = limits
  const update = toUpdate({
    set: {
      scope,
      limits,
      version: version + 1,
      ttl,
      ...(summaryAt !== null && { due: fleetKeys.dueOf(scope), dueAt: summaryAt }),
    },
    setIfAbsent: {},
    remove: ['due', 'dueAt'],
  })
  return {
    Update: {
      TableName: table,
      Key: fleetKeys.noticeLimits(scope),
      ...update,
      ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : '#version = :read',
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ...(version !== 0 && { ':read': version }),
      },
    },
  }
}

/** Updates an effect while the claim on it is still ours. */
function effectUpdate(
  table: string,
  { effectId, claimedAt }: Claim,
  set: Readonly<Record<string, unknown>>,
  remove: readonly string[] = [],
) {
  const update = toUpdate({ set, setIfAbsent: {}, remove })
  return {
    TableName: table,
    Key: effectKey(effectId),
    ...update,
    ConditionExpression: 'claimedAt = :claimed and attribute_not_exists(toldAt)',
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':claimed': claimedAt },
  }
}
