/** For a character code that exists: `undefined` would count as a digit. */
export const isDigit = (code: number): boolean => (code - 0x30) >>> 0 <= 9
