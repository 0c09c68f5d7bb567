/** Degrees to the east, then to the north. Longitudes may continue beyond 180°. */
export type Spot = readonly [longitude: number, latitude: number]
/** Their `east` is beyond 180° if they cross that meridian. */
type Bounds = readonly [west: number, south: number, east: number, north: number]

const wrap = (longitude: number): number =>
  longitude >= -180 && longitude < 180 ? longitude : ((((longitude + 180) % 360) + 360) % 360) - 180

/**
 * The narrowest bounds around lines, each drawn from spot to spot; a line of one spot is a point. All longitudes are
 * covered except the widest range without a line. Null without a spot.
 */
export function boundsOf(lines: readonly (readonly Spot[])[]): Bounds | null {
  let [south, north] = [Infinity, -Infinity]
  const ranges: { readonly west: number; readonly east: number }[] = []
  for (const line of lines) {
    let [min, max] = [Infinity, -Infinity]
    for (const [x, y] of line) {
      ;[min, max] = [Math.min(min, x), Math.max(max, x)]
      ;[south, north] = [Math.min(south, y), Math.max(north, y)]
    }
    if (min <= max) ranges.push({ west: wrap(min), east: wrap(min) + max - min })
  }
  if (ranges.length === 0) return null
  ranges.sort((a, b) => a.west - b.west)
  // A range beyond 180° also covers the start.
  let reach = ranges.reduce((max, { east }) => Math.max(max, east), -Infinity) - 360
  let widest = { west: reach, east: reach }
  for (const { west, east } of ranges) {
    if (west - reach > widest.east - widest.west) widest = { west: reach, east: west }
    reach = Math.max(reach, east)
  }
  return widest.east === widest.west
    ? [-180, south, 180, north]
    : [widest.east, south, widest.west + 360, north]
}

/** Whether a longitude is visible between two others; these may be beyond 180°. */
export const isBetween = (west: number, east: number, longitude: number): boolean =>
  west + ((((longitude - west) % 360) + 360) % 360) <= east
