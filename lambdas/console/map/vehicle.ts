import type { Feature, Point } from 'geojson'
import type { RowState } from '../state/fleet.ts'

/** Below this speed the course is only noise of the receiver. */
const MIN_ARROW_KMH = 5

type Moving = {
  readonly latitude: number
  readonly longitude: number
  readonly speedKmh: number | null
  readonly course: number | null
}

/** A device on a map: an arrow in its direction while it drives, else a dot. */
export function toVehicle(deviceId: string, state: RowState, at: Moving): Feature<Point> {
  const isArrow = at.course !== null && (at.speedKmh ?? 0) >= MIN_ARROW_KMH
  return {
    type: 'Feature',
    properties: { deviceId, icon: `${isArrow ? 'arrow' : 'dot'}-${state}`, course: isArrow ? at.course : 0 },
    geometry: { type: 'Point', coordinates: [at.longitude, at.latitude] },
  }
}
