import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ApiKey } from '../../shared/store/api-keys.ts'
import type { ApiParts, App } from '../app-type.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams, type DeviceAnswer } from '../devices/schema.ts'
import { createDeviceView } from '../devices/show.ts'
import { json } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import { toReceivedIso } from '../iso-time.ts'
import type { RecordAudit } from '../record-audit.ts'
import { missingScope, needs } from '../scope.ts'
import { madeShareExample, sharedDeviceExample, shareExample } from '../shares/examples.ts'
import {
  madeShareSchema,
  newShareSchema,
  sharedDeviceSchema,
  shareSchema,
  toShare,
} from '../shares/schema.ts'

const PATH = '/v1/devices/{deviceId}/shares'
const tags = ['Shares']

const createShareRoute = createRoute({
  method: 'post',
  path: PATH,
  operationId: 'createShare',
  tags,
  summary: 'Create a link that shows the position of a device until it expires',
  description: [
    'Whoever has the link sees the name, the last position and its time, and nothing else: no id, no history, no commands. The link works until it expires or is deleted.',
    'Also requires the scope `read`. If the key is restricted to labels, its link works while the device has these labels.',
  ].join('\n\n'),
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-text'),
  request: {
    params: deviceParams,
    body: {
      content: {
        'application/json': { schema: newShareSchema, example: { name: 'Our van', seconds: 86_400 } },
      },
    },
  },
  responses: {
    201: json('The link', madeShareSchema, madeShareExample),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'listShares',
  tags,
  summary: 'The valid links of a device',
  ...needs('admin'),
  request: { params: deviceParams },
  responses: {
    200: json(
      'The links without their keys, newest first',
      z.object({ items: z.array(shareSchema) }).openapi('ShareList'),
      { items: [shareExample] },
    ),
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: `${PATH}/{shareId}`,
  operationId: 'deleteShare',
  tags,
  summary: 'Delete a link; it is refused from the next request on',
  ...needs('admin'),
  request: { params: deviceParams.extend({ shareId: shareSchema.shape.shareId }) },
  responses: { 204: { description: 'Deleted' } },
})

const sharedRoute = createRoute({
  method: 'get',
  path: '/v1/shared',
  operationId: 'getSharedDevice',
  tags,
  summary: 'The position that the key of a link shows',
  ...needs('share'),
  ...refuses('conflict', 'not-found'),
  responses: {
    200: json('Where the device is now', sharedDeviceSchema, sharedDeviceExample),
  },
})

/** A limit, so that the links of one device do not fill the list of keys. */
const MAX_SHARES = 20

/**
 * The address that the caller used: the URL of the adapter lacks the port and the scheme. Others may not reach it, for example
 * through a tunnel, so a configured origin has priority.
 */
function originOf(c: Context): string {
  const host = c.req.header('host')
  return host === undefined
    ? new URL(c.req.url).origin
    : `${c.req.header('x-forwarded-proto') ?? 'http'}://${host}`
}

const isShareOf = ({ scopes, devices }: ApiKey, deviceId: string): boolean =>
  scopes.length === 1 && scopes[0] === 'share' && devices?.ids?.length === 1 && devices.ids[0] === deviceId

const noSuchShare = (shareId: string): Problem =>
  new Problem('not-found', `no link ${shareId} to this device`)

/** A link is a key that may make one request about one device. */
export function addShareRoutes(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { keys, devices, console: site, publicOrigin, now } = parts
  const { show } = createDeviceView(parts)

  const listOf = async (deviceId: string): Promise<ApiKey[]> =>
    (await keys.list())
      .filter((key) => isShareOf(key, deviceId) && (key.expiresAt ?? 0) > now())
      .toSorted((a, b) => b.createdAt - a.createdAt)

  app.openapi(createShareRoute, async (c) => {
    const caller = c.get('caller')
    const { deviceId } = c.req.valid('param')
    // A request without a body has no type, and is not validated.
    const { name = null, seconds } = newShareSchema.parse(c.req.valid('json') ?? {})
    if (!caller.scopes.has('read')) throw missingScope('read', caller.scopes)
    const device = await requireDevice(devices, deviceId)
    if ((await listOf(deviceId)).length >= MAX_SHARES) {
      throw new Problem('conflict', `expected at most ${MAX_SHARES} links per device: delete one first`)
    }
    const { key, secret } = await keys.create({
      name: name ?? device.name,
      scopes: ['share'],
      devices: { ids: [deviceId], labels: caller.devices?.labels ?? null },
      createdBy: caller.keyId,
      ancestors: [...(caller.ancestors ?? []), caller.keyId],
      expiresAt: Math.min(now() + seconds * 1_000, caller.expiresAt ?? Infinity),
    })
    await recordAudit(caller, {
      step: 'key-made',
      deviceId,
      details: { keyId: key.keyId, scopes: key.scopes, expiresAt: toReceivedIso(key.expiresAt!) },
    })
    const url = site?.files ? `${publicOrigin ?? originOf(c)}/#/shared/${secret}` : null
    return c.json({ ...toShare(key), key: secret, url }, 201)
  })

  app.openapi(listRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    await requireDevice(devices, deviceId)
    return c.json({ items: (await listOf(deviceId)).map(toShare) }, 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { deviceId, shareId } = c.req.valid('param')
    const key = await keys.get(shareId)
    if (key === null || !isShareOf(key, deviceId)) throw noSuchShare(shareId)
    await keys.remove(shareId)
    await recordAudit(c.get('caller'), { step: 'key-deleted', deviceId, details: { keyId: shareId } })
    return c.body(null, 204)
  })

  app.openapi(sharedRoute, async (c) => {
    const caller = c.get('caller')
    const [deviceId = '', ...others] = caller.devices?.ids ?? []
    if (deviceId === '' || others.length > 0) {
      throw new Problem('conflict', `expected the key of a link created by POST ${PATH}`)
    }
    if (!(await c.get('sight').sees(deviceId))) throw notShared()
    const device = await devices.get(deviceId)
    if (device === null) throw notShared()
    const { online, lastSeen, lastPosition } = await show(device, caller)
    const position = lastPosition === null ? null : toPosition(lastPosition)
    const expiresAt = toReceivedIso(caller.expiresAt ?? now())
    return c.json({ name: caller.name, online, lastSeen, position, expiresAt }, 200)
  })
}

const notShared = (): Problem => new Problem('not-found', 'this device is not shared any more')

const toPosition = ({
  fixTime,
  latitude,
  longitude,
  speedKmh,
  course,
}: NonNullable<DeviceAnswer['lastPosition']>) => ({ fixTime, latitude, longitude, speedKmh, course })
