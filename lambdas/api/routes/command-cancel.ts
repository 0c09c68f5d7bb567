import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { cancelledExample, cancelledSummaryExample } from '../commands/examples.ts'
import { noSuchCommand, requireCommand } from '../commands/require-command.ts'
import { commandParams, commandSchema, commandSummarySchema } from '../commands/schema.ts'
import { toCommand, toCommandSummary } from '../commands/to-command.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { json } from '../json.ts'
import { deviceMasks } from '../mask.ts'
import { Problem, refuses } from '../problem.ts'
import { needs } from '../scope.ts'

const cancelRoute = createRoute({
  method: 'delete',
  path: '/v1/devices/{deviceId}/commands/{commandId}',
  operationId: 'cancelCommand',
  tags: ['Commands'],
  summary: 'Cancel a command',
  description:
    'A waiting command ends `undelivered`. A sent command cannot be taken back, but its effect is no longer awaited: it concludes from what is known, at the latest when its reply window ends. A concluded command whose effect is still watched is no longer watched.',
  ...needs('command'),
  ...refuses('not-queued'),
  request: { params: commandParams },
  responses: {
    200: json('The command as it is now', commandSchema, cancelledExample),
  },
})

const flushRoute = createRoute({
  method: 'delete',
  path: '/v1/devices/{deviceId}/commands',
  operationId: 'cancelWaitingCommands',
  tags: ['Commands'],
  summary: 'Cancel all waiting commands of a device',
  ...needs('command'),
  request: { params: deviceParams },
  responses: {
    200: json(
      'The cancelled commands; empty if none was waiting',
      z.object({ deviceId: z.string(), cancelled: z.array(commandSummarySchema) }).openapi('Flushed'),
      { deviceId: cancelledSummaryExample.deviceId, cancelled: [cancelledSummaryExample] },
    ),
  },
})

export function addCommandCancelRoutes(app: App, { devices, commands, dispatcher }: ApiParts): void {
  app.openapi(cancelRoute, async (c) => {
    const { deviceId, commandId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    await requireCommand(commands, device, commandId)
    const cancelled = await dispatcher.cancel(deviceId, commandId)
    if (!cancelled) throw noSuchCommand(deviceId, commandId)
    const { outcome, command } = cancelled
    if (outcome === 'concluded') {
      throw new Problem('not-queued', `the command has already concluded: ${command.conclusion?.verdict}`, {
        extras: { commandId, state: command.state },
      })
    }
    const masks = await deviceMasks(c.get('caller'), device, commands, [command])
    return c.json(toCommand(command, masks), 200)
  })

  app.openapi(flushRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const cancelled = await dispatcher.flush(deviceId)
    const masks = await deviceMasks(c.get('caller'), device, commands, cancelled)
    return c.json({ deviceId, cancelled: cancelled.map((command) => toCommandSummary(command, masks)) }, 200)
  })
}
