import { createRoute, z } from '@hono/zod-openapi'
import { randomBytes } from 'node:crypto'
import { MESSAGE_FORMAT, type ControlMessage } from '../../shared/domain/command-messages.ts'
import type { LiveGrant } from '../../shared/domain/live-grant.ts'
import type { ApiParts, App } from '../app-type.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const MAX_SECONDS = 3_600

/**
 * Labels of a device may change while it is watched. Gateways see that for the grants of stored keys; those of tokens
 * that are restricted to labels are short instead.
 */
const MAX_UNWATCHED_SECONDS = 300

/** Ids of keys in the table. The first admin key and tokens cannot be deleted there: their grants end by time. */
const isStoredKey = /^[0-9a-f]{12}$/

const wantedSchema = exactly({
  seconds: z.int().min(60).max(MAX_SECONDS).default(900).openapi({ description: 'How long to watch' }),
}).openapi('LiveRequest')

const liveSchema = z
  .object({
    url: z.string().openapi({
      description: 'MQTT 3.1.1 over a WebSocket, signed',
      example: 'wss://a1b2c3-ats.iot.eu-west-1.amazonaws.com/mqtt?X-Amz-Algorithm=…',
    }),
    clientId: z.string().openapi({ description: 'Connect under this id; another is refused' }),
    topic: z.string().openapi({ description: 'Subscribe to it; another is refused' }),
    expiresAt: receivedTime.openapi({
      description:
        'Nothing is published on the topic after it, nor once the key is deleted. Request another URL before, with a topic of its own',
    }),
  })
  .openapi('Live')

const route = createRoute({
  method: 'post',
  path: '/v1/devices/{deviceId}/live',
  operationId: 'openLiveView',
  tags: ['Frames'],
  summary: "Watch what goes over a device's wire, as it goes",
  description:
    'Messages are JSON batches of frames in both directions, hex, secrets always masked. Frames are published only while someone watches.',
  ...needs('read'),
  request: {
    params: deviceParams,
    body: { content: { 'application/json': { schema: wantedSchema, example: { seconds: 900 } } } },
  },
  responses: {
    201: { description: 'How to connect', content: { 'application/json': { schema: liveSchema } } },
  },
})

export function addLiveRoute(
  app: App,
  { devices: registry, bus, openLive, now }: ApiParts,
  recordAudit: RecordAudit,
): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    // A request without a body has no content type and is not validated.
    const { seconds } = wantedSchema.parse(c.req.valid('json') ?? {})
    const { keyId, expiresAt, tokenExpiresAt, devices } = c.get('caller')
    const end = tokenExpiresAt ?? expiresAt ?? Infinity
    const at = now()
    // A grant ends no later than the key or token that requested it.
    const most = isStoredKey.test(keyId) || devices?.labels == null ? seconds : MAX_UNWATCHED_SECONDS
    const grantSeconds = Math.max(1, Math.min(seconds, most, Math.floor((end - at) / 1_000)))
    const until = at + grantSeconds * 1_000
    const grantId = randomBytes(8).toString('hex')
    const grant: LiveGrant = { grantId, keyId: isStoredKey.test(keyId) ? keyId : null, until }
    const device = await registry.watch(deviceId, grant)
    if (!device) throw noSuchDevice(deviceId)
    await recordAudit(c.get('caller'), { step: 'live-opened', deviceId, details: { seconds: grantSeconds } })
    const watch: ControlMessage = { v: MESSAGE_FORMAT, kind: 'watch', deviceId, until, grant }
    const [access] = await Promise.all([
      openLive(deviceId, { grantId, seconds: grantSeconds }),
      device.session && bus.sendControl(device.session.gatewayId, watch),
    ])
    const { url, clientId, topic } = access
    return c.json({ url, clientId, topic, expiresAt: toReceivedIso(until) }, 201)
  })
}
