import type { z } from '@hono/zod-openapi'
import type { deliverySchema, madeWebhookSchema, webhookSchema } from './schema.ts'

export const webhookExample: z.infer<typeof webhookSchema> = {
  webhookId: 'wh_8c9bfb818994',
  url: 'https://hooks.example.com/h02',
  events: ['alarm.raised', 'alarm.cleared'],
  deviceIds: null,
  labels: null,
  description: null,
  state: 'active',
  failingSince: null,
  pausedUntil: null,
  disabledAt: null,
  disabledReason: null,
  createdAt: '2026-01-31T08:00:01.250Z',
  createdBy: 'admin',
  expiresAt: null,
}

export const madeWebhookExample: z.infer<typeof madeWebhookSchema> = {
  ...webhookExample,
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
}

export const rotatedWebhookExample = {
  webhookId: webhookExample.webhookId,
  secret: madeWebhookExample.secret,
  previousUntil: '2026-01-31T09:00:05.575Z',
}

type Delivery = z.infer<typeof deliverySchema>

export const deliveryExample: Delivery = {
  deliveryId: '1769846401410-be4fabb082bd-0',
  eventId: '9170000000:alarm.raised',
  type: 'alarm.raised',
  deviceId: '9170000000',
  kind: 'event',
  at: '2026-01-31T08:00:01.475Z',
  attempt: 1,
  outcome: 'delivered',
  status: 200,
  latencyMs: 65,
  answer: 'ok',
  error: null,
}

export const redeliveryExample: Delivery = {
  ...deliveryExample,
  deliveryId: '1769850001410-d9424cf25d89-0',
  kind: 'redelivery',
  at: '2026-01-31T09:00:01.475Z',
}

export const testDeliveryExample: Delivery = {
  ...deliveryExample,
  eventId: 'test:bbdeeb8c-46c6-4056-ba75-c11d360b8c6a',
  type: 'webhook.test',
  deviceId: null,
  kind: 'test',
}
