/**
 * A PMTiles archive (version 3) made byte by byte after the specification, compressed as those of Protomaps: the whole world
 * at zoom 0 to `maxZoom`, each tile with a square of land, a motorway across it, and a place in its middle.
 */
import { gzipSync } from 'node:zlib'

const HEADER_BYTES = 127
const GZIP = 2
const VECTOR_TILES = 1
const EXTENT = 4096

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
const zigzag = (value: number): number => (value << 1) ^ (value >> 31)
const bytesField = (tag: number, bytes: readonly number[]): number[] => [
  ...varint((tag << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
]
const numberField = (tag: number, value: number): number[] => [...varint(tag << 3), ...varint(value)]
const text = (value: string): number[] => [...Buffer.from(value)]

type Shape = 'point' | 'line' | 'polygon'
const types: Readonly<Record<Shape, number>> = { point: 1, line: 2, polygon: 3 }

/** Commands of a geometry: move to the first point, lines to the others, the end of a ring. */
function geometryOf(shape: Shape, points: readonly (readonly [number, number])[]): number[] {
  let [x, y] = [0, 0]
  const steps = points.map(([toX, toY]) => {
    const step = [zigzag(toX - x), zigzag(toY - y)]
    ;[x, y] = [toX, toY]
    return step
  })
  const [first, ...rest] = steps
  const lines = rest.length === 0 ? [] : [(rest.length << 3) | 2, ...rest.flat()]
  return [(1 << 3) | 1, ...first!, ...lines, ...(shape === 'polygon' ? [15] : [])]
}

/** A layer (Mapbox vector tile 2.1) with one feature. */
function makeLayer(
  name: string,
  shape: Shape,
  points: readonly (readonly [number, number])[],
  tags: Readonly<Record<string, string | number>>,
): number[] {
  const names = Object.keys(tags)
  const feature = [
    ...bytesField(
      2,
      names.flatMap((_, i) => [i, i]),
    ),
    ...numberField(3, types[shape]),
    ...bytesField(4, geometryOf(shape, points).flatMap(varint)),
  ]
  const values = Object.values(tags).map((value) =>
    typeof value === 'string' ? bytesField(1, text(value)) : numberField(5, value),
  )
  return bytesField(3, [
    ...numberField(15, 2),
    ...bytesField(1, text(name)),
    ...bytesField(2, feature),
    ...names.flatMap((key) => bytesField(3, text(key))),
    ...values.flatMap((value) => bytesField(4, value)),
    ...numberField(5, EXTENT),
  ])
}

const makeTile = (): Buffer =>
  gzipSync(
    Buffer.from([
      ...makeLayer(
        'earth',
        'polygon',
        [
          [512, 512],
          [3584, 512],
          [3584, 3584],
          [512, 3584],
        ],
        { kind: 'earth' },
      ),
      ...makeLayer(
        'roads',
        'line',
        [
          [0, 2048],
          [4096, 2048],
        ],
        { kind: 'highway', kind_detail: 'motorway', min_zoom: 1 },
      ),
      ...makeLayer('places', 'point', [[2048, 1024]], {
        kind: 'locality',
        name: 'Made Town',
        population_rank: 12,
        min_zoom: 1,
      }),
    ]),
  )

const tilesUpTo = (maxZoom: number): number => (4 ** (maxZoom + 1) - 1) / 3

export function makeArchive({ maxZoom = 6 } = {}): Buffer {
  const tile = makeTile()
  const metadata = gzipSync('{"vector_layers":[{"id":"earth","fields":{}}]}')
  // One entry: from tile 0 on, all of them have the same content. Then its length, and its offset + 1.
  const entry = [1, 0, ...varint(tilesUpTo(maxZoom)), ...varint(tile.length), 1]
  const directory = gzipSync(Buffer.from(entry))
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('PMTiles')
  header.writeUInt8(3, 7)
  const sections = [directory, metadata, Buffer.alloc(0), tile]
  let offset = HEADER_BYTES
  for (const [i, { length }] of sections.entries()) {
    header.writeBigUInt64LE(BigInt(offset), 8 + 16 * i)
    header.writeBigUInt64LE(BigInt(length), 16 + 16 * i)
    offset += length
  }
  header.writeBigUInt64LE(BigInt(tilesUpTo(maxZoom)), 72)
  header.writeBigUInt64LE(1n, 80)
  header.writeBigUInt64LE(1n, 88)
  header.writeUInt8(1, 96)
  header.writeUInt8(GZIP, 97)
  header.writeUInt8(GZIP, 98)
  header.writeUInt8(VECTOR_TILES, 99)
  header.writeUInt8(maxZoom, 101)
  for (const [i, degrees] of [-180, -85, 180, 85].entries()) header.writeInt32LE(degrees * 1e7, 102 + 4 * i)
  return Buffer.concat([header, ...sections])
}
