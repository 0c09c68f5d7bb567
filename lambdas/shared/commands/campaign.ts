import { setTimeout as sleep } from 'node:timers/promises'
import { conflictWaitMs } from '../back-off.ts'
import { forEachLimited } from '../concurrency.ts'
import {
  chunkOf,
  isOver,
  MAX_PER_MINUTE,
  type Campaign,
  type Part,
  type PartConclusion,
} from '../domain/campaign.ts'
import {
  isOverdue,
  LEASE_MS,
  MAX_CLAIMED,
  settleSending,
  takeStep,
  withdrawn,
  type Sent,
  type Step,
} from '../domain/campaign-steps.ts'
import type { NewAuditEntry } from '../store/audit.ts'
import { noCommand } from '../store/audit.ts'
import type { CampaignStore } from '../store/campaigns.ts'
import { changeCommand } from './change-command.ts'
import { endQueued } from '../domain/command-life.ts'
import { campaignCommandId } from './command-id.ts'
import type { CommandParts } from './parts.ts'
import { sendPart } from './campaign-send.ts'

type CampaignParts = CommandParts & { readonly campaigns: CampaignStore }

/** Commands made at a time. */
const SENDS_IN_FLIGHT = 8
const MAX_TRIES = 8
const FIRST_WAIT_MS = 10
/** Steps of one call: the commands of a minute, with a margin. */
const MAX_STEPS = Math.ceil(MAX_PER_MINUTE / MAX_CLAIMED) + 8

/**
 * Advances a campaign as far as possible now: counts conclusions, decides, makes commands, cancels waiting ones. Any number of
 * callers may run at the same time, and each may be killed at any step: a decision is stored before it is executed, and executing
 * it again makes no second command. Resolves to the current campaign; null if it does not exist.
 *
 * `onlyIfDecisive`: leaves pure counting to the sweep, so that many simultaneous conclusions do not all write the same item.
 */
export async function advanceCampaign(
  parts: CampaignParts,
  campaignId: string,
  { maxMs, onlyIfDecisive = false }: { readonly maxMs: number; readonly onlyIfDecisive?: boolean },
): Promise<Campaign | null> {
  const until = parts.now() + maxMs
  let conflicts = 0
  for (let steps = 0; ;) {
    const taken = await takeOne(parts, campaignId, onlyIfDecisive)
    if (taken === null) return null
    if (taken.outcome === 'nothing' || steps >= MAX_STEPS || parts.now() > until) return taken.campaign
    if (taken.outcome === 'changed') {
      if (++conflicts === MAX_TRIES) return taken.campaign
      await sleep(conflictWaitMs(conflicts, { firstMs: FIRST_WAIT_MS }))
    } else steps++
  }
}

type Taken = { readonly outcome: 'nothing' | 'changed' | 'done'; readonly campaign: Campaign }

async function takeOne(
  parts: CampaignParts,
  campaignId: string,
  onlyIfDecisive: boolean,
): Promise<Taken | null> {
  const { campaigns, now } = parts
  const before = await campaigns.get(campaignId)
  if (before === null) return null
  const waiting = await campaigns.waitingConclusions(campaignId)
  const chunks = [
    ...waiting.map(({ part }) => chunkOf(part)),
    ...chunksBetween(before.next, before.next + MAX_CLAIMED, before),
    ...(before.sending?.parts ?? []).map(chunkOf),
  ]
  const known = await campaigns.readChunks(before, chunks)
  const overdue = isOverdue(before, now()) ? await readOverdue(parts, before, known) : []
  const moment = { now: now(), timeScale: parts.timeScale }
  const step = takeStep(before, known, [...waiting, ...overdue], moment)
  const { campaign } = step
  if (onlyIfDecisive && !isDecisive(before, campaign)) return { outcome: 'nothing', campaign: before }
  if (campaign === before) {
    // Already counted; this conclusion was published again.
    await campaigns.dropConclusions(waiting)
    return (await withdrawSome(parts, before)) ?? { outcome: 'nothing', campaign }
  }
  const saved = await saveStep(parts, before, known, step)
  if (saved === null) return { outcome: 'changed', campaign: before }
  await campaigns.dropConclusions(waiting)
  if (isSender(before, saved)) await sendAll(parts, saved)
  return { outcome: 'done', campaign: saved }
}

const isDecisive = (before: Campaign, after: Campaign): boolean =>
  after.state !== before.state || after.phase !== before.phase || after.sending !== before.sending

const isSender = (before: Campaign, after: Campaign): boolean =>
  after.sending !== null && after.sending.at !== before.sending?.at

/** The existing chunks with the parts from one index up to another. */
function chunksBetween(from: number, to: number, { progress }: Campaign): number[] {
  const end = Math.min(to, progress.total)
  const chunks = []
  for (let chunk = chunkOf(from); from < end && chunk <= chunkOf(end - 1); chunk++) chunks.push(chunk)
  return chunks
}

/** The stored step; null if another writer was faster. */
async function saveStep(
  { campaigns }: CampaignParts,
  before: Campaign,
  known: ReadonlyMap<number, Part>,
  { campaign, parts }: Step,
): Promise<Campaign | null> {
  const saved = await campaigns.save({
    before,
    after: campaign,
    parts: new Map([...known, ...parts]),
    changed: parts.keys(),
    audit: campaign.state === 'stopped' && before.state !== 'stopped' ? [auditOfStop(campaign)] : [],
  })
  return saved === 'saved' ? { ...campaign, version: before.version + 1 } : null
}

/** The stop is recorded in the name of the key that made the campaign. */
function auditOfStop({ campaignId, createdAt, createdBy, origin, reason, endedAt }: Campaign): NewAuditEntry {
  return {
    ...noCommand,
    ...origin,
    step: 'campaign-stopped',
    id: campaignId,
    at: endedAt ?? createdAt,
    createdAt,
    who: createdBy,
    deviceId: null,
    details: { campaignId, ...reason },
  }
}

/** Makes the commands that a saved step decided on, and stores the results. */
async function sendAll(parts: CampaignParts, campaign: Campaign): Promise<void> {
  const { campaigns, now, log } = parts
  const { campaignId, sending } = campaign
  if (sending === null) return
  const known = await campaigns.readChunks(campaign, sending.parts.map(chunkOf))
  const sent = new Map<number, Sent>()
  await forEachLimited(sending.parts, SENDS_IN_FLIGHT, async (index) => {
    const part = known.get(index)
    // Another process takes over when the lease expires, so this one must end well before.
    const isLate = now() > sending.at + LEASE_MS / 2
    try {
      const result = part && !isLate ? await sendPart(parts, campaign, index, part) : null
      sent.set(index, result ?? { kind: 'failed' })
    } catch (cause) {
      log.error('command of a campaign not made; the next step tries again', {
        campaignId,
        part: index,
        cause,
      })
      sent.set(index, { kind: 'failed' })
    }
  })
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const before = await campaigns.get(campaignId)
    // Another process has taken over and will store the results.
    if (before?.sending?.at !== sending.at) return
    const parted = await campaigns.readChunks(before, sending.parts.map(chunkOf))
    const step = settleSending(before, parted, sent, { now: now(), timeScale: parts.timeScale })
    if ((await saveStep(parts, before, parted, step)) !== null) return
    await sleep(conflictWaitMs(tries, { firstMs: FIRST_WAIT_MS }))
  }
}

/** After the end of the campaign: cancels the waiting commands of one chunk. Null if no chunk is left. */
async function withdrawSome(parts: CampaignParts, campaign: Campaign): Promise<Taken | null> {
  const { campaigns, now } = parts
  const { withdraw: chunk, campaignId, next } = campaign
  if (chunk === null || !isOver(campaign) || campaign.sending !== null) return null
  const known = await campaigns.readChunks(campaign, [chunk])
  await forEachLimited(known.values(), SENDS_IN_FLIGHT, async ({ deviceId, claimedAt, outcome }) => {
    if (claimedAt === null || outcome !== null) return
    await changeCommand(parts, deviceId, campaignCommandId(campaignId, deviceId, claimedAt), (life) =>
      life.command.state === 'queued' ? endQueued(life, 'cancelled', now()) : life,
    )
  })
  const after = withdrawn(campaign, chunk, chunkOf(Math.max(0, next - 1)) + 1, now())
  const saved = await saveStep(parts, campaign, new Map(), { campaign: after, parts: new Map() })
  return saved === null ? { outcome: 'changed', campaign } : { outcome: 'done', campaign: saved }
}

/** Open parts without a conclusion: their results are read from their commands, which may have expired. */
async function readOverdue(parts: CampaignParts, campaign: Campaign, known: Map<number, Part>) {
  const all = await parts.campaigns.readChunks(campaign, chunksBetween(0, campaign.next, campaign))
  const found: PartConclusion[] = []
  await forEachLimited(all, SENDS_IN_FLIGHT, async ([index, part]) => {
    known.set(index, part)
    const { deviceId, claimedAt, outcome } = part
    if (claimedAt === null || outcome !== null || campaign.sending?.parts.includes(index)) return
    const command = await parts.commands.get(
      deviceId,
      campaignCommandId(campaign.campaignId, deviceId, claimedAt),
    )
    if (command === null) found.push({ part: index, at: parts.now(), verdict: 'unknown', reason: 'gone' })
    else if (command.conclusion !== null) {
      const { at, verdict, reason } = command.conclusion
      found.push({ part: index, at, verdict, reason })
    }
  })
  return found
}
