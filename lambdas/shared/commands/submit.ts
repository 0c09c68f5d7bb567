import { isRelay } from '#h02/catalogue/index.ts'
import type { Command, NewCommand } from '../domain/command.ts'
import { createCommand, endQueued, enqueue, LOOK_AGAIN_MS, waiting } from '../domain/command-life.ts'
import { cutRefusedUntil } from '../domain/contested.ts'
import { isRestore, MAX_QUEUED, nextQueued, type DeviceCommands } from '../domain/device-commands.ts'
import type { CommandedDevice, CommandSave } from '../store/command-save.ts'
import { toSave, untilSaved } from './change-command.ts'
import { deliverToGateway, dispatchNext, takeTurn } from './dispatch.ts'
import type { CommandParts } from './parts.ts'
import { effectKeyOf } from './rules.ts'

/** The outcome of an order. */
export type Submitted =
  /** Stored; `command` includes the result of the first delivery, if one was possible at once. */
  | { readonly outcome: 'created'; readonly command: Command }
  /** A command with this id exists: the order was repeated. */
  | { readonly outcome: 'exists'; readonly command: Command }
  /** The same command is waiting already, and `replace` was not requested. */
  | { readonly outcome: 'identical'; readonly command: Command }
  | { readonly outcome: 'no-device' }
  | { readonly outcome: 'full'; readonly maxQueued: number }
  /** For commands that may not wait: another command blocks it. */
  | { readonly outcome: 'busy'; readonly commandId: string }
  | { readonly outcome: 'no-session' }
  | { readonly outcome: 'contested'; readonly until: number }

/** What to do if the same command is waiting already. */
type OnIdentical = 'refuse' | 'replace' | 'allow'

/**
 * Creates commands: what nothing blocks is sent at once, the rest waits. The transaction requires that there was no
 * login since the device was read: so either a login finds the queue, or this call finds the session.
 */
export async function submit(
  parts: CommandParts,
  orders: readonly [NewCommand, ...NewCommand[]],
  onIdentical: OnIdentical,
): Promise<Submitted> {
  const [{ deviceId, commandId }] = orders
  const madeBefore = async (): Promise<Submitted | null> => {
    const command = await parts.commands.get(deviceId, commandId)
    return command && { outcome: 'exists', command }
  }
  return untilSaved<Submitted>(async () => {
    const device = await parts.commands.readDevice(deviceId)
    if (!device?.registered) return { outcome: 'no-device' }
    const made = orders.map((order) => createCommand(order, effectKeyOf(parts.catalogue, order)))
    const plan =
      (await cutObstacle(parts, device, made)) ?? (await planSteps(parts, device, made, onIdentical))
    // A repeated order returns the existing command, whatever blocks it by now.
    if ('outcome' in plan) return (await madeBefore()) ?? plan
    const saved = await parts.commands.save(plan)
    if (saved === 'exists') return (await madeBefore()) ?? 'changed'
    if (saved === 'changed') return 'changed'
    return { outcome: 'created', command: await deliverSaved(parts, plan, device) }
  })
}

/** Why a dangerous command is not created; null: no obstacle, or not dangerous. */
async function cutObstacle(
  parts: CommandParts,
  device: CommandedDevice,
  made: readonly Command[],
): Promise<Submitted | null> {
  if (made[0]?.danger !== 'dangerous') return null
  if (made.length > 1) throw new Error('a dangerous command must be ordered alone')
  const refusedUntil = cutRefusedUntil(device, parts.now())
  if (refusedUntil !== null) return { outcome: 'contested', until: refusedUntil }
  if (device.session === null) return { outcome: 'no-session' }
  const { open, openRestore } = device.commands
  const other = open ?? openRestore ?? (await findRestore(parts, device))
  return other && { outcome: 'busy', commandId: other.commandId }
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

/** All join the queue; then the first of the queue is sent if it is one of them. A dangerous one never waits. */
async function planSteps(
  parts: CommandParts,
  device: CommandedDevice,
  made: readonly Command[],
  onIdentical: OnIdentical,
): Promise<CommandSave | Submitted> {
  const { session, commands } = device
  const isDangerous = made[0]?.danger === 'dangerous'
  const identical =
    isDangerous || onIdentical === 'allow' ? null : await findIdentical(parts, device, made[0]!)
  if (identical && onIdentical === 'refuse') return { outcome: 'identical', command: identical }
  const waits = commands.queue.length + made.length - (identical ? 1 : 0)
  if (waits > MAX_QUEUED && !isDangerous && !made.every(isRestore))
    return { outcome: 'full', maxQueued: MAX_QUEUED }

  let line: DeviceCommands = commands
  for (const command of made) line = enqueue({ command, device: line }, identical?.commandId).device
  const first = nextQueued(line)?.commandId
  const next = isDangerous ? made[0] : made.find(({ commandId }) => commandId === first)
  const turn =
    session && next ? await takeTurn(parts, { command: next, device: line }, device, session) : null
  line = turn?.device ?? line
  const isGoing = turn !== null && turn.command.state !== 'queued'
  if (!isGoing && made.some(({ mayWait }) => mayWait === false)) return outcomeNow(device)

  const moment = { now: parts.now(), session, lookAgainMs: LOOK_AGAIN_MS * parts.timeScale }
  const steps: CommandSave['commands'][number][] = made.map((command) => {
    const after = command === next && turn ? turn.command : command
    return { before: null, after: after.state === 'queued' ? waiting(after, moment) : after }
  })
  if (identical) {
    const { command } = endQueued({ command: identical, device: line }, 'replaced', moment.now)
    steps.push({ before: identical, after: command })
  }
  return toSave(parts, device, steps, line, 'epoch')
}

/** Why a command that may not wait cannot be sent now. */
function outcomeNow({ session, commands }: CommandedDevice): Submitted {
  const { open, openRestore, queue, watching } = commands
  const [other] = [open, openRestore, ...queue, ...watching].filter((one) => one !== null)
  return session === null || other === undefined
    ? { outcome: 'no-session' }
    : { outcome: 'busy', commandId: other.commandId }
}

/** An identical waiting command; the order of parameters does not matter. */
async function findIdentical(
  { commands }: CommandParts,
  device: CommandedDevice,
  newCommand: Command,
): Promise<Command | null> {
  const ids = device.commands.queue.map(({ commandId }) => commandId)
  const pending = ids.length === 0 ? [] : await commands.getMany(device.deviceId, ids)
  return pending.find((command) => contentOf(command) === contentOf(newCommand)) ?? null
}

const contentOf = ({ intent, raw, dialect, params }: Command): string =>
  JSON.stringify([intent, raw, dialect, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])

/** After orders were stored: delivers the one that has the slot, or the one that has waited longest. */
async function deliverSaved(
  parts: CommandParts,
  saved: CommandSave,
  device: CommandedDevice,
): Promise<Command> {
  const made = saved.commands.filter(({ before }) => before === null).map(({ after }) => after)
  const first = made[0]!
  for (const command of made) {
    const delivered = await deliverToGateway(parts, null, command, device.password)
    if (delivered !== null) return command === first ? delivered.command : first
  }
  if (device.session === null || nextQueued(device.commands) === null) return first
  const { command } = await dispatchNext(parts, device.deviceId)
  return command?.commandId === first.commandId ? command : first
}
