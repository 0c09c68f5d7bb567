import { setTimeout as sleep } from 'node:timers/promises'
import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { conflictWaitMs } from '../../shared/back-off.ts'
import type { Campaign, CampaignState } from '../../shared/domain/campaign.ts'
import { cancel, pause, resume } from '../../shared/domain/campaign-steps.ts'
import type { AuditStep } from '../../shared/store/audit.ts'
import type { ApiBindings, ApiParts, App } from '../app-type.ts'
import { campaignExample } from '../campaigns/examples.ts'
import { requireCampaign } from '../campaigns/require-campaign.ts'
import { campaignParams, campaignSchema, type CampaignAnswer } from '../campaigns/schema.ts'
import { toCampaign } from '../campaigns/to-campaign.ts'
import { json } from '../json.ts'
import { masksFor } from '../mask.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'

const changeRoute = <Name extends 'pause' | 'resume' | 'cancel'>(
  name: Name,
  summary: string,
  { description, example }: { readonly description: string; readonly example: CampaignAnswer },
) =>
  createRoute({
    method: 'post',
    path: `/v1/campaigns/{campaignId}/${name}` as const,
    operationId: `${name}Campaign`,
    tags: ['Campaigns'],
    summary,
    description: `${description} Repeating the request changes nothing.`,
    ...needs('command'),
    ...refuses('conflict'),
    request: { params: campaignParams },
    responses: {
      200: json('The campaign as it is now', campaignSchema, example),
    },
  })

const pauseRoute = changeRoute('pause', 'Pause a campaign', {
  description:
    'The campaign sends to no more devices until it is resumed. At most 50 commands that it had already decided on are still created. Commands that wait for their devices keep waiting.',
  example: { ...campaignExample, state: 'paused' },
})
const resumeRoute = changeRoute('resume', 'Resume a paused campaign', {
  description: 'It continues at once.',
  example: campaignExample,
})
const cancelRoute = changeRoute('cancel', 'End a campaign', {
  description:
    'It sends to no more devices, and commands that still wait for theirs are cancelled. Commands that were sent still conclude.',
  example: { ...campaignExample, state: 'cancelled', endedAt: '2026-01-31T08:10:00.125Z' },
})

type Change = {
  readonly by: (campaign: Campaign, now: number) => Campaign | null
  readonly to: CampaignState
  readonly step: AuditStep
  readonly from: string
}
const changes = {
  pause: { by: pause, to: 'paused', step: 'campaign-paused', from: 'one that is running' },
  resume: { by: resume, to: 'running', step: 'campaign-resumed', from: 'one that is paused' },
  cancel: { by: cancel, to: 'cancelled', step: 'campaign-cancelled', from: 'one that is running or paused' },
} as const satisfies Record<string, Change>

const MAX_TRIES = 10
const FIRST_WAIT_MS = 10

export function addCampaignChangeRoutes(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { campaigns, advanceCampaign, log, now } = parts

  /** Changes the stored campaign; retries if the sweep was faster. */
  const change = async (
    c: Context<ApiBindings>,
    campaignId: string,
    requested: Change,
  ): Promise<Campaign> => {
    for (let tried = 1; tried <= MAX_TRIES; tried++) {
      const before = await requireCampaign(campaigns, c.get('sight'), campaignId)
      if (before.state === requested.to) return before
      const after = requested.by(before, now())
      if (after === null) {
        throw new Problem('conflict', `the campaign is ${before.state}; expected ${requested.from}`)
      }
      const saved = await campaigns.save({ before, after, parts: new Map(), changed: [] })
      if (saved === 'saved') {
        await recordAudit(c.get('caller'), { step: requested.step, details: { campaignId } })
        await advanceCampaign(campaignId).catch((cause: unknown) =>
          log.warn('campaign not advanced; the sweep does it', { campaignId, cause }),
        )
        return requireCampaign(campaigns, c.get('sight'), campaignId)
      }
      await sleep(conflictWaitMs(tried, { firstMs: FIRST_WAIT_MS }))
    }
    throw new Error(`campaign ${campaignId} was changed by others ${MAX_TRIES} times in a row`)
  }

  app.openapi(pauseRoute, async (c) => {
    const { campaignId } = c.req.valid('param')
    return c.json(toCampaign(await change(c, campaignId, changes.pause), masksFor(c.get('caller'))), 200)
  })
  app.openapi(resumeRoute, async (c) => {
    const { campaignId } = c.req.valid('param')
    return c.json(toCampaign(await change(c, campaignId, changes.resume), masksFor(c.get('caller'))), 200)
  })
  app.openapi(cancelRoute, async (c) => {
    const { campaignId } = c.req.valid('param')
    return c.json(toCampaign(await change(c, campaignId, changes.cancel), masksFor(c.get('caller'))), 200)
  })
}
