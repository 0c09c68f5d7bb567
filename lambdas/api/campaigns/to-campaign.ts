import type { z } from '@hono/zod-openapi'
import { entryOf } from '#h02/catalogue/index.ts'
import { campaignCommandId } from '../../shared/commands/command-id.ts'
import type { Campaign, Part, Progress } from '../../shared/domain/campaign.ts'
import { orNull, toReceivedIso } from '../iso-time.ts'
import type { Masks } from '../mask.ts'
import type { CampaignAnswer, CampaignSummaryAnswer, partSchema } from './schema.ts'

const toIsoOrNull = orNull(toReceivedIso)

function toProgress({ total, open, counts }: Progress) {
  const ended = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return { devices: total, waiting: total - open - ended, open, outcomes: { ...counts } }
}

export const toCampaignSummary = (campaign: Campaign): CampaignSummaryAnswer => ({
  campaignId: campaign.campaignId,
  name: campaign.name,
  state: campaign.state,
  phase: campaign.phase,
  intent: campaign.intent,
  title: entryOf(campaign.intent)?.title ?? null,
  danger: campaign.danger,
  progress: toProgress(campaign.progress),
  reason: campaign.reason && { ...campaign.reason },
  createdAt: toReceivedIso(campaign.createdAt),
  createdBy: campaign.createdBy,
  endedAt: toIsoOrNull(campaign.endedAt),
})

export const toCampaign = (campaign: Campaign, masks: Masks): CampaignAnswer => ({
  ...toCampaignSummary(campaign),
  params: masks.params(campaign.intent, campaign.params),
  dialect: campaign.dialect,
  select: { ...campaign.select, labels: campaign.select.labels && { ...campaign.select.labels } },
  canary: campaign.canary,
  perMinute: campaign.perMinute,
  stopWhen: { ...campaign.stopWhen },
  expiresInSeconds: campaign.expiresInSeconds,
  firmwares: Object.entries(campaign.byFirmware)
    .map(([firmware, progress]) => ({ firmware, ...toProgress(progress) }))
    .toSorted((a, b) => b.devices - a.devices),
})

export const stateOf = ({ claimedAt, outcome }: Part) =>
  outcome !== null ? 'ended' : claimedAt !== null ? 'open' : 'waiting'

export const toPart = (campaignId: string, part: Part): z.infer<typeof partSchema> => {
  const { deviceId, firmware, claimedAt, outcome, reason, concludedAt } = part
  const isMade = claimedAt !== null && outcome !== 'skipped'
  return {
    deviceId,
    firmware,
    state: stateOf(part),
    outcome,
    reason,
    commandId: isMade ? campaignCommandId(campaignId, deviceId, claimedAt) : null,
    sentAt: isMade ? toReceivedIso(claimedAt) : null,
    endedAt: toIsoOrNull(concludedAt),
  }
}
