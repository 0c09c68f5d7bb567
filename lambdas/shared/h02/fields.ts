import { isDigit, latin1 } from './latin1.ts'
import { BLANK, COMMA, MINUS, POINT, powersOfTen } from './ascii.ts'

/**
 * A text frame split at its commas, numbered as in PROTOCOL.md: 0 is `*HQ`, 1 the id, 2 the type. Field i spans
 * starts[i] … starts[i + 1] - 2 (its comma is not part of it).
 *
 * Firmware puts blanks before values, before the date, the MCC and the final `#` (PROTOCOL.md section 1.2): every
 * accessor that reads a value trims them. Only `rawTextOf`, `textsOf` and `restOf` return a field as it was sent.
 */
export type Fields = { bytes: Uint8Array; count: number; readonly starts: Int32Array }

/** Far longer than the longest known reply (450 bytes). The limit of the framer is lower. */
export const MAX_TEXT_BYTES = 8192

const PLUS = 0x2b
/** Integers of up to 15 digits are exact in a double. */
const MAX_DIGITS = 15

/** One table is reused for all frames: decode is synchronous, and nothing that it returns refers to the table. */
const shared: Fields = { bytes: new Uint8Array(0), count: 0, starts: new Int32Array(MAX_TEXT_BYTES + 2) }

export const splitFields = (bytes: Uint8Array, from: number, to: number): Fields => {
  const starts = shared.starts
  let count = 0
  starts[count++] = from
  for (let i = from; i < to; i++) if (bytes[i] === COMMA) starts[count++] = i + 1
  starts[count] = to + 1
  shared.bytes = bytes
  shared.count = count
  return shared
}

/** Offset of the first byte of field i that is not a blank; the end of the field if all are blanks. */
export const startOf = (fields: Fields, i: number): number => {
  let at = fields.starts[i]!
  const end = fields.starts[i + 1]! - 1
  while (at < end && fields.bytes[at] === BLANK) at++
  return at
}

/** Offset after the last byte of field i that is not a blank. */
export const endOf = (fields: Fields, i: number): number => {
  const from = fields.starts[i]!
  let end = fields.starts[i + 1]! - 1
  while (end > from && fields.bytes[end - 1] === BLANK) end--
  return end
}

/** Length without surrounding blanks; 0 if there is no such field. */
export const lengthOf = (fields: Fields, i: number): number =>
  i < fields.count ? Math.max(0, endOf(fields, i) - startOf(fields, i)) : 0

export const hasLeadingBlank = (fields: Fields, i: number): boolean =>
  i < fields.count && lengthOf(fields, i) > 0 && fields.bytes[fields.starts[i]!] === BLANK

/** The field without surrounding blanks; '' if there is none. */
export const textOf = (fields: Fields, i: number): string =>
  i < fields.count ? latin1(fields.bytes, startOf(fields, i), endOf(fields, i)) : ''

/** The field as sent, including blanks; '' if there is none. */
const rawTextOf = (fields: Fields, i: number): string =>
  i < fields.count ? latin1(fields.bytes, fields.starts[i]!, fields.starts[i + 1]! - 1) : ''

/** The fields from `from` up to, but without, `to`, as sent. */
export const textsOf = (fields: Fields, from: number, to = fields.count): readonly string[] => {
  if (from >= to) return noTexts
  const texts: string[] = []
  for (let i = from; i < to; i++) texts.push(rawTextOf(fields, i))
  return texts
}
export const noTexts: readonly string[] = Object.freeze([])

/** Everything from field i to the end of the frame, as sent, commas included. */
export const restOf = (fields: Fields, i: number): string =>
  i < fields.count ? latin1(fields.bytes, fields.starts[i]!, fields.starts[fields.count]! - 1) : ''

/** The character code of a field with one character; 0 if empty, -1 if longer. */
export const letterOf = (fields: Fields, i: number): number => {
  const length = lengthOf(fields, i)
  if (length === 0) return 0
  return length === 1 ? fields.bytes[startOf(fields, i)]! : -1
}

/** An integer that consists of digits only; null if the field is anything else. */
export const digitsOf = (fields: Fields, i: number): number | null =>
  i < fields.count ? digitsIn(fields.bytes, startOf(fields, i), endOf(fields, i)) : null

export const digitsIn = (bytes: Uint8Array, from: number, to: number): number | null => {
  if (from >= to || to - from > MAX_DIGITS) return null
  let value = 0
  for (let i = from; i < to; i++) {
    if (!isDigit(bytes[i]!)) return null
    value = value * 10 + bytes[i]! - 0x30
  }
  return value
}

/** A number with optional sign and decimals (`3.34`, `-67`, `000.05`); null if the field is anything else. */
export const numberOf = (fields: Fields, i: number): number | null =>
  i < fields.count ? numberIn(fields.bytes, startOf(fields, i), endOf(fields, i)) : null

export const numberIn = (bytes: Uint8Array, start: number, end: number): number | null => {
  let at = start
  const negative = bytes[at] === MINUS
  if (negative || bytes[at] === PLUS) at++
  const from = at
  let value = 0
  let pointAt = end
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (isDigit(byte)) value = value * 10 + byte - 0x30
    else if (byte === POINT && pointAt === end) pointAt = at
    else return null
  }
  const decimals = pointAt === end ? 0 : end - pointAt - 1
  const digits = end - from - (pointAt === end ? 0 : 1)
  if (digits === 0 || digits > MAX_DIGITS) return null
  if (decimals > 0) value /= powersOfTen[decimals]!
  return negative && value !== 0 ? -value : value
}

/** The value by character code; -1 if it is not a hex digit. */
const hexDigits = Int8Array.from({ length: 256 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
)

/** At most 8 hex digits in either case; null if the field is anything else. */
export const hexIn = (bytes: Uint8Array, from: number, to: number): number | null => {
  if (from >= to || to - from > 8) return null
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = hexDigits[bytes[i]!]!
    if (digit < 0) return null
    value = (value << 4) | digit
  }
  return value >>> 0
}

export const hexOf = (fields: Fields, i: number): number | null =>
  i < fields.count ? hexIn(fields.bytes, startOf(fields, i), endOf(fields, i)) : null
