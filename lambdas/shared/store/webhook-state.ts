import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { webhookKeys } from '../domain/webhooks/keys.ts'
import { healthy, type WebhookState } from '../domain/webhooks/webhook.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'
import { numberOf } from '../attributes.ts'

/** The state of a webhook's deliveries, shared by all delivering processes. */
export type WebhookStates = {
  /** Records a failure; resolves to the state that includes it. `isFirst`: it was the first attempt for the event. */
  readonly countFailure: (webhookId: string, isFirst: boolean) => Promise<WebhookState>
  readonly succeed: (webhookId: string) => Promise<void>
  /** Has no effect if another process has paused it in the meantime. */
  readonly pause: (webhookId: string, until: number) => Promise<void>
  readonly markSlow: (webhookId: string, until: number) => Promise<void>
  /** Takes one of `slots` for a delivery; null if all are taken. A slot expires if its owner dies. */
  readonly takeSlot: (webhookId: string, slots: number) => Promise<Slot | null>
  readonly freeSlot: (webhookId: string, slot: Slot) => Promise<void>
}
type Slot = { readonly name: string; readonly until: number }

/** Longer than a delivery may take. */
const SLOT_MS = 15_000

export function createWebhookStates({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): WebhookStates {
  const command = (
    webhookId: string,
    expression: string,
    values: Readonly<Record<string, unknown>>,
    condition?: string,
    names?: Readonly<Record<string, string>>,
  ) =>
    new UpdateCommand({
      TableName: table,
      Key: webhookKeys.state(webhookId),
      UpdateExpression: expression,
      ExpressionAttributeValues: { ...values },
      ...(condition !== undefined && { ConditionExpression: condition }),
      ...(names && { ExpressionAttributeNames: { ...names } }),
      ReturnValues: 'ALL_NEW',
    })

  return {
    countFailure: async (webhookId, isFirst) => {
      const { Attributes } = await client.send(
        command(
          webhookId,
          'SET webhookId = :id, failingSince = if_not_exists(failingSince, :now) ADD failures :one',
          { ':id': webhookId, ':now': now(), ':one': isFirst ? 1 : 0 },
        ),
      )
      return toState(Attributes)
    },
    succeed: async (webhookId) => {
      await client.send(
        command(webhookId, 'SET webhookId = :id REMOVE failures, failingSince, pausedUntil, pauses', {
          ':id': webhookId,
        }),
      )
    },
    pause: async (webhookId, until) => {
      await conditionHolds(
        client.send(
          command(
            webhookId,
            'SET webhookId = :id, pausedUntil = :until ADD pauses :one',
            { ':id': webhookId, ':until': until, ':one': 1, ':now': now() },
            'attribute_not_exists(pausedUntil) or pausedUntil <= :now',
          ),
        ),
      )
    },
    markSlow: async (webhookId, until) => {
      await client.send(
        command(webhookId, 'SET webhookId = :id, slowUntil = :until', { ':id': webhookId, ':until': until }),
      )
    },
    takeSlot: async (webhookId, slots) => {
      const at = now()
      const until = at + SLOT_MS
      const first = Math.floor(Math.random() * slots)
      for (let i = 0; i < slots; i++) {
        const name = `slot${(first + i) % slots}`
        const isTaken = await conditionHolds(
          client.send(
            command(
              webhookId,
              'SET webhookId = :id, #slot = :until',
              // A slot that expires in the far future was written with a wrong clock.
              { ':id': webhookId, ':until': until, ':now': at },
              'attribute_not_exists(#slot) or #slot <= :now or #slot > :until',
              { '#slot': name },
            ),
          ),
        )
        if (isTaken) return { name, until }
      }
      return null
    },
    freeSlot: async (webhookId, { name, until }) => {
      await conditionHolds(
        client.send(
          command(webhookId, 'REMOVE #slot', { ':until': until }, '#slot = :until', { '#slot': name }),
        ),
      )
    },
  }
}

export const toState = (item: FleetItem | undefined): WebhookState =>
  item === undefined
    ? healthy
    : {
        failures: Number(item.failures ?? 0),
        failingSince: numberOf(item.failingSince),
        pausedUntil: numberOf(item.pausedUntil),
        pauses: Number(item.pauses ?? 0),
        slowUntil: numberOf(item.slowUntil),
      }
