import { z } from '@hono/zod-openapi'
import { faultOfShape, placeLimits, roundShape, type Place } from '../../shared/domain/places/place.ts'
import { labelsSchema, requiredLabels } from '../devices/label-input.ts'
import { deviceId } from '../devices/schema.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { atLeastOneOf, exactly, lineOfText } from '../validation.ts'

const { nameLength, minRadiusMeters, maxRadiusMeters, minCorners, maxCorners, maxStayMinutes, maxDevices } =
  placeLimits

const point = {
  latitude: z.number().min(-90).max(90).openapi({ example: 52.52 }),
  longitude: z.number().min(-180).max(180).openapi({ example: 13.405 }),
}
const circle = exactly({
  type: z.literal('circle'),
  center: exactly(point),
  radiusMeters: z.number().min(minRadiusMeters).max(maxRadiusMeters).openapi({ example: 200 }),
}).openapi('Circle')
const polygon = exactly({
  type: z.literal('polygon'),
  corners: z.array(exactly(point)).min(minCorners).max(maxCorners).openapi({
    description:
      'In order, the first one not repeated. Edges are straight in latitude and longitude, as in GeoJSON, and may cross the 180° meridian, but not each other',
  }),
}).openapi('Polygon')

const shape = z.discriminatedUnion('type', [circle, polygon]).superRefine((value, context) => {
  const message = faultOfShape(roundShape(value))
  if (message !== null) context.addIssue({ code: 'custom', message, path: ['corners'] })
})

const settable = {
  name: lineOfText(nameLength).openapi({ example: 'Depot' }),
  shape,
  deviceIds: z
    .array(deviceId)
    .min(1)
    .max(maxDevices)
    .nullish()
    .openapi({ description: 'Only these devices; null: all devices that the key sees' }),
  labels: requiredLabels.nullish().openapi({
    type: ['object', 'null'],
    description: 'Only devices that have all of these labels; null: any',
  }),
  stayMinutes: z.int().min(1).max(maxStayMinutes).nullish().openapi({
    description: 'Minutes inside after which `place.stayed` is published, once per visit; null: never',
    example: 30,
  }),
}

export const newPlaceSchema = exactly(settable).openapi('NewPlace')

/** A merge patch: null removes a value. */
export const placePatchSchema = atLeastOneOf(
  exactly({
    ...settable,
    name: settable.name.optional(),
    shape: shape.optional(),
  }),
).openapi('PlacePatch')

export const placeSchema = z
  .object({
    placeId: z.string(),
    name: z.string(),
    shape: z.discriminatedUnion('type', [circle, polygon]),
    deviceIds: z.array(z.string()).nullable(),
    labels: labelsSchema.nullable(),
    stayMinutes: z.int().nullable(),
    createdAt: receivedTime,
    createdBy: z.string().openapi({
      description: 'Id of the key that created it. The place applies only to devices that this key may see',
    }),
    changedAt: receivedTime,
  })
  .openapi('Place')

export const toPlaceAnswer = (
  { placeId, name, shape, devices, stayMinutes, createdAt, createdBy, changedAt }: Place,
  shownIds: readonly string[] | null,
): z.infer<typeof placeSchema> => ({
  placeId,
  name,
  shape: shape.type === 'circle' ? shape : { ...shape, corners: [...shape.corners] },
  deviceIds: shownIds && [...shownIds],
  labels: devices?.labels ? { ...devices.labels } : null,
  stayMinutes,
  createdAt: toReceivedIso(createdAt),
  createdBy,
  changedAt: toReceivedIso(changedAt),
})
