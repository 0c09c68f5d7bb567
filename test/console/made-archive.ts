/**
 * A PMTiles archive (version 3) of one tile, made byte by byte after the specification: the whole world at zoom 0, with one
 * square of the layer `earth`.
 */
const HEADER_BYTES = 127
const NOT_COMPRESSED = 1
const VECTOR_TILES = 1

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]
const zigzag = (value: number): number => (value << 1) ^ (value >> 31)
const field = (tag: number, bytes: readonly number[]): number[] => [
  ...varint((tag << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
]
const text = (value: string): number[] => [...Buffer.from(value)]

/** A vector tile with a square in the middle of its 4096 units. */
function makeTile(): Buffer {
  const [moveTo, lineTo, close] = [(1 << 3) | 1, (3 << 3) | 2, 15]
  const corners = [
    [moveTo, 1024, 1024],
    [lineTo, 2048, 0, 0, 2048, -2048, 0],
  ]
  const geometry = [...corners.flatMap(([command = 0, ...steps]) => [command, ...steps.map(zigzag)]), close]
  const polygon = [...varint(3 << 3), 3]
  const feature = [...polygon, ...field(4, geometry.flatMap(varint))]
  const version = [...varint(15 << 3), 2]
  const extent = [...varint(5 << 3), ...varint(4096)]
  return Buffer.from(field(3, [...version, ...field(1, text('earth')), ...field(2, feature), ...extent]))
}

export function makeArchive(): Buffer {
  const tile = makeTile()
  const metadata = Buffer.from('{"vector_layers":[{"id":"earth","fields":{}}]}')
  // One entry: tile 0, run of 1, its length, its offset + 1.
  const directory = Buffer.from([1, 0, 1, ...varint(tile.length), 1])
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
  for (const at of [72, 80, 88]) header.writeBigUInt64LE(1n, at)
  header.writeUInt8(1, 96)
  header.writeUInt8(NOT_COMPRESSED, 97)
  header.writeUInt8(NOT_COMPRESSED, 98)
  header.writeUInt8(VECTOR_TILES, 99)
  for (const [i, degrees] of [-180, -85, 180, 85].entries()) header.writeInt32LE(degrees * 1e7, 102 + 4 * i)
  return Buffer.concat([header, ...sections])
}
