import { isDigit } from './latin1.ts'
import { digitsIn, endOf, startOf, textOf, type Fields } from './fields.ts'
import { BLANK, MINUS, POINT, powersOfTen } from './ascii.ts'

const MAX_DECIMALS = 8
/** The digits of DDDMM. If a field has more digits before its point, the point is missing. */
const LONGEST_WHOLE = 5

/**
 * Degrees and minutes (scaled: 212210 at scale 10⁴ is 21.2210′) to degrees of 6 decimals; null when out of range.
 * `sign` is the hemisphere: 1 for N and E, -1 for S and W.
 */
export const toDegrees = (
  degrees: number,
  minutes: number,
  scale: number,
  sign: number,
  limit: number,
): number | null => {
  if (minutes >= 60 * scale) return null
  const exact = (minutes * 1e6) / (60 * scale)
  const rounded = Math.round(exact)
  const millionths = degrees * 1e6 + (rounded - exact === 0.5 ? roundTie(degrees, minutes / scale) : rounded)
  if (millionths > limit * 1e6) return null
  return millionths === 0 ? 0 : (sign * millionths) / 1e6
}

/**
 * Rounds half a millionth in the same direction as the double nearest to the angle, so the result equals that of
 * `degrees + minutes / 60`.
 */
const roundTie = (degrees: number, minutes: number): number =>
  Math.round(Number((degrees + minutes / 60).toFixed(6)) * 1e6) - degrees * 1e6

/**
 * A coordinate field in any form of PROTOCOL.md section 3.4: `4221.2102`, `954.9490` (no padding), `38.6508` (no
 * degrees), `37573392` (no point: 4 decimals), `-23-29.0095` (sign and dash; the hemisphere decides). Null if empty,
 * without hemisphere or out of range; the last two add a warning.
 */
export const readCoordinate = (
  fields: Fields,
  at: number,
  sign: number,
  limit: number,
  warnings: string[],
): number | null => {
  const { bytes } = fields
  const end = endOf(fields, at)
  let i = startOf(fields, at)
  while (i < end && bytes[i] === BLANK) i++
  if (i >= end || sign === 0) return null
  if (bytes[i] === MINUS) i++
  let whole = 0
  const wholeAt = i
  for (; i < end && isDigit(bytes[i]!); i++) whole = whole * 10 + bytes[i]! - 0x30
  let wholeDigits = i - wholeAt
  let degrees = -1
  if (bytes[i] === MINUS && i < end) {
    degrees = whole
    whole = 0
    const minutesAt = ++i
    for (; i < end && isDigit(bytes[i]!); i++) whole = whole * 10 + bytes[i]! - 0x30
    wholeDigits = i - minutesAt
  }
  let fraction = 0
  let decimals = 0
  if (bytes[i] === POINT && i < end) {
    const fractionAt = ++i
    for (; i < end && isDigit(bytes[i]!); i++) fraction = fraction * 10 + bytes[i]! - 0x30
    decimals = i - fractionAt
  } else if (wholeDigits > LONGEST_WHOLE) {
    // The point is missing, not the decimals (vector traccar-decoder-position-3: 37573392).
    fraction = whole % 10_000
    whole = (whole - fraction) / 10_000
    decimals = 4
    wholeDigits -= 4
  }
  if (i < end || wholeDigits === 0 || wholeDigits > LONGEST_WHOLE || decimals > MAX_DECIMALS) {
    return notACoordinate(fields, at, warnings)
  }
  if (degrees < 0) {
    degrees = (whole / 100) | 0
    whole -= degrees * 100
  }
  const scale = powersOfTen[decimals]!
  const result = toDegrees(degrees, whole * scale + fraction, scale, sign, limit)
  if (result === null) warnings.push(`coordinate ${textOf(fields, at)} is out of range`)
  return result
}

const notACoordinate = (fields: Fields, at: number, warnings: string[]): null => {
  const text = textOf(fields, at)
  if (text !== 'null') warnings.push(`coordinate '${text}' is not degrees and minutes`)
  return null
}

/** The maximum number of decimals of the minutes. Up to it, all products below are exact. */
const MAX_COMMON_DECIMALS = 6

/**
 * Reads only the common form: `degreeDigits` digits of degrees, two of minutes, a point, decimals. Null for all others.
 */
export const commonCoordinateIn = (
  bytes: Uint8Array,
  from: number,
  to: number,
  degreeDigits: number,
  sign: number,
  limit: number,
): number | null => {
  const minutesAt = from + degreeDigits
  const pointAt = minutesAt + 2
  const decimals = to - pointAt - 1
  if (bytes[pointAt] !== POINT || decimals < 1 || decimals > MAX_COMMON_DECIMALS || sign === 0) return null
  const degrees = digitsIn(bytes, from, minutesAt)
  const whole = digitsIn(bytes, minutesAt, pointAt)
  const fraction = digitsIn(bytes, pointAt + 1, to)
  if (degrees === null || whole === null || fraction === null) return null
  const scale = powersOfTen[decimals]!
  return toDegrees(degrees, whole * scale + fraction, scale, sign, limit)
}
