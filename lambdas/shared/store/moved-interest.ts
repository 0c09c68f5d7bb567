import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'

/**
 * Whether a stream listens to `device.moved`: it comes with almost every batch of every device, so it is stored only
 * while one does. One small item says so; ingest reads it every few seconds.
 */
export type MovedInterest = {
  /** As it was at most `MAX_AGE_MS` ago. What cannot be read is as it was before. */
  readonly isWanted: () => Promise<boolean>
  /** A stream listens until then, and says so again before. */
  readonly listenUntil: (until: number) => Promise<void>
}

const MAX_AGE_MS = 5_000
/** Beside the events, because ingest may read nothing else of the fleet table. */
const key = { pk: 'events#wanted', sk: 'moved' }

export function createMovedInterest({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): MovedInterest {
  let streamsUntil = 0
  let readAt = Number.NEGATIVE_INFINITY

  const read = async (): Promise<void> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: key }))
    streamsUntil = Number(Item?.streamsUntil ?? 0)
    readAt = now()
  }
  return {
    isWanted: async () => {
      if (Math.abs(now() - readAt) >= MAX_AGE_MS) await read().catch(() => {})
      return streamsUntil > now()
    },
    listenUntil: async (until) => {
      const update = new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: 'SET streamsUntil = :until',
        ConditionExpression: 'attribute_not_exists(streamsUntil) or streamsUntil < :until',
        ExpressionAttributeValues: { ':until': until },
      })
      await conditionHolds(client.send(update))
    },
  }
}
