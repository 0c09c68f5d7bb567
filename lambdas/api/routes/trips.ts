import { createRoute, z } from '@hono/zod-openapi'
import { DECODER_VERSION } from '#h02'
import type { ApiParts, App } from '../app-type.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { rangeQuery, requireRange } from '../history-query.ts'
import { json } from '../json.ts'
import { Problem } from '../problem.ts'
import { needs } from '../scope.ts'
import { createCalendar, daysBetween, nextDay } from '../trips/calendar.ts'
import { summaryExample, tripListExample } from '../trips/examples.ts'
import { readTrips } from '../trips/read-trips.ts'
import {
  RULES,
  summarySchema,
  timeZoneInput,
  toStop,
  toSummary,
  toTrip,
  tripListSchema,
} from '../trips/schema.ts'
import { exactly } from '../validation.ts'

const DAY_MS = 86_400_000
/** A month of 31 days, even one in which clocks are set back. */
const MAX_DAYS = 31

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/trips',
  operationId: 'listTrips',
  tags: ['Positions'],
  summary: 'Trips and stops of a device in up to a month, oldest first',
  description: `Trips are found in the positions on each request; those that overlap the range are returned whole. ${RULES}`,
  ...needs('read'),
  request: { params: deviceParams, query: exactly(rangeQuery) },
  responses: {
    200: json('All trips and stops, without pages', tripListSchema, tripListExample),
  },
})

const day = z.iso.date('expected a day such as 2026-01-31')

const summaryRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/summary',
  operationId: 'summarizeTrips',
  tags: ['Positions'],
  summary: 'Distance and time driven by day, in up to a month',
  description: `Distance, moving time and top speed of the trips of each day; a trip that crosses midnight is split between both days. Days without positions are missing. ${RULES}`,
  ...needs('read'),
  request: {
    params: deviceParams,
    query: exactly({
      firstDay: day.openapi({ description: 'Inclusive', example: '2026-01-01' }),
      lastDay: day.openapi({ description: 'Inclusive', example: '2026-01-31' }),
      timeZone: timeZoneInput,
    }),
  },
  responses: {
    200: json('The days and their sum', summarySchema, summaryExample),
  },
})

const refuseQuery = (name: string, detail: string): Problem =>
  new Problem('invalid-request', `${name}: ${detail}`, {
    extras: { errors: [{ in: 'query', name, detail }] },
  })

export function addTripRoutes(app: App, { devices, history }: ApiParts): void {
  app.openapi(listRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { from, to } = c.req.valid('query')
    requireRange({ from, to })
    if (to - from > (MAX_DAYS + 1) * DAY_MS) throw refuseQuery('to', `expected at most ${MAX_DAYS} days`)
    const device = await requireDevice(devices, deviceId)
    const { dayOf } = createCalendar('UTC')
    const { trips, stops } = await readTrips(history, device, { from, to, dayOf })
    const list = { deviceId, decoder: DECODER_VERSION, trips: trips.map(toTrip), stops: stops.map(toStop) }
    return c.json(list, 200)
  })

  app.openapi(summaryRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { firstDay, lastDay, timeZone } = c.req.valid('query')
    if (firstDay > lastDay) throw refuseQuery('firstDay', 'expected a day not after `lastDay`')
    if (daysBetween(firstDay, lastDay) > MAX_DAYS) {
      throw refuseQuery('lastDay', `expected at most ${MAX_DAYS} days`)
    }
    const device = await requireDevice(devices, deviceId)
    const { dayOf, startOf } = createCalendar(timeZone)
    const range = { from: startOf(firstDay), to: startOf(nextDay(lastDay)), dayOf }
    const found = await readTrips(history, device, range)
    const summary = toSummary(found, { first: firstDay, last: lastDay, dayOf })
    return c.json({ deviceId, decoder: DECODER_VERSION, timeZone, ...summary }, 200)
  })
}
