import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { randomBytes } from 'node:crypto'
import { MESSAGE_FORMAT, type ControlMessage } from '../../shared/domain/command-messages.ts'
import type { LiveGrant } from '../../shared/domain/live-grant.ts'
import { forEachLimited } from '../../shared/concurrency.ts'
import { toFilter, type LabelFilter } from '../../shared/domain/labels.ts'
import type { ApiParts, App, Caller } from '../app-type.ts'
import { requiredLabels } from '../devices/label-input.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { deviceId, deviceParams } from '../devices/schema.ts'
import { listVisible } from '../devices/visible-devices.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { json, jsonBody } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import { throughApi } from '../live/through-api.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import type { Sight } from '../visibility.ts'

const MAX_SECONDS = 3_600

/**
 * Labels of a device may change while it is watched. Gateways see that for the grants of stored keys; those of tokens
 * that are restricted to labels are short instead.
 */
const MAX_UNWATCHED_SECONDS = 300

/** Ids of keys in the table. The first admin key and tokens cannot be deleted there: their grants end by time. */
const isStoredKey = /^[0-9a-f]{12}$/

const liveRequest = exactly({
  seconds: z.int().min(60).max(MAX_SECONDS).default(900).openapi({ description: 'Seconds to watch' }),
}).openapi('LiveRequest')

const EXAMPLE_URL = 'wss://a1b2c3-ats.iot.eu-west-1.amazonaws.com/mqtt?X-Amz-Algorithm=…'
const liveSchema = z
  .object({
    url: z.string().openapi({
      description: 'MQTT 3.1.1 over a WebSocket, signed',
      example: EXAMPLE_URL,
    }),
    clientId: z.string().openapi({ description: 'The MQTT client id to use; another is refused' }),
    topic: z.string().openapi({ description: 'The topic to subscribe to; another is refused' }),
    expiresAt: receivedTime.openapi({
      description:
        'Nothing is published on the topic after this time, or once the key is deleted. Request another URL earlier; it has its own topic',
    }),
  })
  .openapi('Live')

const liveExample = {
  url: EXAMPLE_URL,
  clientId: 'h02live-prod-9170000000-179fc90a57763e2a',
  topic: 'h02/prod/live/9170000000/179fc90a57763e2a',
  expiresAt: '2026-01-31T08:15:01.250Z',
}

const route = createRoute({
  method: 'post',
  path: '/v1/devices/{deviceId}/live',
  operationId: 'openLiveView',
  tags: ['Frames'],
  summary: 'Watch the frames of a device live',
  description:
    'Messages are JSON batches of frames in both directions, as hex; secrets are always masked. Frames are published only while someone watches.',
  ...needs('read'),
  request: {
    params: deviceParams,
    body: { content: { 'application/json': { schema: liveRequest, example: { seconds: 900 } } } },
  },
  responses: {
    201: json('How to connect', liveSchema, liveExample),
  },
})

/** Each costs a write and a message to a gateway, and a publish of IoT Core per batch of frames while it is watched. */
const MAX_DEVICES = 100
const WRITES_IN_FLIGHT = 20

// Not an extension of the other schema: in a combination of both, each would refuse the fields of the other.
const severalSchema = exactly({
  ...liveRequest.shape,
  deviceIds: z.array(deviceId).min(1).max(MAX_DEVICES).optional(),
  labels: requiredLabels.optional().openapi({ description: 'Devices that have all of these labels now' }),
})
  .refine(
    (request) => (request.deviceIds === undefined) !== (request.labels === undefined),
    'expected deviceIds or labels, one of them',
  )
  .openapi('SeveralLiveRequest')

const severalRoute = createRoute({
  method: 'post',
  path: '/v1/live',
  operationId: 'openFleetLiveView',
  tags: ['Frames'],
  summary: 'Watch several devices, by their ids or by labels',
  description: `As for one device, over one connection: \`topic\` has a + in place of the device id. At most ${MAX_DEVICES} devices; devices that get the labels later are not included.`,
  ...needs('read'),
  ...refuses('not-found', 'too-many-devices'),
  request: {
    body: jsonBody(severalSchema, { example: { deviceIds: ['9170000000'], seconds: 900 } }),
  },
  responses: {
    201: json('How to connect', liveSchema.extend({ deviceIds: z.array(z.string()) }).openapi('FleetLive'), {
      ...liveExample,
      clientId: 'h02live-prod-several-79099c23032148bb',
      topic: 'h02/prod/live/+/79099c23032148bb',
      deviceIds: ['9170000000'],
    }),
  },
})

export function addLiveRoute(
  app: App,
  { devices: registry, bus, openLive, liveThroughApi = false, now }: ApiParts,
  recordAudit: RecordAudit,
): void {
  /** Creates a grant for the caller, and the access to it; `deviceId` null: several devices. */
  const open = async (
    caller: Caller,
    deviceIds: readonly string[],
    { deviceId, seconds }: { readonly deviceId: string | null; readonly seconds: number },
  ) => {
    const { keyId, expiresAt, tokenExpiresAt, devices } = caller
    const end = tokenExpiresAt ?? expiresAt ?? Infinity
    const at = now()
    // A grant ends no later than the key or token that requested it.
    const most = isStoredKey.test(keyId) || devices?.labels == null ? seconds : MAX_UNWATCHED_SECONDS
    const grantSeconds = Math.max(1, Math.min(seconds, most, Math.floor((end - at) / 1_000)))
    const until = at + grantSeconds * 1_000
    const grantId = randomBytes(8).toString('hex')
    const grant: LiveGrant = { grantId, keyId: isStoredKey.test(keyId) ? keyId : null, until }
    const watched: string[] = []
    await forEachLimited(deviceIds, WRITES_IN_FLIGHT, async (deviceId) => {
      const device = await registry.watch(deviceId, grant)
      if (!device) return
      watched.push(deviceId)
      await recordAudit(caller, { step: 'live-opened', deviceId, details: { seconds: grantSeconds } })
      const watch: ControlMessage = { v: MESSAGE_FORMAT, kind: 'watch', deviceId, until, grant }
      if (device.session) await bus.sendControl(device.session.gatewayId, watch)
    })
    if (watched.length === 0) return null
    const { url, clientId, topic } = await openLive(deviceId, { grantId, seconds: grantSeconds })
    return { url, clientId, topic, expiresAt: toReceivedIso(until), deviceIds: watched.toSorted() }
  }

  const withOwnUrl = <Live extends { readonly url: string }>(c: Context, live: Live): Live =>
    liveThroughApi ? { ...live, url: throughApi(live.url, (name) => c.req.header(name)) } : live

  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    // A request without a body has no type, and is not validated.
    const { seconds } = liveRequest.parse(c.req.valid('json') ?? {})
    const opened = await open(c.get('caller'), [deviceId], { deviceId, seconds })
    if (opened === null) throw noSuchDevice(deviceId)
    const { deviceIds: _, ...live } = opened
    return c.json(withOwnUrl(c, live), 201)
  })

  app.openapi(severalRoute, async (c) => {
    const { deviceIds, labels, seconds } = c.req.valid('json')
    const sight = c.get('sight')
    const found = deviceIds === undefined ? await idsOf(sight, toFilter(labels ?? null)) : deviceIds
    const seen = new Set(await sight.pick(found, (id) => id))
    for (const id of found) if (!seen.has(id) || !(await registry.get(id))) throw noSuchDevice(id)
    const opened = await open(c.get('caller'), [...new Set(found)], { deviceId: null, seconds })
    if (opened === null) throw new Problem('not-found', 'no device has these labels')
    return c.json(withOwnUrl(c, opened), 201)
  })

  const idsOf = async ({ limit }: Sight, labels: LabelFilter): Promise<string[]> => {
    const ids: string[] = []
    for await (const { deviceId } of listVisible(limit, registry, { labels, pageSize: MAX_DEVICES })) {
      if (ids.push(deviceId) > MAX_DEVICES) {
        throw new Problem(
          'too-many-devices',
          `more than ${MAX_DEVICES} devices have these labels: narrow them, or watch them in several views`,
        )
      }
    }
    return ids
  }
}
