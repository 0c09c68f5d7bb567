import { createRoute, z } from '@hono/zod-openapi'
import type { NoticeRule } from '../../shared/domain/notices/rule.ts'
import { MAX_RULES } from '../../shared/store/notice-rules.ts'
import type { ApiParts, App } from '../app-type.ts'
import { json, jsonBody } from '../json.ts'
import { ruleBodyExample, ruleExample } from '../notices/examples.ts'
import { noSuchRule, requireChannels, requireRule, showRule, visibleRules } from '../notices/own-notices.ts'
import { newRuleSchema, rulePatchSchema, ruleSchema, toFormat, toQuietHours } from '../notices/schema.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { toDevices } from '../webhooks/own-webhooks.ts'

const params = z.object({
  ruleId: z.string().openapi({ description: 'As returned when the rule was created' }),
})
const tags = ['Notices']

const createRuleRoute = createRoute({
  method: 'post',
  path: '/v1/notice-rules',
  operationId: 'createNoticeRule',
  tags,
  summary: 'Create a rule for notices',
  description:
    'The rule applies after a second, to devices that the creating key sees, and ends when that key expires. In quiet hours nothing is sent; one notice at their end sums up what was held back.',
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-text', 'not-found'),
  request: {
    body: jsonBody(newRuleSchema, {
      example: ruleBodyExample,
    }),
  },
  responses: { 201: json('The rule', ruleSchema, ruleExample) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/notice-rules',
  operationId: 'listNoticeRules',
  tags,
  summary: 'All rules for notices',
  ...needs('admin'),
  responses: {
    200: json('The rules', z.object({ items: z.array(ruleSchema) }).openapi('NoticeRuleList'), {
      items: [ruleExample],
    }),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/notice-rules/{ruleId}',
  operationId: 'getNoticeRule',
  tags,
  summary: 'A rule for notices',
  ...needs('admin'),
  request: { params },
  responses: { 200: json('The rule', ruleSchema, ruleExample) },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/v1/notice-rules/{ruleId}',
  operationId: 'changeNoticeRule',
  tags,
  summary: 'Change a rule for notices, or switch it off',
  description:
    'Omitted fields stay unchanged; `quietHours` and `format` are replaced as a whole. The devices that the rule may be about, which are those of the creating key, cannot be changed.',
  ...needs('admin'),
  ...refuses('unsafe-text'),
  request: {
    params,
    body: jsonBody(rulePatchSchema, { example: { enabled: false } }),
  },
  responses: { 200: json('The rule as it is now', ruleSchema, { ...ruleExample, enabled: false }) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/notice-rules/{ruleId}',
  operationId: 'deleteNoticeRule',
  tags,
  summary: 'Delete a rule for notices; notices that it held back are dropped',
  ...needs('admin'),
  request: { params },
  responses: { 204: { description: 'Deleted' } },
})

export function addNoticeRuleRoutes(app: App, { notices }: ApiParts, recordAudit: RecordAudit): void {
  app.openapi(createRuleRoute, async (c) => {
    const caller = c.get('caller')
    const sight = c.get('sight')
    const {
      deviceIds = null,
      labels = null,
      places = null,
      quietHours,
      format,
      ...fields
    } = c.req.valid('json')
    const devices = toDevices(sight, deviceIds, labels)
    await requireChannels(notices.channels, sight, fields.channels)
    const made = await notices.rules.create({
      ...fields,
      devices,
      places,
      quietHours: toQuietHours(quietHours),
      format: toFormat(format),
      limit: sight.limit,
      createdBy: caller.keyId,
      expiresAt: caller.expiresAt,
    })
    if (made === null) throw new Problem('conflict', `expected at most ${MAX_RULES} rules`)
    const { ruleId, on } = made
    await recordAudit(caller, { step: 'notice-rule-made', details: { ruleId, on, deviceIds, labels } })
    return c.json(await showRule(made, sight), 201)
  })

  app.openapi(listRoute, async (c) => {
    const sight = c.get('sight')
    const visible = await visibleRules(notices.rules, sight)
    return c.json({ items: await Promise.all(visible.map((rule) => showRule(rule, sight))) }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const sight = c.get('sight')
    return c.json(
      await showRule(await requireRule(notices.rules, sight, c.req.valid('param').ruleId), sight),
      200,
    )
  })

  app.openapi(changeRoute, async (c) => {
    const sight = c.get('sight')
    const { ruleId } = c.req.valid('param')
    const { deviceIds, labels, places, quietHours, format, ...change } = c.req.valid('json')
    const before = await requireRule(notices.rules, sight, ruleId)
    if (change.channels !== undefined) await requireChannels(notices.channels, sight, change.channels)
    const ids = deviceIds === undefined ? (before.devices?.ids ?? null) : deviceIds
    const after: NoticeRule = {
      ...before,
      ...change,
      ...((deviceIds !== undefined || labels !== undefined) && {
        devices: toDevices(sight, ids, labels === undefined ? (before.devices?.labels ?? null) : labels),
      }),
      ...(places !== undefined && { places }),
      ...(quietHours !== undefined && { quietHours: toQuietHours(quietHours) }),
      ...(format !== undefined && { format: toFormat(format) }),
    }
    if (!(await notices.rules.put(after))) throw noSuchRule(ruleId)
    await recordAudit(c.get('caller'), {
      step: 'notice-rule-changed',
      details: { ruleId, fields: Object.keys(c.req.valid('json')) },
    })
    return c.json(await showRule(after, sight), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { ruleId } = c.req.valid('param')
    await requireRule(notices.rules, c.get('sight'), ruleId)
    if (!(await notices.rules.remove(ruleId))) throw noSuchRule(ruleId)
    await recordAudit(c.get('caller'), { step: 'notice-rule-deleted', details: { ruleId } })
    return c.body(null, 204)
  })
}
