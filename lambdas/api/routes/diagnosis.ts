import { createRoute } from '@hono/zod-openapi'
import { diagnose } from '../../shared/domain/diagnosis/diagnose.ts'
import type { ApiParts, App } from '../app-type.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { readDeviceEvidence, readStrangerEvidence } from '../diagnosis/read-evidence.ts'
import { diagnosisSchema, toDiagnosis } from '../diagnosis/schema.ts'
import { needs } from '../scope.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/diagnosis',
  operationId: 'diagnoseDevice',
  tags: ['Devices'],
  summary: 'Why a tracker is silent, or that it is not',
  description:
    'A verdict with the evidence for it, and what to do. What is not certain is `not-known`. Also for an id that is not registered and dialled in.',
  ...needs('read'),
  request: { params: deviceParams },
  responses: {
    200: {
      description: 'The verdict as of now',
      content: { 'application/json': { schema: diagnosisSchema } },
    },
  },
})

export function addDiagnosisRoute(app: App, parts: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await parts.devices.get(deviceId)
    const evidence =
      device === null
        ? await readStrangerEvidence(parts, deviceId)
        : await readDeviceEvidence(parts, device, { caller: c.get('caller'), sight: c.get('sight') })
    // An id that is not registered and never came is no one's.
    if (device === null && evidence.stray === null && evidence.unknown.length === 0)
      throw noSuchDevice(deviceId)
    return c.json(toDiagnosis(deviceId, diagnose(evidence), evidence.now), 200)
  })
}
