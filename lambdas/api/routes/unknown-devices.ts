import { createRoute, z } from '@hono/zod-openapi'
import type { DeviceLimit } from '../../shared/domain/device-limit.ts'
import type { UnknownDevice } from '../../shared/domain/device.ts'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { changesOf } from '../devices/audited-changes.ts'
import { addedEvent } from '../devices/device-events.ts'
import { adoptedDeviceExample } from '../devices/examples.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams, deviceSchema, newDeviceSchema } from '../devices/schema.ts'
import { requireRelay } from '../devices/relay-policy.ts'
import { createDeviceView } from '../devices/show.ts'
import { toFields } from '../devices/to-fields.ts'
import { requireLabels } from '../devices/label-refusals.ts'
import { readEach } from '../devices/visible-devices.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { json } from '../json.ts'
import { cursorInput, lastPage, limitOf, nextLink, pageOf } from '../page.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const notUnknown = (deviceId: string): Problem =>
  new Problem('not-found', `${deviceId} is not among the unknown devices; GET /v1/unknown-devices lists them`)

const unknownDeviceSchema = z
  .object({
    deviceId: z.string(),
    firstSeen: receivedTime,
    lastSeen: receivedTime,
    remoteAddress: z.string(),
    sampleType: z.string().nullable().openapi({ description: 'Type of the last frame' }),
  })
  .openapi('UnknownDevice')

const listRoute = createRoute({
  method: 'get',
  path: '/v1/unknown-devices',
  operationId: 'listUnknownDevices',
  tags: ['Unknown devices'],
  summary: 'Ids that have connected and are not registered',
  description:
    'Their frames are neither stored nor acknowledged: the trackers keep them until they are adopted.',
  ...needs('read'),
  request: { query: exactly({ limit: limitOf(100, 500), cursor: cursorInput }) },
  responses: {
    200: json(
      'A page of ids, in order',
      pageOf(unknownDeviceSchema).openapi('UnknownDevicePage'),
      lastPage({
        deviceId: '9001000007',
        firstSeen: '2026-01-31T07:59:40.125Z',
        lastSeen: '2026-01-31T08:00:01.250Z',
        remoteAddress: '203.0.113.1',
        sampleType: 'V1',
      }),
    ),
  },
})

const { deviceId: _, ...adoptionShape } = newDeviceSchema.shape
const adoptRoute = createRoute({
  method: 'post',
  path: '/v1/unknown-devices/{deviceId}/adopt',
  operationId: 'adoptDevice',
  tags: ['Unknown devices'],
  summary: 'Register an unknown device',
  ...needs('admin', notUnknown),
  ...refuses('conflict', 'unsafe-text', 'relay-off'),
  request: {
    params: deviceParams,
    body: {
      content: {
        'application/json': {
          schema: exactly(adoptionShape).openapi('Adoption'),
          example: { name: 'Van 5' },
        },
      },
    },
  },
  responses: {
    201: json('The device', deviceSchema, adoptedDeviceExample),
  },
})

const forgetRoute = createRoute({
  method: 'delete',
  path: '/v1/unknown-devices/{deviceId}',
  operationId: 'forgetUnknownDevice',
  tags: ['Unknown devices'],
  summary: 'Remove an id from the list; it returns when it connects again',
  ...needs('admin', notUnknown),
  request: { params: deviceParams },
  responses: { 204: { description: 'Forgotten' } },
})

const toAnswer = ({ firstSeen, lastSeen, ...rest }: UnknownDevice) => ({
  ...rest,
  firstSeen: toReceivedIso(firstSeen),
  lastSeen: toReceivedIso(lastSeen),
})

export function addUnknownDeviceRoutes(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { devices, unknownDevices, putEvents, now } = parts
  const { show } = createDeviceView(parts)

  /** A key that is restricted to ids sees those of them that are unknown. One that is restricted to labels sees none. */
  const listUnknown = (
    limit: DeviceLimit | null,
    options: { after: string | undefined; pageSize: number },
  ) =>
    limit === null
      ? unknownDevices.list(options)
      : readEach(limit.labels === null ? (limit.ids ?? []) : [], unknownDevices.get, options.after)

  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const scope = ['unknown-devices']
    const after = cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string)
    const found: UnknownDevice[] = []
    let hasMore = false
    for await (const device of listUnknown(c.get('sight').limit, { after, pageSize: limit })) {
      hasMore = found.length === limit
      if (hasMore) break
      found.push(device)
    }
    const nextCursor = hasMore ? encodeCursor(scope, found.at(-1)!.deviceId) : null
    return c.json({ items: found.map(toAnswer), nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  app.openapi(adoptRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const fields = toFields(c.req.valid('json'))
    requireRelay(fields.relay, parts.relay ?? null)
    if (await devices.get(deviceId)) {
      throw new Problem(
        'conflict',
        `${deviceId} is registered already; change it with PATCH /v1/devices/${deviceId}`,
      )
    }
    if (!(await unknownDevices.get(deviceId))) throw notUnknown(deviceId)
    const { limit } = c.get('sight')
    requireLabels(deviceId, await devices.put(deviceId, fields, limit))
    await recordAudit(c.get('caller'), ...changesOf(deviceId, 'device-added', fields))
    await putEvents([addedEvent(deviceId, now(), fields)])
    await unknownDevices.forget(deviceId)
    const device = await requireDevice(devices, deviceId)
    c.header('location', `/v1/devices/${deviceId}`)
    return c.json(await show(device, c.get('caller')), 201)
  })

  app.openapi(forgetRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    if (!(await unknownDevices.forget(deviceId))) throw notUnknown(deviceId)
    await recordAudit(c.get('caller'), { step: 'unknown-device-forgotten', deviceId })
    return c.body(null, 204)
  })
}
