import type { ProbeFacts } from '#h02/catalogue/types.ts'
import { partId } from '#shared/commands/command-id.ts'
import { untilSaved } from '#shared/commands/change-command.ts'
import { submit } from '#shared/commands/submit.ts'
import type { Command, NewCommand } from '#shared/domain/command.ts'
import {
  noteEnd,
  noteReply,
  noteSession,
  type Batch,
  type Desired,
  type PlannedOrder,
  type SessionSign,
} from '#shared/domain/desired.ts'
import { BATCH_EXPIRY_MS, step, takeBack } from '#shared/domain/desired-step.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { setBy, settingNames, settingOf, type SettingName } from '#shared/domain/settings.ts'
import type { ControlParts, DueItem } from './parts.ts'

type Change = (desired: Desired) => Desired
const unchanged: Change = (desired) => desired

export const isDesiredItem = ({ sk }: DueItem): boolean => sk === fleetKeys.desired('').sk

export const sweepDesired = (parts: ControlParts, { deviceId }: DueItem): Promise<void> =>
  advance(parts, String(deviceId))

/** Compares the settings in a reply with the desired ones. */
export async function noteDesiredReply(
  parts: ControlParts,
  deviceId: string,
  facts: ProbeFacts,
  reply: { readonly at: number; readonly commandId: string },
): Promise<void> {
  const reports = settingNames.some((name) => settingOf(name).reportedBy(facts) !== undefined)
  if (reports) await advance(parts, deviceId, (desired) => noteReply(desired, facts, reply))
}

/** The end of a command that sets something, or that was sent for desired settings. */
export async function noteDesiredEnd(parts: ControlParts, command: Command): Promise<void> {
  const { deviceId, metadata, raw } = command
  const isAbout = metadata?.[NOTE] !== undefined || (raw === null && setBy(command) !== null)
  if (isAbout) await advance(parts, deviceId, (desired) => noteEnd(desired, command))
}

/** A new session, or a boot frame: the tracker may have been reset. */
export const noteDesiredSession = (parts: ControlParts, deviceId: string, sign: SessionSign): Promise<void> =>
  advance(parts, deviceId, (desired) =>
    noteSession(desired, sign, { at: parts.now(), timeScale: parts.timeScale }),
  )

/**
 * Applies a change to the desired settings of a device, takes the next step, and sends the planned commands. The plan is stored
 * first, so that after a crash the next process makes the same commands with the same ids.
 */
async function advance(parts: ControlParts, deviceId: string, change: Change = unchanged): Promise<void> {
  const { desired: store, now, timeScale } = parts
  const planned = await untilSaved<Desired | null>(async () => {
    const before = await store.get(deviceId)
    if (before === null) return null
    const device = await parts.commands.readDevice(deviceId)
    if (!device?.registered || before.setAt < (device.purgeBefore ?? 0)) {
      await store.remove(deviceId)
      return null
    }
    const ids = before.batch?.orders.map(({ commandId }) => commandId) ?? []
    const { after, gaveUp } = step(change(before), {
      now: now(),
      timeScale,
      model: device.model,
      commands: await parts.commands.getMany(deviceId, ids),
      commandIdOf: partId,
    })
    if (after === before) return before
    await publishNotKept(parts, after, gaveUp)
    return (await store.save(before, after)) ? after : 'changed'
  })
  if (planned?.batch?.isSubmitted === false) await submitBatch(parts, planned, planned.batch)
}

/** The event has the same id until its publication is saved. */
async function publishNotKept(
  { putEvents, metrics }: ControlParts,
  { deviceId, revision, setAt, settings }: Desired,
  names: readonly SettingName[],
): Promise<void> {
  const events = names.map((name): BusEvent<'setting.not-kept'> => {
    const { wanted, report, tries, triedAt } = settings[name]!
    const at = Math.max(setAt, triedAt ?? 0, report?.at ?? 0)
    return {
      id: `${deviceId}:setting-not-kept:${name}:${revision}:${at}`,
      type: 'setting.not-kept',
      at,
      deviceId,
      data: { setting: name, desired: wanted, reported: report?.value ?? null, tries },
    }
  })
  if (events.length === 0) return
  await putEvents(events)
  metrics.count('SettingsNotKept', events.length)
}

async function submitBatch(parts: ControlParts, desired: Desired, batch: Batch): Promise<void> {
  const { deviceId } = desired
  const { desired: store, timeScale, metrics } = parts
  const [first, ...rest] = batch.orders.map((order) => toOrder(desired, batch, order))
  if (first === undefined) throw new Error('a batch without commands')
  const { outcome } = await submit(parts, [first, ...rest], 'allow')
  const isMade = outcome === 'created' || outcome === 'exists'
  if (outcome === 'created') metrics.count('SettingsSent', batch.orders.filter(isWriteOrder).length)
  await untilSaved(async () => {
    const before = await store.get(deviceId)
    if (before?.batch?.plannedAt !== batch.plannedAt || before.batch.isSubmitted) return null
    const after: Desired = isMade
      ? { ...before, batch: { ...before.batch, isSubmitted: true } }
      : takeBack(before, batch.orders, parts.now(), timeScale)
    return (await store.save(before, after)) ? null : 'changed'
  })
}

const isWriteOrder = ({ setting }: PlannedOrder): boolean => setting !== null

/** Notes of a command show that it was sent for a desired setting, and for which one. */
const NOTE = 'desired'

const toOrder = (
  { deviceId, setBy, origin }: Desired,
  { plannedAt }: Batch,
  { commandId, intent, params, setting }: PlannedOrder,
): NewCommand => ({
  commandId,
  deviceId,
  createdAt: plannedAt,
  createdBy: setBy,
  origin,
  expiresAt: plannedAt + BATCH_EXPIRY_MS,
  intent,
  params,
  raw: null,
  dialect: 'auto',
  danger: 'harmless',
  metadata: { [NOTE]: setting ?? 'check' },
  probeId: null,
})
