import { createRoute, z } from '@hono/zod-openapi'
import { toReceivedIso, receivedTime } from '../iso-time.ts'
import type { ApiParts, App } from '../app-type.ts'
import { json } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import {
  deliveryExample,
  redeliveryExample,
  rotatedWebhookExample,
  testDeliveryExample,
} from '../webhooks/examples.ts'
import { noSuchWebhook, requireWebhook } from '../webhooks/own-webhooks.ts'
import { deliverySchema, madeWebhookSchema, toDeliveryAnswer } from '../webhooks/schema.ts'
import { makeTestEvent, sendNow } from '../webhooks/send-now.ts'
import { webhookParams } from './webhooks.ts'

const tags = ['Webhooks']
const MAX_DELIVERIES = 100
const HOUR_SECONDS = 3_600

const delivered = (example: z.infer<typeof deliverySchema>) => ({
  200: json('The answer of the receiver', deliverySchema, example),
  202: { description: 'There is no result yet; the list of deliveries will contain it' },
})

const rotationSchema = exactly({
  overlapSeconds: z
    .int()
    .min(0)
    .max(7 * 24 * HOUR_SECONDS)
    .default(24 * HOUR_SECONDS)
    .openapi({ description: 'Seconds for which deliveries are also signed with the current secret' }),
}).openapi('WebhookRotation')

const rotateRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{webhookId}/rotate',
  operationId: 'rotateWebhookSecret',
  tags,
  summary: 'Replace the secret of a webhook; the new one is shown only once',
  description:
    'Until the overlap ends, deliveries have two signatures, so that the receiver has time to change its secret.',
  ...needs('admin'),
  request: {
    params: webhookParams,
    body: { content: { 'application/json': { schema: rotationSchema, example: { overlapSeconds: 3_600 } } } },
  },
  responses: {
    200: json(
      'The new secret',
      z
        .object({
          webhookId: z.string(),
          secret: madeWebhookSchema.shape.secret,
          previousUntil: receivedTime,
        })
        .openapi('RotatedWebhook'),
      rotatedWebhookExample,
    ),
  },
})

const testRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{webhookId}/test',
  operationId: 'testWebhook',
  tags,
  summary: 'Send a test event and return the answer',
  description:
    'Sends one event of type `webhook.test`, signed like all others, even if the webhook is disabled.',
  ...needs('admin'),
  request: { params: webhookParams },
  responses: delivered(testDeliveryExample),
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks/{webhookId}/deliveries',
  operationId: 'listWebhookDeliveries',
  tags,
  summary: `The last ${MAX_DELIVERIES} deliveries, newest first`,
  description: 'Each attempt is one delivery. Deliveries are kept for 7 days.',
  ...needs('admin'),
  request: { params: webhookParams },
  responses: {
    200: json('The deliveries', z.object({ items: z.array(deliverySchema) }).openapi('DeliveryList'), {
      items: [deliveryExample],
    }),
  },
})

const redeliverRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver',
  operationId: 'redeliverEvent',
  tags,
  summary: 'Send the event of a delivery again',
  description:
    'It is sent once, with the same `webhook-id` and out of order. `device.moved` and test events are not stored, so they cannot be sent again.',
  ...needs('admin'),
  ...refuses('conflict'),
  request: {
    params: webhookParams.extend({
      deliveryId: z.string().openapi({ description: 'As listed with the deliveries of the webhook' }),
    }),
  },
  responses: delivered(redeliveryExample),
})

export function addWebhookDeliveryRoutes(
  app: App,
  { webhooks, events, now }: ApiParts,
  recordAudit: RecordAudit,
): void {
  app.openapi(rotateRoute, async (c) => {
    const { webhookId } = c.req.valid('param')
    // A request without a body has no type, and is not validated.
    const { overlapSeconds } = rotationSchema.parse(c.req.valid('json') ?? {})
    await requireWebhook(webhooks.store, c.get('sight'), webhookId)
    const previousUntil = now() + overlapSeconds * 1_000
    const secret = await webhooks.store.rotate(webhookId, previousUntil)
    if (secret === null) throw noSuchWebhook(webhookId)
    await recordAudit(c.get('caller'), { step: 'webhook-rotated', details: { webhookId, overlapSeconds } })
    return c.json({ webhookId, secret, previousUntil: toReceivedIso(previousUntil) }, 200)
  })

  app.openapi(testRoute, async (c) => {
    const { webhookId } = c.req.valid('param')
    await requireWebhook(webhooks.store, c.get('sight'), webhookId)
    await recordAudit(c.get('caller'), { step: 'webhook-tested', details: { webhookId } })
    const event = makeTestEvent(webhookId, now())
    const delivery = await sendNow({ ...webhooks, now }, { webhookId, kind: 'test', event })
    return delivery === null ? c.body(null, 202) : c.json(toDeliveryAnswer(delivery), 200)
  })

  app.openapi(listRoute, async (c) => {
    const sight = c.get('sight')
    const { webhookId } = c.req.valid('param')
    await requireWebhook(webhooks.store, sight, webhookId)
    const all = await webhooks.deliveries.list(webhookId, MAX_DELIVERIES)
    const tests = all.filter(({ kind }) => kind === 'test')
    // Labels of a device change, so the caller may not see the device of an earlier delivery any more.
    const visible = new Set([...tests, ...(await sight.pick(all, ({ deviceId }) => deviceId))])
    return c.json({ items: all.filter((one) => visible.has(one)).map(toDeliveryAnswer) }, 200)
  })

  app.openapi(redeliverRoute, async (c) => {
    const sight = c.get('sight')
    const { webhookId, deliveryId } = c.req.valid('param')
    await requireWebhook(webhooks.store, sight, webhookId)
    const found = await webhooks.deliveries.get(webhookId, deliveryId)
    const isVisible =
      found !== null &&
      (found.kind === 'test' || (await sight.pick([found], (one) => one.deviceId)).length > 0)
    if (!isVisible) throw new Problem('not-found', `no delivery ${deliveryId}; they are kept for 7 days`)
    const { eventId, type, deviceId, eventAt } = found
    const event = await events.get({ id: eventId, type, deviceId, at: eventAt })
    if (event === null)
      throw new Problem('conflict', `events of type ${type} are not kept, or the event was deleted`)
    await recordAudit(c.get('caller'), {
      step: 'webhook-redelivered',
      ...(deviceId !== null && { deviceId }),
      details: { webhookId, eventId },
    })
    const delivery = await sendNow({ ...webhooks, now }, { webhookId, kind: 'redelivery', event })
    return delivery === null ? c.body(null, 202) : c.json(toDeliveryAnswer(delivery), 200)
  })
}
