import { createRoute, z } from '@hono/zod-openapi'
import { MAX_WEBHOOKS } from '../../shared/store/webhooks.ts'
import type { ApiParts, App } from '../app-type.ts'
import { json, jsonBody } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { madeWebhookExample, webhookExample } from '../webhooks/examples.ts'
import {
  noSuchWebhook,
  refuseTarget,
  requireWebhook,
  showWebhook,
  toDevices,
  visibleWebhooks,
} from '../webhooks/own-webhooks.ts'
import {
  madeWebhookSchema,
  newWebhookSchema,
  toEvents,
  webhookPatchSchema,
  webhookSchema,
} from '../webhooks/schema.ts'

export const webhookParams = z.object({
  webhookId: z.string().openapi({ description: 'As returned when the webhook was created' }),
})
const tags = ['Webhooks']

const createWebhookRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks',
  operationId: 'createWebhook',
  tags,
  summary: 'Create a webhook: post events to a URL; the secret is shown only once',
  description:
    'Deliveries are signed according to Standard Webhooks. The webhook gets events published at least 3 seconds after its creation, of devices that the creating key sees, and ends when that key expires.',
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-text', 'not-found'),
  request: {
    body: jsonBody(newWebhookSchema, {
      example: { url: 'https://hooks.example.com/h02', events: ['alarm.raised', 'alarm.cleared'] },
    }),
  },
  responses: {
    201: json('The webhook', madeWebhookSchema, madeWebhookExample),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks',
  operationId: 'listWebhooks',
  tags,
  summary: 'All webhooks with the state of their deliveries',
  ...needs('admin'),
  responses: {
    200: json(
      'The webhooks, without their secrets',
      z.object({ items: z.array(webhookSchema) }).openapi('WebhookList'),
      { items: [webhookExample] },
    ),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/webhooks/{webhookId}',
  operationId: 'getWebhook',
  tags,
  summary: 'A webhook with the state of its deliveries',
  ...needs('admin'),
  request: { params: webhookParams },
  responses: { 200: json('The webhook', webhookSchema, webhookExample) },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/v1/webhooks/{webhookId}',
  operationId: 'changeWebhook',
  tags,
  summary: 'Change a webhook',
  description:
    'Omitted fields stay unchanged. Waiting events go to the new URL. The devices that it may get events of, which are those of the creating key, cannot be changed.',
  ...needs('admin'),
  ...refuses('unsafe-text'),
  request: {
    params: webhookParams,
    body: jsonBody(webhookPatchSchema, { example: { events: ['*'] } }),
  },
  responses: { 200: json('The webhook as it is now', webhookSchema, { ...webhookExample, events: ['*'] }) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/webhooks/{webhookId}',
  operationId: 'deleteWebhook',
  tags,
  summary: 'Delete a webhook; events that wait for it are dropped',
  ...needs('admin'),
  request: { params: webhookParams },
  responses: { 204: { description: 'Deleted' } },
})

const enableRoute = createRoute({
  method: 'post',
  path: '/v1/webhooks/{webhookId}/enable',
  operationId: 'enableWebhook',
  tags,
  summary: 'Enable a webhook that is disabled or paused',
  description:
    'Events that were published while it was disabled are not sent: read them from `GET /v1/events`.',
  ...needs('admin'),
  request: { params: webhookParams },
  responses: { 200: json('The webhook as it is now', webhookSchema, webhookExample) },
})

export function addWebhookRoutes(app: App, { webhooks, log, now }: ApiParts, recordAudit: RecordAudit): void {
  app.openapi(createWebhookRoute, async (c) => {
    const caller = c.get('caller')
    const sight = c.get('sight')
    const { url, events, deviceIds = null, labels = null, description = null } = c.req.valid('json')
    const devices = toDevices(sight, deviceIds, labels)
    refuseTarget(await webhooks.checkTarget(url))
    const made = await webhooks.store.create({
      url,
      events: toEvents(events),
      devices,
      limit: sight.limit,
      description,
      createdBy: caller.keyId,
      expiresAt: caller.expiresAt,
    })
    if (made === null) throw new Problem('conflict', `expected at most ${MAX_WEBHOOKS} webhooks`)
    const { webhookId } = made.webhook
    await recordAudit(caller, {
      step: 'webhook-made',
      // Only this part of the URL, because its path is often a secret.
      details: { webhookId, host: new URL(url).host, events, deviceIds, labels },
    })
    log.info('webhook created', { webhookId, by: caller.keyId })
    const known = await requireWebhook(webhooks.store, sight, webhookId)
    return c.json({ ...(await showWebhook(known, sight, now())), secret: made.secret }, 201)
  })

  app.openapi(listRoute, async (c) => {
    const sight = c.get('sight')
    const visible = await visibleWebhooks(webhooks.store, sight)
    return c.json({ items: await Promise.all(visible.map((known) => showWebhook(known, sight, now()))) }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const sight = c.get('sight')
    const known = await requireWebhook(webhooks.store, sight, c.req.valid('param').webhookId)
    return c.json(await showWebhook(known, sight, now()), 200)
  })

  app.openapi(changeRoute, async (c) => {
    const sight = c.get('sight')
    const { webhookId } = c.req.valid('param')
    const { url, events, deviceIds, labels, description } = c.req.valid('json')
    const { webhook } = await requireWebhook(webhooks.store, sight, webhookId)
    const isOfDevices = deviceIds !== undefined || labels !== undefined
    const { devices: before } = webhook
    const ids = deviceIds === undefined ? (before?.ids ?? null) : deviceIds
    const devices = toDevices(sight, ids, labels === undefined ? (before?.labels ?? null) : labels)
    if (url !== undefined) refuseTarget(await webhooks.checkTarget(url))
    const isChanged = await webhooks.store.change(webhookId, {
      ...(url !== undefined && { url }),
      ...(events !== undefined && { events: toEvents(events) }),
      ...(isOfDevices && { devices }),
      ...(description !== undefined && { description }),
    })
    if (!isChanged) throw noSuchWebhook(webhookId)
    await recordAudit(c.get('caller'), {
      step: 'webhook-changed',
      details: {
        webhookId,
        fields: Object.keys(c.req.valid('json')),
        ...(url && { host: new URL(url).host }),
      },
    })
    return c.json(
      await showWebhook(await requireWebhook(webhooks.store, sight, webhookId), sight, now()),
      200,
    )
  })

  app.openapi(deleteRoute, async (c) => {
    const { webhookId } = c.req.valid('param')
    await requireWebhook(webhooks.store, c.get('sight'), webhookId)
    if (!(await webhooks.store.remove(webhookId))) throw noSuchWebhook(webhookId)
    await recordAudit(c.get('caller'), { step: 'webhook-deleted', details: { webhookId } })
    log.info('webhook deleted', { webhookId, by: c.get('caller').keyId })
    return c.body(null, 204)
  })

  app.openapi(enableRoute, async (c) => {
    const sight = c.get('sight')
    const { webhookId } = c.req.valid('param')
    await requireWebhook(webhooks.store, sight, webhookId)
    if (!(await webhooks.store.enable(webhookId))) throw noSuchWebhook(webhookId)
    await recordAudit(c.get('caller'), { step: 'webhook-enabled', details: { webhookId } })
    return c.json(
      await showWebhook(await requireWebhook(webhooks.store, sight, webhookId), sight, now()),
      200,
    )
  })
}
