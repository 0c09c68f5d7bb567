import { createRoute } from '@hono/zod-openapi'
import { untilSaved } from '../../shared/commands/change-command.ts'
import { newCommandId } from '../../shared/commands/command-id.ts'
import { desire, namesIn, stateOf, type Desired } from '../../shared/domain/desired.ts'
import {
  isWrite,
  settingNames,
  writeOf,
  type SettingName,
  type SettingValue,
} from '../../shared/domain/settings.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { ApiParts, App } from '../app-type.ts'
import { desiredExample } from '../desired/examples.ts'
import { desiredBody, desiredSchema, type DesiredAnswer } from '../desired/schema.ts'
import { noSuchDevice, requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { orNull, toReceivedIso } from '../iso-time.ts'
import { json, jsonBody } from '../json.ts'
import { Problem, type Fault } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { toDetail } from '../validation.ts'

const PATH = '/v1/devices/{deviceId}/desired'
const answers = (description: string) => ({
  200: json(description, desiredSchema, desiredExample),
})

const getRoute = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'getDesiredSettings',
  tags: ['Settings'],
  summary: 'Settings that a device should keep, with the reported values',
  ...needs('read'),
  request: { params: deviceParams },
  responses: answers('What is desired and what is reported'),
})

const putRoute = createRoute({
  method: 'put',
  path: PATH,
  operationId: 'setDesiredSettings',
  tags: ['Settings'],
  summary: 'Set the settings that a device should keep',
  description:
    'Replaces the desired settings. Within a minute the settings are read. If the tracker reports another value, the setting is sent by an ordinary command and read again, at most three times with growing pauses; then the event `setting.not-kept` is published. Settings are also read when the tracker restarts or reconnects, and once a day, so that a factory reset is noticed. Only settings with a harmless command can be desired.',
  ...needs('command'),
  request: {
    params: deviceParams,
    body: jsonBody(desiredBody, { example: { intervalOnSeconds: 20, intervalOffSeconds: 300 } }),
  },
  responses: answers('What is desired from now on'),
})

const deleteRoute = createRoute({
  method: 'delete',
  path: PATH,
  operationId: 'deleteDesiredSettings',
  tags: ['Settings'],
  summary: 'Remove all desired settings of a device',
  description: 'The settings of the tracker do not change. A waiting command keeps waiting.',
  ...needs('command'),
  request: { params: deviceParams },
  responses: { 204: { description: 'No settings are desired any more' } },
})

const nothingDesired = (deviceId: string): Problem =>
  new Problem(
    'not-found',
    `no settings are desired of device ${deviceId}; PUT /v1/devices/${deviceId}/desired sets some`,
  )

function toAnswer(desired: Desired): DesiredAnswer {
  const { deviceId, setAt, setBy, checkedAt, batch } = desired
  return {
    deviceId,
    settings: Object.fromEntries(
      namesIn(desired).map((name) => {
        const { wanted, report, tries, acceptedAt } = desired.settings[name]!
        return [
          name,
          {
            desired: wanted,
            reported: report?.value ?? null,
            reportedAt: report && toReceivedIso(report.at),
            reportedBy: report?.source ?? null,
            reportedIn: report?.commandId ?? null,
            state: stateOf(desired, name),
            tries,
            acceptedAt: orNull(toReceivedIso)(acceptedAt),
          },
        ]
      }),
    ),
    setAt: toReceivedIso(setAt),
    setBy,
    checkedAt: orNull(toReceivedIso)(checkedAt),
    commands: batch?.isSubmitted ? batch.orders.map(({ commandId }) => commandId) : [],
  }
}

type SettingValues = Readonly<Partial<Record<SettingName, SettingValue>>>

/** Refuses settings without a harmless command on this model, and lists what would be accepted. */
function requireKeepable(requested: SettingValues, { model, seenModel }: RegisteredDevice): void {
  const errors = settingNames.flatMap((name): Fault[] => {
    const value = requested[name]
    const write = value === undefined ? null : writeOf(name, value, model ?? seenModel)
    if (write === null || isWrite(write)) return []
    return write.map(({ detail }) => ({ in: 'body', name: `/${name}`, detail }))
  })
  if (errors.length > 0) throw new Problem('invalid-request', toDetail(errors), { extras: { errors } })
}

export function addDesiredRoutes(
  app: App,
  { devices, desired, now }: ApiParts,
  recordAudit: RecordAudit,
): void {
  /** Settings of an earlier, deleted registration do not count. */
  const isOf = ({ purgeBefore }: RegisteredDevice, { setAt }: Desired): boolean => setAt >= (purgeBefore ?? 0)

  app.openapi(getRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const found = await desired.get(deviceId)
    if (!found || !isOf(device, found)) throw nothingDesired(deviceId)
    return c.json(toAnswer(found), 200)
  })

  app.openapi(putRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const requested = c.req.valid('json') as SettingValues
    const caller = c.get('caller')
    const device = await requireDevice(devices, deviceId)
    requireKeepable(requested, device)
    const setAt = now()
    const made = {
      deviceId,
      revision: newCommandId(setAt),
      setAt,
      setBy: caller.keyId,
      origin: caller.origin,
    }
    const saved = await untilSaved(async () => {
      const found = await desired.get(deviceId)
      const after = desire(found && isOf(device, found) ? found : null, requested, made)
      const outcome = await desired.set(found, after)
      return outcome === 'saved' ? after : outcome
    })
    if (saved === 'no-device') throw noSuchDevice(deviceId)
    await recordAudit(caller, { step: 'desired-set', deviceId, details: { settings: requested } })
    return c.json(toAnswer(saved), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const found = await desired.get(deviceId)
    if (!found || !isOf(device, found) || !(await desired.remove(deviceId))) throw nothingDesired(deviceId)
    await recordAudit(c.get('caller'), { step: 'desired-deleted', deviceId })
    return c.body(null, 204)
  })
}
