import { changeCommand } from '#shared/commands/change-command.ts'
import { contextOf } from '#shared/commands/deliver.ts'
import { dispatchNext } from '#shared/commands/dispatch-next.ts'
import type { Command } from '#shared/domain/command.ts'
import { expire, giveUp, isConducted, lookAgainMs, postpone } from '#shared/domain/command-life.ts'
import { followUp, isOverdue, publish } from './follow-up.ts'
import type { Living } from './living.ts'
import type { ControlParts } from './parts.ts'
import { toAsk } from './session-report.ts'

/** A gateway that lives knows more than the clock: it gets this long to report the end. */
const livingGraceMs = 120_000

/** Looks at a command whose time has come. */
export async function sweepCommand(
  parts: ControlParts,
  living: Living,
  { deviceId, commandId }: { deviceId: string; commandId: string },
): Promise<void> {
  const command = await parts.commands.get(deviceId, commandId)
  if (command === null) return
  // It may have been concluded since the sweep found it due: then the one that saved that is publishing it.
  if (isOverdue(command, parts.now())) await publish(parts, command)
  if (isConducted(command)) await lookAtConducted(parts, living, command)
  else if (command.conclusion === null) await lookAtQueued(parts, living, command)
  else await dispatchNext(parts, deviceId)
}

/** Ends what has expired; what may be sent now is sent. */
async function lookAtQueued(
  parts: ControlParts,
  living: Living,
  { deviceId, commandId }: Command,
): Promise<void> {
  const { now, timeScale } = parts
  const expired = await changeCommand(parts, deviceId, commandId, (life) => expire(life, now()))
  if (expired === null) return
  if (expired.after.command.conclusion !== null) return followUp(parts, expired)
  const { session } = expired.device
  if (session !== null && (await living([session.gatewayId])).size > 0) await dispatchNext(parts, deviceId)
  await changeCommand(parts, deviceId, commandId, (life, device) => {
    if (life.command.state !== 'queued') return life
    // The first of the queue is checked often while the device has a session; those behind it follow.
    const isFirst = device.commands.queue[0]?.commandId === commandId
    const soon = device.session !== null && isFirst ? now() + lookAgainMs * timeScale : Infinity
    return postpone(life, Math.min(life.command.expiresAt, soon))
  })
}

/**
 * Asks every living gateway that may know of it before anything is concluded here. Where none lives, or none has reported
 * for long, the clock decides which windows are over.
 */
async function lookAtConducted(
  parts: ControlParts,
  living: Living,
  { deviceId, commandId, attempts }: Command,
): Promise<void> {
  const { now, timeScale, bus } = parts
  const device = await parts.commands.readDevice(deviceId)
  const attempt = attempts.at(-1)
  if (device === null || attempt === undefined) return
  const knowing = await living([
    ...new Set([device.session?.gatewayId ?? attempt.gatewayId, attempt.gatewayId]),
  ])
  for (const gatewayId of knowing) await bus.sendControl(gatewayId, toAsk(deviceId, commandId, attempt.n))
  const lost = knowing.size === 0
  const changed = await changeCommand(parts, deviceId, commandId, async (life, device) => {
    if (!isConducted(life.command)) return life
    const context = await contextOf(parts, life.command, device)
    const looked = giveUp(life, { lost, graceMs: lost ? 0 : livingGraceMs * timeScale }, context)
    return looked === life ? postpone(life, now() + lookAgainMs * timeScale) : looked
  })
  if (changed !== null) await followUp(parts, changed)
}
