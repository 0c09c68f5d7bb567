import type { Command } from '../domain/command.ts'
import { cancel, cancelQueued } from '../domain/command-life.ts'
import { emptyDevice } from '../domain/device-commands.ts'
import { changeCommand, joinSaves, toSave, untilSaved } from './change-command.ts'
import { contextOf } from './deliver.ts'
import { dispatchNext } from './dispatch-next.ts'
import type { CommandParts } from './parts.ts'

/** `cancelled`: it has ended, or ends with its reply window. `concluded`: there was nothing left to cancel. */
export type Cancelled = { readonly outcome: 'cancelled' | 'concluded'; readonly command: Command }

/** Transactions take 100 items: commands, their audit, the device. */
const maxFlushed = 40

/** Null: there is no such command. */
export async function cancelOne(
  parts: CommandParts,
  deviceId: string,
  commandId: string,
): Promise<Cancelled | null> {
  const changed = await changeCommand(parts, deviceId, commandId, async (life, device) =>
    cancel(life, await contextOf(parts, life.command, device)),
  )
  if (changed === null) return null
  const { before, after } = changed
  if (after === before) {
    const isOver = before.command.conclusion !== null
    return { outcome: isOver ? 'concluded' : 'cancelled', command: before.command }
  }
  // What waited behind it may go now.
  await dispatchNext(parts, deviceId)
  return { outcome: 'cancelled', command: after.command }
}

/** Cancels everything that waits; resolves to the commands as they ended. */
export async function cancelAll(parts: CommandParts, deviceId: string): Promise<Command[]> {
  const all: Command[] = []
  for (;;) {
    const some = await untilSaved(() => cancelSome(parts, deviceId))
    if (some.length === 0) return all
    all.push(...some)
  }
}

async function cancelSome(parts: CommandParts, deviceId: string): Promise<Command[] | 'changed'> {
  const { commands, now } = parts
  const device = await commands.readDevice(deviceId)
  const ids = (device?.commands.queue ?? []).slice(0, maxFlushed).map(({ commandId }) => commandId)
  if (device === null || ids.length === 0) return []
  const queued = await commands.getMany(deviceId, ids)
  const at = now()
  const ended = queued.map(
    (command) => cancelQueued({ command, device: emptyDevice }, 'cancelled', at).command,
  )
  const queue = device.commands.queue.filter(({ commandId }) => !ids.includes(commandId))
  const line = { ...device.commands, queue }
  const saves = ended.map((command, i) =>
    toSave(device, queued[i]!, { command, device: line }, { only: null, ...parts }),
  )
  const saved = await commands.save(joinSaves(saves, { before: device, after: line, only: null }))
  return saved === 'saved' ? ended : 'changed'
}
