import type { Campaign } from '../../shared/domain/campaign.ts'
import { isAtLeastAsNarrow } from '../../shared/domain/device-limit.ts'
import type { CampaignStore } from '../../shared/store/campaigns.ts'
import { Problem } from '../problem.ts'
import type { Sight } from '../visibility.ts'

/**
 * A campaign stays within the device limit of the key that created it. It is visible to keys whose own limit allows all of
 * these devices.
 */
export const isCampaignVisibleTo = ({ limit }: Pick<Sight, 'limit'>, campaign: Campaign): boolean =>
  isAtLeastAsNarrow(campaign.limit, limit)

export async function requireCampaign(
  campaigns: Pick<CampaignStore, 'get'>,
  sight: Pick<Sight, 'limit'>,
  campaignId: string,
): Promise<Campaign> {
  const campaign = await campaigns.get(campaignId)
  if (campaign !== null && isCampaignVisibleTo(sight, campaign)) return campaign
  throw new Problem('not-found', `no campaign ${campaignId}; GET /v1/campaigns lists them`)
}
