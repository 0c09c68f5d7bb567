/** `digits` decimal digits, two per byte, high nibble first; null if a nibble is not a digit. */
export const readBcd = (bytes: Uint8Array, at: number, digits: number): number | null => {
  let value = 0
  for (let i = 0; i < digits; i++) {
    const digit = nibble(bytes, at, i)
    if (digit > 9) return null
    value = value * 10 + digit
  }
  return value
}

/** The i-th nibble, counted from byte `at`. */
export const nibble = (bytes: Uint8Array, at: number, i: number): number =>
  i % 2 === 0 ? bytes[at + (i >> 1)]! >> 4 : bytes[at + (i >> 1)]! & 0x0f

export const word16 = (bytes: Uint8Array, at: number): number => bytes[at]! * 256 + bytes[at + 1]!
export const word32 = (bytes: Uint8Array, at: number): number =>
  word16(bytes, at) * 65_536 + word16(bytes, at + 2)

/** `digits` decimal digits from byte `at` on, as text; the caller has checked that they are digits. */
export const bcdText = (bytes: Uint8Array, at: number, digits: number): string => {
  let text = ''
  for (let i = 0; i < digits; i++) text += String.fromCharCode(0x30 + nibble(bytes, at, i))
  return text
}
