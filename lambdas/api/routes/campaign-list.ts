import { createRoute, z } from '@hono/zod-openapi'
import { chunkOf, DELETED_DEVICE, outcomes, type Campaign, type Part } from '../../shared/domain/campaign.ts'
import type { ApiParts, App } from '../app-type.ts'
import { campaignExample, campaignSummaryExample, partPageExample } from '../campaigns/examples.ts'
import { isCampaignVisibleTo, requireCampaign } from '../campaigns/require-campaign.ts'
import {
  campaignPageSchema,
  campaignParams,
  campaignSchema,
  partPageSchema,
  partStates,
} from '../campaigns/schema.ts'
import { stateOf, toCampaign, toCampaignSummary, toPart } from '../campaigns/to-campaign.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { json } from '../json.ts'
import { masksFor } from '../mask.ts'
import { cursorInput, lastPage, limitOf, nextLink } from '../page.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/v1/campaigns',
  operationId: 'listCampaigns',
  tags: ['Campaigns'],
  summary: 'Campaigns, newest first',
  description:
    'A key that is restricted to devices sees campaigns that can reach only these devices: its own, and those of keys with the same or a narrower restriction.',
  ...needs('read'),
  request: { query: exactly({ limit: limitOf(50, 200), cursor: cursorInput }) },
  responses: {
    200: json('A page of campaigns', campaignPageSchema, lastPage(campaignSummaryExample)),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/campaigns/{campaignId}',
  operationId: 'getCampaign',
  tags: ['Campaigns'],
  summary: 'A campaign with its progress by outcome and by firmware',
  description: 'Numbers may be up to a minute old.',
  ...needs('read'),
  request: { params: campaignParams },
  responses: {
    200: json('The campaign', campaignSchema, campaignExample),
  },
})

const partsRoute = createRoute({
  method: 'get',
  path: '/v1/campaigns/{campaignId}/parts',
  operationId: 'listCampaignParts',
  tags: ['Campaigns'],
  summary: 'The devices of a campaign, in the order of sending, and how each ended',
  description:
    'Devices that have been deleted since are not listed, but the numbers of the campaign still count them.',
  ...needs('read'),
  request: {
    params: campaignParams,
    query: exactly({
      state: z.enum(partStates).optional().openapi({ description: 'Only devices in this state' }),
      outcome: z.enum(outcomes).optional().openapi({ description: 'Only devices that ended like this' }),
      firmware: z.string().min(1).max(100).optional().openapi({ description: 'Exactly this one' }),
      limit: limitOf(100, 500),
      cursor: cursorInput,
    }),
  },
  responses: {
    200: json('A page of parts', partPageSchema, partPageExample),
  },
})

/** Maximum number of chunks that one request reads in a search. */
const MAX_CHUNKS = 16

export function addCampaignListRoutes(app: App, { campaigns }: Pick<ApiParts, 'campaigns'>): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const scope = ['campaigns']
    const after = cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string)
    const { campaigns: found, next } = await campaigns.list({ limit, after })
    const visible = found.filter((campaign) => isCampaignVisibleTo(c.get('sight'), campaign))
    const nextCursor = next === null ? null : encodeCursor(scope, next)
    return c.json({ items: visible.map(toCampaignSummary), nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const { campaignId } = c.req.valid('param')
    const campaign = await requireCampaign(campaigns, c.get('sight'), campaignId)
    return c.json(toCampaign(campaign, masksFor(c.get('caller'))), 200)
  })

  app.openapi(partsRoute, async (c) => {
    const { campaignId } = c.req.valid('param')
    const { limit, cursor, ...filter } = c.req.valid('query')
    const sight = c.get('sight')
    const scope = ['campaign-parts', campaignId, filter.state, filter.outcome, filter.firmware]
    const from = cursor === undefined ? 0 : Number(decodeCursor(scope, cursor))
    const campaign = await requireCampaign(campaigns, sight, campaignId)
    const { parts, next } = await readParts(campaign, from, limit, (part) => matches(part, filter))
    const visible = await sight.pick(parts, ({ deviceId }) => deviceId)
    const nextCursor = next === null ? null : encodeCursor(scope, next)
    const items = visible.map((part) => toPart(campaignId, part))
    return c.json({ campaignId, items, nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  /** Matching parts from an index on; `next`: the index to continue at. */
  async function readParts(
    campaign: Campaign,
    from: number,
    limit: number,
    isListed: (part: Part) => boolean,
  ): Promise<{ parts: Part[]; next: number | null }> {
    const { total } = campaign.progress
    const parts: Part[] = []
    let index = from
    for (let read = 0; read < MAX_CHUNKS && index < total; read++) {
      const chunk = chunkOf(index)
      const known = await campaigns.readChunks(campaign, [chunk])
      for (; index < total && chunkOf(index) === chunk; index++) {
        if (parts.length === limit) return { parts, next: index }
        const part = known.get(index)
        if (part && part.deviceId !== DELETED_DEVICE && isListed(part)) parts.push(part)
      }
    }
    return { parts, next: index < total ? index : null }
  }
}

const matches = (
  part: Part,
  filter: {
    readonly state?: string | undefined
    readonly outcome?: string | undefined
    readonly firmware?: string | undefined
  },
): boolean =>
  (filter.state === undefined || stateOf(part) === filter.state) &&
  (filter.outcome === undefined || part.outcome === filter.outcome) &&
  (filter.firmware === undefined || part.firmware === filter.firmware)
