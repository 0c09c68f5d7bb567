import { createRoute } from '@hono/zod-openapi'
import { catalogue } from '#h02/catalogue/index.ts'
import { familyOf, UNKNOWN_FIRMWARE } from '../../shared/domain/firmware.ts'
import type { ApiParts, App } from '../app-type.ts'
import { catalogueSchema } from '../commands/catalogue-schema.ts'
import { catalogueExample } from '../commands/examples.ts'
import { toCatalogueEntry } from '../commands/to-catalogue.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { json } from '../json.ts'
import { needs } from '../scope.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/catalogue',
  operationId: 'getCatalogue',
  tags: ['Commands'],
  summary: 'The commands of a device, with the answers of its firmware',
  description:
    'Every command with its parameters, how dangerous it is, its wordings, and how often each was answered by this firmware.',
  ...needs('read'),
  request: { params: deviceParams },
  responses: {
    200: json('The commands, most requested first', catalogueSchema, catalogueExample),
  },
})

export function addCatalogueRoute(app: App, { commands, evidence }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await commands.readDevice(deviceId)
    if (!device?.registered) throw noSuchDevice(deviceId)
    const { model, firmware } = device
    const rows = await evidence.ofFamily(familyOf(firmware ?? UNKNOWN_FIRMWARE))
    const items = catalogue.map((entry) => toCatalogueEntry(entry, device, rows))
    return c.json({ deviceId, model, firmware, items }, 200)
  })
}
