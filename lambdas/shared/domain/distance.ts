export type Point = { readonly latitude: number; readonly longitude: number }

/** The coordinates alone. */
export const pointOf = ({ latitude, longitude }: Point): Point => ({ latitude, longitude })

const EARTH_RADIUS_METERS = 6_371_008.8
/** Radians per degree. */
export const RADIANS = Math.PI / 180

/** Along the surface of a sphere (haversine): at most 0.6 % from that of the ellipsoid. */
export function metersBetween(a: Point, b: Point): number {
  const halfHeight = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2)
  const halfWidth = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2)
  const chord =
    halfHeight ** 2 + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * halfWidth ** 2
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(Math.min(1, chord)))
}
