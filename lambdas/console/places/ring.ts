import type { Feature, Polygon } from 'geojson'
import { RADIANS } from '../../shared/domain/distance.ts'
import { unrolled, type Shape } from '../../shared/domain/places/place.ts'

const EARTH_RADIUS_METERS = 6_371_008.8
const SPOKES = 64

/** A shape as the map draws it: longitudes continue beyond 180°. */
export function ringOf(shape: Shape): [number, number][] {
  const spots = shape.type === 'polygon' ? unrolled(shape.corners) : circleSpots(shape)
  return [...spots, spots[0]!].map(([longitude, latitude]) => [longitude, latitude])
}

function circleSpots({ center, radiusMeters }: Extract<Shape, { type: 'circle' }>): [number, number][] {
  const angle = radiusMeters / EARTH_RADIUS_METERS
  const latitude = center.latitude * RADIANS
  return Array.from({ length: SPOKES }, (_, i) => {
    const bearing = (i / SPOKES) * 2 * Math.PI
    const sine =
      Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing)
    const turn = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(latitude),
      Math.cos(angle) - Math.sin(latitude) * sine,
    )
    return [center.longitude + turn / RADIANS, Math.asin(sine) / RADIANS]
  })
}

export const toFeature = (shape: Shape, name = ''): Feature<Polygon> => ({
  type: 'Feature',
  properties: { name },
  geometry: { type: 'Polygon', coordinates: [ringOf(shape)] },
})
