import type { CommandBus } from '../bus/iot-data.ts'
import type { Attempt, Command } from '../domain/command.ts'
import { messageFormat, type Delivery } from '../domain/command-messages.ts'
import type { DeliveryResult } from '../domain/command-life.ts'
import type { Log } from '../log.ts'

/** What the last fix must be for a dangerous command, or the gateway refuses to write it. */
export type Interlock = { readonly maxSpeedKmh: number; readonly maxFixAgeMs: number }

export const defaultInterlock: Interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }

export const toDelivery = (
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
  // Nobody else needs it: what was typed is written as it is.
  password: attempt.dialect === 'text' && command.raw === null ? password : null,
  danger: command.danger,
  interlock: command.danger === 'dangerous' ? interlock : null,
})

/** Hands an attempt to its gateway. What the bus refuses was surely not sent; people who operate it have to know. */
export async function deliver(
  { bus, log }: { readonly bus: Pick<CommandBus, 'deliver'>; readonly log: Log },
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
