import { randomBytes } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { createdAtOf, newCommandId } from '../../shared/commands/command-id.ts'
import { inOrder, startCampaign } from '../../shared/domain/campaign-start.ts'
import type { ApiParts, App } from '../app-type.ts'
import { campaignExample } from '../campaigns/examples.ts'
import { planCampaign } from '../campaigns/plan.ts'
import { requireCampaign } from '../campaigns/require-campaign.ts'
import { campaignSchema, newCampaignSchema } from '../campaigns/schema.ts'
import { selectDevices, toCandidates } from '../campaigns/select-devices.ts'
import { toCampaign } from '../campaigns/to-campaign.ts'
import { idempotencyHeader, onceByKey } from '../idempotency.ts'
import { json, jsonBody } from '../json.ts'
import { masksFor } from '../mask.ts'
import { refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'

const examples = {
  harmless: {
    summary: 'Ask trackers for their status',
    value: { name: 'Status', intent: 'read-status', select: { ids: ['9170000000'] } },
  },
  careful: {
    summary: 'Change the interval, ten devices first, 30 a minute',
    value: {
      intent: 'interval-on',
      params: { seconds: 20 },
      select: { ids: ['9170000000'] },
      canary: 10,
      perMinute: 30,
      stopWhen: { unanswered: 0.2, rejected: 1 },
      expiresInSeconds: 3_600,
    },
  },
}

const route = createRoute({
  method: 'post',
  path: '/v1/campaigns',
  operationId: 'createCampaign',
  tags: ['Campaigns'],
  summary: 'Send one command to many devices, a few first',
  description: [
    'Each device gets an ordinary command with its own verdict. It is first sent to a few devices (`canary`): all of them must end `confirmed` or `answered`, otherwise the campaign stops. Then it is sent to the rest, `perMinute` devices a minute, until a condition of `stopWhen` holds.',
    'Sensitive and disruptive commands require `confirm` and a canary of at least 3 devices, or of 1 % if that is more. Dangerous commands and bytes are refused.',
  ].join('\n\n'),
  ...needs('command'),
  ...refuses('confirm-required', 'unsafe-text'),
  request: {
    headers: z.object({ 'idempotency-key': idempotencyHeader }),
    body: jsonBody(newCampaignSchema, { examples }),
  },
  responses: {
    201: json('Created; it begins at once. `Location` is its path', campaignSchema, campaignExample),
  },
})

export function addCampaignRoute(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { campaigns, advanceCampaign, idempotency, log, now } = parts
  const once = { store: idempotency, makeId: () => newCommandId(now()) }

  app.openapi(route, async (c) => {
    const request = c.req.valid('json')
    const [caller, sight] = [c.get('caller'), c.get('sight')]
    return onceByKey(c, once, request, async (campaignId, isRepeat) => {
      const before = isRepeat ? await campaigns.get(campaignId) : null
      if (before === null) {
        const devices = await selectDevices(parts, sight, request.select)
        const plan = planCampaign(request, devices, caller, now())
        const ordered = inOrder(await toCandidates(parts, devices, campaignId))
        const made = startCampaign(plan, ordered, {
          campaignId,
          selection: randomBytes(4).toString('hex'),
          createdAt: createdAtOf(campaignId),
          createdBy: caller.keyId,
          origin: caller.origin,
          limit: sight.limit,
        })
        if (await campaigns.create(made.campaign, made.parts)) {
          const { intent, danger, canary, perMinute } = plan
          const details = { campaignId, intent, danger, devices: devices.length, canary, perMinute }
          await recordAudit(caller, { step: 'campaign-made', details })
        }
        await advanceCampaign(campaignId).catch((cause: unknown) =>
          log.warn('campaign not begun; the sweep does it', { campaignId, cause }),
        )
      }
      c.header('location', `/v1/campaigns/${campaignId}`)
      return c.json(toCampaign(await requireCampaign(campaigns, sight, campaignId), masksFor(caller)), 201)
    })
  })
}
