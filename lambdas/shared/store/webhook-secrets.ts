import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { ChannelTarget } from '../domain/notices/channel.ts'
import { webhookKeys } from '../domain/webhooks/keys.ts'
import type { FleetTable } from './fleet-list.ts'

/** The current signing secrets of a webhook, newest first; empty if there is no such webhook. */
export type ReadSecrets = (webhookId: string) => Promise<readonly string[]>

/** How long a process uses the secrets that it has read, ms; a previous secret is valid for longer. */
const MAX_AGE_MS = 3_000

export function createReadSecrets({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): ReadSecrets {
  const kept = new Map<string, { readonly secrets: readonly string[]; readonly readAt: number }>()
  return async (webhookId) => {
    const at = now()
    const known = kept.get(webhookId)
    if (known && at >= known.readAt && at - known.readAt < MAX_AGE_MS) return known.secrets
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: webhookKeys.secret(webhookId), ConsistentRead: true }),
    )
    const { current, previous, previousUntil } = Item ?? {}
    const isPrevious = typeof previous === 'string' && at < Number(previousUntil)
    const secrets = [...(typeof current === 'string' ? [current] : []), ...(isPrevious ? [previous] : [])]
    if (secrets.length > 0) kept.set(webhookId, { secrets, readAt: at })
    else kept.delete(webhookId)
    return secrets
  }
}

/** The current target of a notice channel, not cached, because people test a channel right after a change. */
export const createReadChannelTarget =
  ({ client, table }: FleetTable) =>
  async (channelId: string): Promise<ChannelTarget | null> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: webhookKeys.secret(channelId), ConsistentRead: true }),
    )
    return typeof Item?.current === 'string' ? (JSON.parse(Item.current) as ChannelTarget) : null
  }
