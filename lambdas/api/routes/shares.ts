import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ApiKey } from '../../shared/store/api-keys.ts'
import type { ApiParts, App } from '../app-type.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams, type DeviceAnswer } from '../devices/schema.ts'
import { createDeviceView } from '../devices/show.ts'
import { Problem, refuses } from '../problem.ts'
import { toReceivedIso } from '../iso-time.ts'
import type { RecordAudit } from '../record-audit.ts'
import { missingScope, needs } from '../scope.ts'
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
  summary: 'Make a link that shows where a device is now, until a time',
  description: [
    'Whoever has the link sees the name, the last position and its time, and nothing else: no id, no history, no commands. It works until its time is over or until it is deleted.',
    'Requires the scope `read` as well. A link of a key that is restricted to labels works while the device has them.',
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
    201: { description: 'The link', content: { 'application/json': { schema: madeShareSchema } } },
  },
})

const listRoute = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'listShares',
  tags,
  summary: 'Links to a device that still work',
  ...needs('admin'),
  request: { params: deviceParams },
  responses: {
    200: {
      description: 'The links, without their keys; the newest first',
      content: {
        'application/json': { schema: z.object({ items: z.array(shareSchema) }).openapi('ShareList') },
      },
    },
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: `${PATH}/{shareId}`,
  operationId: 'deleteShare',
  tags,
  summary: 'Delete a link; it is refused from the next request on',
  ...needs('admin'),
  request: { params: deviceParams.extend({ shareId: z.string() }) },
  responses: { 204: { description: 'Deleted' } },
})

const sharedRoute = createRoute({
  method: 'get',
  path: '/v1/shared',
  operationId: 'getSharedDevice',
  tags,
  summary: 'What the key of a link shows',
  ...needs('share'),
  ...refuses('conflict', 'not-found'),
  responses: {
    200: {
      description: 'Where the device is now',
      content: { 'application/json': { schema: sharedDeviceSchema } },
    },
  },
})

/** Limits what one device's links take of the list of keys. */
const MAX_SHARES = 20

/** As the caller reached us: the URL that the adapter makes has neither the port nor the scheme. */
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

/** A link is a key that may ask for one thing, of one device. */
export function addShareRoutes(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { keys, devices, console: site, now } = parts
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
      throw new Problem('conflict', `expected at most ${MAX_SHARES} links to a device: delete one first`)
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
    const url = site?.files ? `${originOf(c)}/#/shared/${secret}` : null
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
      throw new Problem('conflict', `expected the key of a link, which POST ${PATH} makes`)
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
