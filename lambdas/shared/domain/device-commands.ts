import { isRelay } from '#h02/catalogue/shares-effect.ts'
import type { Command } from './command.ts'

/** Maximum number of waiting commands per device; a restore is always accepted. */
export const MAX_QUEUED = 50

/** A command in the lists of a device's item: the owner's gateway adopts the open and watched ones. */
export type ListedCommand = Pick<Command, 'commandId' | 'effectKey'>

/** The lists of commands in a device's item; the commands themselves are separate items. */
export type DeviceCommands = {
  /** In the order of dispatch. */
  readonly queue: readonly ListedCommand[]
  /** The one command that awaits its reply. */
  readonly open: ListedCommand | null
  /** A fuel restore that awaits its reply: it is written even while another command is open. */
  readonly openRestore: ListedCommand | null
  /** Commands whose reply window is over and whose effect is still watched, including concluded ones. */
  readonly watching: readonly ListedCommand[]
}

export const emptyDevice: DeviceCommands = { queue: [], open: null, openRestore: null, watching: [] }

/** Releases the engine. It only waits for another restore. */
export const isRestore = ({ effectKey, danger }: Pick<Command, 'effectKey' | 'danger'>): boolean =>
  isRelay(effectKey) && danger !== 'dangerous'

/** Adds a new command to the queue: at the end; a restore first; a replacement at the position of the replaced one. */
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
 * The next command to dispatch; null while it must wait. Only the reply of the previous one is awaited, not its effect.
 * A command that acts on the relay goes first, even while another is open: cuts are never queued, so it is a restore.
 */
export function nextQueued({ queue, open, openRestore }: DeviceCommands): ListedCommand | null {
  if (openRestore !== null) return null
  const restore = queue.find(({ effectKey }) => isRelay(effectKey))
  return restore ?? (open === null ? (queue[0] ?? null) : null)
}

/** The lists that may contain a command; it is in at most one of them. */
type Slot = 'queue' | 'open' | 'openRestore' | 'watching'

export function slotOf(device: DeviceCommands, commandId: string): Slot | null {
  const has = (one: ListedCommand | null): boolean => one?.commandId === commandId
  if (has(device.open)) return 'open'
  if (has(device.openRestore)) return 'openRestore'
  return device.watching.some(has) ? 'watching' : device.queue.some(has) ? 'queue' : null
}

/** Moves a command (to the head of the queue). Returns the same object if it is there already. */
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
