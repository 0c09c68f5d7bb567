import type { DeviceLimit } from '../device-limit.ts'
import { RADIANS, metersBetween, type Point } from '../distance.ts'

/** An area that devices enter and leave. Times are ms since 1970 UTC. */
export type Place = {
  readonly placeId: string
  readonly name: string
  readonly shape: Shape
  /** Devices that it applies to; null: all devices that its key sees. */
  readonly devices: DeviceLimit | null
  /** The device limit of the key that created it: the place never applies to other devices, even after changes. */
  readonly limit: DeviceLimit | null
  /** Minutes inside after which `place.stayed` is published; null: never. */
  readonly stayMinutes: number | null
  readonly createdAt: number
  readonly createdBy: string
  readonly changedAt: number
}

type Circle = { readonly type: 'circle'; readonly center: Point; readonly radiusMeters: number }
/** Edges are straight in latitude and longitude, as in GeoJSON; each takes the shorter direction around the Earth. */
type Polygon = { readonly type: 'polygon'; readonly corners: readonly Point[] }
export type Shape = Circle | Polygon

export const placeLimits = {
  nameLength: 64,
  minRadiusMeters: 20,
  maxRadiusMeters: 1_000_000,
  minCorners: 3,
  maxCorners: 100,
  maxStayMinutes: 43_200,
  /** Limit per installation, because ingest reads all places at once. */
  maxPlaces: 200,
  maxDevices: 100,
} as const

/** Six random bytes in hex: states of devices store ids as bytes. */
export const isPlaceId = (text: string): boolean => /^pl_[0-9a-f]{12}$/.test(text)

/** A device has left when a fix is this far beyond the line. Nearer fixes change nothing, because fixes of parked cars drift. */
const LEAVE_METERS = 50

/** `near`: outside, but too close to the line to prove that the device has left. A fix on the line is inside. */
export type Side = 'inside' | 'near' | 'outside'

export type PlaceArea = {
  readonly placeId: string
  readonly name: string
  readonly stayMinutes: number | null
  readonly sideOf: (point: Point) => Side
  /** No spot that is inside or near is closer to the point than this. */
  readonly minMetersTo: (point: Point) => number
}

export const toArea = ({
  placeId,
  name,
  stayMinutes,
  shape,
}: Pick<Place, 'placeId' | 'name' | 'stayMinutes' | 'shape'>): PlaceArea => ({
  placeId,
  name,
  stayMinutes,
  sideOf: shape.type === 'circle' ? sideOfCircle(shape) : sideOfPolygon(shape),
  minMetersTo: minMetersTo(shape.type === 'circle' ? shape : circleAround(shape)),
})

const minMetersTo =
  ({ center, radiusMeters }: Circle) =>
  (point: Point): number =>
    Math.max(0, metersBetween(center, point) - radiusMeters - LEAVE_METERS)

/** A circle that contains the polygon. */
function circleAround({ corners }: Polygon): Circle {
  const spots = unrolled(corners)
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)]
  const middle = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2
  const center: Point = { latitude: middle(ys), longitude: middle(xs) }
  return {
    type: 'circle',
    center,
    radiusMeters: Math.max(...corners.map((corner) => metersBetween(center, corner))),
  }
}

const METERS_PER_DEGREE = metersBetween({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 0 })

function sideOfCircle({ center, radiusMeters }: Circle): (point: Point) => Side {
  const reach = radiusMeters + LEAVE_METERS
  return (point) => {
    // The difference in latitude is the minimum distance, so most fixes need no trigonometry.
    if (Math.abs(point.latitude - center.latitude) * METERS_PER_DEGREE > reach + 1) return 'outside'
    const meters = metersBetween(center, point)
    return meters <= radiusMeters ? 'inside' : meters <= reach ? 'near' : 'outside'
  }
}

/** Difference of two longitudes in the shorter direction, -180 to 180 degrees. */
const turnOf = (from: number, to: number): number => ((((to - from + 180) % 360) + 360) % 360) - 180

/** In degrees: x to the east, y to the north. */
type Spot = readonly [x: number, y: number]

/** The corners, with longitudes that continue beyond 180° if an edge crosses that meridian. */
export function unrolled(corners: readonly Point[]): Spot[] {
  let x = corners[0]?.longitude ?? 0
  return corners.map(({ latitude, longitude }, i) => {
    if (i > 0) x += turnOf(corners[i - 1]!.longitude, longitude)
    return [x, latitude]
  })
}

function sideOfPolygon({ corners }: Polygon): (point: Point) => Side {
  const spots = unrolled(corners)
  const xs = spots.map(([x]) => x)
  const ys = spots.map(([, y]) => y)
  const [south, north] = [Math.min(...ys), Math.max(...ys)]
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2
  const margin = (LEAVE_METERS + 1) / METERS_PER_DEGREE
  return ({ latitude, longitude }) => {
    if (latitude < south - margin || latitude > north + margin) return 'outside'
    const spot: Spot = [middle + turnOf(middle, longitude), latitude]
    if (isInside(spots, spot)) return 'inside'
    return metersToEdge(spots, spot) <= LEAVE_METERS ? 'near' : 'outside'
  }
}

/** Counts edges to the east; a point on an edge is inside. */
function isInside(spots: readonly Spot[], [x, y]: Spot): boolean {
  let inside = false
  for (const [[ax, ay], [bx, by]] of edgesOf(spots)) {
    const isBeside = x >= Math.min(ax, bx) && x <= Math.max(ax, bx)
    const isBetween = y >= Math.min(ay, by) && y <= Math.max(ay, by)
    if (isBeside && isBetween && Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 1e-12) return true
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) inside = !inside
  }
  return inside
}

/** Treats the Earth as flat around the point, which is exact enough near an edge, where it matters. */
function metersToEdge(spots: readonly Spot[], [x, y]: Spot): number {
  const perX = METERS_PER_DEGREE * Math.cos(y * RADIANS)
  const meters = spots.map(([sx, sy]): Spot => [(sx - x) * perX, (sy - y) * METERS_PER_DEGREE])
  let nearest = Infinity
  for (const [[ax, ay], [bx, by]] of edgesOf(meters)) {
    const [dx, dy] = [bx - ax, by - ay]
    const length = dx * dx + dy * dy
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
    nearest = Math.min(nearest, Math.hypot(ax + along * dx, ay + along * dy))
  }
  return nearest
}

const edgesOf = (spots: readonly Spot[]): (readonly [Spot, Spot])[] =>
  spots.map((spot, i) => [spot, spots[(i + 1) % spots.length]!])

/** To 1e-7 degrees, a centimetre: tables cannot store the smallest numbers of JSON. */
export function roundShape(shape: Shape): Shape {
  const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7 || 0
  const roundPoint = ({ latitude, longitude }: Point): Point => ({
    latitude: round(latitude),
    longitude: round(longitude),
  })
  return shape.type === 'circle'
    ? { ...shape, center: roundPoint(shape.center), radiusMeters: Math.round(shape.radiusMeters * 100) / 100 }
    : { ...shape, corners: shape.corners.map(roundPoint) }
}

/** The fault of a shape as a sentence; null if it is valid. The schema checks the ranges of single values. */
export function faultOfShape(shape: Shape): string | null {
  if (shape.type === 'circle') return null
  const { corners } = shape
  const spots = unrolled(corners)
  const xs = spots.map(([x]) => x)
  const isSame = ([ax, ay]: Spot, [bx, by]: Spot) => ax === bx && ay === by
  if (edgesOf(spots).some(([a, b]) => isSame(a, b))) return 'two corners in a row are the same'
  const around = xs.at(-1)! + turnOf(corners.at(-1)!.longitude, corners[0]!.longitude)
  if (Math.abs(around - xs[0]!) > 1) return 'the polygon goes around a pole; draw a circle there'
  if (Math.max(...xs) - Math.min(...xs) >= 180) return 'the polygon is wider than 180° of longitude'
  const crossing = crossingOf(edgesOf(spots))
  if (crossing !== null) return `the polygon crosses itself: edges ${crossing[0]} and ${crossing[1]} meet`
  if (spots.every((spot) => turn(spots[0]!, spots[1]!, spot) === 0)) return 'all corners lie on one line'
  return null
}

/** The numbers, from 1, of two edges that touch although they are not neighbours, or of neighbours that overlap. */
function crossingOf(edges: readonly (readonly [Spot, Spot])[]): readonly [number, number] | null {
  for (let i = 0; i < edges.length; i++) {
    for (let k = i + 1; k < edges.length; k++) {
      const isNext = k === i + 1
      const isAround = i === 0 && k === edges.length - 1
      const [first, second] = isAround ? [edges[k]!, edges[i]!] : [edges[i]!, edges[k]!]
      const met = isNext || isAround ? turnsBack(first, second) : segmentsIntersect(first, second)
      if (met) return [i + 1, k + 1]
    }
  }
  return null
}

const turn = ([ax, ay]: Spot, [bx, by]: Spot, [cx, cy]: Spot): number =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))

/** True if an edge runs back over its neighbour. */
const turnsBack = ([a, b]: readonly [Spot, Spot], [, c]: readonly [Spot, Spot]): boolean =>
  turn(a, b, c) === 0 && (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0

function segmentsIntersect([a, b]: readonly [Spot, Spot], [c, d]: readonly [Spot, Spot]): boolean {
  const turns = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)] as const
  if (turns[0] !== turns[1] && turns[2] !== turns[3]) return true
  return (
    (turns[0] === 0 && isWithin(a, b, c)) ||
    (turns[1] === 0 && isWithin(a, b, d)) ||
    (turns[2] === 0 && isWithin(c, d, a)) ||
    (turns[3] === 0 && isWithin(c, d, b))
  )
}

const isWithin = ([ax, ay]: Spot, [bx, by]: Spot, [x, y]: Spot): boolean =>
  x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by)
