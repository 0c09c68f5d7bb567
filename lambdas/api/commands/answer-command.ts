import type { Context } from 'hono'
import type { Command } from '../../shared/domain/command.ts'
import type { ApiBindings, ApiParts } from '../app-type.ts'
import { deviceMasks } from '../mask.ts'
import { arrivedAt, readWait } from '../prefer.ts'
import { toCommand } from './to-command.ts'
import { hasAnswer, waitForAnswer } from './wait.ts'

/** Answers with a command: at once, or with `Prefer: wait` when the device has answered. */
export function createAnswerCommand({
  commands,
  waitSlots,
  now,
}: Pick<ApiParts, 'commands' | 'waitSlots' | 'now'>) {
  return async (c: Context<ApiBindings>, command: Command) => {
    const { deviceId, commandId } = command
    const wait = readWait(c.req.header('prefer'))
    const until = arrivedAt(c.env?.requestContext?.timeEpoch, now()) + (wait ?? 0) * 1_000
    const read = () => commands.get(deviceId, commandId)
    const { command: latest, waited } =
      wait === null
        ? { command, waited: false }
        : await waitForAnswer(command, read, { until, slots: waitSlots, now })
    if (waited) c.header('preference-applied', `wait=${wait}`)
    c.header('location', `/v1/devices/${deviceId}/commands/${commandId}`)
    const caller = c.get('caller')
    // Callers with the scope `secrets` need no masks, so this read is saved.
    const device = caller.scopes.has('secrets') ? null : await commands.readDevice(deviceId)
    const known = { deviceId, password: device?.password ?? null }
    const body = toCommand(latest, await deviceMasks(caller, known, commands, [latest]))
    return waited && hasAnswer(latest) ? c.json(body, 200) : c.json(body, 202)
  }
}
