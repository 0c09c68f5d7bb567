/** Up to this length, joining characters is cheaper than calling a function with all of them. */
const LONGEST_JOINED = 24

/** Decodes a range of bytes as Latin-1: one character per byte, without loss. */
export const latin1 = (bytes: Uint8Array, from: number, to: number): string => {
  if (to - from > LONGEST_JOINED) {
    return String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[])
  }
  let text = ''
  let i = from
  for (; i + 4 <= to; i += 4)
    text += String.fromCharCode(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!)
  for (; i < to; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

/** This table halves the time to decode a binary record, whose tail is kept as hex (`npm run bench codec`). */
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const toHex = (bytes: Uint8Array, from = 0, to = bytes.length): string => {
  let hex = ''
  for (let i = from; i < to; i++) hex += hexOfByte[bytes[i]!]!
  return hex
}

/** Only for an existing character code: `undefined` would count as a digit. */
export const isDigit = (code: number): boolean => (code - 0x30) >>> 0 <= 9
