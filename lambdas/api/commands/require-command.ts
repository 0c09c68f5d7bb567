import { createdAtOf } from '../../shared/commands/command-id.ts'
import type { Command } from '../../shared/domain/command.ts'
import type { CommandStore } from '../../shared/store/commands.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import { Problem } from '../problem.ts'

export const noSuchCommand = (deviceId: string, commandId: string): Problem =>
  new Problem(
    'not-found',
    `device ${deviceId} has no command ${commandId}; GET /v1/devices/${deviceId}/commands lists them`,
  )

type Of = Pick<RegisteredDevice, 'deviceId' | 'purgeBefore'>

/** Null if it is not made yet. Throws for an id from before the device was last deleted: that command no longer exists. */
export async function findCommand(
  commands: Pick<CommandStore, 'get'>,
  { deviceId, purgeBefore }: Of,
  commandId: string,
): Promise<Command | null> {
  if (createdAtOf(commandId) < (purgeBefore ?? 0)) throw noSuchCommand(deviceId, commandId)
  return commands.get(deviceId, commandId)
}

export async function requireCommand(
  commands: Pick<CommandStore, 'get'>,
  device: Of,
  commandId: string,
): Promise<Command> {
  const command = await findCommand(commands, device, commandId)
  if (!command) throw noSuchCommand(device.deviceId, commandId)
  return command
}
