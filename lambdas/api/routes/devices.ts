import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { listDevices } from '../devices/list.ts'
import { noSuchDevice, requireDevice } from '../devices/require-device.ts'
import { deviceParams, devicePatchSchema, deviceSchema } from '../devices/schema.ts'
import { toDevice } from '../devices/to-device.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { cursorInput, limitOf, nextLink, pageOf } from '../page.ts'
import { refusals } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices',
  summary: 'Devices, in the order of their ids',
  description: 'A device registered a moment ago may be missing for about a second.',
  ...needs('read'),
  request: {
    query: exactly({
      limit: limitOf(100, 500),
      cursor: cursorInput,
      q: z.string().trim().min(1).max(100).optional().openapi({ description: 'Part of the id or the name' }),
      model: z.string().optional().openapi({ description: 'Exactly this model' }),
      online: z.enum(['true', 'false']).optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of devices',
      content: { 'application/json': { schema: pageOf(deviceSchema).openapi('DevicePage') } },
    },
    ...refusals,
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}',
  summary: 'A device with its last position and state',
  ...needs('read'),
  request: { params: deviceParams },
  responses: {
    200: { description: 'The device', content: { 'application/json': { schema: deviceSchema } } },
    ...refusals,
  },
})

const patchRoute = createRoute({
  method: 'patch',
  path: '/v1/devices/{deviceId}',
  summary: 'Change a device; what is left out stays, null takes away',
  ...needs('admin'),
  request: {
    params: deviceParams,
    body: { required: true, content: { 'application/json': { schema: devicePatchSchema } } },
  },
  responses: {
    200: {
      description: 'The device as it is now',
      content: { 'application/json': { schema: deviceSchema } },
    },
    ...refusals,
  },
})

const deletionSchema = z
  .object({
    deviceId: z.string(),
    deletedAt: receivedTime,
    goneBy: receivedTime.openapi({ description: 'When the last copy, in the log, has expired' }),
  })
  .openapi('Deletion')

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/devices/{deviceId}',
  summary: 'Delete a device and all its telemetry',
  description:
    'The device is gone at once; its history is removed in the background. Events still in the log are dropped unseen and expire within 8 days.',
  ...needs('admin'),
  request: { params: deviceParams },
  responses: {
    202: { description: 'It will be', content: { 'application/json': { schema: deletionSchema } } },
    ...refusals,
  },
})

/** The log keeps 7 days, and what failed on its way out of it a little longer. */
const logLifetime = 8 * 86_400_000

export function addDeviceRoutes(app: App, { devices, history }: ApiParts): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor, q, model, online } = c.req.valid('query')
    const scope = ['devices', q, model, online]
    const sought = q?.toLowerCase()
    const { devices: found, last } = await listDevices(devices, {
      limit,
      after: cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string),
      isWanted: (device) =>
        (sought === undefined ||
          device.deviceId.includes(sought) ||
          (device.name ?? '').toLowerCase().includes(sought)) &&
        (model === undefined || device.model === model) &&
        (online === undefined || (device.session !== null) === (online === 'true')),
    })
    const states = await history.readStates(found.map((device) => device.deviceId))
    const items = found.map((device) =>
      toDevice(device, states.get(device.deviceId) ?? null, c.get('caller')),
    )
    const nextCursor = last === null ? null : encodeCursor(scope, last)
    return c.json({ items, nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const [device, state] = await Promise.all([requireDevice(devices, deviceId), history.readState(deviceId)])
    return c.json(toDevice(device, state, c.get('caller')), 200)
  })

  app.openapi(patchRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { overrides, ...fields } = c.req.valid('json')
    const device = await devices.patch(deviceId, { ...fields, ...overrides })
    if (!device) throw noSuchDevice(deviceId)
    return c.json(toDevice(device, await history.readState(deviceId), c.get('caller')), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const deletion = await devices.remove(deviceId)
    if (!deletion) throw noSuchDevice(deviceId)
    const { deletedAt } = deletion
    const goneBy = toReceivedIso(deletedAt + logLifetime)
    return c.json({ deviceId, deletedAt: toReceivedIso(deletedAt), goneBy }, 202)
  })
}
