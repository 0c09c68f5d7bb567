import { placeLimits, type Shape } from '../../shared/domain/places/place.ts'
import type { NewPlace, PlaceAnswer } from '../api/types.ts'
import { readLimit, type LimitText } from '../parts/device-limit.tsx'
import { lengthOf, lengthUnit, metersOf, toLength } from '../parts/format.ts'
import { toLabelText } from '../parts/labels.ts'
import { t } from '../text/text.ts'

/** A place as people fill it in. */
export type Draft = LimitText & {
  /** Null: the form makes a new place. */
  readonly placeId: string | null
  readonly name: string
  readonly type: Shape['type']
  readonly latitude: string
  readonly longitude: string
  readonly radius: string
  readonly corners: string
  readonly stay: string
}

export const emptyDraft: Draft = {
  placeId: null,
  name: '',
  type: 'circle',
  latitude: '',
  longitude: '',
  radius: lengthUnit === 'ft' ? '600' : '200',
  corners: '',
  stay: '',
  labels: '',
  ids: '',
}

/** With its limits in the unit of this browser. */
export const radiusTitle = t.places.radius(
  toLength(placeLimits.minRadiusMeters),
  toLength(placeLimits.maxRadiusMeters),
)

export const draftTitles = {
  '/name': t.places.name,
  '/shape/center/latitude': t.places.latitude,
  '/shape/center/longitude': t.places.longitude,
  '/shape/radiusMeters': radiusTitle,
  '/shape/corners': t.places.corners,
  '/stayMinutes': t.places.stay,
  '/deviceIds': t.stack.deviceIds,
  '/labels': t.stack.labels,
}

type Point = { readonly latitude: number; readonly longitude: number }
const toLine = ({ latitude, longitude }: Point): string => `${latitude}, ${longitude}`
const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

export function toDraft({ placeId, name, shape, deviceIds, labels, stayMinutes }: PlaceAnswer): Draft {
  const own = {
    ...emptyDraft,
    placeId,
    name,
    type: shape.type,
    stay: stayMinutes === null ? '' : String(stayMinutes),
    labels: labels === null ? '' : toLabelText(labels),
    ids: deviceIds?.join(' ') ?? '',
  }
  if (shape.type === 'polygon') return { ...own, corners: shape.corners.map(toLine).join('\n') }
  return {
    ...own,
    latitude: String(shape.center.latitude),
    longitude: String(shape.center.longitude),
    radius: String(lengthOf(shape.radiusMeters)),
  }
}

/** A click on the map: the center, or the next corner. */
export function withPoint(draft: Draft, { latitude, longitude }: Point): Draft {
  const point = { latitude: rounded(latitude), longitude: rounded(longitude) }
  if (draft.type === 'polygon')
    return { ...draft, corners: [draft.corners.trim(), toLine(point)].filter(Boolean).join('\n') }
  return { ...draft, latitude: String(point.latitude), longitude: String(point.longitude) }
}

export const withoutLastCorner = (draft: Draft): Draft => ({
  ...draft,
  corners: draft.corners.trim().split('\n').slice(0, -1).join('\n'),
})

function readNumber(text: string, field: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new Error(t.places.notNumber(field))
  return value
}

function readCorner(line: string): Point {
  const [latitude, longitude, ...more] = line.split(/[\s,;]+/).map(Number)
  if (latitude === undefined || longitude === undefined || more.length > 0)
    throw new Error(t.places.notCorner(line))
  if (!Number.isFinite(latitude + longitude)) throw new Error(t.places.notCorner(line))
  return { latitude, longitude }
}

/** Throws a readable sentence for a field that is not valid. */
function readShape({ type, latitude, longitude, radius, corners }: Draft): NewPlace['shape'] {
  if (type === 'polygon') {
    const lines = corners.split('\n').map((line) => line.trim())
    return { type, corners: lines.filter((line) => line !== '').map(readCorner) }
  }
  return {
    type,
    center: {
      latitude: readNumber(latitude, t.places.latitude),
      longitude: readNumber(longitude, t.places.longitude),
    },
    radiusMeters: metersOf(readNumber(radius, radiusTitle)),
  }
}

/** The part of an unfinished place that the map can draw; null if there is nothing to draw yet. */
export function shapeOnMap(draft: Draft): Shape | null {
  try {
    const shape = readShape(draft)
    if (shape.type === 'polygon') return shape.corners.length >= placeLimits.minCorners ? shape : null
    return shape.radiusMeters > 0 && Math.abs(shape.center.latitude) <= 90 ? shape : null
  } catch {
    return null
  }
}

export function toRequest(draft: Draft): NewPlace {
  const { labels, ids } = readLimit(draft)
  return {
    name: draft.name.trim(),
    shape: readShape(draft),
    deviceIds: ids,
    labels,
    stayMinutes: draft.stay.trim() === '' ? null : readNumber(draft.stay, t.places.stay),
  }
}
