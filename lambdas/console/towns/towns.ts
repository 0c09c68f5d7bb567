import { RADIANS, metersBetween, type Point } from '../../shared/domain/distance.ts'
import { toWholeDistance } from '../parts/format.ts'
import { locale, t } from '../text/text.ts'
import { fromSteps, toSteps } from './steps.ts'

/**
 * The towns of the world as the build writes them (cdk/build/map-data.ts): sorted by country, and from north to south
 * within it.
 */
export type TownsFile = {
  /** Separated by line feeds. */
  readonly names: string
  /** ISO 3166 codes of the countries, each with its number of towns. */
  readonly countries: readonly (readonly [code: string, count: number])[]
  /** One digit for each town: see `townRanks`. */
  readonly ranks: string
  /** Where each town is, in thousandths of a degree: see `toSteps`. */
  readonly steps: readonly number[]
}

/**
 * Ranks of towns, 0 is the largest. `population`: the minimum of the rank; `radiusMeters`: a position within this distance of the
 * center counts as in the town.
 */
export const townRanks = [
  { population: 1_000_000, radiusMeters: 6_000 },
  { population: 200_000, radiusMeters: 4_000 },
  { population: 50_000, radiusMeters: 2_500 },
  { population: 10_000, radiusMeters: 1_500 },
  { population: 0, radiusMeters: 800 },
] as const

export type Town = Point & { readonly name: string; readonly country: string; readonly rank: number }

const PARTS_PER_DEGREE = 1_000

export function readTowns({ names, countries, ranks, steps }: TownsFile): readonly Town[] {
  const codes = countries.flatMap(([code, count]) => Array<string>(count).fill(code))
  const points = fromSteps(steps, PARTS_PER_DEGREE)
  return names
    .split('\n')
    .map((name, i) => ({ name, country: codes[i]!, rank: Number(ranks[i]), ...points[i]! }))
}

/** Makes the file from towns in the order that `TownsFile` describes. */
export function writeTowns(towns: readonly Town[]): TownsFile {
  const countries = [...Map.groupBy(towns, ({ country }) => country)]
  return {
    names: towns.map(({ name }) => name).join('\n'),
    countries: countries.map(([code, group]) => [code, group.length] as const),
    ranks: towns.map(({ rank }) => rank).join(''),
    steps: toSteps(towns, PARTS_PER_DEGREE),
  }
}

/** Towns farther away are not used, for example for a ship at sea. */
const MAX_DEGREES = 5

type Near = { readonly town: Town; readonly meters: number }

/**
 * The town that describes `at`: the largest town that contains it, else the nearest one; null if none is within `MAX_DEGREES`. It
 * checks all towns, which takes about a millisecond.
 */
function findTown(towns: readonly Town[], at: Point): Near | null {
  const width = Math.cos(at.latitude * RADIANS)
  let nearest: Near | null = null
  let nearestSquare = MAX_DEGREES ** 2
  let around: Near | null = null
  for (const town of towns) {
    const north = town.latitude - at.latitude
    if (north > MAX_DEGREES || north < -MAX_DEGREES) continue
    // Also correct across the date line.
    const east = ((town.longitude - at.longitude + 540) % 360) - 180
    const square = north ** 2 + (east * width) ** 2
    if (square > nearestSquare && square > 0.01) continue
    const meters = metersBetween(town, at)
    if (square <= nearestSquare) {
      nearest = { town, meters }
      nearestSquare = square
    }
    const isIn = meters <= townRanks[town.rank]!.radiusMeters
    if (isIn && (around === null || town.rank < around.town.rank)) around = { town, meters }
  }
  return around ?? nearest
}

const directions = [
  'north',
  'northeast',
  'east',
  'southeast',
  'south',
  'southwest',
  'west',
  'northwest',
] as const

/** The direction of `to` as seen from `from`. */
function directionOf(from: Point, to: Point): (typeof directions)[number] {
  const east = (((to.longitude - from.longitude + 540) % 360) - 180) * Math.cos(from.latitude * RADIANS)
  const degrees = Math.atan2(east, to.latitude - from.latitude) / RADIANS
  return directions[Math.round((degrees + 360) / 45) % directions.length]!
}

const countryNames = new Intl.DisplayNames(locale, { type: 'region' })

/** `Biella, Italy`, `3 km north of Biella, Italy`; null if no town is near. */
export function describeTown(towns: readonly Town[], at: Point): string | null {
  const near = findTown(towns, at)
  if (near === null) return null
  const { town, meters } = near
  const name = `${town.name}, ${countryNames.of(town.country) ?? town.country}`
  if (meters <= townRanks[town.rank]!.radiusMeters) return name
  return t.towns.away(toWholeDistance(meters / 1_000), t.towns.directions[directionOf(town, at)], name)
}
