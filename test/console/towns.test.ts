import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Feature, FeatureCollection, Point, Position } from 'geojson'
import { beforeAll, describe, expect, it } from 'vitest'
import { mapDataFiles } from '../../cdk/build/map-data.ts'
import type { ConsoleManifest } from '../../lambdas/api/site/files.ts'
import {
  describeTown,
  readTowns,
  writeTowns,
  type Town,
  type TownsFile,
} from '../../lambdas/console/towns/towns.ts'
import { buildOnce } from '../bundles.ts'

const made: readonly Town[] = [
  { name: 'Suva', country: 'FJ', rank: 2, latitude: -18.142, longitude: 178.442 },
  { name: 'Biella', country: 'IT', rank: 3, latitude: 45.563, longitude: 8.058 },
  { name: 'Milano', country: 'IT', rank: 0, latitude: 45.464, longitude: 9.19 },
  { name: 'Hamlet', country: 'IT', rank: 4, latitude: 45.464, longitude: 9.21 },
]
const at = (latitude: number, longitude: number) => describeTown(made, { latitude, longitude })

describe('where a device is, in words', () => {
  it('names the town that it is in, or the nearest with distance and direction', () => {
    expect(at(45.565, 8.06)).toBe('Biella, Italy')
    expect(at(45.59, 8.058)).toBe('3 km north of Biella, Italy')
    expect(at(45.54, 8.02)).toBe('4 km southwest of Biella, Italy')
  })
  it('prefers the largest town that it is in', () => {
    expect(at(45.464, 9.211)).toBe('Milano, Italy')
  })
  it('names nothing far from every town, and searches across the date line', () => {
    expect(at(0, 0)).toBe(null)
    expect(at(-18.142, -179.9)).toBe('175 km east of Suva, Fiji')
  })
  it('is read back from the compressed data as written', () => {
    expect(readTowns(writeTowns(made))).toEqual(made)
  })
})

describe('the data of the map', () => {
  const folder = join(import.meta.dirname, '../../.build')
  let files: readonly Buffer[]
  beforeAll(async () => {
    await buildOnce()
    files = mapDataFiles.map((name) => readFileSync(join(folder, 'map-data', name)))
  })

  it('draws no line around the world where a coast crosses 180°', () => {
    const { features } = JSON.parse(files[0]!.toString()) as FeatureCollection
    const linesOf = ({ geometry }: Feature): Position[][] => {
      if (geometry.type === 'MultiPolygon') return geometry.coordinates.flat()
      return geometry.type === 'MultiLineString' ? geometry.coordinates : []
    }
    const lines = features.flatMap(linesOf)
    const longest = (line: readonly Position[]): number =>
      Math.max(
        ...line.map(([longitude = 0, latitude = 0], i) =>
          i === 0 || latitude === -90 ? 0 : Math.abs(longitude - line[i - 1]![0]!),
        ),
      )
    expect(lines.length).toBeGreaterThan(1_000)
    expect(lines.filter((line) => longest(line) > 90)).toEqual([])
    const closed = features.flatMap(({ geometry }) =>
      geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : [],
    )
    expect(closed.map((ring) => ring[0])).toEqual(closed.map((ring) => ring.at(-1)))
  })
  it('names Russia within Russia, whose coast crosses 180°', () => {
    const { features } = JSON.parse(files[0]!.toString()) as FeatureCollection
    const russia = features.find(({ properties }) => properties?.name === 'Russia')
    const [longitude = 0, latitude = 0] = (russia!.geometry as Point).coordinates
    expect(longitude).toBeGreaterThan(80)
    expect(longitude).toBeLessThan(110)
    expect(latitude).toBeGreaterThan(55)
  })
  it('has the towns and countries of the world', () => {
    const [outlines, towns] = files.map((file) => JSON.parse(file.toString()) as unknown)
    const all = readTowns(towns as TownsFile)
    expect(all.length).toBeGreaterThan(100_000)
    const where = (latitude: number, longitude: number) => describeTown(all, { latitude, longitude })
    expect(where(52.52, 13.4)).toBe('Berlin, Germany')
    expect(where(-33.87, 151.2)).toBe('Sydney, Australia')
    expect(where(-41.29, 174.78)).toBe('Wellington, New Zealand')
    expect(where(45.5661, 8.0541)).toBe('Biella, Italy')
    const { features } = outlines as { features: { properties: { kind: string; name?: string } }[] }
    const kinds = features.map(({ properties }) => properties.kind)
    expect(kinds.slice(0, 2)).toEqual(['land', 'border'])
    expect(features.filter(({ properties }) => properties.kind === 'country').length).toBeGreaterThan(200)
  })
  it('needs at most 2 MB, compressed', () => {
    const manifest = JSON.parse(
      readFileSync(join(folder, 'api/console/manifest.json'), 'utf8'),
    ) as ConsoleManifest
    const sizes = Object.entries(manifest).filter(([path]) => /map-(outlines|towns|roads)/.test(path))
    expect(sizes).toHaveLength(3)
    const bytes = sizes.reduce((sum, [, { compressedBytes }]) => sum + compressedBytes, 0)
    expect(bytes).toBeLessThanOrEqual(2_000_000)
  })
})
