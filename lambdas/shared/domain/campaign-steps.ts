import {
  countOf,
  isGood,
  isOver,
  OTHER_FIRMWARE,
  type Campaign,
  type CampaignEvent,
  type Counts,
  type Outcome,
  type Part,
  type PartConclusion,
  type Progress,
  type SkipReason,
  type StopReason,
} from './campaign.ts'

/**
 * The life of a campaign as pure steps on its item and on the parts that were read; the caller saves both in one
 * transaction, or neither. A step that changes nothing returns the campaign it was given (`===`).
 */
export type Step = {
  readonly campaign: Campaign
  /** Parts that changed, by index. */
  readonly parts: ReadonlyMap<number, Part>
}

/** A process that began to make commands this long ago has ended, because no function runs for that long. */
export const LEASE_MS = 120_000
/** Parts decided on in one step: a pause takes effect after at most this many. */
export const MAX_CLAIMED = 50
/** The canary begins with this many parts. After that it never has more open parts than have ended well. */
const FIRST_WAVE = 3
/** Shares are not meaningful before this many parts are concluded. */
const MIN_CONCLUDED = 10
/** Tolerance, because the sweep does not run exactly once a minute. */
const LOOK_AGAIN_MS = 30_000
const MINUTE_MS = 60_000
/** Failed parts are retried after this time. */
const RETRY_MS = 30_000
const OVERDUE_MS = 60 * MINUTE_MS

/** Applies conclusions, stops or ends the campaign, and decides on the next parts, which are then in `sending`. */
export function takeStep(
  campaign: Campaign,
  parts: ReadonlyMap<number, Part>,
  conclusions: readonly PartConclusion[],
  { now, timeScale }: { readonly now: number; readonly timeScale: number },
): Step {
  let step: Step = { campaign, parts: new Map() }
  for (const conclusion of conclusions.toSorted((a, b) => a.at - b.at))
    step = conclude(step, parts, conclusion)
  step = { ...step, campaign: judge(step.campaign, now) }
  step = claim(step, parts, now)
  if (step.campaign === campaign) return step
  return { ...step, campaign: withDue(step.campaign, now + LOOK_AGAIN_MS * timeScale) }
}

const partOf = (step: Step, parts: ReadonlyMap<number, Part>, index: number): Part | undefined =>
  step.parts.get(index) ?? parts.get(index)

function conclude(
  step: Step,
  parts: ReadonlyMap<number, Part>,
  { part: index, at, verdict, reason }: PartConclusion,
): Step {
  const part = partOf(step, parts, index)
  if (part === undefined || part.claimedAt === null || part.outcome === 'skipped') return step
  if (part.concludedAt !== null && (at < part.concludedAt || part.outcome === verdict)) return step
  return ended(step, index, part, { outcome: verdict, reason, concludedAt: at })
}

/** The part with its outcome, which the campaign counts. */
function ended(
  { campaign, parts }: Step,
  index: number,
  part: Part,
  end: Pick<Part, 'outcome' | 'reason' | 'concludedAt'> & { readonly outcome: Outcome },
): Step {
  return {
    campaign: counted(campaign, part, ({ counts, open, ...rest }) => ({
      ...rest,
      open: part.outcome === null ? open - 1 : open,
      counts: add(part.outcome === null ? counts : add(counts, part.outcome, -1), end.outcome, 1),
    })),
    parts: new Map(parts).set(index, { ...part, ...end }),
  }
}

const add = (counts: Counts, outcome: Outcome, more: number): Counts => {
  const { [outcome]: before = 0, ...others } = counts
  return before + more === 0 ? others : { ...others, [outcome]: before + more }
}

function counted(
  campaign: Campaign,
  { firmware }: Pick<Part, 'firmware'>,
  by: (progress: Progress) => Progress,
): Campaign {
  const name = Object.hasOwn(campaign.byFirmware, firmware) ? firmware : OTHER_FIRMWARE
  const ofFirmware = campaign.byFirmware[name]
  return {
    ...campaign,
    progress: by(campaign.progress),
    byFirmware: ofFirmware ? { ...campaign.byFirmware, [name]: by(ofFirmware) } : campaign.byFirmware,
  }
}

export const concludedOf = ({ counts }: Progress): number =>
  Object.entries(counts).reduce((sum, [outcome, count]) => (outcome === 'skipped' ? sum : sum + count), 0)

const goodOf = ({ counts }: Progress): number => countOf(counts, 'confirmed') + countOf(counts, 'answered')

/** Stops or ends the campaign, or starts with the rest, depending on its numbers. */
function judge(campaign: Campaign, now: number): Campaign {
  if (isOver(campaign)) return campaign
  const reason = stopReason(campaign)
  if (reason !== null) {
    return over({ ...campaign, reason, withdraw: 0 }, 'stopped', now)
  }
  if (campaign.state !== 'running' || campaign.progress.open > 0 || campaign.sending !== null) return campaign
  if (campaign.next >= campaign.progress.total) return over(campaign, 'finished', now)
  const isProven = campaign.phase === 'canary' && goodOf(campaign.progress) >= campaign.canary
  return isProven ? { ...campaign, phase: 'rest' } : campaign
}

const over = (campaign: Campaign, state: 'stopped' | 'cancelled' | 'finished', now: number): Campaign =>
  noted({ ...campaign, state, endedAt: now }, state, now)

const noted = (campaign: Campaign, event: CampaignEvent['event'], at: number): Campaign => ({
  ...campaign,
  unpublished: [...campaign.unpublished, { event, at, progress: campaign.progress }],
})

/** Why a campaign with these numbers stops; null if it continues. */
function stopReason({ phase, progress, stopWhen }: Campaign): StopReason | null {
  const concluded = concludedOf(progress)
  for (const [name, limit] of Object.entries(stopWhen)) {
    const outcome = name as Outcome
    const count = countOf(progress.counts, outcome)
    const of = outcome === 'skipped' ? concluded + count : concluded
    const isReached =
      limit >= 1 ? count >= limit : phase === 'rest' && of >= MIN_CONCLUDED && count >= limit * of
    if (isReached) return { outcome, count, of, limit }
  }
  if (phase !== 'canary') return null
  for (const [name, count] of Object.entries(progress.counts)) {
    const outcome = name as Outcome
    // An unwritten command does not show how the command works, so the next device takes the place in the canary.
    if (count > 0 && !isGood(outcome) && outcome !== 'skipped' && outcome !== 'undelivered')
      return { outcome, count, of: concluded, limit: null }
  }
  return null
}

/** Decides on the next parts, or takes over parts whose sending process has ended. */
function claim(step: Step, parts: ReadonlyMap<number, Part>, now: number): Step {
  const { campaign } = step
  const { sending, state, next, progress } = campaign
  if (sending !== null) {
    const isGone = state !== 'paused' && now >= sending.at + LEASE_MS
    return isGone ? { ...step, campaign: { ...campaign, sending: { ...sending, at: now } } } : step
  }
  if (state !== 'running') return step
  const tokens = tokensNow(campaign, now)
  const count = Math.min(Math.floor(tokens), claimable(campaign), progress.total - next, MAX_CLAIMED)
  const claimed: number[] = []
  let after: Step = step
  for (let index = next; claimed.length < count; index++) {
    const part = partOf(after, parts, index)
    // This part was not read; the next step handles it.
    if (part === undefined) break
    after = {
      campaign: counted({ ...after.campaign, next: index + 1 }, part, (one) => ({
        ...one,
        open: one.open + 1,
      })),
      parts: new Map(after.parts).set(index, { ...part, claimedAt: now }),
    }
    claimed.push(index)
  }
  if (claimed.length === 0) return step
  return {
    ...after,
    campaign: {
      ...after.campaign,
      sending: { at: now, parts: claimed },
      lastClaimAt: now,
      tokens: { left: tokens - claimed.length, at: now },
    },
  }
}

/** A token bucket with the capacity of one minute. */
const tokensNow = ({ tokens, perMinute }: Campaign, now: number): number =>
  Math.min(perMinute, tokens.left + (Math.max(0, now - tokens.at) * perMinute) / MINUTE_MS)

/** Number of further parts that may be opened. */
function claimable({ phase, canary, progress }: Campaign): number {
  if (phase === 'rest') return Infinity
  const good = goodOf(progress)
  return Math.max(0, Math.min(Math.max(FIRST_WAVE, good), canary - good) - progress.open)
}

/** `released`: no command was made for it, and none will be. `failed`: unknown; it is retried. */
export type Sent =
  | { readonly kind: 'sent' | 'released' | 'failed' }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }

/** Applies the results of parts that were decided on. Failed parts stay in `sending` for the next step. */
export function settleSending(
  campaign: Campaign,
  parts: ReadonlyMap<number, Part>,
  sent: ReadonlyMap<number, Sent>,
  { now, timeScale }: { readonly now: number; readonly timeScale: number },
): Step {
  const { sending } = campaign
  if (sending === null) return { campaign, parts: new Map() }
  let step: Step = { campaign, parts: new Map() }
  for (const index of sending.parts) {
    const result = sent.get(index)
    const part = parts.get(index)
    if (result === undefined || part === undefined || part.outcome !== null) continue
    if (result.kind === 'skipped')
      step = ended(step, index, part, { outcome: 'skipped', reason: result.reason, concludedAt: now })
    if (result.kind === 'released') step = released(step, index, part)
  }
  const left = sending.parts.filter((index) => (sent.get(index)?.kind ?? 'failed') === 'failed')
  const after = {
    ...step.campaign,
    sending: left.length === 0 ? null : { at: now - LEASE_MS + RETRY_MS, parts: left },
  }
  return { ...step, campaign: withDue(after, now + LOOK_AGAIN_MS * timeScale) }
}

const released = ({ campaign, parts }: Step, index: number, part: Part): Step => ({
  campaign: counted(campaign, part, (one) => ({ ...one, open: one.open - 1 })),
  parts: new Map(parts).set(index, { ...part, claimedAt: null }),
})

/** The waiting commands of this chunk are cancelled. */
export const withdrawn = (campaign: Campaign, chunk: number, chunks: number, now: number): Campaign =>
  campaign.withdraw === chunk
    ? withDue({ ...campaign, withdraw: chunk + 1 < chunks ? chunk + 1 : null }, now)
    : campaign

/** Called after these events were published. */
export const published = (campaign: Campaign, events: readonly CampaignEvent[], now: number): Campaign =>
  withDue(
    {
      ...campaign,
      unpublished: campaign.unpublished.filter(
        (one) => !events.some(({ event, at }) => event === one.event && at === one.at),
      ),
    },
    campaign.dueAt ?? now,
  )

/** Null if it is not running. */
export const pause = (campaign: Campaign, now: number): Campaign | null =>
  campaign.state === 'running' ? withDue(noted({ ...campaign, state: 'paused' }, 'paused', now), now) : null

/** Null if it is not paused. */
export const resume = (campaign: Campaign, now: number): Campaign | null =>
  campaign.state === 'paused' ? withDue(noted({ ...campaign, state: 'running' }, 'resumed', now), now) : null

/** Null if it has ended. */
export const cancel = (campaign: Campaign, now: number): Campaign | null =>
  isOver(campaign) ? null : withDue(over({ ...campaign, withdraw: 0 }, 'cancelled', now), now)

/** True if nothing is left to send, cancel, wait for or publish. A paused campaign waits for a person. */
const isAtRest = ({ state, progress, sending, withdraw, unpublished }: Campaign): boolean =>
  state !== 'running' &&
  progress.open === 0 &&
  withdraw === null &&
  (sending === null || state === 'paused') &&
  unpublished.length === 0

const withDue = (campaign: Campaign, dueAt: number): Campaign => ({
  ...campaign,
  dueAt: isAtRest(campaign) ? null : dueAt,
})

/** Commands without a conclusion: their parts are read again, long after the last command has expired. */
export const isOverdue = ({ progress, lastClaimAt, expiresInSeconds }: Campaign, now: number): boolean =>
  progress.open > 0 && lastClaimAt !== null && now > lastClaimAt + expiresInSeconds * 1_000 + OVERDUE_MS

/** Whether a conclusion has to be counted at once, because it may complete the canary or end the campaign. */
export const mayAdvance = ({ state, phase, next, progress }: Campaign): boolean =>
  state === 'running' && (phase === 'canary' || next >= progress.total) && progress.open <= MAX_CLAIMED
