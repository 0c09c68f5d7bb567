import { createRoute, z } from '@hono/zod-openapi'
import { MESSAGE_FORMAT, type ControlMessage } from '../../shared/domain/command-messages.ts'
import { forEachLimited } from '../../shared/concurrency.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { ApiParts, App, Caller } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { changesOf } from '../devices/audited-changes.ts'
import { removedEvent } from '../devices/device-events.ts'
import { deviceExample } from '../devices/examples.ts'
import { labelsQuery } from '../devices/label-input.ts'
import { requireLabels } from '../devices/label-refusals.ts'
import { listDevices } from '../devices/list.ts'
import { noSuchDevice, requireDevice } from '../devices/require-device.ts'
import { deviceParams, devicePatchSchema, deviceSchema } from '../devices/schema.ts'
import { createPresence, isOnline } from '../devices/presence.ts'
import { requireRelay } from '../devices/relay-policy.ts'
import { createDeviceView } from '../devices/show.ts'
import { toFields } from '../devices/to-fields.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { json, jsonBody } from '../json.ts'
import { cursorInput, lastPage, limitOf, nextLink, pageOf } from '../page.ts'
import type { OnceAnHour } from '../once-an-hour.ts'
import { refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices',
  operationId: 'listDevices',
  tags: ['Devices'],
  summary: 'Devices, by id',
  description: 'A device registered a moment ago may be missing for about a second.',
  ...needs('read'),
  request: {
    query: exactly({
      limit: limitOf(100, 500),
      cursor: cursorInput,
      q: z.string().trim().min(1).max(100).optional().openapi({ description: 'Part of the id or the name' }),
      model: z.string().optional().openapi({ description: 'Exactly this model' }),
      online: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'true: only devices with a session; false: only devices without one' }),
      labels: labelsQuery,
    }),
  },
  responses: {
    200: json('A page of devices', pageOf(deviceSchema).openapi('DevicePage'), lastPage(deviceExample)),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}',
  operationId: 'getDevice',
  tags: ['Devices'],
  summary: 'A device with its last position and state',
  ...needs('read'),
  request: { params: deviceParams },
  responses: {
    200: json('The device', deviceSchema, deviceExample),
  },
})

const patchRoute = createRoute({
  method: 'patch',
  path: '/v1/devices/{deviceId}',
  operationId: 'updateDevice',
  tags: ['Devices'],
  summary: 'Change a device; omitted fields stay unchanged, null removes a value',
  ...needs('admin'),
  ...refuses('unsafe-text', 'relay-off'),
  request: {
    params: deviceParams,
    body: jsonBody(devicePatchSchema, { example: { name: 'Van 4', overrides: { ignitionWiring: 'none' } } }),
  },
  responses: {
    200: json('The device as it is now', deviceSchema, {
      ...deviceExample,
      name: 'Van 4',
      overrides: { ...deviceExample.overrides, ignitionWiring: 'none' },
      ignitionOn: null,
    }),
  },
})

const deletionSchema = z
  .object({
    deviceId: z.string(),
    deletedAt: receivedTime,
    goneBy: receivedTime.openapi({ description: 'When the last copy, which is in the log, has expired' }),
  })
  .openapi('Deletion')

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/devices/{deviceId}',
  operationId: 'deleteDevice',
  tags: ['Devices'],
  summary: 'Delete a device and all its telemetry',
  description:
    'The device disappears at once; its history is removed in the background. Its events in the log are ignored, and expire within 8 days.',
  ...needs('admin'),
  request: { params: deviceParams },
  responses: {
    202: json('The deletion has begun', deletionSchema, {
      deviceId: '9170000000',
      deletedAt: '2026-01-31T08:00:01.250Z',
      goneBy: '2026-02-08T08:00:01.250Z',
    }),
  },
})

/** The log keeps 7 days, and the failures bucket one day more. */
const LOG_LIFETIME = 8 * 86_400_000
const WRITES_IN_FLIGHT = 32

export function addDeviceRoutes(
  app: App,
  parts: ApiParts,
  { recordAudit, onceAnHour }: { readonly recordAudit: RecordAudit; readonly onceAnHour: OnceAnHour },
): void {
  const { devices, deviceLabels, gateways, bus, putEvents, log, relay = null } = parts
  const { show, showAll } = createDeviceView(parts)

  /** Notifies the gateway that has the session, if any. Without it, the gateway would learn it at the next login. */
  const notifyGateway = async (gatewayId: string | undefined, message: ControlMessage): Promise<void> => {
    if (gatewayId === undefined) return
    await bus.sendControl(gatewayId, message).catch((cause: unknown) => {
      log.warn('gateway not notified', { gatewayId, kind: message.kind, deviceId: message.deviceId, cause })
    })
  }

  /**
   * Records that a list showed passwords to a caller with the scope `secrets`; `recordSecretsRead` does it for a single
   * device.
   */
  const recordPasswords = (shown: readonly RegisteredDevice[], caller: Caller): Promise<void> =>
    forEachLimited(
      caller.scopes.has('secrets') ? shown.filter(({ password }) => password !== null) : [],
      WRITES_IN_FLIGHT,
      ({ deviceId }) =>
        onceAnHour.run(`secrets ${caller.keyId} ${deviceId} device`, () =>
          recordAudit(caller, { step: 'secrets-read', deviceId, details: { view: 'device' } }),
        ),
    )

  app.openapi(listRoute, async (c) => {
    const { limit, cursor, q, model, online, labels } = c.req.valid('query')
    const scope = ['devices', q, model, online, labels]
    const caller = c.get('caller')
    const sought = q?.toLowerCase()
    const presence = createPresence(gateways)
    const { devices: found, last } = await listDevices(devices, {
      sight: c.get('sight'),
      limit,
      labels,
      after: cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string),
      isListed: async (device) =>
        (sought === undefined ||
          device.deviceId.includes(sought) ||
          (device.name ?? '').toLowerCase().includes(sought)) &&
        (model === undefined || device.model === model) &&
        (online === undefined || isOnline(device, await presence([device])) === (online === 'true')),
    })
    const items = await showAll(found, caller)
    await recordPasswords(found, caller)
    const nextCursor = last === null ? null : encodeCursor(scope, last)
    return c.json({ items, nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    return c.json(await show(await requireDevice(devices, deviceId), c.get('caller')), 200)
  })

  app.openapi(patchRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const fields = toFields(c.req.valid('json'))
    requireRelay(fields.relay, relay)
    const { limit } = c.get('sight')
    const device = requireLabels(deviceId, await devices.patch(deviceId, fields, limit))
    if (!device) throw noSuchDevice(deviceId)
    if (fields.labels !== undefined) deviceLabels.forget(deviceId)
    await recordAudit(c.get('caller'), ...changesOf(deviceId, 'device-changed', fields))
    await notifyGateway(device.session?.gatewayId, { v: MESSAGE_FORMAT, kind: 'changed', deviceId })
    return c.json(await show(device, c.get('caller')), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const deletion = await devices.remove(deviceId)
    if (!deletion) throw noSuchDevice(deviceId)
    deviceLabels.forget(deviceId)
    const { deletedAt, session } = deletion
    await recordAudit(c.get('caller'), { step: 'device-deleted', deviceId })
    await putEvents([removedEvent(deviceId, deletedAt)])
    await notifyGateway(session?.gatewayId, {
      v: MESSAGE_FORMAT,
      kind: 'evict',
      deviceId,
      // It was deleted in the meantime: the conflict cannot be resolved.
      epoch: session?.epoch ?? 0,
      sessionId: '',
      remoteAddress: '',
      loggedInAt: deletedAt,
      close: true,
    })
    const goneBy = toReceivedIso(deletedAt + LOG_LIFETIME)
    return c.json({ deviceId, deletedAt: toReceivedIso(deletedAt), goneBy }, 202)
  })
}
