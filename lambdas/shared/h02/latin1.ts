/**
 * Text out of bytes. Ids, types, cells and makers come again with every frame, and finding a known string is three
 * times cheaper than making one: so short ones are kept in a table of fixed size, each slot holding its newest.
 */
const SLOTS = 2048
const LONGEST_KEPT = 20
const kept: string[] = Array.from({ length: SLOTS }, () => '')

const makeText = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[])

const sameText = (text: string, bytes: Uint8Array, from: number): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}

/** The bytes from…to as Latin-1, one character per byte, so that nothing of a frame is lost. */
export const latin1 = (bytes: Uint8Array, from: number, to: number): string => {
  const length = to - from
  if (length <= 0) return ''
  if (length > LONGEST_KEPT) return makeText(bytes, from, to)
  let hash = length
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  const slot = (hash ^ (hash >>> 11)) & (SLOTS - 1)
  const known = kept[slot]!
  if (known.length === length && sameText(known, bytes, from)) return known
  return (kept[slot] = makeText(bytes, from, to))
}

export const toHex = (bytes: Uint8Array, from = 0, to = bytes.length): string => {
  let hex = ''
  for (let i = from; i < to; i++) hex += (bytes[i]! < 16 ? '0' : '') + bytes[i]!.toString(16)
  return hex
}
