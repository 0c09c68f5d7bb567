import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { Probe } from '../../shared/store/probes.ts'
import type { ApiBindings, ApiParts, App, Caller } from '../app-type.ts'
import { createdAtOf, newCommandId } from '../../shared/commands/command-id.ts'
import { probeExample } from '../commands/examples.ts'
import { commandParams } from '../commands/schema.ts'
import { STANDARD_EXPIRY_SECONDS } from '../commands/order-schema.ts'
import { probeSchema, questionsOf, standardParamsOf, toProbe } from '../commands/probe.ts'
import { requireSubmitted } from '../commands/submit.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { visibleState } from '../devices/to-device.ts'
import { idempotencyHeader, onceByKey } from '../idempotency.ts'
import { json } from '../json.ts'
import { deviceMasks } from '../mask.ts'
import { Problem, refuses } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const startBody = exactly({
  level: z
    .union([z.literal(1), z.literal(2)])
    .optional()
    .openapi({
      description:
        '1 (the default): reads only. 2: then also writes that change nothing: each setting that the tracker reports is set to the value that it has, and read again. Nothing is written if a read was cancelled or expired, or if someone else has sent anything but reads in the meantime',
    }),
})

/** Without a body a probe uses its defaults, whatever the content type; a body of another type is refused. */
const optionalBody = createMiddleware<ApiBindings>(async (c, next) => {
  const type = c.req.header('content-type')
  if ((await c.req.text()) === '') c.req.raw.headers.delete('content-type')
  else if (!type?.startsWith('application/json'))
    throw new Problem('unsupported-media-type', 'expected content-type: application/json')
  await next()
})

const commandAccess = needs('command')
const startRoute = createRoute({
  method: 'post',
  path: '/v1/devices/{deviceId}/probe',
  operationId: 'startProbe',
  tags: ['Probes'],
  summary: 'Start a probe: ask a tracker every harmless question',
  description:
    'Every harmless question in both dialects, except those of other makers, one by one, each as a separate command. An unanswered one takes about half a minute.',
  ...commandAccess,
  ...refuses('conflict', 'queue-full'),
  middleware: [...commandAccess.middleware, optionalBody],
  request: {
    params: deviceParams,
    headers: z.object({ 'idempotency-key': idempotencyHeader }),
    body: { required: false, content: { 'application/json': { schema: startBody, example: { level: 1 } } } },
  },
  responses: {
    202: json('The probe', probeSchema, probeExample),
  },
})

const found = {
  200: json('The probe', probeSchema, probeExample),
} as const

const latestRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/probe',
  operationId: 'getLatestProbe',
  tags: ['Probes'],
  summary: 'The newest probe of a device with its progress and results',
  ...needs('read'),
  request: { params: deviceParams },
  responses: found,
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/probe/{probeId}',
  operationId: 'getProbe',
  tags: ['Probes'],
  summary: 'A probe with its progress and results',
  ...needs('read'),
  request: {
    params: deviceParams.extend({
      probeId: commandParams.shape.commandId.openapi({
        description: 'As returned when the probe was started',
      }),
    }),
  },
  responses: found,
})

export function addProbeRoutes(app: App, parts: ApiParts): void {
  const { devices, commands, dispatcher, probes, history, idempotency, now } = parts

  const show = async (device: RegisteredDevice, probe: Probe, caller: Caller) => {
    const { deviceId } = device
    const ids = [...probe.questions, ...(probe.writes ?? [])].map(({ commandId }) => commandId)
    const [asked, found] = await Promise.all([commands.getMany(deviceId, ids), history.readState(deviceId)])
    const iccid = visibleState(device, found)?.iccid ?? null
    return toProbe(probe, asked, {
      masks: await deviceMasks(caller, device, commands, asked),
      iccid,
      now: now(),
    })
  }

  const findLatest = async (device: RegisteredDevice): Promise<Probe | null> => {
    const latest = await probes.latest(device.deviceId)
    return latest && isOf(device, latest) ? latest : null
  }

  const start = async (
    device: RegisteredDevice,
    { probeId, level }: Pick<Probe, 'probeId' | 'level'>,
    caller: Caller,
  ): Promise<Probe> => {
    const { deviceId } = device
    const latest = await findLatest(device)
    if (latest && latest.probeId !== probeId && (await show(device, latest, caller)).state === 'running') {
      throw new Problem(
        'conflict',
        `probe ${latest.probeId} is still running: GET /v1/devices/${deviceId}/probe shows how far it is, DELETE /v1/devices/${deviceId}/commands ends it`,
        { extras: { probeId: latest.probeId } },
      )
    }
    const createdAt = createdAtOf(probeId)
    const probe: Probe = {
      deviceId,
      probeId,
      createdAt,
      createdBy: caller.keyId,
      questions: questionsOf(probeId, device.model ?? device.seenModel, level),
      level,
      writes: null,
    }
    const [first, ...rest] = probe.questions.map(({ commandId, intent, dialect }) => ({
      commandId,
      deviceId,
      createdAt: createdAtOf(commandId),
      createdBy: caller.keyId,
      expiresAt: createdAt + STANDARD_EXPIRY_SECONDS * 1_000,
      intent,
      params: standardParamsOf(intent),
      raw: null,
      dialect,
      danger: 'harmless' as const,
      probeId,
    }))
    if (!first) throw new Error('the catalogue has no question for a probe')
    requireSubmitted(first, await dispatcher.submitAll([first, ...rest]))
    await probes.put(probe)
    return probe
  }

  app.openapi(startRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const once = { store: idempotency, makeId: () => newCommandId(now()) }
    const { level = 1 } = c.req.valid('json')
    // The fingerprint from before there were levels, so that keys from then still match.
    return onceByKey(c, once, level === 1 ? null : { level }, async (probeId, isRepeat) => {
      const device = await requireDevice(devices, deviceId)
      if (isRepeat && !isOf(device, { createdAt: createdAtOf(probeId) })) throw notProbed(deviceId)
      const before = isRepeat ? await probes.get(deviceId, probeId) : null
      const probe = before ?? (await start(device, { probeId, level }, c.get('caller')))
      c.header('location', `/v1/devices/${deviceId}/probe/${probeId}`)
      return c.json(await show(device, probe, c.get('caller')), 202)
    })
  })

  app.openapi(latestRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const probe = await findLatest(device)
    if (!probe) throw notProbed(deviceId)
    return c.json(await show(device, probe, c.get('caller')), 200)
  })

  app.openapi(getRoute, async (c) => {
    const { deviceId, probeId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const probe = await probes.get(deviceId, probeId)
    if (!probe || !isOf(device, probe)) throw notProbed(deviceId)
    return c.json(await show(device, probe, c.get('caller')), 200)
  })
}

/** True unless it belongs to an earlier registration that was deleted. */
const isOf = ({ purgeBefore }: RegisteredDevice, { createdAt }: Pick<Probe, 'createdAt'>): boolean =>
  createdAt >= (purgeBefore ?? 0)

const notProbed = (deviceId: string): Problem =>
  new Problem(
    'not-found',
    `device ${deviceId} has no such probe; POST /v1/devices/${deviceId}/probe asks it, GET shows the newest`,
  )
