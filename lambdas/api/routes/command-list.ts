import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { commandExample, commandPageExample } from '../commands/examples.ts'
import { requireCommand } from '../commands/require-command.ts'
import { commandParams, commandPageSchema, commandSchema, states, verdict } from '../commands/schema.ts'
import { toCommand, toCommandSummary } from '../commands/to-command.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { isoEndInput, isoTimeInput } from '../iso-time.ts'
import { requireRange } from '../history-query.ts'
import { json } from '../json.ts'
import { deviceMasks } from '../mask.ts'
import { cursorInput, limitOf, nextLink } from '../page.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/commands',
  operationId: 'listCommands',
  tags: ['Commands'],
  summary: 'Commands of a device, newest first',
  ...needs('read'),
  request: {
    params: deviceParams,
    query: exactly({
      state: z.enum(states).optional().openapi({ description: 'Only commands in this state' }),
      verdict: verdict.optional().openapi({ description: 'Only commands that ended in this verdict' }),
      intent: z.string().min(1).optional().openapi({ description: 'raw: bytes the catalogue does not know' }),
      from: isoTimeInput.optional().openapi({ description: 'Created at this time or later' }),
      to: isoEndInput.optional().openapi({ description: 'Created before this time' }),
      limit: limitOf(50, 200),
      cursor: cursorInput,
    }),
  },
  responses: {
    200: json('A page of commands; GET one for its timeline', commandPageSchema, commandPageExample),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/commands/{commandId}',
  operationId: 'getCommand',
  tags: ['Commands'],
  summary: 'A command with its whole timeline',
  ...needs('read'),
  request: { params: commandParams },
  responses: {
    200: json('The command', commandSchema, commandExample),
  },
})

export function addCommandListRoutes(app: App, { devices, commands }: ApiParts): void {
  app.openapi(listRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { limit, cursor, ...filter } = c.req.valid('query')
    const { state, verdict, intent, from: since, to } = filter
    requireRange(filter)
    const scope = ['commands', deviceId, state, verdict, intent, since, to]
    const after = cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string)
    const device = await requireDevice(devices, deviceId)
    const { purgeBefore } = device
    // Commands of an earlier, deleted registration are being deleted.
    const from = Math.max(since ?? 0, purgeBefore ?? 0)
    const { commands: found, next } = await commands.list(deviceId, { ...filter, from }, { limit, after })
    const masks = await deviceMasks(c.get('caller'), device, commands, found)
    const items = found.map((command) => toCommandSummary(command, masks))
    const nextCursor = next === null ? null : encodeCursor(scope, next)
    return c.json({ deviceId, items, nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const { deviceId, commandId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const command = await requireCommand(commands, device, commandId)
    const masks = await deviceMasks(c.get('caller'), device, commands, [command])
    return c.json(toCommand(command, masks), 200)
  })
}
