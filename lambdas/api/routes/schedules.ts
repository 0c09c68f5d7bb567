import { createRoute, z } from '@hono/zod-openapi'
import { entryOf } from '#h02/catalogue/index.ts'
import { newCommandId } from '../../shared/commands/command-id.ts'
import { nextOfCron } from '../../shared/commands/cron.ts'
import { isHarmlessRead } from '../../shared/commands/scheduled-read.ts'
import { firstRunAt, MAX_SCHEDULES, SCHEDULE_FORMAT, type Schedule } from '../../shared/domain/schedule.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { ApiParts, App, Caller } from '../app-type.ts'
import { planOrder } from '../commands/plan.ts'
import { findCommand } from '../commands/require-command.ts'
import { toCommandSummary } from '../commands/to-command.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { orNull, toReceivedIso } from '../iso-time.ts'
import { json, jsonBody } from '../json.ts'
import { deviceMasks } from '../mask.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { scheduleExample } from '../schedules/examples.ts'
import {
  scheduleBody,
  scheduleExamples,
  scheduleParams,
  scheduleSchema,
  timingOf,
  toEvery,
  type ScheduleAnswer,
  type ScheduleBody,
} from '../schedules/schema.ts'
import { needs } from '../scope.ts'

const answers = (description: string) => ({
  200: json(description, scheduleSchema, scheduleExample),
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/schedules',
  operationId: 'listSchedules',
  tags: ['Schedules'],
  summary: 'Schedules of a device, by name',
  ...needs('read'),
  request: { params: deviceParams },
  responses: {
    200: json(
      'All schedules of the device',
      z.object({ deviceId: z.string(), items: z.array(scheduleSchema) }).openapi('ScheduleList'),
      { deviceId: scheduleExample.deviceId, items: [scheduleExample] },
    ),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/schedules/{name}',
  operationId: 'getSchedule',
  tags: ['Schedules'],
  summary: 'A schedule with its last run',
  ...needs('read'),
  request: { params: scheduleParams },
  responses: answers('The schedule'),
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/devices/{deviceId}/schedules/{name}',
  operationId: 'deleteSchedule',
  tags: ['Schedules'],
  summary: 'Delete a schedule',
  description: 'A waiting command of the schedule keeps waiting.',
  ...needs('command'),
  request: { params: scheduleParams },
  responses: { 204: { description: 'Deleted' } },
})

const putRouteOf = (now: () => number) =>
  createRoute({
    method: 'put',
    path: '/v1/devices/{deviceId}/schedules/{name}',
    operationId: 'setSchedule',
    tags: ['Schedules'],
    summary: 'Send a harmless read on a schedule',
    description:
      'Each run is an ordinary command. With `every` the first run follows within a minute or two, and later ones are spread over the interval by device. A run that waits for its device ends before the next run, so a device that was offline gets one read and not one per run. Setting the same schedule again changes nothing.',
    ...needs('command'),
    ...refuses('conflict'),
    request: {
      params: scheduleParams,
      body: jsonBody(scheduleBody(now), { examples: scheduleExamples }),
    },
    responses: answers('The schedule as it is now'),
  })

const noSuchSchedule = (deviceId: string, name: string): Problem =>
  new Problem(
    'not-found',
    `device ${deviceId} has no schedule ${name}; GET /v1/devices/${deviceId}/schedules lists them`,
  )

const contentOf = ({ timing, intent, params }: Pick<Schedule, 'timing' | 'intent' | 'params'>): string =>
  JSON.stringify([timing, intent, Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))])

export function addScheduleRoutes(
  app: App,
  { devices, commands, schedules, now }: ApiParts,
  recordAudit: RecordAudit,
): void {
  /** Schedules of an earlier, deleted registration do not count. */
  const isOf = ({ purgeBefore }: RegisteredDevice, { setAt }: Schedule): boolean =>
    setAt >= (purgeBefore ?? 0)

  const find = async (device: RegisteredDevice, name: string): Promise<Schedule | null> => {
    const schedule = await schedules.get(device.deviceId, name)
    return schedule && isOf(device, schedule) ? schedule : null
  }

  const show = async (
    device: RegisteredDevice,
    schedule: Schedule,
    caller: Caller,
  ): Promise<ScheduleAnswer> => {
    const { deviceId, name, timing, intent, params, lastCommandId, lastRun } = schedule
    const last = lastCommandId === null ? null : await findCommand(commands, device, lastCommandId)
    const masks = await deviceMasks(caller, device, commands, last ? [last] : [])
    return {
      deviceId,
      name,
      every: 'everyMs' in timing ? toEvery(timing.everyMs) : null,
      cron: 'cron' in timing ? timing.cron : null,
      timezone: 'cron' in timing ? timing.timeZone : null,
      intent,
      title: entryOf(intent)?.title ?? null,
      params: masks.params(intent, params),
      setAt: toReceivedIso(schedule.setAt),
      setBy: schedule.setBy,
      nextRunAt: orNull(toReceivedIso)(schedule.nextAt),
      sent: schedule.sent,
      skipped: schedule.skipped,
      lastRun: lastRun && { plannedAt: toReceivedIso(lastRun.plannedAt), outcome: lastRun.outcome },
      lastCommand: last && toCommandSummary(last, masks),
    }
  }

  /** The requested read, checked like an order. */
  const requireRead = (
    { deviceId, model, seenModel }: RegisteredDevice,
    { intent, params }: ScheduleBody,
  ): Pick<Schedule, 'intent' | 'params'> => {
    const effective = model ?? seenModel
    const order = { intent, params, expiresInSeconds: 1, confirm: false, queue: false, replace: false }
    const plan = planOrder(order, { deviceId, model: effective }, now())
    if (isHarmlessRead(intent, effective)) return plan
    const detail = 'expected a harmless read such as read-status: schedules send nothing else'
    throw new Problem('invalid-request', `/intent: ${detail}`, {
      extras: { errors: [{ in: 'body', name: '/intent', detail }] },
    })
  }

  app.openapi(listRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const all = (await schedules.list(deviceId)).filter((schedule) => isOf(device, schedule))
    const items = await Promise.all(all.map((schedule) => show(device, schedule, c.get('caller'))))
    return c.json({ deviceId, items }, 200)
  })

  app.openapi(getRoute, async (c) => {
    const { deviceId, name } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    const schedule = await find(device, name)
    if (!schedule) throw noSuchSchedule(deviceId, name)
    return c.json(await show(device, schedule, c.get('caller')), 200)
  })

  app.openapi(putRouteOf(now), async (c) => {
    const { deviceId, name } = c.req.valid('param')
    const body = c.req.valid('json')
    const caller = c.get('caller')
    const device = await requireDevice(devices, deviceId)
    const requested = { timing: timingOf(body), ...requireRead(device, body) }
    const all = (await schedules.list(deviceId)).filter((schedule) => isOf(device, schedule))
    const before = all.find((schedule) => schedule.name === name)
    if (before && contentOf(before) === contentOf(requested))
      return c.json(await show(device, before, caller), 200)
    if (!before && all.length >= MAX_SCHEDULES) {
      throw new Problem(
        'conflict',
        `a device has at most ${MAX_SCHEDULES} schedules; DELETE one of ${all.map((one) => one.name).join(', ')} first`,
      )
    }
    const setAt = now()
    const schedule: Schedule = {
      v: SCHEDULE_FORMAT,
      deviceId,
      name,
      timing: requested.timing,
      intent: requested.intent,
      params: requested.params,
      revision: newCommandId(setAt),
      setAt,
      setBy: caller.keyId,
      origin: caller.origin,
      nextAt: firstRunAt(requested.timing, setAt, nextOfCron),
      lastRun: before?.lastRun ?? null,
      lastCommandId: before?.lastCommandId ?? null,
      sent: before?.sent ?? 0,
      skipped: before?.skipped ?? 0,
    }
    await schedules.put(schedule)
    const { timing, intent } = requested
    await recordAudit(caller, { step: 'schedule-set', deviceId, details: { name, intent, ...timing } })
    return c.json(await show(device, schedule, caller), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { deviceId, name } = c.req.valid('param')
    const device = await requireDevice(devices, deviceId)
    if (!(await find(device, name)) || !(await schedules.remove(deviceId, name)))
      throw noSuchSchedule(deviceId, name)
    await recordAudit(c.get('caller'), { step: 'schedule-deleted', deviceId, details: { name } })
    return c.body(null, 204)
  })
}
