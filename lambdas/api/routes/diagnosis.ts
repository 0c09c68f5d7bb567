import { createRoute } from '@hono/zod-openapi'
import { diagnose } from '../../shared/domain/diagnosis/diagnose.ts'
import type { ApiParts, App } from '../app-type.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { diagnosisExample } from '../diagnosis/examples.ts'
import { readDeviceEvidence, readUnregisteredEvidence } from '../diagnosis/read-evidence.ts'
import { diagnosisSchema, toDiagnosis } from '../diagnosis/schema.ts'
import { json } from '../json.ts'
import { needs } from '../scope.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/diagnosis',
  operationId: 'diagnoseDevice',
  tags: ['Devices'],
  summary: 'Diagnose why a tracker is silent',
  description:
    'A verdict with its evidence, and what to do. Uncertain facts are `not-known`. Also available for an unregistered id that has connected.',
  ...needs('read'),
  request: { params: deviceParams },
  responses: {
    200: json('The current verdict', diagnosisSchema, diagnosisExample),
  },
})

export function addDiagnosisRoute(app: App, parts: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await parts.devices.get(deviceId)
    const evidence =
      device === null
        ? await readUnregisteredEvidence(parts, deviceId)
        : await readDeviceEvidence(parts, device, { caller: c.get('caller'), sight: c.get('sight') })
    // An unregistered id that has never connected is unknown.
    if (device === null && evidence.stray === null && evidence.unknown.length === 0)
      throw noSuchDevice(deviceId)
    return c.json(toDiagnosis(deviceId, diagnose(evidence), evidence.now), 200)
  })
}
