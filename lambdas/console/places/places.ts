import { metersBetween, type Point } from '../../shared/domain/distance.ts'
import { toWholeDistance } from '../parts/format.ts'
import { locale, t } from '../text/text.ts'

/**
 * The places of the world as the build writes them (cdk/build/map-data.ts): sorted by country, and from north to south
 * within it.
 */
export type PlacesFile = {
  /** Separated by line feeds. */
  readonly names: string
  /** ISO 3166 codes of the countries, each with its number of places. */
  readonly countries: readonly (readonly [code: string, count: number])[]
  /** One digit for each place: see `placeRanks`. */
  readonly ranks: string
  /** Latitude and longitude of each place in thousandths of a degree, as differences from the previous place. */
  readonly steps: readonly number[]
}

/**
 * Ranks of places, 0 is the largest. `population`: the minimum of the rank; `radiusMeters`: a position within this distance of the
 * centre counts as in the place.
 */
export const placeRanks = [
  { population: 1_000_000, radiusMeters: 6_000 },
  { population: 200_000, radiusMeters: 4_000 },
  { population: 50_000, radiusMeters: 2_500 },
  { population: 10_000, radiusMeters: 1_500 },
  { population: 0, radiusMeters: 800 },
] as const

export type Place = Point & { readonly name: string; readonly country: string; readonly rank: number }

const UNITS_PER_DEGREE = 1_000

export function readPlaces({ names, countries, ranks, steps }: PlacesFile): readonly Place[] {
  let [latitude, longitude] = [0, 0]
  const codes = countries.flatMap(([code, count]) => Array<string>(count).fill(code))
  return names.split('\n').map((name, i) => {
    latitude += steps[2 * i]!
    longitude += steps[2 * i + 1]!
    return {
      name,
      country: codes[i]!,
      rank: Number(ranks[i]),
      latitude: latitude / UNITS_PER_DEGREE,
      longitude: longitude / UNITS_PER_DEGREE,
    }
  })
}

/** Makes the file from places in the order that `PlacesFile` describes. */
export function writePlaces(places: readonly Place[]): PlacesFile {
  let before = [0, 0]
  const steps = places.flatMap(({ latitude, longitude }) => {
    const at = [Math.round(latitude * UNITS_PER_DEGREE), Math.round(longitude * UNITS_PER_DEGREE)]
    const step = at.map((value, i) => value - before[i]!)
    before = at
    return step
  })
  const countries = [...Map.groupBy(places, ({ country }) => country)]
  return {
    names: places.map(({ name }) => name).join('\n'),
    countries: countries.map(([code, group]) => [code, group.length] as const),
    ranks: places.map(({ rank }) => rank).join(''),
    steps,
  }
}

/** Places farther away are not used, for example for a ship at sea. */
const MAX_DEGREES = 5
const RADIANS = Math.PI / 180

type Near = { readonly place: Place; readonly meters: number }

/**
 * The place that describes `at`: the largest place that contains it, else the nearest one; null if none is within `MAX_DEGREES`. It
 * checks all places, which takes about a millisecond.
 */
function findPlace(places: readonly Place[], at: Point): Near | null {
  const width = Math.cos(at.latitude * RADIANS)
  let nearest: Near | null = null
  let nearestSquare = MAX_DEGREES ** 2
  let around: Near | null = null
  for (const place of places) {
    const north = place.latitude - at.latitude
    if (north > MAX_DEGREES || north < -MAX_DEGREES) continue
    // Also correct across the date line.
    const east = ((place.longitude - at.longitude + 540) % 360) - 180
    const square = north ** 2 + (east * width) ** 2
    if (square > nearestSquare && square > 0.01) continue
    const meters = metersBetween(place, at)
    if (square <= nearestSquare) {
      nearest = { place, meters }
      nearestSquare = square
    }
    const isIn = meters <= placeRanks[place.rank]!.radiusMeters
    if (isIn && (around === null || place.rank < around.place.rank)) around = { place, meters }
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

/** `Biella, Italy`, `3 km north of Biella, Italy`; null if no place is near. */
export function describePlace(places: readonly Place[], at: Point): string | null {
  const near = findPlace(places, at)
  if (near === null) return null
  const { place, meters } = near
  const name = `${place.name}, ${countryNames.of(place.country) ?? place.country}`
  if (meters <= placeRanks[place.rank]!.radiusMeters) return name
  return t.places.away(toWholeDistance(meters / 1_000), t.places.directions[directionOf(place, at)], name)
}
