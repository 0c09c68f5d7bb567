import type { PutEvents } from '#shared/domain/events/bus-event.ts'
import type { KnownWebhook } from '#shared/domain/webhooks/webhook.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Deliveries } from '#shared/store/deliveries.ts'
import type { ReadSecrets } from '#shared/store/webhook-secrets.ts'
import type { WebhookStates } from '#shared/store/webhook-state.ts'
import type { WebhookStore } from '#shared/store/webhooks.ts'
import type { Target, Refusal } from '#shared/webhooks/target.ts'
import type { Post } from './post.ts'

/** The dependencies of a delivery; tests replace them. */
export type WebhookParts = {
  readonly listWebhooks: () => Promise<readonly KnownWebhook[]>
  /** Has the next call read the list again, because a state was changed here. */
  readonly forgetWebhooks: () => void
  readonly store: Pick<WebhookStore, 'disable' | 'markPublished'>
  readonly states: WebhookStates
  readonly readSecrets: ReadSecrets
  readonly deliveries: Pick<Deliveries, 'add' | 'countFailure'>
  readonly findTarget: (url: string) => Promise<Target | Refusal>
  readonly post: Post
  readonly putEvents: PutEvents
  readonly metrics: Pick<Metrics, 'count' | 'measure'>
  readonly log: Log
  readonly now: () => number
  /** A random number from 0 to 1, for jitter. */
  readonly random: () => number
}
