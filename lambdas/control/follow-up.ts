import type { Changed } from '#shared/commands/change-command.ts'
import { deliver } from '#shared/commands/deliver.ts'
import { dispatchNext } from '#shared/commands/dispatch-next.ts'
import { undelivered } from '#shared/domain/command-life.ts'
import type { ControlParts } from './parts.ts'
import { tell } from './tell.ts'

/**
 * What a saved step calls for: delivering the attempt it made, sending the next command, telling of a conclusion. Each
 * may be done again: a step that was saved by somebody who ended then is followed up with the next report, or the sweep.
 */
export async function followUp(parts: ControlParts, { device, before, after }: Changed): Promise<void> {
  const attempt = undelivered(before.command, after.command)
  if (attempt !== null) await deliver(parts, after.command, attempt, device.password)
  else if (after.device.open === null && after.device.queue.length > 0) {
    const { outcome } = await dispatchNext(parts, device.deviceId)
    parts.metrics.count('Dispatches', 1, { outcome })
  }
  const isUntold =
    after.command.conclusion !== null &&
    (before.command.dueAt !== null || after.command.conclusion.verdict !== before.command.conclusion?.verdict)
  if (isUntold) await tell(parts, after.command)
}
