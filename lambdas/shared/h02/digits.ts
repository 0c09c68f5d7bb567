/** Of a character code that is there: `undefined` would pass for one. */
export const isDigit = (code: number): boolean => (code - 0x30) >>> 0 <= 9
