import { isDigit } from './digits.ts'
import { latin1 } from './latin1.ts'

/**
 * A text frame cut at its commas, numbered as in PROTOCOL.md: 0 is `*HQ`, 1 the id, 2 the type. Field i spans
 * starts[i] … starts[i + 1] - 2 (its comma is not part of it).
 */
export type Fields = { bytes: Uint8Array; count: number; readonly starts: Int32Array }

/** Longer than any reply seen (450 bytes) by far; the framer's own bound is lower. */
export const MAX_TEXT_BYTES = 8192

const COMMA = 0x2c
const BLANK = 0x20
const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]
/** Whole numbers of so many digits are exact in a double. */
const MOST_DIGITS = 15

/** One table for all frames: nothing that decode returns refers to it, and decode never waits in the middle. */
const shared: Fields = { bytes: new Uint8Array(0), count: 0, starts: new Int32Array(MAX_TEXT_BYTES + 2) }

export const splitFields = (bytes: Uint8Array, from: number, to: number): Fields => {
  const starts = shared.starts
  let count = 0
  starts[count++] = from
  let i = from
  // Four at a time: one by one, this loop is a sixth of all decoding.
  for (; i + 3 < to; i += 4) {
    if (bytes[i] === COMMA) starts[count++] = i + 1
    if (bytes[i + 1] === COMMA) starts[count++] = i + 2
    if (bytes[i + 2] === COMMA) starts[count++] = i + 3
    if (bytes[i + 3] === COMMA) starts[count++] = i + 4
  }
  for (; i < to; i++) if (bytes[i] === COMMA) starts[count++] = i + 1
  starts[count] = to + 1
  shared.bytes = bytes
  shared.count = count
  return shared
}

export const startOf = (fields: Fields, i: number): number => fields.starts[i]!
export const endOf = (fields: Fields, i: number): number => fields.starts[i + 1]! - 1
export const lengthOf = (fields: Fields, i: number): number =>
  i < fields.count ? endOf(fields, i) - startOf(fields, i) : 0

/** The field as it stands, blanks included; '' where there is none. */
export const textOf = (fields: Fields, i: number): string =>
  i < fields.count ? latin1(fields.bytes, startOf(fields, i), endOf(fields, i)) : ''

/** All fields from `from` on (before `to`), as they stand. */
export const textsOf = (fields: Fields, from: number, to = fields.count): readonly string[] => {
  if (from >= to) return NO_TEXTS
  const texts: string[] = []
  for (let i = from; i < to; i++) texts.push(textOf(fields, i))
  return texts
}
export const NO_TEXTS: readonly string[] = Object.freeze([])

/** Everything from field i to the end of the frame, commas included. */
export const restOf = (fields: Fields, i: number): string =>
  i < fields.count ? latin1(fields.bytes, startOf(fields, i), endOf(fields, fields.count - 1)) : ''

/** The character code of a field of one character, blanks around it aside; 0 when empty, -1 when longer. */
export const letterOf = (fields: Fields, i: number): number => {
  if (i >= fields.count) return 0
  const from = startOf(fields, i)
  const byte = fields.bytes[from]!
  return endOf(fields, i) - from === 1 && byte !== BLANK ? byte : letterAmongBlanks(fields, i)
}

const letterAmongBlanks = (fields: Fields, i: number): number => {
  const { bytes } = fields
  let from = startOf(fields, i)
  let to = endOf(fields, i)
  while (from < to && bytes[from] === BLANK) from++
  while (to > from && bytes[to - 1] === BLANK) to--
  if (from === to) return 0
  return to - from === 1 ? bytes[from]! : -1
}

/** A whole number of nothing but digits; null when it does not fit. */
export const digitsOf = (fields: Fields, i: number): number | null =>
  i < fields.count ? digitsIn(fields.bytes, startOf(fields, i), endOf(fields, i)) : null

export const digitsIn = (bytes: Uint8Array, from: number, to: number): number | null => {
  if (from >= to || to - from > MOST_DIGITS) return null
  let value = 0
  for (let i = from; i < to; i++) {
    if (!isDigit(bytes[i]!)) return null
    value = value * 10 + bytes[i]! - 0x30
  }
  return value
}

/** Whether a field is nothing but digits, at most 15 of them. */
export const isDigits = (fields: Fields, i: number): boolean => {
  if (i >= fields.count) return false
  const { bytes } = fields
  const from = startOf(fields, i)
  const to = endOf(fields, i)
  for (let at = from; at < to; at++) if (!isDigit(bytes[at]!)) return false
  return from < to && to - from <= MOST_DIGITS
}

/** A number with optional blanks before it, sign and decimals (`  3.34`, `-67`, `000.05`); null when it does not fit. */
export const numberOf = (fields: Fields, i: number): number | null => {
  if (i >= fields.count) return null
  const { bytes } = fields
  let at = startOf(fields, i)
  let end = endOf(fields, i)
  while (at < end && bytes[at] === BLANK) at++
  while (end > at && bytes[end - 1] === BLANK) end--
  const negative = bytes[at] === MINUS
  if (negative || bytes[at] === PLUS) at++
  const from = at
  let value = 0
  let pointAt = end
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (isDigit(byte)) value = value * 10 + byte - 0x30
    else if (bytes[at] === POINT && pointAt === end) pointAt = at
    else return null
  }
  const decimals = pointAt === end ? 0 : end - pointAt - 1
  const digits = end - from - (pointAt === end ? 0 : 1)
  if (digits === 0 || digits > MOST_DIGITS) return null
  if (decimals > 0) value /= POWERS[decimals]!
  return negative && value !== 0 ? -value : value
}

/** By character code; -1 where it is no hex digit. */
const HEX_DIGITS = Int8Array.from({ length: 256 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
)

/** Hex digits only, at most 8 of them, either case; null when it does not fit. */
export const hexIn = (bytes: Uint8Array, from: number, to: number): number | null => {
  if (from >= to || to - from > 8) return null
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = HEX_DIGITS[bytes[i]!]!
    if (digit < 0) return null
    value = (value << 4) | digit
  }
  return value >>> 0
}

export const hexOf = (fields: Fields, i: number): number | null =>
  i < fields.count ? hexIn(fields.bytes, startOf(fields, i), endOf(fields, i)) : null
