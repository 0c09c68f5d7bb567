import type { Attempt, Command } from '../domain/command.ts'
import { messageFormat, type Delivery } from '../domain/command-messages.ts'
import { delivered, lookAgainMs, type DeliveryResult, type LifeContext } from '../domain/command-life.ts'
import type { CommandedDevice } from '../store/command-save.ts'
import { changeCommand, ownerOf } from './change-command.ts'
import type { CommandParts, Interlock } from './parts.ts'
import { rulesOf } from './rules.ts'
import { holdsSecret } from './secret-gate.ts'

const toDelivery = (
  command: Command,
  attempt: Attempt,
  { password, interlock }: { password: string | null; interlock: Interlock },
): Delivery => ({
  v: messageFormat,
  kind: 'deliver',
  deviceId: command.deviceId,
  commandId: command.commandId,
  attempt: attempt.n,
  sessionId: attempt.sessionId,
  notAfter: attempt.notAfter,
  dialect: attempt.dialect,
  intent: command.intent,
  params: command.params,
  raw: command.raw,
  // What was typed is written as it is.
  password: attempt.dialect === 'text' && command.raw === null ? password : null,
  danger: command.danger,
  ...(command.model !== null && { model: command.model }),
  ...(holdsSecret(command, attempt.dialect, password) && { secret: true }),
  interlock: command.danger === 'dangerous' ? interlock : null,
})

/** What the steps of a command's life need. */
export async function contextOf(
  { catalogue, chooseDialects, timeScale, now }: CommandParts,
  command: Command,
  device: CommandedDevice,
): Promise<LifeContext> {
  const order = await chooseDialects(command, device)
  return {
    now: now(),
    session: ownerOf(device),
    rules: rulesOf(catalogue, command, { timeScale, order }),
    lookAgainMs: lookAgainMs * timeScale,
  }
}

/** Sends a saved attempt to its gateway, and saves the result. */
export async function deliver(
  parts: CommandParts,
  command: Command,
  attempt: Attempt,
  password: string | null,
): Promise<{ readonly outcome: DeliveryResult; readonly command: Command }> {
  const { deviceId, commandId } = command
  const outcome = await send(parts, attempt, toDelivery(command, attempt, { password, ...parts }))
  // The gateway reports, or the sweep asks.
  if (outcome === 'taken' || outcome === 'unknown') return { outcome, command }
  const changed = await changeCommand(parts, deviceId, commandId, async (life, device) =>
    delivered(life, attempt.n, outcome, await contextOf(parts, life.command, device)),
  )
  return { outcome, command: changed?.after.command ?? command }
}

/** What the bus refuses was certainly not sent; its operators have to know. */
async function send(
  { bus, log }: CommandParts,
  attempt: Attempt,
  delivery: Delivery,
): Promise<DeliveryResult> {
  try {
    return await bus.deliver(attempt.gatewayId, delivery)
  } catch (cause) {
    const { deviceId, commandId } = delivery
    log.error('command bus refused a delivery', { deviceId, commandId, attempt: attempt.n, cause })
    return 'not-delivered'
  }
}
