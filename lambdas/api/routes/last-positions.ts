import { createRoute, type z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { deviceExample } from '../devices/examples.ts'
import { labelsQuery } from '../devices/label-input.ts'
import { listDevices } from '../devices/list.ts'
import { deviceSchema } from '../devices/schema.ts'
import { createDeviceView } from '../devices/show.ts'
import { json } from '../json.ts'
import { cursorInput, lastPage, limitOf, nextLink, pageOf } from '../page.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const fleetPositionSchema = deviceSchema
  .pick({
    deviceId: true,
    name: true,
    online: true,
    lastSeen: true,
    lastPosition: true,
    ignitionOn: true,
    alarms: true,
    batteryPercent: true,
    voltage: true,
    places: true,
  })
  .openapi('FleetPosition')

const route = createRoute({
  method: 'get',
  path: '/v1/positions',
  operationId: 'listLastPositions',
  tags: ['Positions'],
  summary: 'Last positions of the fleet, by device id',
  description: 'Every device is listed. A device without a position has a null `lastPosition`.',
  ...needs('read'),
  request: {
    query: exactly({ limit: limitOf(500, 1_000), cursor: cursorInput, labels: labelsQuery }),
  },
  responses: {
    200: json(
      'A page of last positions',
      pageOf(fleetPositionSchema).openapi('FleetPositionPage'),
      lastPage(fleetPositionSchema.parse(deviceExample)),
    ),
  },
})

type FleetPosition = z.infer<typeof fleetPositionSchema>

export function addLastPositionRoutes(app: App, parts: ApiParts): void {
  const { devices } = parts
  const { showAll } = createDeviceView(parts)
  app.openapi(route, async (c) => {
    const { limit, cursor, labels } = c.req.valid('query')
    const scope = ['fleet-positions', labels]
    const after = cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string)
    const { devices: found, last } = await listDevices(devices, {
      sight: c.get('sight'),
      labels,
      limit,
      after,
      isListed: () => true,
    })
    const shown = await showAll(found, c.get('caller'))
    const items = shown.map((device): FleetPosition => fleetPositionSchema.parse(device))
    const nextCursor = last === null ? null : encodeCursor(scope, last)
    return c.json({ items, nextCursor, next: nextLink(c, nextCursor) }, 200)
  })
}
