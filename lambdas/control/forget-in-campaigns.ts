import { chunkOf, DELETED_DEVICE, type Campaign, type Part } from '#shared/domain/campaign.ts'
import type { ControlParts } from './parts.ts'

const PAGE = 50
/** Chunks read at a time: about 12 kB each. */
const CHUNKS = 10
const MAX_TRIES = 8

/**
 * Anonymizes a deleted device in the campaigns that were made before its deletion: they keep their numbers, and no longer contain
 * its id. Resolves to the number of campaigns. Rejects if one of them was changed repeatedly in the meantime; then it can be called
 * again.
 */
export async function forgetInCampaigns(
  { campaigns }: Pick<ControlParts, 'campaigns'>,
  deviceId: string,
  before: number,
): Promise<number> {
  let changed = 0
  for (let after: string | undefined; ;) {
    const page = await campaigns.list({ limit: PAGE, after })
    for (const campaign of page.campaigns)
      if (campaign.createdAt < before && (await forgetInOne(campaigns, campaign, deviceId))) changed++
    if (page.next === null) return changed
    after = page.next
  }
}

async function forgetInOne(
  campaigns: ControlParts['campaigns'],
  listed: Campaign,
  deviceId: string,
): Promise<boolean> {
  const { campaignId } = listed
  for (let tried = 0; tried < MAX_TRIES; tried++) {
    // Read before the parts, so that a change of them in the meantime is noticed by its version.
    const before = await campaigns.get(campaignId)
    const found = before && (await findPart(campaigns, before, deviceId))
    if (!before || !found) return false
    const { index, parts } = found
    const replaced = new Map(parts).set(index, { ...parts.get(index)!, deviceId: DELETED_DEVICE })
    const save = { before, after: before, parts: replaced, changed: [index] }
    if ((await campaigns.save(save)) === 'saved') return true
  }
  throw new Error(`campaign ${campaignId} kept changing; the sweep tries again`)
}

/** The part of a device, with all parts of its chunk. */
async function findPart(
  campaigns: ControlParts['campaigns'],
  campaign: Campaign,
  deviceId: string,
): Promise<{ readonly index: number; readonly parts: ReadonlyMap<number, Part> } | null> {
  const chunks = Array.from({ length: chunkOf(campaign.progress.total - 1) + 1 }, (_, n) => n)
  for (let i = 0; i < chunks.length; i += CHUNKS) {
    const parts = await campaigns.readChunks(campaign, chunks.slice(i, i + CHUNKS))
    for (const [index, part] of parts) if (part.deviceId === deviceId) return { index, parts }
  }
  return null
}
