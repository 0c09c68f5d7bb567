import { createRoute, z } from '@hono/zod-openapi'
import type { AuditEntry } from '../../shared/store/audit.ts'
import type { ApiParts, App } from '../app-type.ts'
import { dangers } from '#h02/catalogue/index.ts'
import { dialect, verdict } from '../commands/schema.ts'
import { deviceParams } from '../devices/schema.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { refusals } from '../problem.ts'
import { needs } from '../scope.ts'

const entrySchema = z
  .object({
    at: receivedTime,
    step: z.enum(['asked', 'ended']),
    commandId: z.string(),
    who: z.string().openapi({ description: 'Id of the key' }),
    intent: z.string(),
    danger: z.enum(dangers),
    dialect: dialect.nullable(),
    verdict: verdict.nullable(),
    reason: z.string().nullable(),
    hex: z.string().nullable().openapi({ description: 'The bytes that were written, secrets masked' }),
  })
  .openapi('AuditEntry')

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/audit',
  summary: 'Who sent what to a device, and how it ended',
  description: 'Kept for ever. Of a deleted device who, when and the outcome are left, no bytes.',
  ...needs('admin'),
  request: { params: deviceParams },
  responses: {
    200: {
      description: 'Oldest first; empty where nothing such was ever asked',
      content: {
        'application/json': {
          schema: z.object({ deviceId: z.string(), items: z.array(entrySchema) }).openapi('Audit'),
        },
      },
    },
    ...refusals,
  },
})

const toAnswer = ({
  at,
  step,
  commandId,
  who,
  intent,
  danger,
  dialect,
  verdict,
  reason,
  bytes,
}: AuditEntry) => ({
  at: toReceivedIso(at),
  step,
  commandId,
  who,
  intent,
  danger,
  dialect,
  verdict,
  reason,
  hex: bytes,
})

/** Asks no registry: a deleted device has an audit too. */
export function addAuditRoute(app: App, { audit }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    return c.json({ deviceId, items: (await audit.list(deviceId)).map(toAnswer) }, 200)
  })
}
