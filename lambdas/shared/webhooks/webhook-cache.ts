import type { KnownWebhook } from '../domain/webhooks/webhook.ts'

/** For how long who publishes may not know of a new webhook, or of a change. */
const WEBHOOKS_MAX_AGE_MS = 3_000

/** The list of webhooks, read again when it is older than that; callers share one read. A read that fails is not kept. */
export function createWebhookCache(
  read: () => Promise<readonly KnownWebhook[]>,
  now: () => number,
  maxAgeMs = WEBHOOKS_MAX_AGE_MS,
): { readonly list: () => Promise<readonly KnownWebhook[]>; readonly forget: () => void } {
  let known: { readonly since: number; readonly list: Promise<readonly KnownWebhook[]> } | null = null
  return {
    list: () => {
      const at = now()
      // A clock that was set back must not keep a list for longer.
      const isFresh = known !== null && at >= known.since && at - known.since < maxAgeMs
      if (known !== null && isFresh) return known.list
      const list = read()
      const mine = { since: at, list }
      known = mine
      list.catch(() => {
        if (known === mine) known = null
      })
      return list
    },
    forget: () => {
      known = null
    },
  }
}
