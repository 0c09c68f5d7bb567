import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SendToWebhooks } from '../../shared/bus/webhook-queue.ts'
import type { TestEvent, WebhookMessage } from '../../shared/domain/webhooks/message.ts'
import { makeDeliveryKey, type Deliveries, type StoredDelivery } from '../../shared/store/deliveries.ts'

/** A delivery takes at most 10 s, plus the time in the queue. */
const MAX_WAIT_MS = 15_000
const ASK_EVERY_MS = 100

export const makeTestEvent = (webhookId: string, now: number): TestEvent => {
  const time = new Date(now).toISOString()
  return {
    id: `test:${randomUUID()}`,
    type: 'webhook.test',
    version: 1,
    time,
    recordedAt: time,
    deviceId: null,
    data: { webhookId },
  }
}

/**
 * Sends an event through the queue like all events, because only the delivering function can sign. Resolves to the
 * delivery, or to null if it has not ended in time.
 */
export async function sendNow(
  {
    send,
    deliveries,
    now,
  }: { readonly send: SendToWebhooks; readonly deliveries: Deliveries; readonly now: () => number },
  message: Omit<WebhookMessage, 'recordAs'>,
): Promise<StoredDelivery | null> {
  const recordAs = makeDeliveryKey(now())
  await send([{ ...message, recordAs }])
  for (let waited = 0; waited < MAX_WAIT_MS; waited += ASK_EVERY_MS) {
    const delivery = await deliveries.get(message.webhookId, `${recordAs}-0`)
    if (delivery !== null) return delivery
    await sleep(ASK_EVERY_MS)
  }
  return null
}
