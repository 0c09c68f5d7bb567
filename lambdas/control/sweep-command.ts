import { changeCommand } from '#shared/commands/change-command.ts'
import { dispatchNext } from '#shared/commands/dispatch.ts'
import type { Command } from '#shared/domain/command.ts'
import { expire, isConducted, postpone } from '#shared/domain/command-life.ts'
import { giveUp } from '#shared/domain/command-reports.ts'
import { ask, followUp, isOverdue, publish } from './follow-up.ts'
import type { ControlParts, IsLiving } from './parts.ts'

/** A live gateway knows more than the clock, so it gets this much time to report the end. */
const LIVING_GRACE_MS = 120_000

/** Handles a command that is due. */
export async function sweepCommand(
  parts: ControlParts,
  isLiving: IsLiving,
  deviceId: string,
  commandId: string,
): Promise<void> {
  const command = await parts.commands.get(deviceId, commandId)
  if (command === null) return
  // It may have been concluded after the sweep read it: then whoever saved the conclusion is publishing it.
  if (isOverdue(command, parts.now())) await publish(parts, command)
  if (isConducted(command)) await sweepConducted(parts, isLiving, command)
  else if (command.conclusion === null) await sweepQueued(parts, isLiving, command)
  else await dispatchNext(parts, deviceId)
}

/** Ends expired commands; sends those that can be sent now. */
async function sweepQueued(
  parts: ControlParts,
  isLiving: IsLiving,
  { deviceId, commandId }: Command,
): Promise<void> {
  const expired = await changeCommand(parts, deviceId, commandId, (life, { now }) => expire(life, now))
  if (expired === null) return
  if (expired.after.command.conclusion !== null) return followUp(parts, expired)
  const { session } = expired.device
  if (session !== null && (await isLiving(session.gatewayId))) await dispatchNext(parts, deviceId)
  await changeCommand(parts, deviceId, commandId, (life, { now, lookAgainMs }, { commands, session }) => {
    if (life.command.state !== 'queued') return life
    // The first of the queue is checked often while the device has a session; the others wait for it.
    const isFirst = commands.queue[0]?.commandId === commandId
    const soon = session !== null && isFirst ? now + lookAgainMs : Infinity
    return postpone(life, Math.min(life.command.expiresAt, soon))
  })
}

/**
 * Asks every live gateway that may know the command before it concludes anything. If none is alive, or none has reported for a long
 * time, the clock decides which windows are over.
 */
async function sweepConducted(
  parts: ControlParts,
  isLiving: IsLiving,
  { deviceId, commandId, attempts }: Command,
): Promise<void> {
  const device = await parts.commands.readDevice(deviceId)
  const attempt = attempts.at(-1)
  if (device === null || attempt === undefined) return
  let lost = true
  for (const gatewayId of new Set([device.session?.gatewayId ?? attempt.gatewayId, attempt.gatewayId])) {
    if (!(await isLiving(gatewayId))) continue
    lost = false
    await ask(parts, gatewayId, deviceId, { commandId, attempt: attempt.n })
  }
  const graceMs = lost ? 0 : LIVING_GRACE_MS * parts.timeScale
  const changed = await changeCommand(parts, deviceId, commandId, (life, context) => {
    if (!isConducted(life.command)) return life
    const after = giveUp(life, { lost, graceMs }, context)
    return after === life ? postpone(life, context.now + context.lookAgainMs) : after
  })
  if (changed !== null) await followUp(parts, changed)
}
