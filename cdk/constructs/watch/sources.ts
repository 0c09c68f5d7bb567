import type { Config } from '../../config/config.ts'
import type { Api } from '../functions/api.ts'
import type { Archive } from '../functions/archive.ts'
import type { Control } from '../functions/control.ts'
import type { Data } from '../data/data.ts'
import type { Entry } from '../network/entry.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Ingest } from '../functions/ingest.ts'
import type { LogStream } from '../data/log-stream.ts'
import type { Notify } from '../functions/notify.ts'
import type { WebhookQueue } from '../data/webhook-queue.ts'
import type { Webhooks } from '../functions/webhooks.ts'
import type { Watch } from '../functions/watch.ts'
import type { Canary } from '../functions/canary.ts'

/** The resources that dashboard, alarms and queries read. */
export type Sources = {
  readonly config: Config
  readonly data: Data
  readonly log: LogStream
  readonly entry: Entry
  readonly gateway: Gateway
  readonly ingest: Ingest
  readonly control: Control
  readonly api: Api
  readonly notify: Notify
  readonly webhookQueue: WebhookQueue
  readonly webhooks: Webhooks
  readonly watch: Watch
  readonly canary: Canary | null
  readonly archive: Archive | null
}

/** The Lambda functions of the stack; the CDK's own are not included. */
export const functionsOf = ({ ingest, control, api, notify, webhooks, watch, canary, archive }: Sources) => [
  ingest.part.function,
  control.part.function,
  api.part.function,
  notify.part.function,
  webhooks.part.function,
  watch.part.function,
  ...[canary, archive].flatMap((one) => (one === null ? [] : [one.part.function])),
]
