import type { Point } from '../../shared/domain/distance.ts'

/**
 * Points as whole numbers, which compress well: latitude and longitude of each point, as differences from the point before, in
 * parts of a degree.
 */
export function toSteps(points: readonly Point[], partsPerDegree: number): number[] {
  let [latitude, longitude] = [0, 0]
  return points.flatMap((point) => {
    const north = Math.round(point.latitude * partsPerDegree)
    const east = Math.round(point.longitude * partsPerDegree)
    const step = [north - latitude, east - longitude]
    latitude = north
    longitude = east
    return step
  })
}

/** The points of `toSteps`. */
export function fromSteps(steps: readonly number[], partsPerDegree: number): Point[] {
  let [latitude, longitude] = [0, 0]
  return Array.from({ length: steps.length / 2 }, (_, i) => {
    latitude += steps[2 * i]!
    longitude += steps[2 * i + 1]!
    return { latitude: latitude / partsPerDegree, longitude: longitude / partsPerDegree }
  })
}
