import type { KnownWebhook } from '../domain/webhooks/webhook.ts'

/** How long it may take until publishers use a new or changed webhook, ms. */
const WEBHOOKS_MAX_AGE_MS = 3_000

/**
 * Caches the list of webhooks, or another frequently read list, for that time; callers share one read. A failed read is not cached.
 */
export function createWebhookCache<Item = KnownWebhook>(
  read: () => Promise<readonly Item[]>,
  now: () => number,
  maxAgeMs = WEBHOOKS_MAX_AGE_MS,
): { readonly list: () => Promise<readonly Item[]>; readonly forget: () => void } {
  let known: { readonly since: number; readonly list: Promise<readonly Item[]> } | null = null
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
