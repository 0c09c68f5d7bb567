import { setTimeout as sleep } from 'node:timers/promises'
import { conflictWaitMs } from '../back-off.ts'
import type { Command } from '../domain/command.ts'
import { LOOK_AGAIN_MS, undelivered, type Life, type LifeContext } from '../domain/command-life.ts'
import type { DeviceCommands } from '../domain/device-commands.ts'
import { evidenceOf } from '../domain/evidence-change.ts'
import type { CommandedDevice, CommandSave } from '../store/command-save.ts'
import { auditOf, auditOfPassword, newPasswordOf } from './audit.ts'
import type { CommandParts } from './parts.ts'
import { rulesOf } from './rules.ts'
import { knownSecretsOf } from './secrets.ts'

/** A step of a command's life: before and after. If nothing had to be done, `after === before`. */
export type Changed = { readonly device: CommandedDevice; readonly before: Life; readonly after: Life }

const MAX_TRIES = 12
const FIRST_WAIT_MS = 10
const MAX_WAIT_MS = 500

/** Another writer sometimes changes the same device: after a random delay it is read and decided again. */
export async function untilSaved<T>(attempt: () => Promise<T | 'changed'>): Promise<T> {
  for (let tried = 1; tried <= MAX_TRIES; tried++) {
    const result = await attempt()
    if (result !== 'changed') return result
    await sleep(conflictWaitMs(tried, { firstMs: FIRST_WAIT_MS, maxMs: MAX_WAIT_MS }))
  }
  throw new Error(`a device’s commands were changed by others ${MAX_TRIES} times in a row`)
}

/**
 * What one transaction writes for steps of a device's commands, atomically. An attempt for a session requires that the
 * session still owns the device.
 */
export function toSave(
  { maskWritten }: Pick<CommandParts, 'maskWritten'>,
  device: CommandedDevice,
  steps: readonly { readonly before: Command | null; readonly after: Command }[],
  line: DeviceCommands,
  only: 'epoch' | null = null,
): CommandSave {
  const commands = steps
    .filter(({ before, after }) => after !== before)
    .map(({ before, after }) => ({ before, after: { ...after, version: after.version + 1 } }))
  const isDispatched = commands.some(({ before, after }) => undelivered(before, after) !== null)
  const accepted = device.registered
    ? commands.filter(({ before, after }) => newPasswordOf(before, after) !== null)
    : []
  const password = accepted[0] && newPasswordOf(accepted[0].before, accepted[0].after)
  const isChanged = line !== device.commands || isDispatched || accepted.length > 0
  const mask = (command: Command) => (hex: string) => maskWritten(hex, knownSecretsOf(device, [command]))
  return {
    commands,
    device: isChanged
      ? {
          before: device,
          after: line,
          only: isDispatched ? 'session' : only,
          ...(password != null && { password }),
        }
      : null,
    evidence: commands.flatMap(({ before, after }) => evidenceOf(before, after)),
    audit: [
      ...commands.flatMap(({ before, after }) => auditOf(before, after, mask(after))),
      ...accepted.map(({ after }) => auditOfPassword(after)),
    ],
  }
}

/** The data that the steps of a command's life depend on. */
async function contextOf(
  { catalogue, chooseDialects, timeScale, now }: CommandParts,
  command: Command,
  device: CommandedDevice,
): Promise<LifeContext> {
  const order = await chooseDialects(command, device)
  return {
    now: now(),
    session: device.session,
    rules: rulesOf(catalogue, command, { timeScale, order }),
    lookAgainMs: LOOK_AGAIN_MS * timeScale,
  }
}

/**
 * Applies a step to a command as it is stored now, and saves it in one transaction; starts again when another writer
 * was faster. Null if there is no such command.
 */
export const changeCommand = (
  parts: CommandParts,
  deviceId: string,
  commandId: string,
  step: (life: Life, context: LifeContext, device: CommandedDevice) => Life,
): Promise<Changed | null> =>
  untilSaved(async () => {
    const [device, command] = await Promise.all([
      parts.commands.readDevice(deviceId),
      parts.commands.get(deviceId, commandId),
    ])
    if (device === null || command === null) return null
    const before = { command, device: device.commands }
    const after = step(before, await contextOf(parts, command, device), device)
    if (after.command === command && after.device === before.device) return { device, before, after: before }
    const save = toSave(parts, device, [{ before: command, after: after.command }], after.device)
    if ((await parts.commands.save(save)) !== 'saved') return 'changed'
    return { device, before, after: { ...after, command: save.commands[0]?.after ?? command } }
  })
