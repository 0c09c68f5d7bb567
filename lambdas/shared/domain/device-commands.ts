import { neverWaits, sharesEffect } from '#h02/catalogue/shares-effect.ts'
import type { Command, ConductedCommand, DeviceCommands, QueuedCommand } from './command.ts'

/** What a device's item holds of its commands: those that wait, the one that has the slot, those whose effect is watched. */
export const emptyDevice: DeviceCommands = { queue: [], open: null, watching: [] }

/** Puts a new command at the end of the queue; where it replaces one that waits, in that one's place. */
export function putLast(device: DeviceCommands, command: Command, replaced: string | null): DeviceCommands {
  const entry = entryOf(command)
  const at = device.queue.findIndex(({ commandId }) => commandId === replaced)
  return { ...device, queue: at === -1 ? [...device.queue, entry] : device.queue.with(at, entry) }
}

/**
 * The command that goes next: the first whose effect nobody watches. Order is kept among commands that share an effect:
 * what waits for its effect holds those behind it. Only the release of an engine waits for nothing but the slot.
 */
export function nextQueued({ queue, open, watching }: DeviceCommands): QueuedCommand | null {
  if (open !== null) return null
  const held = watching.map(({ effectKey }) => effectKey)
  for (const command of queue) {
    if (neverWaits(command.effectKey)) return command
    if (!held.some((key) => sharesEffect(key, command.effectKey))) return command
    held.push(command.effectKey)
  }
  return null
}

/** Lists a command in one place of the device's item, and in no other. The same item where it is there already. */
export function place(
  device: DeviceCommands,
  command: Command,
  where: 'queue' | 'open' | 'watching' | 'nowhere',
): DeviceCommands {
  const isOther = ({ commandId }: ConductedCommand): boolean => commandId !== command.commandId
  const stays = (list: readonly ConductedCommand[]): boolean => !list.every(isOther)
  const wasOpen = device.open !== null && !isOther(device.open)
  const isThere =
    wasOpen === (where === 'open') &&
    stays(device.queue) === (where === 'queue') &&
    stays(device.watching) === (where === 'watching')
  if (isThere) return device
  const queue = device.queue.filter(isOther)
  const watching = device.watching.filter(isOther)
  const entry = entryOf(command)
  return {
    queue: where === 'queue' ? [entry, ...queue] : queue,
    open: where === 'open' ? entry : wasOpen ? null : device.open,
    watching: where === 'watching' ? [...watching, entry] : watching,
  }
}

const entryOf = ({ commandId, effectKey }: Command): QueuedCommand => ({ commandId, effectKey })
