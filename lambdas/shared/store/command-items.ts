import type { Command, ConductedCommand, DeviceCommands, QueuedCommand } from '../domain/command.ts'
import { fleetKeys, type Session } from '../domain/device.ts'
import type { FleetItem } from './fleet-list.ts'

/** Commands are kept so long unless told otherwise. */
export const commandsKeptDays = 400
const daySeconds = 86_400
/** A conclusion that nobody was told of by then is told by the sweep. */
export const tellWithinMs = 60_000

/**
 * What a command item has beside the command: where the sweep finds it and when it expires. `isNews`: it was concluded,
 * or its conclusion corrected, just now: then it stays due until somebody was told of it (an outbox of one).
 */
export function toCommandItem(command: Command, { isNews }: { isNews: boolean }): FleetItem {
  const { dueAt: plannedAt, ...fields } = command
  const dueAt = isNews && command.conclusion !== null ? command.conclusion.at + tellWithinMs : plannedAt
  return {
    ...fleetKeys.command(command.deviceId, command.commandId),
    ...fields,
    // Indexed attributes are numbers or absent: null is neither.
    ...(dueAt !== null && { due: fleetKeys.dueOf(command.deviceId), dueAt }),
    ttl: Math.ceil(command.createdAt / 1_000) + commandsKeptDays * daySeconds,
  }
}

export function toCommand(item: FleetItem): Command {
  const { pk: _pk, sk: _sk, due: _due, ttl: _ttl, ...command } = item
  return { ...(command as Command), dueAt: typeof command.dueAt === 'number' ? command.dueAt : null }
}

export const toDeviceCommands = (item: FleetItem): DeviceCommands => ({
  queue: (item.queue as readonly QueuedCommand[] | undefined) ?? [],
  open: (item.open as ConductedCommand | null | undefined) ?? null,
  watching: (item.watching as readonly ConductedCommand[] | undefined) ?? [],
})

/** The item's epoch is the session's: each login counts one. */
export const sessionOf = (item: FleetItem): Session | null =>
  item.session ? { ...(item.session as Session), epoch: Number(item.epoch ?? 0) } : null
