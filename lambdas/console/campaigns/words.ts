/** A campaign in words. */
import type { CampaignAnswer, CampaignSummary } from '../api/types.ts'
import { titleOf } from '../parts/command-words.ts'
import { isolate } from '../parts/format.ts'
import { toLabelText } from '../parts/labels.ts'
import { endedWell } from './progress.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

export const commandTitle = (campaign: CampaignSummary): string => titleOf(campaign) ?? campaign.intent

export const nameOf = (campaign: CampaignSummary): string => campaign.name ?? commandTitle(campaign)

/** `read-status` or `interval-on seconds=20`. */
export const commandText = ({ intent, params }: Pick<CampaignAnswer, 'intent' | 'params'>): string =>
  [intent, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')

export function selectText({ ids, labels, model, firmware }: CampaignAnswer['select']): string {
  const parts = [
    ids === null ? null : t.campaigns.byId(ids),
    labels === null ? null : t.campaigns.ofLabels(toLabelText(labels)),
    model === null ? null : t.campaigns.ofModel(isolate(model)),
    firmware === null ? null : t.campaigns.ofFirmware(isolate(firmware)),
  ]
  return parts.filter((part) => part !== null).join(t.campaigns.and)
}

/** A share as `10 %`, a number of devices as such. */
export const limitText = (limit: number): string =>
  limit < 1 ? `${Math.round(limit * 1000) / 10} %` : t.campaigns.devices(limit)

export const stopText = (stopWhen: CampaignAnswer['stopWhen']): string => {
  const limits = Object.entries(stopWhen).filter(([, limit]) => limit !== undefined)
  return limits.length === 0
    ? t.campaigns.neverByItself
    : limits.map(([outcome, limit]) => `${limitText(limit)} ${wordOf(t.words.verdicts, outcome)}`).join(', ')
}

/** Why the campaign stopped; null if it did not stop by itself. */
export function reasonText({ reason }: Pick<CampaignSummary, 'reason'>): string | null {
  if (reason === null) return null
  const { outcome, count, of, limit } = reason
  const how = t.campaigns.endedBadly(count, of, wordOf(t.words.verdicts, outcome))
  return limit === null ? t.campaigns.inCanary(how) : t.campaigns.overLimit(how, limitText(limit))
}

/** The progress of the canary, which are the devices that go first. */
export function canaryText({ canary, phase, state, progress, reason }: CampaignAnswer): string {
  if (canary === 0) return t.campaigns.noCanary
  const first = Math.min(canary, progress.devices)
  if (phase === 'rest') return t.campaigns.canaryPassed(first)
  if (state === 'stopped' && reason?.limit === null) return t.campaigns.canaryFailed
  const done = t.campaigns.canaryDone(endedWell(progress), first)
  return state === 'running' || state === 'paused' ? t.campaigns.canaryRest(done) : done
}
