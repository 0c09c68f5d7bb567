import { forEachLimited } from '#shared/concurrency.ts'
import type { Delivery } from '#shared/domain/webhooks/delivery.ts'
import { readMessage } from '#shared/domain/webhooks/message.ts'
import type { Deliveries } from '#shared/store/deliveries.ts'
import { deliverEvent } from './deliver.ts'
import type { Received } from './outcome.ts'
import type { WebhookParts } from './parts.ts'

/** The fields that we read of a batch of an SQS event source. */
export type SqsEvent = { readonly Records: readonly SqsRecord[] }
type SqsRecord = {
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

/** Deliveries begin only within this time; the rest of the batch is left to the next one. */
const BEGIN_WITHIN_MS = 20_000

/**
 * Delivers a batch: groups in parallel, the messages of each group in order. After a message that must be retried, the
 * later ones of its group are retried too.
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
        // Later messages wait for the first one in any case.
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
      // Otherwise they are received again when their visibility timeout ends.
      parts.putBack(comeBack).catch((cause: unknown) => parts.log.error('messages not put back', { cause })),
      keepDeliveries(parts, done),
    ])
    return { batchItemFailures: [...waits.keys()].map(({ messageId }) => ({ itemIdentifier: messageId })) }
  }

/** Null if it is finished; else after how many ms it is retried. */
async function handleOne(
  parts: WebhookParts,
  { body, attributes }: SqsRecord,
  note: (received: Received, delivery: Delivery) => Promise<void>,
): Promise<number | null> {
  const message = readMessage(body)
  // From a newer version. A newer instance will handle it.
  if (message === null) return 0
  const received = { message, receives: Number(attributes.ApproximateReceiveCount) }
  try {
    const { retryAfterMs, delivery } = await deliverEvent(parts, received)
    if (delivery !== null) await note(received, delivery)
    return retryAfterMs
  } catch (cause) {
    // The table failed, not the receiver, so this does not count as a failure.
    parts.log.error('delivery not made', { webhookId: message.webhookId, cause })
    return OWN_FAILURE_WAIT_MS
  }
}

const OWN_FAILURE_WAIT_MS = 5_000

/** The list of deliveries is only for people. If it cannot be written, the delivery must not be repeated. */
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
