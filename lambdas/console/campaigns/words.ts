/** A campaign in words. */
import type { CampaignAnswer, CampaignSummary } from '../api/types.ts'
import { isolate } from '../parts/format.ts'
import { toLabelText } from '../parts/labels.ts'
import { endedWell } from './progress.ts'

export const toCount = (count: number): string => `${count} ${count === 1 ? 'device' : 'devices'}`

export const titleOf = ({ name, title, intent }: CampaignSummary): string => name ?? title ?? intent

/** `read-status` or `interval-on seconds=20`. */
export const commandText = ({ intent, params }: Pick<CampaignAnswer, 'intent' | 'params'>): string =>
  [intent, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')

export const stateMeanings: Readonly<Record<CampaignSummary['state'], string>> = {
  running: 'It goes on by itself.',
  paused: 'It sends to no more devices until someone resumes it.',
  stopped: 'It stopped by its own conditions and sends to no more devices.',
  cancelled: 'Someone ended it; it sends to no more devices.',
  finished: 'All devices are concluded.',
}

export function selectText({ ids, labels, model, firmware }: CampaignAnswer['select']): string {
  const parts = [
    ids === null ? null : `${toCount(ids)} named by id`,
    labels === null ? null : `labels ${toLabelText(labels)}`,
    model === null ? null : `model ${isolate(model)}`,
    firmware === null ? null : `firmware ${isolate(firmware)}`,
  ]
  return parts.filter((part) => part !== null).join(', and ')
}

/** A share as `10 %`, a number of devices as such. */
export const limitText = (limit: number): string =>
  limit < 1 ? `${Math.round(limit * 1000) / 10} %` : toCount(limit)

export const stopText = (stopWhen: CampaignAnswer['stopWhen']): string => {
  const limits = Object.entries(stopWhen).filter(([, limit]) => limit !== undefined)
  return limits.length === 0
    ? 'never by itself'
    : limits.map(([outcome, limit]) => `${limitText(limit)} ${outcome}`).join(', ')
}

/** Why it stopped; null: it did not stop by itself. */
export function reasonText({ reason }: Pick<CampaignSummary, 'reason'>): string | null {
  if (reason === null) return null
  const { outcome, count, of, limit } = reason
  const how = `${count} of ${of} concluded devices ended ${outcome}`
  return limit === null
    ? `${how} in the canary, all of which must end confirmed or answered.`
    : `${how}; the limit is ${limitText(limit)}.`
}

/** Where the canary stands: the devices that go first. */
export function canaryText({ canary, phase, state, progress, reason }: CampaignAnswer): string {
  if (canary === 0) return 'none: all devices at once'
  const first = `the first ${toCount(Math.min(canary, progress.devices))}`
  if (phase === 'rest') return `passed: ${first} ended confirmed or answered`
  if (state === 'stopped' && reason?.limit === null) return 'failed, so the rest was not started'
  const done = `${endedWell(progress)} of ${first} ended confirmed or answered`
  return state === 'running' || state === 'paused' ? `${done}; all must before the rest starts` : done
}
