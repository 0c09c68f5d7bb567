import { changeCommand } from '#shared/commands/change-command.ts'
import { abandon } from '#shared/domain/command-life.ts'
import { MESSAGE_FORMAT } from '#shared/domain/command-messages.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import { purgeEvents } from '#shared/store/event-history.ts'
import { publish } from './follow-up.ts'
import { forgetInCampaigns } from './forget-in-campaigns.ts'
import type { ControlParts, DueItem } from './parts.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/**
 * Delays of the second and third pass of a deletion: for chunks that a running fold still wrote, and for what is left
 * after the log and the parked events have expired. Then nothing of the device remains.
 */
const passesAfter = [10 * MINUTE_MS, 8 * DAY_MS] as const

/**
 * One pass of a deletion, for an item of the fleet table with `purgeBefore`. The device is deleted (`deletedAt`), or
 * has been registered again since: then only older data is removed. Resolves to the time of the next pass; null after
 * the last one.
 */
export async function purgeDevice(parts: ControlParts, item: DueItem): Promise<number | null> {
  const { tombstones, commands, log, now } = parts
  const [deviceId, purgeBefore] = [String(item.deviceId), Number(item.purgeBefore)]
  const isDeleted = item.deletedAt !== undefined
  const passes = passesAfter.map((after) => purgeBefore + after)
  const next = passes.find((at) => at > now()) ?? null
  // It was registered again at this moment: the next sweep reads its new state.
  if (isDeleted && !(await tombstones.clearState(deviceId, Number(item.deletedAt)))) return now()
  const before = isDeleted ? now() : purgeBefore
  const device = await commands.readDevice(deviceId)
  if (device !== null) {
    if (isDeleted) await evict(parts, device)
    await endCommands(parts, device, before)
  }
  const removed =
    (await tombstones.purge(deviceId, before)) +
    (await commands.purge(deviceId, before)) +
    (await purgeEvents({ client: parts.client, table: parts.fleetTable }, deviceId, before)) +
    (await forgetInCampaigns(parts, deviceId, before))
  log.info('removed remaining data of a deleted device', { deviceId, items: removed, again: next !== null })
  return next
}

/** Closes its socket in any case. */
async function evict(
  { bus, now }: ControlParts,
  { deviceId, session, epoch }: CommandedDevice,
): Promise<void> {
  if (session === null) return
  await bus.sendControl(session.gatewayId, {
    v: MESSAGE_FORMAT,
    kind: 'evict',
    deviceId,
    epoch,
    sessionId: session.sessionId,
    remoteAddress: '',
    loggedInAt: now(),
    close: true,
  })
}

/** Publishes the conclusions of its commands. */
async function endCommands(
  parts: ControlParts,
  { deviceId, commands: { queue, open, openRestore, watching } }: CommandedDevice,
  before: number,
): Promise<void> {
  for (const listed of [open, openRestore, ...watching, ...queue]) {
    if (listed === null) continue
    const { commandId } = listed
    const changed = await changeCommand(parts, deviceId, commandId, (life, { now }) =>
      life.command.createdAt < before ? abandon(life, now) : life,
    )
    if (changed !== null && changed.after !== changed.before) await publish(parts, changed.after.command)
  }
}
