/**
 * Moves all coordinates by one offset, which keeps the shape of a track and hides where it is. The offset is a multiple
 * of 6 minutes of arc (0.1 degrees), so every notation of a coordinate can express it exactly.
 */
export type Offset = { readonly latitudeMinutes: number; readonly longitudeMinutes: number }
export type Axis = 'latitude' | 'longitude'

const STEP_MINUTES = 6
/** Degrees. No track is moved closer to a pole than this. */
const MAX_LATITUDE = 80
/** A track is moved by at least this many degrees, so that no border or coast matches by eye. */
const MIN_DEGREES = 2

/** An offset that keeps all of these latitudes (degrees) within inhabited regions; `random` returns 0 ≤ x < 1. */
export function chooseOffset(latitudes: readonly number[], random: () => number): Offset {
  const south = latitudes.reduce((low, each) => Math.min(low, each), 90)
  const north = latitudes.reduce((high, each) => Math.max(high, each), -90)
  const room = { up: MAX_LATITUDE - Math.max(north, 0), down: MAX_LATITUDE + Math.min(south, 0) }
  const [sign, most] = room.up >= room.down ? [1, room.up] : [-1, room.down]
  const between = (low: number, high: number): number =>
    Math.round(((low + random() * Math.max(0, high - low)) * 60) / STEP_MINUTES) * STEP_MINUTES
  return {
    latitudeMinutes: sign * between(MIN_DEGREES, Math.min(most, 25)),
    longitudeMinutes: between(MIN_DEGREES, 360 - MIN_DEGREES),
  }
}

/** `minutes` is a signed integer count of 10^-decimals minutes, such as ten-thousandths. */
function moveMinutes(minutes: number, decimals: number, axis: Axis, offset: Offset): number {
  const scale = 10 ** decimals
  if (axis === 'latitude') return minutes + offset.latitudeMinutes * scale
  const moved = minutes + offset.longitudeMinutes * scale
  const turn = 360 * 60 * scale
  return ((((moved + turn / 2) % turn) + turn) % turn) - turn / 2
}

/** `4221.2102`, `38.6508` (minutes only), `37573392` (no point: 4 decimals), `-23-29.0095` (PROTOCOL.md section 3.4). */
const written = /^( *-?)(?:(\d{1,3})-)?(\d{1,9})(\.\d{1,8})?$/

type Moved = { readonly field: string; readonly letter: string; readonly degrees: number }

/** Moves a coordinate field with its hemisphere letter and keeps its notation; null if it is not a coordinate. */
export function moveField(text: string, letter: string, axis: Axis, offset: Offset): Moved | null {
  const match = written.exec(text)
  if (match === null) return null
  const [, before = '', degreesPart, digits = '', pointAndFraction = ''] = match
  const hasNoPoint = degreesPart === undefined && pointAndFraction === '' && digits.length > 5
  const whole = hasNoPoint ? digits.slice(0, -4) : digits
  const fraction = hasNoPoint ? digits.slice(-4) : pointAndFraction.slice(1)
  if (whole.length > 5 || (degreesPart !== undefined && whole.length > 2)) return null
  const decimals = fraction.length
  const scale = 10 ** decimals
  const degrees = degreesPart === undefined ? Math.trunc(Number(whole) / 100) : Number(degreesPart)
  const minutes = degreesPart === undefined ? Number(whole) % 100 : Number(whole)
  const sign = letter === 'S' || letter === 'W' ? -1 : 1
  const total = sign * ((degrees * 60 + minutes) * scale + Number(fraction))
  const moved = moveMinutes(total, decimals, axis, offset)
  const absolute = Math.abs(moved)
  const newDegrees = Math.trunc(absolute / (60 * scale))
  const newMinutes = Math.trunc(absolute / scale) % 60
  const newFraction = String(absolute % scale).padStart(decimals, '0')
  const [positive, negative] = axis === 'latitude' ? ['N', 'S'] : ['E', 'W']
  const wholeMinutes = String(newMinutes).padStart(2, '0')
  const place =
    degreesPart === undefined
      ? `${newDegrees === 0 && whole.length < 3 ? '' : newDegrees}${wholeMinutes}`.padStart(whole.length, '0')
      : `${String(newDegrees).padStart(degreesPart.length, '0')}-${wholeMinutes}`
  const point = pointAndFraction === '' ? '' : '.'
  return {
    field: `${before}${place}${point}${decimals === 0 ? '' : newFraction}`,
    letter: (moved < 0 ? negative : positive) ?? letter,
    degrees: total / scale / 60,
  }
}

/** Degrees in the usual notation: `-34.612990`. */
export function moveDegrees(text: string, axis: Axis, offset: Offset): string {
  const decimals = text.split('.')[1]?.length ?? 0
  const minutes = Number(text) * 60
  const degrees = moveMinutes(minutes, 0, axis, offset) / 60
  return degrees.toFixed(decimals)
}

const EAST = 8
const NORTH = 4
const LATITUDE_AT = 6
const LONGITUDE_AT = 11

/**
 * Moves the coordinates of a binary record (PROTOCOL.md section 2.9) within its bytes. `headerAt` is the offset of its
 * time. Returns the original latitude in degrees; null if it has no coordinates.
 */
export function moveRecord(record: Uint8Array, headerAt: number, offset: Offset): number | null {
  const hex = Buffer.from(record).toString('hex')
  const digits = (at: number, count: number): string => hex.slice(2 * at, 2 * at + count)
  const flags = record[headerAt + LONGITUDE_AT + 4]! & 0x0f
  const latitudeDigits = digits(headerAt + LATITUDE_AT, 8)
  const longitudeDigits = digits(headerAt + LONGITUDE_AT, 9)
  if (isZeroPosition(latitudeDigits, longitudeDigits)) return null
  const withPoint = (text: string): string => `${text.slice(0, -4)}.${text.slice(-4)}`
  const north = moveField(withPoint(latitudeDigits), (flags & NORTH) === 0 ? 'S' : 'N', 'latitude', offset)
  const east = moveField(withPoint(longitudeDigits), (flags & EAST) === 0 ? 'W' : 'E', 'longitude', offset)
  if (north === null || east === null) return null
  const newFlags =
    (flags & ~(NORTH | EAST)) | (north.letter === 'N' ? NORTH : 0) | (east.letter === 'E' ? EAST : 0)
  const plain = (text: string, count: number): string => text.replace('.', '').padStart(count, '0')
  record.set(Buffer.from(plain(north.field, 8), 'hex'), headerAt + LATITUDE_AT)
  record.set(Buffer.from(plain(east.field, 9) + newFlags.toString(16), 'hex'), headerAt + LONGITUDE_AT)
  return north.degrees
}

/** Zeros in both fields: the device has had no fix yet. If moved, they would reveal the offset. */
export const isZeroPosition = (latitude: string, longitude: string): boolean =>
  !/[1-9]/.test(latitude + longitude)
