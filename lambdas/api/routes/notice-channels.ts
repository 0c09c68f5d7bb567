import { randomUUID } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import type { ChannelTarget } from '../../shared/domain/notices/channel.ts'
import { makeTestNotice } from '../../shared/domain/notices/notice-event.ts'
import { makeChannelId, MAX_CHANNELS } from '../../shared/store/notice-channels.ts'
import type { ApiParts, App } from '../app-type.ts'
import { json, jsonBody } from '../json.ts'
import {
  channelListSchema,
  channelPatchSchema,
  channelSchema,
  newChannelSchema,
  toChannelAnswer,
  toTarget,
  type TargetInput,
} from '../notices/channel-schema.ts'
import { channelExample } from '../notices/examples.ts'
import { noSuchChannel, refusal, requireChannel, visibleChannels } from '../notices/own-notices.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { testDeliveryExample } from '../webhooks/examples.ts'
import { deliverySchema, toDeliveryAnswer } from '../webhooks/schema.ts'
import { sendNow } from '../webhooks/send-now.ts'

const params = z.object({
  channelId: z.string().openapi({ description: 'As returned when the channel was created' }),
})
const tags = ['Notices']

const createChannelRoute = createRoute({
  method: 'post',
  path: '/v1/notice-channels',
  operationId: 'createNoticeChannel',
  tags,
  summary: 'Create a channel for notices',
  description:
    'ntfy, Telegram, Pushover, a webhook, or e-mail if the installation runs on AWS. Secrets are stored separately and never shown again. URLs must lead to public hosts; an installation on one machine also accepts private hosts if it is started with --webhook-private.',
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-text'),
  request: {
    body: jsonBody(newChannelSchema, {
      example: { name: 'My phone', target: { kind: 'ntfy', topic: 'our-cars-7Gk2' } },
    }),
  },
  responses: { 201: json('The channel', channelSchema, channelExample) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/notice-channels',
  operationId: 'listNoticeChannels',
  tags,
  summary: 'All channels with the result of their last delivery',
  ...needs('admin'),
  responses: {
    200: json('The channels, without their secrets', channelListSchema, {
      items: [channelExample],
      fromCommandLine: [],
    }),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/notice-channels/{channelId}',
  operationId: 'getNoticeChannel',
  tags,
  summary: 'A channel with the result of its last delivery',
  ...needs('admin'),
  request: { params },
  responses: { 200: json('The channel', channelSchema, channelExample) },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/v1/notice-channels/{channelId}',
  operationId: 'changeNoticeChannel',
  tags,
  summary: 'Rename a channel, or change its target',
  description: 'A `target` is replaced as a whole, because its stored secrets cannot be read to complete it.',
  ...needs('admin'),
  ...refuses('unsafe-text'),
  request: {
    params,
    body: jsonBody(channelPatchSchema, { example: { name: 'Her phone' } }),
  },
  responses: { 200: json('The channel as it is now', channelSchema, channelExample) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/notice-channels/{channelId}',
  operationId: 'deleteNoticeChannel',
  tags,
  summary: 'Delete a channel that no rule uses; notices that wait for it are dropped',
  ...needs('admin'),
  ...refuses('conflict'),
  request: { params },
  responses: { 204: { description: 'Deleted' } },
})

const testRoute = createRoute({
  method: 'post',
  path: '/v1/notice-channels/{channelId}/test',
  operationId: 'testNoticeChannel',
  tags,
  summary: 'Send a test notice and return the answer of the service',
  ...needs('admin'),
  request: { params },
  responses: {
    200: json('The answer of the service', deliverySchema, {
      ...testDeliveryExample,
      type: 'notice.test',
    }),
    202: { description: 'There is no result yet; the channel will show it' },
  },
})

type Parts = Pick<ApiParts, 'notices' | 'webhooks'>

/** The target in its stored form, if its host is allowed. */
async function requireTarget({ notices, webhooks }: Parts, given: TargetInput): Promise<ChannelTarget> {
  if (given.kind === 'email' && notices.mail === null) {
    throw refusal(
      '/target/kind',
      'e-mail goes through SNS, which this installation does not have; use ntfy, which can pass notices on by e-mail, or a webhook',
    )
  }
  const { target, checkUrl } = toTarget(given)
  if (checkUrl === null) return target
  const found = await webhooks.checkTarget(checkUrl)
  if ('problem' in found)
    throw refusal(given.kind === 'ntfy' ? '/target/server' : '/target/url', found.problem)
  return target
}

const subscribe = async (
  { notices: { mail } }: Parts,
  channelId: string,
  target: ChannelTarget,
): Promise<string | null> =>
  target.kind === 'email' && mail !== null ? mail.subscribe(channelId, target.address) : null

const unsubscribe = async ({ notices: { mail } }: Parts, subscription: string | null): Promise<void> => {
  if (subscription !== null && mail !== null) await mail.unsubscribe(subscription)
}

export function addNoticeChannelRoutes(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { notices, webhooks, now } = parts

  app.openapi(createChannelRoute, async (c) => {
    const caller = c.get('caller')
    const sight = c.get('sight')
    const { name, target: given } = c.req.valid('json')
    const target = await requireTarget(parts, given)
    const channelId = makeChannelId()
    const subscription = await subscribe(parts, channelId, target)
    const newChannel = { name, target, limit: sight.limit, createdBy: caller.keyId, subscription }
    const made = await notices.channels.create(channelId, newChannel)
    if (made === null) {
      await unsubscribe(parts, subscription)
      throw new Problem('conflict', `expected at most ${MAX_CHANNELS} channels`)
    }
    const { kind, where } = made
    await recordAudit(caller, { step: 'notice-channel-made', details: { channelId, kind, where } })
    return c.json(toChannelAnswer(await requireChannel(notices.channels, sight, channelId)), 201)
  })

  app.openapi(listRoute, async (c) => {
    const sight = c.get('sight')
    const items = (await visibleChannels(notices.channels, sight)).map(toChannelAnswer)
    // Shown only to callers without a device limit, because they get events of all devices.
    const fromCommandLine = sight.limit === null ? notices.fromCommandLine : []
    return c.json(
      { items, fromCommandLine: fromCommandLine.map((one) => ({ ...one, events: [...one.events] })) },
      200,
    )
  })

  app.openapi(getRoute, async (c) => {
    const { channelId } = c.req.valid('param')
    return c.json(toChannelAnswer(await requireChannel(notices.channels, c.get('sight'), channelId)), 200)
  })

  app.openapi(changeRoute, async (c) => {
    const sight = c.get('sight')
    const { channelId } = c.req.valid('param')
    const { name, target: given } = c.req.valid('json')
    const { channel } = await requireChannel(notices.channels, sight, channelId)
    const target = given && (await requireTarget(parts, given))
    const subscription = target && (await subscribe(parts, channelId, target))
    const isChanged = await notices.channels.change(channelId, {
      ...(name !== undefined && { name }),
      ...(target && { target, subscription: subscription ?? null }),
    })
    if (!isChanged) throw noSuchChannel(channelId)
    if (target) await unsubscribe(parts, channel.subscription)
    await recordAudit(c.get('caller'), {
      step: 'notice-channel-changed',
      details: { channelId, fields: Object.keys(c.req.valid('json')) },
    })
    return c.json(toChannelAnswer(await requireChannel(notices.channels, sight, channelId)), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { channelId } = c.req.valid('param')
    const { channel } = await requireChannel(notices.channels, c.get('sight'), channelId)
    const using = (await notices.rules.list()).filter((rule) => rule.channels.includes(channelId))
    if (using.length > 0) {
      const ids = using.map(({ ruleId }) => ruleId).join(', ')
      throw new Problem(
        'conflict',
        `these rules use the channel: ${ids}; give them another channel, or delete them first`,
      )
    }
    if (!(await notices.channels.remove(channelId))) throw noSuchChannel(channelId)
    await unsubscribe(parts, channel.subscription)
    await recordAudit(c.get('caller'), { step: 'notice-channel-deleted', details: { channelId } })
    return c.body(null, 204)
  })

  app.openapi(testRoute, async (c) => {
    const { channelId } = c.req.valid('param')
    const { channel } = await requireChannel(notices.channels, c.get('sight'), channelId)
    await recordAudit(c.get('caller'), { step: 'notice-channel-tested', details: { channelId } })
    const event = makeTestNotice(randomUUID(), channel.name, now())
    const delivery = await sendNow({ ...webhooks, now }, { webhookId: channelId, kind: 'test', event })
    return delivery === null ? c.body(null, 202) : c.json(toDeliveryAnswer(delivery), 200)
  })
}
