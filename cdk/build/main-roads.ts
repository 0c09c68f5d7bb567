import TinyQueue from 'tinyqueue'
import { metersBetween, type Point } from '../../lambdas/shared/domain/distance.ts'

/** Roads as nodes and the lengths of roads between them, as `scgraph-data` has them. */
export type RoadNetwork = {
  readonly nodes: readonly Point[]
  /** For each node: the nodes that a road joins it with, and the length of each road in km. The same in both directions. */
  readonly roads: readonly ReadonlyMap<number, number>[]
}

export type City = Point & { readonly population: number }

/**
 * Ranks of cities, 0 is the largest, with the minimum population. From each city the shortest roads lead to the nearest cities of its rank
 * or a higher one, at most `maxKm` away: these are the main roads.
 */
const cityRanks = [
  { population: 1_000_000, maxKm: 3_000 },
  { population: 200_000, maxKm: 1_500 },
  { population: 50_000, maxKm: 600 },
] as const
const NEAREST_CITIES = 4
/** Roads that are chosen already count as shorter, so that the ways to different cities join. */
const CHOSEN = 0.85
/** A city farther from any road is not joined. */
const MAX_METERS_TO_ROAD = 15_000

/** A road between two nodes; `rank`: of the largest cities that it joins. */
export type MainRoad = { readonly from: number; readonly to: number; readonly rank: number }

const edgeOf = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

/** The rank of each node that is nearest to a city; of two cities at one node the larger counts. */
function rankNodes({ nodes }: RoadNetwork, cities: readonly City[]): Map<number, number> {
  // A fifth of a degree is more than MAX_METERS_TO_ROAD from north to south; from west to east it is so up to a latitude of 47°, and
  // farther north the two neighbours are more than half of it.
  const cellAt = (latitude: number, longitude: number): string =>
    `${Math.floor(latitude * 5)} ${Math.floor(longitude * 5)}`
  const cells = Map.groupBy(nodes.keys(), (n) => cellAt(nodes[n]!.latitude, nodes[n]!.longitude))
  const nearestTo = (city: City): number | undefined =>
    [-0.2, 0, 0.2]
      .flatMap((north) => [-0.2, 0, 0.2].map((east) => cellAt(city.latitude + north, city.longitude + east)))
      .flatMap((cell) => cells.get(cell) ?? [])
      .map((node) => ({ node, meters: metersBetween(city, nodes[node]!) }))
      .filter(({ meters }) => meters <= MAX_METERS_TO_ROAD)
      .toSorted((a, b) => a.meters - b.meters)[0]?.node
  const ranks = new Map<number, number>()
  for (const city of cities.toSorted((a, b) => b.population - a.population)) {
    const rank = cityRanks.findIndex(({ population }) => city.population >= population)
    const node = rank < 0 ? undefined : nearestTo(city)
    if (node !== undefined && !ranks.has(node)) ranks.set(node, rank)
  }
  return ranks
}

/** The shortest ways from `start` to the nearest nodes for which `isGoal`, as the nodes of each way. */
function findWays(
  { roads }: RoadNetwork,
  start: number,
  {
    isGoal,
    maxKm,
    factorOf,
  }: {
    readonly isGoal: (node: number) => boolean
    readonly maxKm: number
    readonly factorOf: (from: number, to: number) => number
  },
): number[][] {
  const best = new Map<number, { readonly km: number; readonly before: number | null }>([
    [start, { km: 0, before: null }],
  ])
  const queue = new TinyQueue([{ node: start, km: 0 }], (a, b) => a.km - b.km)
  const goals: number[] = []
  while (goals.length < NEAREST_CITIES) {
    const next = queue.pop()
    if (next === undefined || next.km > maxKm) break
    if (next.km > best.get(next.node)!.km) continue
    if (next.node !== start && isGoal(next.node)) goals.push(next.node)
    for (const [node, length] of roads[next.node]!) {
      const km = next.km + length * factorOf(next.node, node)
      if (km >= (best.get(node)?.km ?? Infinity)) continue
      best.set(node, { km, before: next.node })
      queue.push({ node, km })
    }
  }
  return goals.map((goal) => {
    const way = [goal]
    for (let { before } = best.get(goal)!; before !== null; { before } = best.get(before)!) way.push(before)
    return way
  })
}

/** The roads that join the cities, the roads between the largest ones first. */
export function chooseMainRoads(network: RoadNetwork, cities: readonly City[]): readonly MainRoad[] {
  const ranks = rankNodes(network, cities)
  const chosen = new Map<string, MainRoad>()
  for (const [rank, { maxKm }] of cityRanks.entries()) {
    for (const [start, own] of ranks) {
      if (own > rank) continue
      const ways = findWays(network, start, {
        isGoal: (node) => (ranks.get(node) ?? Infinity) <= rank,
        maxKm,
        factorOf: (from, to) => (chosen.has(edgeOf(from, to)) ? CHOSEN : 1),
      })
      for (const way of ways)
        for (const [i, from] of way.slice(0, -1).entries()) {
          const to = way[i + 1]!
          const edge = edgeOf(from, to)
          if (!chosen.has(edge)) chosen.set(edge, { from, to, rank })
        }
    }
  }
  return [...chosen.values()]
}

/**
 * The most that a road can be away from the straight line between its ends, in km: where it goes straight to one point, and straight
 * back. A road has no shape in the network, only its length.
 */
export function deviationKm({ nodes, roads }: RoadNetwork, { from, to }: MainRoad): number {
  const straightKm = metersBetween(nodes[from]!, nodes[to]!) / 1_000
  return Math.sqrt(Math.max(0, roads[from]!.get(to)! ** 2 - straightKm ** 2)) / 2
}

/** Joins roads of the same kind to lines, as the nodes of each line: a line ends where a road of another kind or a third one begins. */
export function joinRoads(
  roads: readonly MainRoad[],
  kindOf: (road: MainRoad) => number,
): Map<number, number[][]> {
  const at = new Map<number, MainRoad[]>()
  for (const road of roads)
    for (const node of [road.from, road.to]) at.set(node, [...(at.get(node) ?? []), road])
  const goesOn = (node: number, road: MainRoad): MainRoad | undefined => {
    const others = at.get(node)!.filter((other) => other !== road)
    return others.length === 1 && kindOf(others[0]!) === kindOf(road) ? others[0] : undefined
  }
  const joined = new Set<MainRoad>()
  /** The nodes from the end `node` of `first` on. */
  const follow = (first: MainRoad, node: number): number[] => {
    const line = [node]
    for (let road = goesOn(node, first); road !== undefined && !joined.has(road);) {
      joined.add(road)
      node = road.from === node ? road.to : road.from
      line.push(node)
      road = goesOn(node, road)
    }
    return line
  }
  const lines = new Map<number, number[][]>()
  for (const road of roads) {
    if (joined.has(road)) continue
    joined.add(road)
    const line = [...follow(road, road.from).toReversed(), ...follow(road, road.to)]
    lines.set(kindOf(road), [...(lines.get(kindOf(road)) ?? []), line])
  }
  return lines
}
