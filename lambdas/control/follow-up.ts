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
export async function followUp(parts: ControlParts, changed: Changed): Promise<void> {
  const { device, before, after } = changed
  const attempt = undelivered(before.command, after.command)
  if (attempt !== null) await deliver(parts, after.command, attempt, device.password)
  else if (after.device.open === null && after.device.queue.length > 0) {
    const { outcome } = await dispatchNext(parts, device.deviceId)
    parts.metrics.count('Dispatches', 1, { outcome })
  }
  if (isToldHere(parts, changed)) await tell(parts, changed.after.command)
}

/**
 * Who saved a conclusion tells it. A report that comes again meanwhile finds it saved and perhaps not yet told: only
 * once its time to be told is over has the one who saved it surely ended.
 */
function isToldHere({ now }: ControlParts, { before, after }: Changed): boolean {
  const { conclusion } = after.command
  if (conclusion === null) return false
  const { dueAt } = before.command
  return conclusion.verdict !== before.command.conclusion?.verdict || (dueAt !== null && dueAt <= now())
}
