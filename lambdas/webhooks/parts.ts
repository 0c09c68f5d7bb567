import type { PutEvents } from '#shared/domain/events/bus-event.ts'
import type { ChannelTarget } from '#shared/domain/notices/channel.ts'
import type { KnownWebhook } from '#shared/domain/webhooks/webhook.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Deliveries } from '#shared/store/deliveries.ts'
import type { NoticeChannels } from '#shared/store/notice-channels.ts'
import type { ReadSecrets } from '#shared/store/webhook-secrets.ts'
import type { WebhookStates } from '#shared/store/webhook-state.ts'
import type { WebhookStore } from '#shared/store/webhooks.ts'
import type { Target, Refusal } from '#shared/webhooks/target.ts'
import type { Post } from './post.ts'
import type { SendMail } from './send-mail.ts'

/** The dependencies of a delivery; tests replace them. */
export type WebhookParts = {
  readonly listWebhooks: () => Promise<readonly KnownWebhook[]>
  /** Makes the next call read the list again, after a state was changed here. */
  readonly forgetWebhooks: () => void
  readonly store: Pick<WebhookStore, 'disable' | 'markPublished'>
  readonly states: WebhookStates
  readonly readSecrets: ReadSecrets
  readonly channels: Pick<NoticeChannels, 'note'>
  /** The current target of a notice channel; null if the channel does not exist. */
  readonly readChannelTarget: (channelId: string) => Promise<ChannelTarget | null>
  /** Null if this installation sends no e-mail. */
  readonly sendMail: SendMail | null
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
