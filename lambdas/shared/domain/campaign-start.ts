import {
  CAMPAIGN_FORMAT,
  MAX_FIRMWARES,
  OTHER_FIRMWARE,
  type Campaign,
  type CampaignPlan,
  type Part,
  type Progress,
} from './campaign.ts'
import type { Origin } from './command.ts'
import type { DeviceLimit } from './device-limit.ts'

/** The fields of a device that a campaign uses for ordering. */
export type Candidate = {
  readonly deviceId: string
  readonly firmware: string
  readonly online: boolean
  /** A pseudo-random number per device, so that the first devices of the order are a fair sample. */
  readonly rank: number
}

/**
 * The order of sending: first one device of each firmware, most frequent firmware first, so that the canary contains as many
 * firmwares as fit; then by rank. Online devices come first, because an offline canary would delay everything.
 */
export function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const sorted = candidates.toSorted((a, b) => Number(b.online) - Number(a.online) || a.rank - b.rank)
  const groups = [...Map.groupBy(sorted, ({ firmware }) => firmware).values()]
  const first = groups
    .toSorted((a, b) => b.length - a.length)
    .map(([one]) => one!)
    .filter(({ online }) => online)
  const isFirst = new Set(first)
  return [...first, ...sorted.filter((one) => !isFirst.has(one))]
}

const none: Progress = { total: 0, open: 0, counts: {} }

/** A new campaign for these devices, before anything is sent. */
export function startCampaign(
  plan: CampaignPlan,
  ordered: readonly Candidate[],
  made: {
    readonly campaignId: string
    readonly selection: string
    readonly createdAt: number
    readonly createdBy: string
    readonly origin: Origin
    readonly limit: DeviceLimit | null
  },
): { readonly campaign: Campaign; readonly parts: readonly Part[] } {
  const { createdAt } = made
  const total = ordered.length
  const sizes = [...Map.groupBy(ordered, ({ firmware }) => firmware)]
    .map(([firmware, { length }]) => ({ firmware, total: length }))
    .toSorted((a, b) => b.total - a.total)
  const others = sizes.slice(MAX_FIRMWARES).reduce((sum, one) => sum + one.total, 0)
  const counted = [
    ...sizes.slice(0, MAX_FIRMWARES),
    ...(others > 0 ? [{ firmware: OTHER_FIRMWARE, total: others }] : []),
  ]
  return {
    campaign: {
      v: CAMPAIGN_FORMAT,
      version: 0,
      ...plan,
      ...made,
      canary: Math.min(plan.canary, total),
      state: 'running',
      phase: plan.canary > 0 ? 'canary' : 'rest',
      reason: null,
      endedAt: null,
      progress: { ...none, total },
      byFirmware: Object.fromEntries(counted.map((one) => [one.firmware, { ...none, total: one.total }])),
      next: 0,
      tokens: { left: plan.perMinute, at: createdAt },
      sending: null,
      lastClaimAt: null,
      withdraw: null,
      unpublished: [{ event: 'started', at: createdAt, progress: { ...none, total } }],
      dueAt: createdAt,
    },
    parts: ordered.map(({ deviceId, firmware }) => ({
      deviceId,
      firmware,
      claimedAt: null,
      outcome: null,
      reason: null,
      concludedAt: null,
    })),
  }
}
