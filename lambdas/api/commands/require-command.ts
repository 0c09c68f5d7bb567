import type { Command } from '../../shared/domain/command.ts'
import type { CommandStore } from '../../shared/store/commands.ts'
import type { RegisteredDevice } from '../../shared/store/devices.ts'
import { Problem } from '../problem.ts'

export const noSuchCommand = (deviceId: string, commandId: string): Problem =>
  new Problem(
    'not-found',
    `device ${deviceId} has no command ${commandId}; GET /v1/devices/${deviceId}/commands lists them`,
  )

export async function requireCommand(
  commands: Pick<CommandStore, 'get'>,
  { deviceId, purgeBefore }: RegisteredDevice,
  commandId: string,
): Promise<Command> {
  const command = await commands.get(deviceId, commandId)
  if (!command || command.createdAt < (purgeBefore ?? 0)) throw noSuchCommand(deviceId, commandId)
  return command
}
