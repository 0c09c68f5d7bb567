import type { Command } from '../domain/command.ts'
import {
  abandon,
  expire,
  lookAgainMs,
  startDispatch,
  undelivered,
  type DeliveryResult,
  type Life,
  type Owner,
} from '../domain/command-life.ts'
import { nextQueued } from '../domain/device-commands.ts'
import type { CommandedDevice, CommandSave } from '../store/command-save.ts'
import { ownerOf, toSave, untilSaved } from './change-command.ts'
import { deliver } from './deliver.ts'
import type { CommandParts } from './parts.ts'
import { dialectNow, isWithheld, withhold } from './secret-gate.ts'

export type Dispatched = {
  /** The result of the delivery, or why there was none. `too-soon`: it was tried on this session a moment ago. */
  readonly outcome: DeliveryResult | 'busy' | 'no-session' | 'nothing' | 'too-soon'
  /** The command that it is about, as it stands. */
  readonly command: Command | null
}

/** A session that just refused a command does not get it again at once: the sweep, or a new session, sends it. */
const notAgainMs = 30_000

/** Sends the next queued command, and ends those that have expired. */
export const dispatchNext = (parts: CommandParts, deviceId: string): Promise<Dispatched> =>
  untilSaved<Dispatched>(async () => {
    /** Commands that wait for an established session: those behind them go first. */
    const withheld = new Set<string>()
    for (;;) {
      const device = await parts.commands.readDevice(deviceId)
      if (!device?.registered) return { outcome: 'nothing', command: null }
      const { queue } = device.commands
      const next = nextQueued({
        ...device.commands,
        queue: queue.filter(({ commandId }) => !withheld.has(commandId)),
      })
      const session = ownerOf(device)
      if (session === null) return { outcome: 'no-session', command: null }
      if (next === null) {
        const { open, openRestore } = device.commands
        return { outcome: (open ?? openRestore) === null ? 'nothing' : 'busy', command: null }
      }
      const command = await parts.commands.get(deviceId, next.commandId)
      if (command === null) {
        await parts.commands.save(withoutLost(device, next.commandId))
        continue
      }
      if (command.state !== 'queued') return 'changed'
      const at = parts.now()
      const before = { command, device: device.commands }
      const isOfDeleted = device.purgeBefore !== null && command.createdAt < device.purgeBefore
      const ended = isOfDeleted ? abandon(before, at) : expire(before, at)
      if (ended === before && isWithheld(command, await dialectNow(parts, command, device), device)) {
        withheld.add(command.commandId)
        const waits = withhold(before, device, { now: at, timeScale: parts.timeScale })
        if (waits.command.timeline === command.timeline) continue
        const noted = await parts.commands.save(toSave(device, command, waits, { only: null, ...parts }))
        if (noted !== 'saved') return 'changed'
        continue
      }
      if (ended === before && isTooSoon(parts, command, session, at)) return { outcome: 'too-soon', command }
      const after = ended === before ? await startNext(parts, before, device, session) : ended
      const saved = await parts.commands.save(toSave(device, command, after, { only: null, ...parts }))
      if (saved !== 'saved') return 'changed'
      if (ended !== before) continue
      const stored = { ...after.command, version: after.command.version + 1 }
      return deliver(parts, stored, undelivered(command, stored)!, device.password)
    }
  })

/** Gives the command its slot, in the dialect that is best known to be answered. */
export async function startNext(
  parts: CommandParts,
  life: Life,
  device: CommandedDevice,
  session: Owner,
): Promise<Life> {
  const { timeScale, now } = parts
  const { model, firmware } = device
  const dialect = await dialectNow(parts, life.command, device)
  return startDispatch(life, {
    now: now(),
    session,
    dialect,
    model,
    firmware,
    lookAgainMs: lookAgainMs * timeScale,
  })
}

const isTooSoon = (
  { timeScale }: CommandParts,
  { attempts }: Command,
  session: Owner,
  now: number,
): boolean => {
  const last = attempts.at(-1)
  return (
    last?.facts.written === 'no' &&
    last.sessionId === session.sessionId &&
    now < last.dispatchedAt + notAgainMs * timeScale
  )
}

/** The queue names a command that expired from the table. */
const withoutLost = (device: CommandedDevice, lost: string): CommandSave => ({
  commands: [],
  device: {
    before: device,
    after: {
      ...device.commands,
      queue: device.commands.queue.filter(({ commandId }) => commandId !== lost),
    },
    only: null,
  },
  evidence: [],
  audit: [],
})
