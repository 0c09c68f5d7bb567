import type { Campaign, Part, PartConclusion } from '#shared/domain/campaign.ts'
import { isOver } from '#shared/domain/campaign.ts'
import * as steps from '#shared/domain/campaign-steps.ts'
import { startCampaign } from '#shared/domain/campaign-start.ts'
import { noOrigin } from '#shared/domain/command.ts'
import type { Verdict } from '#shared/domain/verdict.ts'

/** The shipped reducers, or wrapped ones with a fault. */
export type CampaignReducers = Pick<
  typeof steps,
  'takeStep' | 'settleSending' | 'pause' | 'resume' | 'cancel'
> & {
  /** Derives a command's id, which is the same however often it is made. */
  readonly idOf: (part: number, claimedAt: number, now: number) => string
  /** Whether a process still makes commands after this delay. */
  readonly isLate: (sendingSince: number, now: number) => boolean
  /** Whether what another process saved since is noticed. */
  readonly isSame: (read: Campaign, stored: Campaign) => boolean
}

export const shipped: CampaignReducers = {
  ...steps,
  idOf: (part, claimedAt) => `${part}@${claimedAt}`,
  isLate: (since, now) => now > since + steps.LEASE_MS / 2,
  isSame: (read, stored) => read.version === stored.version,
}

/** A process that advances the campaign, as shared/commands/campaign.ts does: it may be killed between any two of these. */
type Process =
  | { readonly at: 'idle' }
  | {
      readonly at: 'read'
      readonly campaign: Campaign
      readonly parts: readonly Part[]
      readonly inbox: readonly PartConclusion[]
      readonly now: number
    }
  | {
      readonly at: 'sending'
      readonly campaign: Campaign
      readonly parts: readonly Part[]
      readonly sent: Readonly<Record<number, steps.Sent>>
    }

type Made = { readonly id: string; readonly part: number; readonly verdict: Verdict | null }

/** The contents of the table, and the memory of the processes. */
export type CampaignWorld = {
  readonly now: number
  readonly campaign: Campaign
  readonly parts: readonly Part[]
  readonly inbox: readonly PartConclusion[]
  readonly made: readonly Made[]
  readonly processes: readonly [Process, Process]
  readonly left: Readonly<Record<'advances' | 'kills' | 'people' | 'bad', number>>
}

export type CampaignScenario = {
  readonly name: string
  readonly devices: number
  readonly canary: number
  readonly perMinute: number
  readonly left: CampaignWorld['left']
}

const start = Date.UTC(2026, 0, 1)
const TIME_SCALE = 1
const idle: Process = { at: 'idle' }

export function makeWorld({ devices, canary, perMinute, left }: CampaignScenario): CampaignWorld {
  const candidates = Array.from({ length: devices }, (_, n) => ({
    deviceId: String(n),
    firmware: n % 2 === 0 ? 'A' : 'B',
    online: true,
    rank: n,
  }))
  const { campaign, parts } = startCampaign(
    {
      name: null,
      intent: 'read-status',
      params: {},
      dialect: 'auto',
      danger: 'harmless',
      select: { ids: null, labels: null, model: null, firmware: null },
      canary,
      perMinute,
      stopWhen: { unanswered: 1 },
      expiresInSeconds: 3_600,
    },
    candidates,
    { campaignId: 'c', selection: 's', createdAt: start, createdBy: 'k', origin: noOrigin, limit: null },
  )
  return { now: start, campaign, parts, inbox: [], made: [], processes: [idle, idle], left }
}

type CampaignAction = { readonly name: string; readonly next: CampaignWorld }

/** Everything that may happen next. */
export function actionsOf(reducers: CampaignReducers, world: CampaignWorld): CampaignAction[] {
  const actions: CampaignAction[] = []
  const may = (name: string, next: CampaignWorld | null, cost?: keyof CampaignWorld['left']): void => {
    if (next === null || (cost !== undefined && world.left[cost] <= 0)) return
    const left = cost === undefined ? next.left : { ...next.left, [cost]: next.left[cost] - 1 }
    actions.push({ name, next: { ...next, left } })
  }
  for (const p of [0, 1] as const) {
    const process = world.processes[p]
    if (process.at === 'idle') may(`p${p} reads`, read(world, p))
    if (process.at === 'read') may(`p${p} saves its step`, save(reducers, world, p))
    if (process.at === 'sending') {
      for (const part of process.campaign.sending?.parts ?? [])
        if (process.sent[part] === undefined) may(`p${p} makes ${part}`, makeOne(reducers, world, p, part))
      may(`p${p} settles`, settle(reducers, world, p))
    }
    if (process.at !== 'idle') may(`p${p} is killed`, withProcess(world, p, idle), 'kills')
  }
  for (const { id, verdict } of world.made) {
    if (verdict !== null) continue
    may(`${id} is answered`, concluded(world, id, 'answered'))
    may(`${id} is not answered`, concluded(world, id, 'unanswered'), 'bad')
  }
  for (const name of ['pause', 'resume', 'cancel'] as const) {
    const after = reducers[name](world.campaign, world.now)
    may(`someone asks to ${name}`, after && stored(world, after, []), 'people')
  }
  for (const seconds of [25, 61, 130])
    may(`${seconds} s pass`, { ...world, now: world.now + seconds * 1_000 }, 'advances')
  return actions
}

const withProcess = (world: CampaignWorld, p: 0 | 1, process: Process): CampaignWorld => ({
  ...world,
  processes: p === 0 ? [process, world.processes[1]] : [world.processes[0], process],
})

const stored = (
  world: CampaignWorld,
  campaign: Campaign,
  changed: Iterable<[number, Part]>,
): CampaignWorld => {
  const parts = [...world.parts]
  for (const [index, part] of changed) parts[index] = part
  return { ...world, campaign: { ...campaign, version: world.campaign.version + 1 }, parts }
}

const read = (world: CampaignWorld, p: 0 | 1): CampaignWorld => {
  const { campaign, parts, inbox, now } = world
  return withProcess(world, p, { at: 'read', campaign, parts, inbox, now })
}

function save(reducers: CampaignReducers, world: CampaignWorld, p: 0 | 1): CampaignWorld | null {
  const process = world.processes[p]
  if (process.at !== 'read') return null
  const { campaign: before, inbox, now } = process
  const known = new Map(process.parts.entries())
  const step = reducers.takeStep(before, known, inbox, { now, timeScale: TIME_SCALE })
  if (step.campaign === before || !reducers.isSame(before, world.campaign)) return withProcess(world, p, idle)
  const after = stored(world, step.campaign, step.parts)
  const rest = { ...after, inbox: after.inbox.filter((one) => !inbox.includes(one)) }
  const isSender = step.campaign.sending !== null && step.campaign.sending.at !== before.sending?.at
  const sending: Process = { at: 'sending', campaign: after.campaign, parts: after.parts, sent: {} }
  return withProcess(rest, p, isSender ? sending : idle)
}

function makeOne(
  reducers: CampaignReducers,
  world: CampaignWorld,
  p: 0 | 1,
  part: number,
): CampaignWorld | null {
  const process = world.processes[p]
  const claimedAt = world.parts[part]?.claimedAt ?? null
  if (process.at !== 'sending' || process.campaign.sending === null) return null
  const known = process.parts[part]?.claimedAt ?? claimedAt
  if (known === null) return null
  const id = reducers.idOf(part, known, world.now)
  const isMade = world.made.some((one) => one.id === id)
  const kind = reducers.isLate(process.campaign.sending.at, world.now)
    ? 'failed'
    : isMade
      ? 'sent'
      : isOver(process.campaign)
        ? 'released'
        : 'sent'
  const next = kind === 'sent' && !isMade ? [...world.made, { id, part, verdict: null }] : world.made
  return withProcess({ ...world, made: next }, p, { ...process, sent: { ...process.sent, [part]: { kind } } })
}

function settle(reducers: CampaignReducers, world: CampaignWorld, p: 0 | 1): CampaignWorld | null {
  const process = world.processes[p]
  if (process.at !== 'sending') return null
  if (world.campaign.sending?.at !== process.campaign.sending?.at) return withProcess(world, p, idle)
  const sent = new Map(Object.entries(process.sent).map(([part, one]) => [Number(part), one]))
  const step = reducers.settleSending(world.campaign, new Map(world.parts.entries()), sent, {
    now: world.now,
    timeScale: TIME_SCALE,
  })
  return withProcess(stored(world, step.campaign, step.parts), p, idle)
}

function concluded(world: CampaignWorld, id: string, verdict: Verdict): CampaignWorld {
  const part = world.made.find((one) => one.id === id)!.part
  const made = world.made.map((one) => (one.id === id ? { ...one, verdict } : one))
  return { ...world, made, inbox: [...world.inbox, { part, at: world.now, verdict, reason: null }] }
}
