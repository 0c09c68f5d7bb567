import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findTrips } from '#shared/domain/trips/find-trips.ts'
import type { TripFix } from '#shared/domain/trips/trip-finder.ts'
import { isSkipped } from '../../skip.ts'
import { comparedDrives } from './compared-drives.ts'

const KMH_PER_KNOT = 1.852
const drives = Object.entries(comparedDrives)

type Leg = { readonly from: number; readonly to: number; readonly meters: number }
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19)
function toResult(trips: readonly Leg[]): string {
  const [first, last] = [trips[0], trips.at(-1)]
  if (first === undefined || last === undefined) return 'none'
  const kilometers = trips.reduce((sum, { meters }) => sum + meters, 0) / 1_000
  return `${trips.length}: ${kilometers.toFixed(1)} km, ${clock(first.from)} to ${clock(last.to)}`
}

async function find(fixes: readonly TripFix[]): Promise<readonly Leg[]> {
  const { trips } = await findTrips({
    from: fixes[0]!.at,
    to: fixes.at(-1)!.at + 1,
    dayOf: () => '',
    readFrom: async (begin, offer) => {
      for (const fix of fixes) if (fix.at >= begin && !offer(fix)) return
    },
  })
  return trips
}

/** With the classes of Traccar: its jar with its libraries, or those that TraccarTrips.java names, compiled alone. */
function findByTraccar(classpath: string): ReadonlyMap<string, readonly Leg[]> {
  const input = drives.flatMap(([, { fixes }], i) => [
    `drive ${i}`,
    ...fixes.map(({ at, latitude, longitude, speedKmh }) =>
      [at, latitude, longitude, (speedKmh ?? 0) / KMH_PER_KNOT].join(' '),
    ),
  ])
  const program = join(import.meta.dirname, 'TraccarTrips.java')
  const printed = execFileSync('java', ['-cp', classpath, program], {
    input: input.join('\n'),
    encoding: 'utf8',
  })
  const found = new Map<string, Leg[]>(drives.map(([name]) => [name, []]))
  for (const line of printed.trim().split('\n')) {
    const [i = 0, from = 0, to = 0, meters = 0] = line.split(' ').map(Number)
    found.get(drives[i]![0])!.push({ from, to, meters })
  }
  return found
}

describe('trips of drives that are compared with Traccar', () => {
  it.each(drives)('%s', async (_, { fixes, ours }) => expect(toResult(await find(fixes))).toBe(ours))

  it('are in the README with the same numbers', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
    for (const [name, { ours, traccar }] of drives)
      expect(readme).toContain(`| ${name} | ${ours} | ${traccar} |`)
  })
})

const { TRACCAR_CLASSPATH } = process.env
const missing =
  TRACCAR_CLASSPATH === undefined
    ? "Set TRACCAR_CLASSPATH to Traccar's tracker-server.jar and its lib/*, and have Java 17 or newer."
    : null

describe.skipIf(isSkipped('trips as Traccar finds them', missing))('Traccar', () => {
  it('finds the trips that are written down here', () => {
    const found = findByTraccar(TRACCAR_CLASSPATH!)
    expect(Object.fromEntries([...found].map(([name, trips]) => [name, toResult(trips)]))).toEqual(
      Object.fromEntries(drives.map(([name, { traccar }]) => [name, traccar])),
    )
  })
})
