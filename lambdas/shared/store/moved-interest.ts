import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { FleetTable } from './fleet-list.ts'
import { ifHolds } from './if-holds.ts'

/**
 * Whether anyone listens to `device.moved`: it comes with almost every batch of every device, so it is published only
 * while someone does. One small item says so; ingest reads it every few seconds.
 */
export type MovedInterest = {
  /** As it was at most `MAX_AGE_MS` ago. What cannot be read is as it was before. */
  readonly isWanted: () => Promise<boolean>
  /** A stream listens until then, and says so again before. */
  readonly listenUntil: (until: number) => Promise<void>
  /** Whether any webhook listens: set whenever that may have changed. */
  readonly setWebhooks: (listen: boolean) => Promise<void>
}

const MAX_AGE_MS = 5_000
/** Beside the events, because ingest may read nothing else of the fleet table. */
const key = { pk: 'events#wanted', sk: 'moved' }

export function createMovedInterest({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): MovedInterest {
  let known = { streamsUntil: 0, webhooks: false }
  let readAt = Number.NEGATIVE_INFINITY

  const read = async (): Promise<void> => {
    const { Item = {} } = await client.send(new GetCommand({ TableName: table, Key: key }))
    known = { streamsUntil: Number(Item.streamsUntil ?? 0), webhooks: Item.webhooks === true }
    readAt = now()
  }
  const set = (name: 'streamsUntil' | 'webhooks', value: number | boolean, condition = '') =>
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: 'SET #name = :value',
        ...(condition !== '' && { ConditionExpression: condition }),
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value },
      }),
    )

  return {
    isWanted: async () => {
      if (Math.abs(now() - readAt) >= MAX_AGE_MS) await read().catch(() => {})
      return known.webhooks || known.streamsUntil > now()
    },
    listenUntil: async (until) => {
      await ifHolds(set('streamsUntil', until, 'attribute_not_exists(#name) or #name < :value'))
    },
    setWebhooks: async (listen) => {
      await set('webhooks', listen)
    },
  }
}
