import type { DeliveryOutcome } from '../bus/iot-data.ts'
import type { Attempt, Command } from '../domain/command.ts'
import {
  abandon,
  expire,
  LOOK_AGAIN_MS,
  startDispatch,
  undelivered,
  type Life,
  type Owner,
} from '../domain/command-life.ts'
import { MESSAGE_FORMAT, type Delivery } from '../domain/command-messages.ts'
import { notWritten } from '../domain/command-reports.ts'
import { nextQueued } from '../domain/device-commands.ts'
import { isOvertaken } from '../domain/refusal.ts'
import type { CommandedDevice } from '../store/command-save.ts'
import { changeCommand, toSave, untilSaved } from './change-command.ts'
import type { CommandParts } from './parts.ts'
import { dialectNow } from './rules.ts'
import { containsSecret, isWithheld, withhold } from './secrets.ts'

/**
 * The result of a delivery. `taken`: the gateway's reports follow. `unknown`: it may have arrived; the sweep asks.
 * `not-connected`, `not-delivered`: it has not arrived, so it was certainly not written.
 */
type DeliveryResult = DeliveryOutcome | 'not-delivered'

type Dispatched = {
  /** The result of the delivery, or why there was none. `too-soon`: this session got an attempt a moment ago. */
  readonly outcome: DeliveryResult | 'busy' | 'no-session' | 'nothing' | 'too-soon'
  /** The command concerned, in its current state. */
  readonly command: Command | null
}

/** After a refusal the command is not sent to the same session at once: the sweep or a new session sends it. */
const NOT_AGAIN_MS = 30_000

/** Sends the next queued command, and ends expired ones. */
export const dispatchNext = (parts: CommandParts, deviceId: string): Promise<Dispatched> =>
  untilSaved<Dispatched>(async () => {
    /** Commands that wait for an established session, or for the end of other bytes: commands behind them go first. */
    const withheld = new Set<string>()
    for (;;) {
      const device = await parts.commands.readDevice(deviceId)
      if (!device?.registered) return { outcome: 'nothing', command: null }
      const { session, commands: line } = device
      if (session === null) return { outcome: 'no-session', command: null }
      const queue = line.queue.filter(({ commandId }) => !withheld.has(commandId))
      const next = nextQueued({ ...line, queue })
      if (next === null) {
        return { outcome: (line.open ?? line.openRestore) === null ? 'nothing' : 'busy', command: null }
      }
      const command = await parts.commands.get(deviceId, next.commandId)
      if (command === null) {
        // The queue lists a command that has expired from the table.
        const kept = line.queue.filter(({ commandId }) => commandId !== next.commandId)
        await parts.commands.save(toSave(parts, device, [], { ...line, queue: kept }))
        continue
      }
      if (command.state !== 'queued') return 'changed'
      const turn = await takeTurn(parts, { command, device: line }, device, session)
      if (turn === null && isOvertaken(command.attempts.at(-1)?.facts.refusal ?? null)) {
        withheld.add(command.commandId)
        continue
      }
      if (turn === null) return { outcome: 'too-soon', command }
      const save = toSave(parts, device, [{ before: command, after: turn.command }], turn.device)
      if (turn.command !== command && (await parts.commands.save(save)) !== 'saved') return 'changed'
      const stored = save.commands[0]?.after ?? command
      const delivered = await deliverToGateway(parts, command, stored, device.password)
      if (delivered !== null) return delivered
      if (stored.state === 'queued') withheld.add(stored.commandId)
    }
  })

/** A queued command whose turn it is: it ends, waits for an established session, or is dispatched. Null: too soon. */
export async function takeTurn(
  parts: CommandParts,
  life: Life,
  device: CommandedDevice,
  session: Owner,
): Promise<Life | null> {
  const { command } = life
  const now = parts.now()
  const isOfDeleted = device.purgeBefore !== null && command.createdAt < device.purgeBefore
  const ended = isOfDeleted ? abandon(life, now) : expire(life, now)
  if (ended !== life) return ended
  const dialect = await dialectNow(parts, command, device)
  if (isWithheld(command, dialect, device) && command.danger !== 'dangerous') {
    return { ...life, command: withhold(command, device, { now, timeScale: parts.timeScale }) }
  }
  if (isTooSoon(parts, command, session)) return null
  const { model, firmware } = device
  const lookAgainMs = LOOK_AGAIN_MS * parts.timeScale
  return startDispatch(life, { now, session, dialect, model, firmware, lookAgainMs })
}

const isTooSoon = ({ timeScale, now }: CommandParts, { attempts }: Command, session: Owner): boolean => {
  const last = attempts.at(-1)
  return (
    last?.facts.written === 'no' &&
    last.sessionId === session.sessionId &&
    now() < last.dispatchedAt + NOT_AGAIN_MS * timeScale
  )
}

/** Sends the attempt that a saved step made to its gateway, and saves the result. Null: the step made none. */
export async function deliverToGateway(
  parts: CommandParts,
  before: Command | null,
  command: Command,
  password: string | null,
): Promise<{ readonly outcome: DeliveryResult; readonly command: Command } | null> {
  const attempt = undelivered(before, command)
  if (attempt === null) return null
  const { deviceId, commandId } = command
  const outcome = await send(parts, attempt, toDelivery(command, attempt, password, parts))
  // The gateway reports, or the sweep asks.
  if (outcome === 'taken' || outcome === 'unknown') return { outcome, command }
  const changed = await changeCommand(parts, deviceId, commandId, (life, context) =>
    notWritten(life, attempt.n, outcome, context),
  )
  return { outcome, command: changed?.after.command ?? command }
}

/** If the bus refuses a delivery it was certainly not sent; it is logged for operators. */
async function send(
  { bus, log }: CommandParts,
  { gatewayId, n }: Attempt,
  delivery: Delivery,
): Promise<DeliveryResult> {
  try {
    return await bus.deliver(gatewayId, delivery)
  } catch (cause) {
    const { deviceId, commandId } = delivery
    log.error('command bus refused a delivery', { deviceId, commandId, attempt: n, cause })
    return 'not-delivered'
  }
}

function toDelivery(
  command: Command,
  { n, sessionId, notAfter, dialect }: Attempt,
  password: string | null,
  { interlock }: Pick<CommandParts, 'interlock'>,
): Delivery {
  const { deviceId, commandId, intent, params, raw, danger, model } = command
  return {
    v: MESSAGE_FORMAT,
    kind: 'deliver',
    deviceId,
    commandId,
    attempt: n,
    sessionId,
    notAfter,
    dialect,
    intent,
    params,
    raw,
    // Typed text is written unchanged.
    password: dialect === 'text' && raw === null ? password : null,
    danger,
    ...(model !== null && { model }),
    ...(containsSecret(command, dialect, password) && { secret: true }),
    interlock: danger === 'dangerous' ? interlock : null,
  }
}
