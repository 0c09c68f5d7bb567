/**
 * Text out of bytes. Ids, types, cells and makers come again with every frame, and finding a known string is several
 * times cheaper than making one: so short ones are kept in tables of fixed size, each slot holding its newest.
 */
const emptySlots = (slots: number): string[] => Array.from({ length: slots }, () => '')

/** Up to four bytes are compared as one number, which with the length says everything about them. */
const LONGEST_TINY = 4
const TINY_SLOTS = 2048
const tinyTexts = emptySlots(TINY_SLOTS)
const tinyKeys = new Int32Array(TINY_SLOTS)

/** Longer ones are compared byte by byte. Many slots: a gateway holds ten thousand ids. */
const LONGEST_KEPT = 20
const SHORT_SLOTS = 16384
const shortTexts = emptySlots(SHORT_SLOTS)
const shortBytes = new Uint8Array(SHORT_SLOTS * LONGEST_KEPT)
const shortLengths = new Uint8Array(SHORT_SLOTS)

const makeText = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[])

const tinyText = (bytes: Uint8Array, from: number, to: number): string => {
  let key = 0
  for (let i = from; i < to; i++) key = (key << 8) | bytes[i]!
  const slot = (Math.imul(key, 0x9e3779b1) >>> 16) & (TINY_SLOTS - 1)
  const known = tinyTexts[slot]!
  if (tinyKeys[slot] === key && known.length === to - from) return known
  tinyKeys[slot] = key
  return (tinyTexts[slot] = makeText(bytes, from, to))
}

const isKept = (at: number, bytes: Uint8Array, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (shortBytes[at + i - from] !== bytes[i]) return false
  return true
}

const shortText = (bytes: Uint8Array, from: number, to: number): string => {
  let hash = 0
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  const slot = (hash ^ (hash >>> 11)) & (SHORT_SLOTS - 1)
  const at = slot * LONGEST_KEPT
  if (shortLengths[slot] === to - from && isKept(at, bytes, from, to)) return shortTexts[slot]!
  shortLengths[slot] = to - from
  shortBytes.set(bytes.subarray(from, to), at)
  return (shortTexts[slot] = makeText(bytes, from, to))
}

/** The bytes from…to as Latin-1, one character per byte, so that nothing of a frame is lost. */
export const latin1 = (bytes: Uint8Array, from: number, to: number): string => {
  const length = to - from
  if (length <= 0) return ''
  if (length <= LONGEST_TINY) return tinyText(bytes, from, to)
  return length <= LONGEST_KEPT ? shortText(bytes, from, to) : makeText(bytes, from, to)
}

export const toHex = (bytes: Uint8Array, from = 0, to = bytes.length): string => {
  let hex = ''
  for (let i = from; i < to; i++) hex += HEX_OF_BYTE[bytes[i]!]!
  return hex
}
const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
