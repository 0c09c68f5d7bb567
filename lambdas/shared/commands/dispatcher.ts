import type { Command, NewCommand } from '../domain/command.ts'
import { endQueued } from '../domain/command-life.ts'
import { cancel } from '../domain/command-reports.ts'
import { changeCommand, toSave, untilSaved } from './change-command.ts'
import { dispatchNext } from './dispatch.ts'
import type { CommandParts } from './parts.ts'
import { submit, type Submitted } from './submit.ts'

/** `cancelled`: it has ended, or ends with its reply window. `concluded`: there was nothing left to cancel. */
type Cancelled = { readonly outcome: 'cancelled' | 'concluded'; readonly command: Command }

/** Transactions accept 100 items: commands, their audit entries, the device. */
const MAX_FLUSHED = 40

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Creates and cancels commands for the API. All methods throw when a table or the bus cannot be reached; the sweep
 * continues with what was stored by then.
 */
export const createDispatcher = (parts: CommandParts) => ({
  /**
   * Creates a command and sends it at once if possible: one consistent read, one transaction, one delivery. Otherwise
   * it waits in the device's queue (dangerous ones never do). The caller makes the ids (`makeCommandId`), so a repeated
   * order makes one command.
   */
  submit: (order: NewCommand, { replace = false }: { readonly replace?: boolean } = {}): Promise<Submitted> =>
    submit(parts, [order], replace ? 'replace' : 'refuse'),

  /** Creates several commands, in order, all or none: a probe. `command` is the first one. */
  submitAll: (orders: readonly [NewCommand, ...NewCommand[]]): Promise<Submitted> =>
    submit(parts, orders, 'allow'),

  /** Ends a waiting command; for a sent one, ends the watch of its effect. Null: there is no such command. */
  cancel: async (deviceId: string, commandId: string): Promise<Cancelled | null> => {
    const changed = await changeCommand(parts, deviceId, commandId, cancel)
    if (changed === null) return null
    const { before, after } = changed
    const isOver = after === before && before.command.conclusion !== null
    // Commands behind it may be sent now.
    if (after !== before) await dispatchNext(parts, deviceId)
    return { outcome: isOver ? 'concluded' : 'cancelled', command: after.command }
  },

  /** Cancels all waiting commands; resolves to them. */
  flush: async (deviceId: string): Promise<readonly Command[]> => {
    const all: Command[] = []
    for (;;) {
      const some = await untilSaved(() => cancelSome(parts, deviceId))
      if (some.length === 0) return all
      all.push(...some)
    }
  },
})

async function cancelSome(parts: CommandParts, deviceId: string): Promise<Command[] | 'changed'> {
  const device = await parts.commands.readDevice(deviceId)
  if (device === null) return []
  const { commands } = device
  const ids = commands.queue.slice(0, MAX_FLUSHED).map(({ commandId }) => commandId)
  if (ids.length === 0) return []
  const line = { ...commands, queue: commands.queue.slice(ids.length) }
  const queued = await parts.commands.getMany(deviceId, ids)
  const steps = queued.map((before) => ({
    before,
    after: endQueued({ command: before, device: line }, 'cancelled', parts.now()).command,
  }))
  const save = toSave(parts, device, steps, line)
  return (await parts.commands.save(save)) === 'saved' ? save.commands.map(({ after }) => after) : 'changed'
}
