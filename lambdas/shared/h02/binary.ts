/**
 * Binary records (PROTOCOL.md section 2.9). Numbers are BCD. One record, by offset:
 *
 *   24 4106000826 215321 310815 04419390 06 074041830 6 000 000 fffffbfd | ff 00 15 06 0000002c 02dc 0c 0000 0000 1f
 *   0      24         `$`; an `X` record has 5 BCD bytes of mileage in place of the id
 *   1–5    4106000826 id; 42-byte records have 8 bytes here (15 digits and a filler), and all later offsets are 3 higher
 *   6–8    215321     time HHMMSS UTC
 *   9–11   310815     date DDMMYY, 000000: never fixed
 *   12–15  04419390   latitude DDMMMMMM, 4 decimals of minutes
 *   16     06         battery level or per cent; in `X` temperature
 *   17–21  074041830  longitude DDDMMMMMM, and in the last nibble the flags: 8 east, 4 north, 2 valid
 *   22–24  000 000    speed in whole knots, course
 *   25–28  fffffbfd   status
 *   29…    tail, by the record's length: see binary-tail.ts
 */
import type { DecodeResult } from './message.ts'
import { emptyDraft, addDetails, type Draft } from './draft.ts'
import { toHex } from './latin1.ts'
import { nibble, readBcd, word32 } from './binary-number.ts'
import { recordIdOf } from './peek.ts'
import { readTail } from './binary-tail.ts'
import { toBatteryPercent } from './battery.ts'
import { toDegrees } from './coordinates.ts'
import { toMileageKm, toMileageMeters } from './mileage.ts'
import { toStatus } from './status.ts'
import { toEpochMs } from './time.ts'
import { fail } from './messages/reader.ts'
import { makePosition } from './messages/position-body.ts'

const EAST = 8
const NORTH = 4
const VALID = 2
const HEADER_END = 29
const LONG_ID_DIGITS = 15
const LONG_ID_SHIFT = 3

const readHeader = (bytes: Uint8Array, at: number, draft: Draft, warnings: string[]): boolean => {
  const time = readBcd(bytes, at, 6)
  const date = readBcd(bytes, at + 3, 6)
  const latitude = readBcd(bytes, at + 6, 8)
  const longitude = readBcd(bytes, at + 11, 9)
  const speedAndCourse = readBcd(bytes, at + 16, 6)
  if (time === null || date === null || latitude === null || longitude === null || speedAndCourse === null) {
    return false
  }
  const flags = nibble(bytes, at + 11, 9)
  const north = toDegrees(Math.trunc(latitude / 1e6), latitude % 1e6, 1e4, (flags & NORTH) !== 0 ? 1 : -1, 90)
  const east = toDegrees(
    Math.trunc(longitude / 1e6),
    longitude % 1e6,
    1e4,
    (flags & EAST) !== 0 ? 1 : -1,
    180,
  )
  if (north === null || east === null) warnings.push('coordinates are out of range')
  const course = speedAndCourse % 1000
  if (course > 360) warnings.push(`course ${course} is not a course`)
  draft.position = makePosition(
    toEpochMs(time, date, warnings),
    (flags & VALID) !== 0,
    north,
    east,
    Math.trunc(speedAndCourse / 1000),
    course > 360 ? null : course,
  )
  draft.status = toStatus(word32(bytes, at + 19))
  return true
}

const tooShort = (bytes: Uint8Array, needed: number): DecodeResult =>
  fail('malformed', `binary record cut off after ${bytes.length} of at least ${needed} bytes`)

export const decodeRecord = (bytes: Uint8Array): DecodeResult => {
  if (bytes.length < 32) return tooShort(bytes, 32)
  const warnings: string[] = []
  const id = recordIdOf(bytes)
  const shift = id?.length === LONG_ID_DIGITS ? LONG_ID_SHIFT : 0
  const draft = emptyDraft('$', null, id)
  if (id === null || !readHeader(bytes, 6 + shift, draft, warnings)) {
    return fail('malformed', 'binary record without a valid header')
  }
  draft.batteryRaw = bytes[16 + shift]!
  draft.batteryPercent = toBatteryPercent(draft.batteryRaw)
  readTail(bytes, HEADER_END + shift, draft, warnings)
  return { ok: true, message: draft, warnings }
}

/** An `X` record has no id: it belongs to the tracker that sent the previous record on its connection. */
export const decodeMileageRecord = (bytes: Uint8Array): DecodeResult => {
  if (bytes.length < 32) return tooShort(bytes, 32)
  const warnings: string[] = []
  const draft = emptyDraft('X', null, null)
  const mileageRaw = readBcd(bytes, 1, 10)
  if (mileageRaw === null || !readHeader(bytes, 6, draft, warnings)) {
    return fail('malformed', 'X record with a header that is not BCD')
  }
  addDetails(draft, { mileageRaw, mileageMeters: toMileageMeters(mileageRaw), byte16: bytes[16]! })
  draft.mileageKm = toMileageKm(mileageRaw)
  draft.binary = { length: bytes.length, tail: toHex(bytes, HEADER_END), record: bytes[31]!, byte32: null }
  return { ok: true, message: draft, warnings }
}
