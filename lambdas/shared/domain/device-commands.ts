import { isRelay } from '#h02/catalogue/shares-effect.ts'
import type { Command } from './command.ts'

/** Commands that may wait for a device; a restore may always. */
export const MAX_QUEUED = 50

/** A command as the device's item lists it: the owner's gateway adopts those that it conducts from here. */
export type ListedCommand = Pick<Command, 'commandId' | 'effectKey'>

/** What the device's item holds of commands; commands themselves are items of their own. */
export type DeviceCommands = {
  /** In the order of dispatch. */
  readonly queue: readonly ListedCommand[]
  /** The one command that awaits its reply. */
  readonly open: ListedCommand | null
  /** A fuel restore that awaits its reply: it is written even while another command is open. */
  readonly openRestore: ListedCommand | null
  /** Commands whose reply window is over and whose effect is still watched, concluded ones too. */
  readonly watching: readonly ListedCommand[]
}

export const emptyDevice: DeviceCommands = { queue: [], open: null, openRestore: null, watching: [] }

/** Releases the engine. It waits for nothing but another restore. */
export const isRestore = ({ effectKey, danger }: Pick<Command, 'effectKey' | 'danger'>): boolean =>
  isRelay(effectKey) && danger !== 'dangerous'

/** Queues a new command: last; a restore first; one that replaces another in the place of that. */
export function enqueued(device: DeviceCommands, command: Command, replaced: string | null): DeviceCommands {
  const { queue } = device
  const entry = entryOf(command)
  const at = queue.findIndex(({ commandId }) => commandId === replaced)
  if (at >= 0) return { ...device, queue: queue.with(at, entry) }
  if (!isRestore(command)) return { ...device, queue: [...queue, entry] }
  const behind = queue.findIndex(({ effectKey }) => !isRelay(effectKey))
  return { ...device, queue: queue.toSpliced(behind < 0 ? queue.length : behind, 0, entry) }
}

/**
 * The command to dispatch next, or null while it has to wait. Only the reply of the one before is waited for, never an
 * effect. What acts on the relay goes first, beside an open command too: cuts are never queued, so it is a restore.
 */
export function nextQueued({ queue, open, openRestore }: DeviceCommands): ListedCommand | null {
  if (openRestore !== null) return null
  const restore = queue.find(({ effectKey }) => isRelay(effectKey))
  return restore ?? (open === null ? (queue[0] ?? null) : null)
}

/** Lists that a command may be in; it is in one of them at most. */
export type Slot = 'queue' | 'open' | 'openRestore' | 'watching'

export function slotOf(device: DeviceCommands, commandId: string): Slot | null {
  const has = (one: ListedCommand | null): boolean => one?.commandId === commandId
  if (has(device.open)) return 'open'
  if (has(device.openRestore)) return 'openRestore'
  return device.watching.some(has) ? 'watching' : device.queue.some(has) ? 'queue' : null
}

/** Moves a command; to the head of the queue. The same object where it is there already. */
export function moveTo(device: DeviceCommands, command: Command, slot: Slot | null): DeviceCommands {
  if (slotOf(device, command.commandId) === slot) return device
  const isOther = (one: ListedCommand): boolean => one.commandId !== command.commandId
  const without = (one: ListedCommand | null) => (one !== null && isOther(one) ? one : null)
  const others: DeviceCommands = {
    queue: device.queue.filter(isOther),
    open: without(device.open),
    openRestore: without(device.openRestore),
    watching: device.watching.filter(isOther),
  }
  const entry = entryOf(command)
  if (slot === 'queue') return { ...others, queue: [entry, ...others.queue] }
  if (slot === 'watching') return { ...others, watching: [...others.watching, entry] }
  return slot === null ? others : { ...others, [slot]: entry }
}

const entryOf = ({ commandId, effectKey }: Command): ListedCommand => ({ commandId, effectKey })
