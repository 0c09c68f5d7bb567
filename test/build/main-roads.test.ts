import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chooseMainRoads,
  deviationKm,
  joinRoads,
  type MainRoad,
  type RoadNetwork,
} from '../../cdk/build/main-roads.ts'
import { makeRoads, readNetwork, roadsFile } from '../../cdk/build/roads.ts'
import { readRoads, roadZooms, writeRoads, type RoadsFile } from '../../lambdas/console/map/roads.ts'
import { metersBetween } from '#shared/domain/distance.ts'

/** One degree at the equator, in km. */
const DEGREE = 111.19

/** Nodes at longitudes on the equator, in degrees, with roads between pairs of them; each road is straight unless its km are given. */
function networkOf(
  nodes: readonly (readonly [latitude: number, longitude: number])[],
  roads: readonly (readonly [from: number, to: number, km?: number])[],
): RoadNetwork {
  const points = nodes.map(([latitude, longitude]) => ({ latitude, longitude }))
  const of = points.map(() => new Map<number, number>())
  for (const [from, to, km = metersBetween(points[from]!, points[to]!) / 1_000] of roads) {
    of[from]!.set(to, km)
    of[to]!.set(from, km)
  }
  return { nodes: points, roads: of }
}

/** Two large cities at 0° and 4°, a town at 2° north of the road, and a road that leads nowhere. */
const network = networkOf(
  [
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
    [1, 2],
    [-1, 1],
    // A way around, longer than the direct one.
    [-1, 3],
  ],
  [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [2, 5],
    [1, 6],
    [6, 7],
    [7, 4],
  ],
)
const cities = [
  { latitude: 0, longitude: 0.05, population: 2_000_000 },
  { latitude: 0.05, longitude: 4, population: 1_500_000 },
  { latitude: 1, longitude: 2, population: 60_000 },
  { latitude: 1, longitude: 2.01, population: 50_000 },
  // Too small, and too far from any road.
  { latitude: -1, longitude: 1, population: 40_000 },
  { latitude: 10, longitude: 10, population: 5_000_000 },
]

describe('main roads', () => {
  it('join cities by the shortest roads, ranked by the cities', () => {
    const roads = chooseMainRoads(network, cities)
    const pairs = roads.map(({ from, to, rank }) => [Math.min(from, to), Math.max(from, to), rank])
    expect(pairs.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)).toEqual([
      [0, 1, 0],
      [1, 2, 0],
      [2, 3, 0],
      [2, 5, 2],
      [3, 4, 0],
    ])
  })

  it('may be as far from their straight line as their length allows', () => {
    const bent = networkOf(
      [
        [0, 0],
        [0, 1],
      ],
      [[0, 1, DEGREE * 1.25]],
    )
    // A triangle of sides 1, 0.625 and 0.625 is 0.375 high.
    expect(deviationKm(bent, { from: 0, to: 1, rank: 0 })).toBeCloseTo(0.375 * DEGREE, 1)
    expect(deviationKm(network, { from: 0, to: 1, rank: 0 })).toBe(0)
  })

  it('become lines that hold each road once, and end where a third one begins', () => {
    const roads = chooseMainRoads(network, cities)
    const lines = joinRoads(roads, ({ rank }) => rank)
    const sorted = (kind: number) =>
      lines
        .get(kind)!
        .map((line) => (line[0]! < line.at(-1)! ? line : line.toReversed()))
        .toSorted((a, b) => a[0]! - b[0]!)
    expect(sorted(0)).toEqual([[0, 1, 2, 3, 4]].flatMap((line) => [line.slice(0, 3), line.slice(2)]))
    expect(sorted(2)).toEqual([[2, 5]])
  })

  it('are all in the lines, whatever the network', () => {
    const anyRoads = fc.uniqueArray(
      fc.tuple(fc.nat(9), fc.nat(9), fc.nat(2)).filter(([a, b]) => a < b),
      {
        selector: ([a, b]) => `${a} ${b}`,
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(anyRoads, (given) => {
        const roads = given.map(([from, to, rank]): MainRoad => ({ from, to, rank }))
        const found = [...joinRoads(roads, ({ rank }) => rank)].flatMap(([rank, lines]) =>
          lines.flatMap((line) =>
            line.slice(1).map((to, i) => [Math.min(line[i]!, to), Math.max(line[i]!, to), rank].join(' ')),
          ),
        )
        expect(found.toSorted()).toEqual(given.map((road) => road.join(' ')).toSorted())
      }),
    )
  })

  it('are read from the lines of the package, and written for the map', () => {
    const text = [
      '',
      'from scgraph.core import GeoGraph',
      'graph=[{1: 111.195}, {0: 111.195}]',
      'nodes=[[0.0, 0.0], [0.0, 1.0]]',
      'geograph = GeoGraph(graph=graph, nodes=nodes)',
    ].join('\n')
    const both = [0, 1].map((longitude) => ({ latitude: 0, longitude, population: 3_000_000 }))
    const { features } = readRoads(makeRoads(readNetwork(text), both))
    expect(
      features.map(({ properties, geometry }) => [
        properties,
        geometry.coordinates[0]!.toSorted(([a = 0], [b = 0]) => a - b),
      ]),
    ).toEqual([
      [
        { rank: 0, untilZoom: 10 },
        [
          [0, 0],
          [1, 0],
        ],
      ],
    ])
    expect(() => readNetwork('nothing')).toThrow('the file has no line that begins with nodes=')
  })

  it('are read back as written', () => {
    const lines = [
      [
        { latitude: 10.005, longitude: -20 },
        { latitude: 10, longitude: 20.5 },
      ],
      [
        { latitude: -1, longitude: 179.995 },
        { latitude: -2, longitude: 180 },
        { latitude: -3, longitude: 180 },
      ],
    ]
    const [feature] = readRoads(writeRoads([{ rank: 1, untilZoom: 8, lines }])).features
    expect(feature!.geometry.coordinates).toEqual(
      lines.map((line) => line.map(({ latitude, longitude }) => [longitude, latitude])),
    )
  })
})

describe('the main roads of the world', () => {
  const { features } = readRoads(JSON.parse(readFileSync(roadsFile, 'utf8')) as RoadsFile)
  const points = features.flatMap(({ properties, geometry }) =>
    geometry.coordinates
      .flat()
      .map(([longitude = NaN, latitude = NaN]) => ({ ...properties, latitude, longitude })),
  )

  it.each([
    ['Berlin', 52.52, 13.4],
    ['Milan', 45.46, 9.19],
    ['Chicago', 41.88, -87.63],
    ['São Paulo', -23.55, -46.63],
    ['Lagos', 6.45, 3.39],
    ['Delhi', 28.65, 77.23],
    ['Chengdu', 30.67, 104.07],
    ['Sydney', -33.87, 151.2],
    ['Novosibirsk', 55.04, 82.93],
  ])('lead to %s', (_, latitude, longitude) => {
    const nearest = Math.min(
      ...points
        .filter(({ rank }) => rank === 0)
        .map((point) => metersBetween(point, { latitude, longitude })),
    )
    expect(nearest).toBeLessThan(20_000)
  })

  it('are on the earth, in groups that are drawn', () => {
    expect(points.length).toBeGreaterThan(100_000)
    expect(
      points.every(({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180),
    ).toBe(true)
    for (const { properties, geometry } of features) {
      expect(roadZooms[properties.rank]).toBeLessThan(properties.untilZoom)
      expect(geometry.coordinates.every((line) => line.length >= 2)).toBe(true)
    }
  })
})
