/** Bytes that structure a text frame. */
export const BLANK = 0x20
export const HASH = 0x23
export const STAR = 0x2a
export const COMMA = 0x2c
export const MINUS = 0x2d
export const POINT = 0x2e

/** 10ⁿ by n: up to 10¹⁵ an integer is exact in a double. */
export const powersOfTen = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
