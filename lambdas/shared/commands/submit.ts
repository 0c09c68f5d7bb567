import { maxQueued, type Command, type DeviceCommands } from '../domain/command.ts'
import {
  cancelQueued,
  createCommand,
  enqueue,
  lookAgainMs,
  undelivered,
  waiting,
} from '../domain/command-life.ts'
import { isRelay } from '#h02/catalogue/index.ts'
import { isRestore, nextQueued } from '../domain/device-commands.ts'
import type { NewCommand } from '../domain/new-command.ts'
import { cutRefusedUntil } from '../domain/contested.ts'
import type { CommandedDevice } from '../store/command-save.ts'
import { ownerOf, joinSaves, toSave, untilSaved } from './change-command.ts'
import { deliver } from './deliver.ts'
import { dispatchNext, startNext } from './dispatch-next.ts'
import type { CommandParts } from './parts.ts'
import { effectKeyOf } from './rules.ts'
import { dialectNow, isWithheld, withhold } from './secret-gate.ts'

/** How an order was taken. */
export type Submitted =
  /** Stored; `command` is as it stands after the first try to deliver it, where that was possible at once. */
  | { readonly outcome: 'created'; readonly command: Command }
  /** A command of that id was made before: an order that came twice. */
  | { readonly outcome: 'exists'; readonly command: Command }
  /** The same command waits already, and `replace` was not asked for. */
  | { readonly outcome: 'identical'; readonly command: Command }
  | { readonly outcome: 'no-device' }
  | { readonly outcome: 'full'; readonly maxQueued: number }
  /** Commands that may not wait: another command is in the way, or … */
  | { readonly outcome: 'busy'; readonly commandId: string }
  | { readonly outcome: 'no-session' }
  | { readonly outcome: 'contested'; readonly until: number }

/** What to do where the same command waits already. */
export type OnIdentical = 'refuse' | 'replace' | 'allow'

/**
 * Makes commands: what nothing stands in the way of goes at once, the rest waits. The transaction holds only while
 * nobody logged in since the device was read: so either a login sees the queue, or this sees the session.
 */
export async function submit(
  parts: CommandParts,
  orders: readonly [NewCommand, ...NewCommand[]],
  onIdentical: OnIdentical,
): Promise<Submitted> {
  const [first] = orders
  const madeBefore = async (): Promise<Submitted | null> => {
    const command = await parts.commands.get(first.deviceId, first.commandId)
    return command && { outcome: 'exists', command }
  }
  return untilSaved<Submitted>(async () => {
    const device = await parts.commands.readDevice(first.deviceId)
    if (!device?.registered) return { outcome: 'no-device' }
    const made = orders.map((order) => createCommand(order, effectKeyOf(parts.catalogue, order)))
    const plan =
      first.danger === 'dangerous'
        ? await planDangerous(parts, device, made)
        : await planHarmless(parts, device, made, onIdentical)
    // An order that comes twice is no second order, whatever stands in its way by now.
    if ('outcome' in plan) return (await madeBefore()) ?? plan
    const saved = await save(parts, device, plan)
    if (saved === 'exists') return (await madeBefore()) ?? 'changed'
    if (saved === 'changed') return 'changed'
    return { outcome: 'created', command: await goOn(parts, plan.after, device) }
  })
}

type Plan = {
  /** The orders as they are stored. */
  readonly after: readonly Command[]
  readonly line: DeviceCommands
  /** A waiting command that the order takes the place of. */
  readonly replaced: { readonly before: Command; readonly after: Command } | null
}

/** Never stored for later: it goes now, or is not made. */
async function planDangerous(
  parts: CommandParts,
  device: CommandedDevice,
  made: readonly Command[],
): Promise<Plan | Submitted> {
  const [command] = made
  if (command === undefined || made.length > 1) throw new Error('a dangerous command goes alone')
  const { open, openRestore } = device.commands
  const refusedUntil = cutRefusedUntil(device, parts.now())
  if (refusedUntil !== null) return { outcome: 'contested', until: refusedUntil }
  const session = ownerOf(device)
  if (session === null) return { outcome: 'no-session' }
  const other = open ?? openRestore ?? (await findRestore(parts, device))
  if (other) return { outcome: 'busy', commandId: other.commandId }
  const life = await startNext(parts, { command, device: device.commands }, device, session)
  return { after: [life.command], line: life.device, replaced: null }
}

/** A restore in progress: it waits, or its effect is still watched. */
async function findRestore(
  { commands }: CommandParts,
  { deviceId, commands: { queue, watching } }: CommandedDevice,
): Promise<Command | null> {
  const onRelay = [...queue, ...watching].filter(({ effectKey }) => isRelay(effectKey))
  const found = await commands.getMany(
    deviceId,
    onRelay.map(({ commandId }) => commandId),
  )
  return found.find(isRestore) ?? null
}

/** All join the queue; then the one whose turn it is goes, if it is one of them. */
async function planHarmless(
  parts: CommandParts,
  device: CommandedDevice,
  made: readonly Command[],
  onIdentical: OnIdentical,
): Promise<Plan | Submitted> {
  const { queue } = device.commands
  const identical = onIdentical === 'allow' ? null : await findIdentical(parts, device, made[0]!)
  if (identical && onIdentical === 'refuse') return { outcome: 'identical', command: identical }
  const waits = queue.length + made.length - (identical ? 1 : 0)
  if (waits > maxQueued && !made.every(isRestore)) return { outcome: 'full', maxQueued }

  let line = device.commands
  for (const command of made) line = enqueue({ command, device: line }, identical?.commandId).device
  const session = ownerOf(device)
  const next = session && made.find(({ commandId }) => commandId === nextQueued(line)?.commandId)
  const isHeld = next ? isWithheld(next, await dialectNow(parts, next, device), device) : false
  const turn = isHeld ? undefined : next
  const going =
    turn && session ? await startNext(parts, { command: turn, device: line }, device, session) : null
  line = going?.device ?? line
  const at = parts.now()
  const context = { now: at, session, lookAgainMs: lookAgainMs * parts.timeScale }
  if (going === null && made.some(({ mayWait }) => mayWait === false)) return obstacleTo(device)
  const what = session === null ? 'device' : 'turn'
  const after = made.map((command) => {
    if (command === turn && going) return going.command
    const life = { command, device: line }
    const waits = waiting(life, what, context).command
    const isWithheldNow = isHeld && command === next
    if (!isWithheldNow) return waits
    return {
      ...waits,
      timeline: withhold(life, device, { now: at, timeScale: parts.timeScale }).command.timeline,
    }
  })
  const replaced = identical && {
    before: identical,
    after: cancelQueued({ command: identical, device: line }, 'replaced', at).command,
  }
  return { after, line, replaced }
}

/** Why a command that may not wait does not go now. */
function obstacleTo({ session, commands }: CommandedDevice): Submitted {
  const { open, openRestore, queue, watching } = commands
  const [other] = [open, openRestore, ...queue, ...watching].filter((one) => one !== null)
  return session === null || other === undefined
    ? { outcome: 'no-session' }
    : { outcome: 'busy', commandId: other.commandId }
}

/** Somebody asks for the same again: the order of parameters does not matter. */
async function findIdentical(
  { commands }: CommandParts,
  device: CommandedDevice,
  wanted: Command,
): Promise<Command | null> {
  const ids = device.commands.queue.map(({ commandId }) => commandId)
  const pending = ids.length === 0 ? [] : await commands.getMany(device.deviceId, ids)
  return pending.find((command) => contentOf(command) === contentOf(wanted)) ?? null
}

const contentOf = ({ intent, raw, dialect, params }: Command): string =>
  JSON.stringify([intent, raw, dialect, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])

function save(
  parts: CommandParts,
  device: CommandedDevice,
  { after, line, replaced }: Plan,
): Promise<'saved' | 'changed' | 'exists'> {
  const steps = [
    ...after.map((command) => ({ before: null, command })),
    ...(replaced ? [{ before: replaced.before, command: replaced.after }] : []),
  ]
  const saves = steps.map(({ before, command }) =>
    toSave(device, before, { command, device: line }, { only: 'epoch', ...parts }),
  )
  const isGoing = after.some((command) => undelivered(null, command) !== null)
  return parts.commands.save(
    joinSaves(saves, { before: device, after: line, only: isGoing ? 'session' : 'epoch' }),
  )
}

/** After orders were stored: delivers the one that has the slot, or whichever has been waiting for longer. */
async function goOn(
  parts: CommandParts,
  made: readonly Command[],
  device: CommandedDevice,
): Promise<Command> {
  const stored = made.map((command) => ({ ...command, version: command.version + 1 }))
  const first = stored[0]!
  const open = stored.find((command) => undelivered(null, command) !== null)
  if (open) {
    const { command } = await deliver(parts, open, undelivered(null, open)!, device.password)
    return open === first ? command : first
  }
  if (device.session !== null && nextQueued(device.commands) !== null) {
    const next = await dispatchNext(parts, device.deviceId)
    if (next.command?.commandId === first.commandId) return next.command
  }
  return first
}
