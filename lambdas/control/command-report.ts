import { changeCommand } from '#shared/commands/change-command.ts'
import { contextOf } from '#shared/commands/deliver.ts'
import { applySnapshot } from '#shared/domain/command-life.ts'
import { isContested } from '#shared/domain/contested.ts'
import { messageFormat, type CommandSnapshot } from '#shared/domain/command-messages.ts'
import { followUp } from './follow-up.ts'
import type { ControlParts } from './parts.ts'

/**
 * Applies a gateway's report of an attempt and what follows from it; at last tells the gateway that it is settled. If
 * anything fails before, the gateway says it again.
 */
export async function applyCommandReport(parts: ControlParts, snapshot: CommandSnapshot): Promise<void> {
  const { deviceId, commandId, attempt, n, gatewayId } = snapshot
  const changed = await changeCommand(parts, deviceId, commandId, async (life, device) =>
    applySnapshot(
      life,
      isContested(device.contestedUntil, parts.now()) ? withoutEffect(snapshot) : snapshot,
      await contextOf(parts, life.command, device),
    ),
  )
  // Of a command that is gone (its device was deleted) there is nothing left to say.
  if (changed !== null) {
    const facts = snapshot.known ? snapshot.reply?.facts : undefined
    // A reply that names another unit tells nothing of this one.
    const isOwn = facts?.deviceId === undefined || facts.deviceId === deviceId
    if (facts !== undefined && isOwn) await parts.commands.noteSeen(deviceId, facts)
    await followUp(parts, changed)
  } else parts.metrics.count('ReportsOfNothing')
  await parts.bus.sendControl(gatewayId, {
    v: messageFormat,
    kind: 'settled',
    deviceId,
    commandId,
    attempt,
    n,
  })
}

/** A gateway that has not learnt of the contest yet may have observed what the other sender made up. */
const withoutEffect = (snapshot: CommandSnapshot): CommandSnapshot => ({
  ...snapshot,
  facts: { ...snapshot.facts, effect: null },
})
