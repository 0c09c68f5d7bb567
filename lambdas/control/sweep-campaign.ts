import { advanceCampaign } from '#shared/commands/campaign.ts'
import type { Campaign, CampaignEvent } from '#shared/domain/campaign.ts'
import { mayAdvance, published } from '#shared/domain/campaign-steps.ts'
import type { Command, Conclusion } from '#shared/domain/command.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import type { ControlParts } from './parts.ts'

/** One campaign must not use up the whole sweep; the next sweep continues. */
const SWEEP_MS = 15_000
/** Short, because a gateway waits until its report is settled. */
const CONCLUSION_MS = 5_000
const MAX_TRIES = 8

/** Handles a campaign that is due. */
export async function sweepCampaign(parts: ControlParts, campaignId: string): Promise<void> {
  const campaign = await advanceCampaign(parts, campaignId, { maxMs: SWEEP_MS })
  if (campaign !== null) await publishCampaign(parts, campaignId)
}

/**
 * Passes a conclusion to the campaign of its command. The sweep counts it, but if the conclusion may complete the canary or the
 * campaign, the campaign is handled at once.
 */
export async function countInCampaign(
  parts: ControlParts,
  { campaign: of }: Command,
  { at, verdict, reason }: Conclusion,
): Promise<void> {
  if (of === undefined) return
  const { campaigns, log } = parts
  const { campaignId, part } = of
  await campaigns.leaveConclusion(campaignId, { part, at, verdict, reason })
  try {
    const campaign = await campaigns.get(campaignId)
    if (campaign === null) return
    // The sweep ignores a finished campaign, so a correction is counted now.
    const onlyIfDecisive = campaign.dueAt !== null
    if (onlyIfDecisive && !mayAdvance(campaign)) return
    await advanceCampaign(parts, campaignId, { maxMs: CONCLUSION_MS, onlyIfDecisive })
    await publishCampaign(parts, campaignId)
  } catch (cause) {
    // The conclusion is stored: the sweep counts it.
    log.warn('campaign not advanced; the sweep does it', { campaignId, cause })
  }
}

/** Publishes the events of a campaign; after a crash again, with the same ids. */
async function publishCampaign(parts: ControlParts, campaignId: string): Promise<void> {
  const { campaigns, putEvents, metrics, now } = parts
  for (let tried = 1; tried <= MAX_TRIES; tried++) {
    const campaign = await campaigns.get(campaignId)
    if (campaign === null || campaign.unpublished.length === 0) return
    const events = campaign.unpublished
    await putEvents(events.map((event) => toEvent(campaign, event)))
    const saved = await campaigns.save({
      before: campaign,
      after: published(campaign, events, now()),
      parts: new Map(),
      changed: [],
    })
    if (saved !== 'saved') continue
    if (events.some(({ event }) => event === 'stopped')) metrics.count('CampaignsStopped')
    return
  }
}

/** Contains the numbers at that time, and never the parameters. */
function toEvent(campaign: Campaign, { event, at, progress }: CampaignEvent): BusEvent {
  const { campaignId, name, intent, danger, reason, createdBy, createdAt } = campaign
  return {
    id: `campaign:${campaignId}:${event}:${at}`,
    type: `campaign.${event}`,
    at,
    deviceId: null,
    data: {
      campaignId,
      name,
      intent,
      danger,
      reason,
      devices: progress.total,
      pending: progress.open,
      outcomes: progress.counts,
      createdBy,
      createdAt: new Date(createdAt).toISOString(),
    },
  }
}
