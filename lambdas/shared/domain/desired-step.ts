import type { Command } from './command.ts'
import {
  isSettingKept,
  MAX_TRIES,
  namesIn,
  readsOf,
  type Batch,
  type Desired,
  type DesiredSetting,
  type PlannedOrder,
} from './desired.ts'
import { isWrite, writeOf, type SettingName } from './settings.ts'

/** Waits after the first and the second attempt if the tracker did not keep the setting. */
const backOffMs = [10 * 60_000, 60 * 60_000] as const
/** Wait after commands that were never written: cancelled, refused, or expired while the device was offline. */
const UNDELIVERED_WAIT_MS = 60 * 60_000
/** Interval of reads, so that a reset without a visible sign is noticed too. */
const CHECK_EVERY_MS = 24 * 60 * 60_000
/** How long commands of a batch wait for the device. */
export const BATCH_EXPIRY_MS = 24 * 60 * 60_000
/** When the sweep checks a batch: whether its commands were made, and after they have expired. */
const SUBMIT_WITHIN_MS = 60_000
const AFTER_EXPIRY_MS = 5 * 60_000

export type StepContext = {
  readonly now: number
  /** Factor on all waits; 1 except in tests. */
  readonly timeScale: number
  readonly model: string | null
  /** The commands of the batch to make. */
  readonly commands: readonly Command[]
  /** The id of the nth command of a batch. */
  readonly commandIdOf: (seed: string, n: number, at: number) => string
}

type Step = {
  readonly after: Desired
  /** Settings that were now found not to be kept. */
  readonly gaveUp: readonly SettingName[]
}

/**
 * The next step: ends a batch whose commands have ended, gives up settings that were sent often enough, and plans the next batch.
 * The plan is stored before its commands are made, so attempts are counted before anything is sent.
 */
export function step(desired: Desired, context: StepContext): Step {
  const ended = endBatch(desired, context)
  if (ended.batch !== null) return { after: ended, gaveUp: [] }
  const gaveUp = namesIn(ended).filter((name) => isLost(ended.settings[name]!, name, context))
  const settings = { ...ended.settings }
  for (const name of gaveUp) settings[name] = { ...settings[name]!, notKeptAt: context.now }
  const open = gaveUp.length === 0 ? ended : { ...ended, settings }
  return { after: plan(open, context), gaveUp }
}

const isOpen = (setting: DesiredSetting): boolean => setting.notKeptAt === null && !isSettingKept(setting)

const isLost = (setting: DesiredSetting, name: SettingName, { model }: StepContext): boolean =>
  isOpen(setting) && (setting.tries >= MAX_TRIES || !isWrite(writeOf(name, setting.wanted, model)))

/** Ends a finished batch; returns the same object if it has not finished. */
function endBatch(desired: Desired, { commands, now, timeScale }: StepContext): Desired {
  const { batch } = desired
  if (batch === null) return desired
  const verdictOf = ({ commandId }: PlannedOrder) =>
    commands.find((command) => command.commandId === commandId)?.conclusion?.verdict
  if (batch.orders.some((order) => verdictOf(order) === undefined)) return desired
  const undelivered = batch.orders.filter((order) => verdictOf(order) === 'undelivered')
  if (undelivered.length > 0) return takeBack(desired, undelivered, now, timeScale)
  const tries = batch.orders.flatMap(({ setting }) => {
    const sent = setting === null ? undefined : desired.settings[setting]
    return sent !== undefined && !isSettingKept(sent) ? [sent.tries] : []
  })
  const wait = tries.length === 0 ? null : backOffMs[Math.max(...tries) - 1]
  return { ...desired, batch: null, notBefore: wait == null ? null : now + wait * timeScale }
}

/** An unwritten command does not count as an attempt, and the setting is read later. */
export function takeBack(
  desired: Desired,
  undelivered: readonly PlannedOrder[],
  now: number,
  timeScale: number,
): Desired {
  const settings = { ...desired.settings }
  for (const { setting: name } of undelivered) {
    const setting = name === null ? undefined : settings[name]
    if (name === null || setting === undefined) continue
    settings[name] = { ...setting, tries: Math.max(0, setting.tries - 1), triedAt: null }
  }
  const notBefore = now + UNDELIVERED_WAIT_MS * timeScale
  return { ...desired, settings, batch: null, wantsCheck: true, notBefore }
}

function plan(desired: Desired, context: StepContext): Desired {
  const { now, timeScale, model } = context
  const { checkedAt, notBefore } = desired
  const names = namesIn(desired)
  if (names.length === 0 || (notBefore !== null && now < notBefore)) return desired
  const reads = readsOf(names).map((intent) => ({ intent, params: {}, setting: null }))
  const isDue = checkedAt === null || now >= checkedAt + CHECK_EVERY_MS * timeScale
  // Current settings are read before anything is written.
  if (desired.wantsCheck || isDue) return withBatch(desired, reads, context)
  const writes = names.flatMap((name) => {
    const setting = desired.settings[name]!
    const write = isOpen(setting) ? writeOf(name, setting.wanted, model) : null
    return write !== null && isWrite(write) ? [{ ...write, setting: name }] : []
  })
  return writes.length === 0 ? desired : withBatch(desired, [...writes, ...reads], context)
}

function withBatch(
  desired: Desired,
  planned: readonly Omit<PlannedOrder, 'commandId'>[],
  { now, commandIdOf }: StepContext,
): Desired {
  const seed = `${desired.deviceId}#desired#${desired.revision}#${desired.batches}`
  const orders = planned.map((order, n) => ({ ...order, commandId: commandIdOf(seed, n, now) }))
  const settings = { ...desired.settings }
  for (const { setting: name } of orders) {
    const setting = name === null ? undefined : settings[name]
    if (name === null || setting === undefined) continue
    settings[name] = { ...setting, tries: setting.tries + 1, triedAt: now }
  }
  return {
    ...desired,
    settings,
    batch: { plannedAt: now, orders, isSubmitted: false },
    batches: desired.batches + 1,
    checkedAt: now,
    wantsCheck: false,
    notBefore: null,
  }
}

const dueOfBatch = ({ plannedAt, isSubmitted }: Batch): number =>
  plannedAt + (isSubmitted ? BATCH_EXPIRY_MS + AFTER_EXPIRY_MS : SUBMIT_WITHIN_MS)

/** When the sweep handles it. */
export function dueAtOf(desired: Desired, timeScale: number): number {
  const { batch, notBefore, wantsCheck, checkedAt } = desired
  if (batch !== null) return dueOfBatch(batch)
  const open = namesIn(desired).some((name) => isOpen(desired.settings[name]!))
  if (wantsCheck || open || checkedAt === null) return notBefore ?? Math.max(desired.setAt, checkedAt ?? 0)
  return Math.max(notBefore ?? 0, checkedAt + CHECK_EVERY_MS * timeScale)
}
