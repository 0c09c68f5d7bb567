import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'

/**
 * Whether a stream listens to `device.moved`. It comes with almost every batch of every device, so it is stored only while a stream
 * listens. Ingest reads that from one small item every few seconds.
 */
export type MovedInterest = {
  /** At most `MAX_AGE_MS` old. If it cannot be read, the previous value is used. */
  readonly isRequested: () => Promise<boolean>
  /** Records that a stream listens until this time; the stream renews it before. */
  readonly listenUntil: (until: number) => Promise<void>
}

const MAX_AGE_MS = 5_000
/** Stored with the events, because ingest may not read anything else in the fleet table. */
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
    isRequested: async () => {
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
