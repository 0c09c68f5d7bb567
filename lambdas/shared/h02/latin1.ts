/** Up to here it is cheaper to join characters than to call a function with all of them. */
const LONGEST_JOINED = 24

/** The bytes from…to as Latin-1, one character per byte, so that nothing of a frame is lost. */
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

/** The table halves the time of a binary record, whose tail is kept as hex (`npm run bench codec`). */
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const toHex = (bytes: Uint8Array, from = 0, to = bytes.length): string => {
  let hex = ''
  for (let i = from; i < to; i++) hex += hexOfByte[bytes[i]!]!
  return hex
}
