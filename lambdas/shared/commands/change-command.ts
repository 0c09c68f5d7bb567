import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../domain/command.ts'
import { type Life, type Owner, undelivered } from '../domain/command-life.ts'
import { evidenceOf } from '../domain/evidence-change.ts'
import type { CommandedDevice, CommandSave } from '../store/command-save.ts'
import type { CommandStore } from '../store/commands.ts'
import { auditOf, type MaskWritten } from './audit-of.ts'
import { knownSecretsOf } from './known-secrets.ts'
import { auditOfPassword, newPasswordOf } from './new-password.ts'

/** A step of a command's life, and what it was taken on. `after === before`: there was nothing to do. */
export type Changed = { readonly device: CommandedDevice; readonly before: Life; readonly after: Life }

export type ChangeParts = { readonly commands: CommandStore; readonly maskWritten: MaskWritten }

const maxTries = 12
const firstWaitMs = 10
const maxWaitMs = 500

/** Others change the same device now and then: after a random wait it is read and decided again. */
export async function untilSaved<T>(attempt: () => Promise<T | 'changed'>): Promise<T> {
  for (let tried = 1; tried <= maxTries; tried++) {
    const result = await attempt()
    if (result !== 'changed') return result
    await sleep(Math.random() * Math.min(maxWaitMs, firstWaitMs * 2 ** tried))
  }
  throw new Error(`a device’s commands were changed by others ${maxTries} times in a row`)
}

/** The session that owns the device. */
export const ownerOf = ({ session }: CommandedDevice): Owner | null =>
  session && { sessionId: session.sessionId, gatewayId: session.gatewayId }

/** What a transaction has to write for one command's step. An attempt for a session stands only while that holds. */
export function toSave(
  device: CommandedDevice,
  before: Command | null,
  after: Life,
  { only, maskWritten }: { only: 'epoch' | null; maskWritten: MaskWritten },
): CommandSave {
  const isDispatched = undelivered(before, after.command) !== null
  const isMoved = after.device !== device.commands
  const password = device.registered ? newPasswordOf(before, after.command) : null
  return {
    commands: after.command === before ? [] : [{ before, after: after.command }],
    device:
      isMoved || isDispatched || password !== null
        ? {
            before: device,
            after: after.device,
            only: isDispatched ? 'session' : only,
            ...(password !== null && { password }),
          }
        : null,
    evidence: evidenceOf(before, after.command),
    audit: [
      ...auditOf(before, after.command, (hex) => maskWritten(hex, knownSecretsOf(device, [after.command]))),
      ...(password === null ? [] : [auditOfPassword(after.command)]),
    ],
  }
}

/**
 * Applies a step to one command as the table has it now, and saves it in one transaction: again from the beginning when
 * someone else was faster. Null when there is no such command.
 */
export const changeCommand = (
  { commands, maskWritten }: ChangeParts,
  deviceId: string,
  commandId: string,
  step: (life: Life, device: CommandedDevice) => Life | Promise<Life>,
): Promise<Changed | null> =>
  untilSaved(async () => {
    const [device, command] = await Promise.all([
      commands.readDevice(deviceId),
      commands.get(deviceId, commandId),
    ])
    if (device === null || command === null) return null
    const before = { command, device: device.commands }
    const after = await step(before, device)
    if (after.command === before.command && after.device === before.device)
      return { device, before, after: before }
    const saved = await commands.save(toSave(device, command, after, { only: null, maskWritten }))
    return saved === 'saved' ? { device, before, after: reread(after) } : 'changed'
  })

/** As the table has it now: the version counts writes. */
const reread = ({ command, device }: Life): Life => ({
  device,
  command: { ...command, version: command.version + 1 },
})

/** Several steps as one: all of them or none. */
export const joinSaves = (saves: readonly CommandSave[], device: CommandSave['device']): CommandSave => ({
  commands: saves.flatMap((save) => save.commands),
  device,
  evidence: saves.flatMap((save) => save.evidence),
  audit: saves.flatMap((save) => save.audit),
})
