import { forEachLimited } from '#shared/concurrency.ts'
import type { Delivery } from '#shared/domain/webhooks/delivery.ts'
import { readMessage } from '#shared/domain/webhooks/message.ts'
import type { Deliveries } from '#shared/store/deliveries.ts'
import { deliver, type Received } from './deliver.ts'
import type { WebhookParts } from './parts.ts'

/** A batch of an SQS event source: what we read of it. */
export type SqsEvent = { readonly Records: readonly SqsRecord[] }
export type SqsRecord = {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: {
    readonly MessageGroupId: string
    readonly ApproximateReceiveCount: string
  }
}
export type SqsResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }

/** Makes messages visible again after this many seconds. */
export type PutBack = (
  records: readonly { readonly receiptHandle: string; readonly seconds: number }[],
) => Promise<void>

/** New deliveries begin within this time of the batch; the rest of it is left to the next one. */
const BEGIN_WITHIN_MS = 20_000

/**
 * Delivers a batch: groups side by side, the messages of each in their order. After one that has to come again, those
 * behind it in its group come again too.
 */
export const createHandleBatch =
  (parts: WebhookParts & { readonly putBack: PutBack; readonly monotonic: () => number }) =>
  async ({ Records }: SqsEvent): Promise<SqsResponse> => {
    const since = parts.monotonic()
    const waits = new Map<SqsRecord, number>()
    const done = new Map<string, Delivery[]>()
    const note = async ({ message }: Received, delivery: Delivery): Promise<void> => {
      const { webhookId, recordAs } = message
      if (recordAs !== null) await parts.deliveries.add(webhookId, [delivery], recordAs)
      else done.set(webhookId, [...(done.get(webhookId) ?? []), delivery])
    }
    const handleGroup = async (group: readonly SqsRecord[]): Promise<void> => {
      for (const [i, record] of group.entries()) {
        const wait = parts.monotonic() - since > BEGIN_WITHIN_MS ? 0 : await handleOne(parts, record, note)
        if (wait === null) continue
        // What is behind waits for the first one in any case.
        for (const behind of group.slice(i)) waits.set(behind, behind === record ? wait : 0)
        return
      }
    }
    const groups = [...Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId).values()]
    await forEachLimited(groups, Math.max(1, groups.length), handleGroup)
    const comeBack = [...waits].map(([{ receiptHandle }, ms]) => ({
      receiptHandle,
      seconds: Math.ceil(ms / 1_000),
    }))
    await Promise.all([
      // Without it they come again when their visibility timeout ends.
      parts.putBack(comeBack).catch((cause: unknown) => parts.log.error('messages not put back', { cause })),
      keepDeliveries(parts, done),
    ])
    return { batchItemFailures: [...waits.keys()].map(({ messageId }) => ({ itemIdentifier: messageId })) }
  }

/** Null: it is finished; else after how long it comes again, ms. */
async function handleOne(
  parts: WebhookParts,
  { body, attributes }: SqsRecord,
  note: (received: Received, delivery: Delivery) => Promise<void>,
): Promise<number | null> {
  const message = readMessage(body)
  // Of a newer version: a newer instance knows it.
  if (message === null) return 0
  const received = { message, receives: Number(attributes.ApproximateReceiveCount) }
  try {
    const { retryAfterMs, delivery } = await deliver(parts, received)
    if (delivery !== null) await note(received, delivery)
    return retryAfterMs
  } catch (cause) {
    // A table that is down, not the receiver: it counts as nothing.
    parts.log.error('delivery not made', { webhookId: message.webhookId, cause })
    return OWN_FAILURE_WAIT_MS
  }
}

const OWN_FAILURE_WAIT_MS = 5_000

/** The list is for people. Without it a delivery is still made, and must not be made again for the list's sake. */
async function keepDeliveries(
  { deliveries, log }: { readonly deliveries: Pick<Deliveries, 'add'>; readonly log: WebhookParts['log'] },
  done: ReadonlyMap<string, readonly Delivery[]>,
): Promise<void> {
  for (const [webhookId, some] of done) {
    await deliveries
      .add(webhookId, some)
      .catch((cause: unknown) => log.error('deliveries not listed', { webhookId, cause }))
  }
}
