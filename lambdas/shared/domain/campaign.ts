import type { Danger, Dialect, Params } from '#h02/catalogue/types.ts'
import type { Origin } from './command.ts'
import type { DeviceLimit } from './device-limit.ts'
import type { Labels } from './labels.ts'
import { verdicts, type Verdict } from './verdict.ts'

/** Format of campaigns and their chunks of parts. Readers accept this one and the previous one. */
export const CAMPAIGN_FORMAT = 1

/**
 * `running` and `paused` may follow each other; the others are final. `stopped`: by its own conditions. What was sent
 * before the end still concludes.
 */
export const campaignStates = ['running', 'paused', 'stopped', 'cancelled', 'finished'] as const
export type CampaignState = (typeof campaignStates)[number]

/** How a device's part ended: the verdict of its command, or `skipped`: no command was made, `reason` says why. */
export const outcomes = [...verdicts, 'skipped'] as const
export type Outcome = (typeof outcomes)[number]
export type Counts = Readonly<Partial<Record<Outcome, number>>>

export const skipReasons = [
  'not-registered',
  'contested',
  'identical-waits',
  'queue-full',
  'no-wording',
  'out-of-reach',
] as const
export type SkipReason = (typeof skipReasons)[number]

/** Replaces the id of a deleted device. No device has this id, because ids are digits. */
export const DELETED_DEVICE = 'deleted'

/** One device of a campaign. */
export type Part = {
  /** Or `DELETED_DEVICE`. */
  readonly deviceId: string
  /** As the device reported it when the campaign was made. */
  readonly firmware: string
  /** When the campaign decided to send its command, ms; the command's id begins with this time. Null: not yet. */
  readonly claimedAt: number | null
  readonly outcome: Outcome | null
  /** Why it was skipped, or the reason of the command's conclusion. */
  readonly reason: string | null
  /** When its command concluded, ms. A correction is later. */
  readonly concludedAt: number | null
}

/** Why a campaign stopped: `count` of `of` concluded parts had this outcome. `limit` null: it happened in the canary. */
export type StopReason = {
  readonly outcome: Outcome
  readonly count: number
  readonly of: number
  readonly limit: number | null
}

/** Outcomes that may stop a campaign. Below 1: a share of the concluded parts; from 1: a number of them. */
export const stoppingOutcomes = [
  'undelivered',
  'rejected',
  'contradicted',
  'unconfirmed',
  'unknown',
  'unanswered',
  'skipped',
] as const satisfies readonly Outcome[]
type StopWhen = Readonly<Partial<Record<(typeof stoppingOutcomes)[number], number>>>

/**
 * How the devices were selected when the campaign was made: those that matched all given conditions. `ids`: number of ids in the
 * request.
 */
type Selection = {
  readonly ids: number | null
  readonly labels: Labels | null
  readonly model: string | null
  readonly firmware: string | null
}

export const campaignEvents = ['started', 'paused', 'resumed', 'stopped', 'cancelled', 'finished'] as const
/** An event that is not published yet. It contains the numbers of its time, so that repeats are identical. */
export type CampaignEvent = {
  readonly event: (typeof campaignEvents)[number]
  readonly at: number
  readonly progress: Progress
}

/** Progress of the devices that report one firmware. */
export type Progress = { readonly total: number; readonly open: number; readonly counts: Counts }

/** The requested campaign, checked against the catalogue. */
export type CampaignPlan = {
  readonly name: string | null
  readonly intent: string
  readonly params: Params
  readonly dialect: Dialect | 'auto'
  readonly danger: Danger
  readonly select: Selection
  /** This many devices must end well before the rest starts. */
  readonly canary: number
  /** Maximum number of commands per minute. */
  readonly perMinute: number
  readonly stopWhen: StopWhen
  /** How long each command may wait for its device, ms. */
  readonly expiresInSeconds: number
}

/** A campaign as the fleet table holds it. Its parts are in chunks beside it; every change of them changes this item. */
export type Campaign = CampaignPlan & {
  readonly v: number
  readonly campaignId: string
  /** Counts writes: each is conditional on the previous one. */
  readonly version: number
  /** Names the chunks of parts that belong to it. */
  readonly selection: string
  readonly createdAt: number
  readonly createdBy: string
  readonly origin: Origin
  /** The device limit of the key that created it: other devices never get its commands. */
  readonly limit: DeviceLimit | null
  readonly state: CampaignState
  readonly phase: 'canary' | 'rest'
  readonly reason: StopReason | null
  /** When it reached a final state, ms. */
  readonly endedAt: number | null
  /** `open`: a command was decided on, and it has no verdict yet. */
  readonly progress: Progress
  /** By reported firmware, the most frequent ones; the others are summed up under `OTHER_FIRMWARE`. */
  readonly byFirmware: Readonly<Record<string, Progress>>
  /** Parts before this index were decided on. Parts are in the order of sending. */
  readonly next: number
  readonly tokens: { readonly left: number; readonly at: number }
  /**
   * Parts whose commands are being made, and since when. Only the process that saved this makes them. After `LEASE_MS` that process
   * has ended, and another one takes over.
   */
  readonly sending: { readonly at: number; readonly parts: readonly number[] } | null
  readonly lastClaimAt: number | null
  /** After a stop or a cancel: the chunk whose waiting commands are cancelled next; null if none is left. */
  readonly withdraw: number | null
  readonly unpublished: readonly CampaignEvent[]
  /** When the sweep handles it next; null: there is nothing left to do. */
  readonly dueAt: number | null
}

/** The conclusion of a part's command; a correction of it comes with a later `at`. */
export type PartConclusion = {
  readonly part: number
  readonly at: number
  readonly verdict: Verdict
  readonly reason: string | null
}

/** Parts of one chunk: about 12 kB. 10,000 devices are 80 chunks, which one transaction (100 items) can write. */
export const CHUNK_PARTS = 125
export const MAX_CAMPAIGN_DEVICES = 10_000
export const MAX_PER_MINUTE = 600
/** Firmwares that are counted one by one. */
export const MAX_FIRMWARES = 30
export const OTHER_FIRMWARE = 'other'

export const chunkOf = (part: number): number => Math.floor(part / CHUNK_PARTS)

export const isGood = (outcome: Outcome | null): boolean => outcome === 'confirmed' || outcome === 'answered'

export const countOf = (counts: Counts, outcome: Outcome): number => counts[outcome] ?? 0

export const isOver = ({ state }: Pick<Campaign, 'state'>): boolean =>
  state === 'stopped' || state === 'cancelled' || state === 'finished'

/** Minimum size of the canary of a plan that requires a confirmation: 3, or 1 % if that is more. */
export const standardCanary = (devices: number): number => Math.max(3, Math.ceil(devices / 100))
