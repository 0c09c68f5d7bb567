import { createRoute, z } from '@hono/zod-openapi'
import { messageFormat, type ControlMessage } from '../../shared/domain/command-messages.ts'
import type { ApiParts, App } from '../app-type.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { refusals } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const mostSeconds = 3_600

const wantedSchema = exactly({
  seconds: z.int().min(60).max(mostSeconds).default(900).openapi({ description: 'How long to watch' }),
}).openapi('LiveRequest')

const liveSchema = z
  .object({
    url: z.string().openapi({
      description: 'MQTT 3.1.1 over a WebSocket, signed; good for connecting until it expires',
      example: 'wss://a1b2c3-ats.iot.eu-west-1.amazonaws.com/mqtt?X-Amz-Algorithm=…',
    }),
    clientId: z.string().openapi({ description: 'Connect under this id; another is refused' }),
    topic: z.string().openapi({ description: 'Subscribe to it; another is refused' }),
    expiresAt: receivedTime.openapi({ description: 'Ask again before: nothing is published after it' }),
  })
  .openapi('Live')

const route = createRoute({
  method: 'post',
  path: '/v1/devices/{deviceId}/live',
  summary: "Watch what goes over a device's wire, as it goes",
  description:
    'Messages are JSON batches of frames in both directions, hex, secrets always masked. Frames are published only while somebody watches.',
  ...needs('read'),
  request: {
    params: deviceParams,
    body: { content: { 'application/json': { schema: wantedSchema } } },
  },
  responses: {
    201: { description: 'How to connect', content: { 'application/json': { schema: liveSchema } } },
    ...refusals,
  },
})

export function addLiveRoute(app: App, { devices, bus, openLive, now }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    // An empty request has no type, and is validated by nobody.
    const { seconds } = wantedSchema.parse(c.req.valid('json') ?? {})
    const until = now() + seconds * 1_000
    const device = await devices.watch(deviceId, until)
    if (!device) throw noSuchDevice(deviceId)
    const watch: ControlMessage = { v: messageFormat, kind: 'watch', deviceId, until }
    const [access] = await Promise.all([
      openLive(deviceId, seconds),
      device.session && bus.sendControl(device.session.gatewayId, watch),
    ])
    const { url, clientId, topic, expiresAt } = access
    return c.json({ url, clientId, topic, expiresAt: toReceivedIso(expiresAt) }, 201)
  })
}
