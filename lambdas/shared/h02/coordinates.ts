import { endOf, startOf, textOf, type Fields } from './fields.ts'

const BLANK = 0x20
const MINUS = 0x2d
const POINT = 0x2e
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

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
  const millionths =
    degrees * 1e6 + (exact % 1 === 0.5 ? roundTie(degrees, minutes / scale) : Math.round(exact))
  if (millionths > limit * 1e6) return null
  return millionths === 0 ? 0 : (sign * millionths) / 1e6
}

/** Half a millionth goes where the double nearest to the angle lies: what any plain `degrees + minutes / 60` rounds to. */
const roundTie = (degrees: number, minutes: number): number =>
  Math.round(Number((degrees + minutes / 60).toFixed(6)) * 1e6) - degrees * 1e6

/**
 * A coordinate field in any form of PROTOCOL.md §3.4: `4221.2102`, `954.9490` (no padding), `38.6508` (no degrees),
 * `37573392` (no point: 4 decimals), `-23-29.0095` (sign and dash; the hemisphere decides). Null when empty, without
 * hemisphere, or out of range; the latter two say so.
 */
export const readCoordinate = (
  fields: Fields,
  at: number,
  sign: number,
  limit: number,
  warnings: string[],
): number | null => {
  const { bytes } = fields
  let i = startOf(fields, at)
  const end = endOf(fields, at)
  while (i < end && bytes[i] === BLANK) i++
  if (i >= end || sign === 0) return null
  if (bytes[i] === MINUS) i++
  let value = 0
  let digits = 0
  let decimals = -1
  let dashedDegrees = -1
  for (; i < end; i++) {
    const code = bytes[i]!
    const digit = code - 0x30
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digits++
      if (decimals >= 0) decimals++
    } else if (code === POINT && decimals < 0) decimals = 0
    else if (code === MINUS && digits > 0 && dashedDegrees < 0 && decimals < 0) {
      dashedDegrees = value
      value = digits = 0
    } else return notACoordinate(fields, at, warnings)
  }
  if (digits === 0 || digits > 14 || decimals > 8) return notACoordinate(fields, at, warnings)
  // Without a point it is the point that is missing, not the decimals (vector traccar-decoder-position-3).
  if (decimals < 0) decimals = digits > 5 ? 4 : 0
  const scale = POWERS[decimals]!
  const degrees = dashedDegrees >= 0 ? dashedDegrees : Math.trunc(value / (100 * scale))
  const minutes = dashedDegrees >= 0 ? value : value - degrees * 100 * scale
  const result = toDegrees(degrees, minutes, scale, sign, limit)
  if (result === null) warnings.push(`coordinate ${textOf(fields, at)} is out of range`)
  return result
}

const notACoordinate = (fields: Fields, at: number, warnings: string[]): null => {
  const text = textOf(fields, at)
  if (text !== 'null') warnings.push(`coordinate '${text}' is not degrees and minutes`)
  return null
}
