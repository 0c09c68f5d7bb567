import type { Feature, FeatureCollection, MultiLineString } from 'geojson'
import type { Point } from '../../shared/domain/distance.ts'
import { fromSteps, toSteps } from '../towns/steps.ts'

/** The zoom level from which roads are drawn, by rank. */
export const roadZooms = [3, 4.5, 6] as const

/** Roads of one rank that are drawn up to the same zoom level. */
type RoadGroup = {
  /** 0 joins the largest cities, 2 towns: `cityRanks` in cdk/build/main-roads.ts. */
  readonly rank: number
  /** From this zoom level on, a line may be too far from the road to be of use. */
  readonly untilZoom: number
}
type Roads = RoadGroup & { readonly lines: readonly (readonly Point[])[] }

/** The main roads of the world as `npm run roads` writes them. */
export type RoadsFile = readonly (RoadGroup & {
  /** The number of points of each line. */
  readonly counts: readonly number[]
  /** Where all points are: see `toSteps`. */
  readonly steps: readonly number[]
})[]

/** About 500 m. */
const PARTS_PER_DEGREE = 200

export const writeRoads = (groups: readonly Roads[]): RoadsFile =>
  groups.map(({ lines, ...group }) => ({
    ...group,
    counts: lines.map(({ length }) => length),
    steps: toSteps(lines.flat(), PARTS_PER_DEGREE),
  }))

function toFeature({ counts, steps, ...group }: RoadsFile[number]): Feature<MultiLineString, RoadGroup> {
  const points = fromSteps(steps, PARTS_PER_DEGREE)
  let from = 0
  const coordinates = counts.map((count) =>
    points.slice(from, (from += count)).map(({ longitude, latitude }) => [longitude, latitude]),
  )
  return { type: 'Feature', properties: group, geometry: { type: 'MultiLineString', coordinates } }
}

export const readRoads = (file: RoadsFile): FeatureCollection<MultiLineString, RoadGroup> => ({
  type: 'FeatureCollection',
  features: file.map(toFeature),
})
