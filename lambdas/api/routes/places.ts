import { randomBytes } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { placeLimits, roundShape } from '../../shared/domain/places/place.ts'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { idempotencyHeader, onceByKey } from '../idempotency.ts'
import { json, jsonBody } from '../json.ts'
import { cursorInput, lastPage, limitOf, nextLink, pageOf } from '../page.ts'
import { changedPlaceExample, placeExample } from '../places/examples.ts'
import { noSuchPlace, requirePlace, showPlace, visiblePlaces } from '../places/own-places.ts'
import { newPlaceSchema, placePatchSchema, placeSchema } from '../places/schema.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import { toDevices } from '../webhooks/own-webhooks.ts'

const placeParams = z.object({
  placeId: z.string().openapi({ description: 'As returned when the place was created' }),
})
const tags = ['Places']

const listRoute = createRoute({
  method: 'get',
  path: '/v1/places',
  operationId: 'listPlaces',
  tags,
  summary: 'Places, by id',
  description: '`places` of a device lists those that it is in.',
  ...needs('read'),
  request: { query: exactly({ limit: limitOf(100, placeLimits.maxPlaces), cursor: cursorInput }) },
  responses: {
    200: json('A page of places', pageOf(placeSchema).openapi('PlacePage'), lastPage(placeExample)),
  },
})

const createPlaceRoute = createRoute({
  method: 'post',
  path: '/v1/places',
  operationId: 'createPlace',
  tags,
  summary: 'Create a place: a circle or a polygon',
  description:
    'From 5 seconds later on, devices publish `place.entered` and `place.left`, also for stored fixes that arrive late. A device that is already inside enters with its next fix. A position on the line is inside; a device has left when it is more than 50 m outside.',
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-text', 'not-found'),
  request: {
    headers: z.object({ 'idempotency-key': idempotencyHeader }),
    body: jsonBody(newPlaceSchema, {
      examples: {
        circle: {
          summary: 'A circle of 200 m, with an event after half an hour inside',
          value: {
            name: 'Depot',
            shape: {
              type: 'circle',
              center: { latitude: 52.52, longitude: 13.405 },
              radiusMeters: 200,
            },
            stayMinutes: 30,
          },
        },
        polygon: {
          summary: 'A polygon, for some devices',
          value: {
            name: 'Harbour',
            shape: {
              type: 'polygon',
              corners: [
                { latitude: 53.54, longitude: 9.93 },
                { latitude: 53.54, longitude: 9.99 },
                { latitude: 53.5, longitude: 9.96 },
              ],
            },
            labels: { fleet: 'north' },
          },
        },
      },
    }),
  },
  responses: { 201: json('The place', placeSchema, placeExample) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/v1/places/{placeId}',
  operationId: 'getPlace',
  tags,
  summary: 'A place',
  ...needs('read'),
  request: { params: placeParams },
  responses: { 200: json('The place', placeSchema, placeExample) },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/v1/places/{placeId}',
  operationId: 'changePlace',
  tags,
  summary: 'Change a place; omitted fields stay unchanged, null removes a value',
  description:
    'The new shape applies from the next fix of a device. A device that the place no longer applies to leaves it without an event.',
  ...needs('admin'),
  ...refuses('unsafe-text'),
  request: {
    params: placeParams,
    body: jsonBody(placePatchSchema, { example: { stayMinutes: 60 } }),
  },
  responses: { 200: json('The place as it is now', placeSchema, changedPlaceExample) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/places/{placeId}',
  operationId: 'deletePlace',
  tags,
  summary: 'Delete a place; devices inside publish no event',
  ...needs('admin'),
  request: { params: placeParams },
  responses: { 204: { description: 'Deleted' } },
})

const makePlaceId = (): string => `pl_${randomBytes(6).toString('hex')}`

export function addPlaceRoutes(app: App, { places, idempotency }: ApiParts, recordAudit: RecordAudit): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const sight = c.get('sight')
    const after = cursor === undefined ? '' : (decodeCursor(['places'], cursor) as string)
    const rest = (await visiblePlaces(places, sight)).filter(({ placeId }) => placeId > after)
    const page = rest.slice(0, limit)
    const nextCursor = rest.length > limit ? encodeCursor(['places'], page.at(-1)!.placeId) : null
    const items = await Promise.all(page.map((place) => showPlace(place, sight)))
    return c.json({ items, nextCursor, next: nextLink(c, nextCursor) }, 200)
  })

  app.openapi(createPlaceRoute, async (c) => {
    const [caller, sight, request] = [c.get('caller'), c.get('sight'), c.req.valid('json')]
    const { name, shape, deviceIds = null, labels = null, stayMinutes = null } = request
    const devices = toDevices(sight, deviceIds, labels)
    return onceByKey(c, { store: idempotency, makeId: makePlaceId }, request, async (placeId) => {
      const made = await places.create({
        placeId,
        name,
        shape: roundShape(shape),
        devices,
        limit: sight.limit,
        stayMinutes,
        createdBy: caller.keyId,
      })
      if (made === 'full') throw new Problem('conflict', `expected at most ${placeLimits.maxPlaces} places`)
      if (made === 'made')
        await recordAudit(caller, { step: 'place-made', details: { placeId, name, deviceIds, labels } })
      c.header('location', `/v1/places/${placeId}`)
      return c.json(await showPlace(await requirePlace(places, sight, placeId), sight), 201)
    })
  })

  app.openapi(getRoute, async (c) => {
    const sight = c.get('sight')
    const place = await requirePlace(places, sight, c.req.valid('param').placeId)
    return c.json(await showPlace(place, sight), 200)
  })

  app.openapi(changeRoute, async (c) => {
    const sight = c.get('sight')
    const { placeId } = c.req.valid('param')
    const { name, shape, deviceIds, labels, stayMinutes } = c.req.valid('json')
    const { devices: before } = await requirePlace(places, sight, placeId)
    const isOfDevices = deviceIds !== undefined || labels !== undefined
    const ids = deviceIds === undefined ? (before?.ids ?? null) : deviceIds
    const devices = toDevices(sight, ids, labels === undefined ? (before?.labels ?? null) : labels)
    const isChanged = await places.change(placeId, {
      ...(name !== undefined && { name }),
      ...(shape !== undefined && { shape: roundShape(shape) }),
      ...(isOfDevices && { devices }),
      ...(stayMinutes !== undefined && { stayMinutes }),
    })
    if (!isChanged) throw noSuchPlace(placeId)
    const fields = Object.keys(c.req.valid('json'))
    await recordAudit(c.get('caller'), { step: 'place-changed', details: { placeId, fields } })
    return c.json(await showPlace(await requirePlace(places, sight, placeId), sight), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { placeId } = c.req.valid('param')
    const { name } = await requirePlace(places, c.get('sight'), placeId)
    if (!(await places.remove(placeId))) throw noSuchPlace(placeId)
    await recordAudit(c.get('caller'), { step: 'place-deleted', details: { placeId, name } })
    return c.body(null, 204)
  })
}
