/**
 * The body that V1 and most other types share. One frame, field by field (offsets from the time field, which is
 * field 3 except in V4, where it comes after the echoed command):
 *
 *   *HQ,1234567890,V1,162604,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#
 *   +0 162604     time HHMMSS UTC; may be empty
 *   +1 A          validity: A GPS fix, B BeiDou fix, V none; empty: none; a digit in V2 and VI1: coding scheme, valid
 *   +2 4221.2102  latitude DDMM.MMMM; may be empty
 *   +3 N          hemisphere; 0 or empty: no position
 *   +4 00752.5961 longitude DDDMM.MMMM
 *   +5 W          hemisphere
 *   +6 024.05     speed, knots; empty is 0 by the vendor's document (PROTOCOL.md section 2.1)
 *   +7 133        course, degrees; empty is 0
 *  (+8            one battery digit, on 42xx trackers only: the rest moves by one)
 *   +8 250523     date DDMMYY; may be empty; the comma after it may be missing
 *   +9 FFFFBBFF   status word; may be absent
 *   +10…          tail, depends on the type
 */
import type { Position } from '../message.ts'
import type { Draft } from '../draft.ts'
import { addDetails } from '../draft.ts'
import {
  digitsIn,
  digitsOf,
  endOf,
  hexIn,
  lengthOf,
  letterOf,
  numberOf,
  startOf,
  textOf,
  type Fields,
} from '../fields.ts'
import { readCoordinate } from '../coordinates.ts'
import { readStatus, toStatus } from '../status.ts'
import { readClock, readDate, sixDigitsOf, toEpochMs } from '../time.ts'
import { toBatteryPercent } from '../battery.ts'

const A = 0x41
const B = 0x42
const V = 0x56
const N = 0x4e
const S = 0x53
const E = 0x45
const W = 0x57
const ZERO = 0x30
const NINE = 0x39

const isValidity = (letter: number): boolean => letter === A || letter === V || letter === B
const isNone = (letter: number): boolean => letter === 0 || letter === ZERO
/** The sign that a hemisphere gives to an angle; 0 if there is no hemisphere. */
export const signOf = (letter: number, positive: number, negative: number): number =>
  letter === positive ? 1 : letter === negative ? -1 : 0

/**
 * Whether a validity letter and both hemispheres are where a body has them. Without `strict`, empty and "0" count too.
 */
export const isBody = (fields: Fields, at: number, strict = false): boolean => {
  if (fields.count < at + 6) return false
  const validity = letterOf(fields, at + 1)
  const ns = letterOf(fields, at + 3)
  const ew = letterOf(fields, at + 5)
  return areOfBody(validity, ns, ew) && (!strict || (isValidity(validity) && !isNone(ns) && !isNone(ew)))
}

const areOfBody = (validity: number, ns: number, ew: number): boolean =>
  (ns === N || ns === S || isNone(ns)) && (ew === E || ew === W || isNone(ew)) && validity >= 0

const readValidity = (
  fields: Fields,
  at: number,
  letter: number,
  draft: Draft,
  warnings: string[],
): boolean => {
  if (letter === A || letter === B) return true
  if (letter >= ZERO && letter <= NINE) {
    addDetails(draft, { codingScheme: textOf(fields, at) })
    return true
  }
  if (letter !== V && letter !== 0) warnings.push(`validity '${textOf(fields, at)}' is none of A, V and B`)
  return false
}

/** Longitude 0 and latitude 0 together, like 9999.9999, are how a tracker writes "none" (PROTOCOL.md section 3.4). */
export const makePosition = (
  fixTime: number | null,
  valid: boolean,
  latitude: number | null,
  longitude: number | null,
  speedKnots: number | null,
  course: number | null,
): Position => {
  const placed = latitude !== null && longitude !== null && (latitude !== 0 || longitude !== 0)
  return {
    fixTime,
    valid,
    latitude: placed ? latitude : null,
    longitude: placed ? longitude : null,
    speedKnots,
    speedKmh: speedKnots === null ? null : Math.round(speedKnots * 1852) / 1000,
    course,
  }
}

export const MAX_KNOTS = 1000
export const MAX_COURSE = 360
/** The frame has no validity letter and hemispheres where a body has them. */
export const NO_BODY = -1

/**
 * Reads the fields from latitude to course; the hemispheres are read already. VP1 has these fields without time and
 * status.
 */
export const readPosition = (
  fields: Fields,
  at: number,
  ns: number,
  ew: number,
  valid: boolean,
  fixTime: number | null,
  warnings: string[],
): Position => {
  const latitude = readCoordinate(fields, at, signOf(ns, N, S), 90, warnings)
  const longitude = readCoordinate(fields, at + 2, signOf(ew, E, W), 180, warnings)
  const speed = readBounded(fields, at + 4, MAX_KNOTS, 'speed', warnings)
  const course = readBounded(fields, at + 5, MAX_COURSE, 'course', warnings)
  return makePosition(fixTime, valid, latitude, longitude, speed, course)
}

const readBounded = (
  fields: Fields,
  at: number,
  max: number,
  name: string,
  warnings: string[],
): number | null => {
  const value = numberOf(fields, at)
  if (value !== null && value >= 0 && value <= max) return value
  if (at >= fields.count) return null
  const text = textOf(fields, at)
  if (text === '') return 0
  if (text !== 'null') warnings.push(`${name} '${text}' is not a ${name}`)
  return null
}

/**
 * Reads the body whose time field has the index `at`, including the status. Returns the index of the first field of the
 * tail, or NO_BODY.
 */
export const readBody = (fields: Fields, at: number, draft: Draft, warnings: string[]): number => {
  if (fields.count < at + 6) return NO_BODY
  const validity = letterOf(fields, at + 1)
  const ns = letterOf(fields, at + 3)
  const ew = letterOf(fields, at + 5)
  if (!areOfBody(validity, ns, ew)) return NO_BODY
  const valid = readValidity(fields, at + 1, validity, draft, warnings)
  let dateAt = at + 8
  if (lengthOf(fields, dateAt) === 1 && sixDigitsOf(fields, dateAt + 1) !== null) {
    const battery = digitsOf(fields, dateAt)
    draft.batteryRaw = battery
    draft.batteryPercent = battery === null ? null : toBatteryPercent(battery)
    dateAt++
  }
  if (lengthOf(fields, dateAt) === 14) {
    const from = startOf(fields, dateAt)
    const date = digitsIn(fields.bytes, from, from + 6)
    const bits = hexIn(fields.bytes, from + 6, endOf(fields, dateAt))
    if (date !== null && bits !== null) {
      warnings.push('comma missing between date and status')
      const time = sixDigitsOf(fields, at)
      const fixTime = time === null ? null : toEpochMs(time, date, warnings)
      draft.position = readPosition(fields, at + 2, ns, ew, valid, fixTime, warnings)
      draft.status = toStatus(bits)
      return dateAt + 1
    }
  }
  const fixTime = readClock(fields, at, dateAt, warnings)
  draft.position = readPosition(fields, at + 2, ns, ew, valid, fixTime, warnings)
  if (fixTime === null && lengthOf(fields, at) === 0) {
    const fixDate = readDate(fields, dateAt)
    if (fixDate !== null) {
      addDetails(draft, { fixDate })
      warnings.push('fix date without time of day')
    }
  }
  return readStatusAfterDate(fields, dateAt + 1, draft, warnings)
}

const readStatusAfterDate = (fields: Fields, at: number, draft: Draft, warnings: string[]): number => {
  if (at >= fields.count) return at
  draft.status = readStatus(fields, at)
  if (draft.status === null && lengthOf(fields, at) > 0) {
    warnings.push(`status '${textOf(fields, at)}' is not 8 hex digits`)
  }
  return at + 1
}
