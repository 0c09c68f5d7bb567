import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { webhookKeys } from '../domain/webhooks/keys.ts'
import type { FleetTable } from './fleet-list.ts'

/** Secrets that a webhook signs with now, the newest first; none: there is no such webhook. */
export type ReadSecrets = (webhookId: string) => Promise<readonly string[]>

/** For how long a process goes on with what it has read; the secret before is valid for longer. */
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
